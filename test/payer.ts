/** A form of a page: where it goes, and what a browser would send if nothing was typed. */
export interface Form {
  readonly action: URL;
  readonly fields: Readonly<Record<string, string>>;
  /** Name of the input with that `autocomplete` token, by which browsers find fields whatever they are called. */
  readonly nameOf: (token: string) => string | undefined;
}

/** A page as a browser without JavaScript has it before it. */
export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  readonly forms: readonly Form[];
}

export interface TypedCard {
  readonly number: string;
  /** `MM/YY`. */
  readonly expiry?: string;
  readonly code?: string;
  readonly holder?: string;
  /** Whether the payer ticks the box that lets the card be stored. */
  readonly keeps?: boolean;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name) return entities[name] ?? whole;
    return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16));
  });

/** Boxes send nothing until they are ticked. */
const isSent = (tag: string): boolean => !/ type="checkbox"/.test(tag) || / checked\b/.test(tag);

const attributesOf = (tag: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...tag.matchAll(/([a-z-]+)="([^"]*)"/g)].map(([, name, value]) => [name, unescaped(value!)]));

const formsOf = (html: string, url: URL): Form[] =>
  [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, head, content]) => {
    const tags = [...content!.matchAll(/<input\b[^>]*>/g)].map(([tag]) => tag);
    const inputs = tags.map(attributesOf);
    const sent = tags.filter(isSent).map(attributesOf);
    return {
      action: new URL(attributesOf(head!).action ?? '', url),
      fields: Object.fromEntries(sent.map(({ name, value = '' }) => [name!, value])),
      nameOf: (token) => inputs.find(({ autocomplete }) => autocomplete === token)?.name,
    };
  });

/** Where a browser without JavaScript is sent on to by a page. */
const refreshOf = (html: string): string | undefined => {
  const tag = /<meta http-equiv="refresh"[^>]*>/.exec(html)?.[0];
  return tag && /^\d+;\s*url=(.*)$/s.exec(attributesOf(tag).content ?? '')?.[1];
};

let count = 0;

/** A payer with a browser that has no JavaScript: it reads forms from pages, follows redirects and keeps cookies. */
export class Payer {
  /** Each payer has an address of its own, believed where one proxy is trusted. */
  readonly address = `198.51.${100 + Math.floor(++count / 250)}.${(count % 250) + 1}`;
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();
  readonly #start: URL;
  #page: Page | undefined;
  #leftTo: string | null = null;

  constructor(start: string) {
    this.#start = new URL(start);
  }

  get page(): Page {
    if (!this.#page) throw new Error('no page has been opened yet');
    return this.#page;
  }

  /** Where the browser has left the gateway for, byte for byte; null while it is still there. */
  get leftTo(): string | null {
    return this.#leftTo;
  }

  get cookies(): readonly string[] {
    return [...this.#cookies].map(([name, { value }]) => `${name}=${value}`);
  }

  /** Whether a form to type a card into is before the payer. */
  get seesCardForm(): boolean {
    return this.page.forms.some((form) => form.nameOf('cc-number'));
  }

  /** One request without following anything. */
  async request(url: URL | string, fields?: Readonly<Record<string, string>>): Promise<Response> {
    const { pathname } = new URL(url);
    const cookies = [...this.#cookies]
      .filter(([, { path }]) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`))
      .map(([name, { value }]) => `${name}=${value}`);
    const response = await fetch(url, {
      method: fields ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
        'x-forwarded-for': this.address,
        ...(cookies.length > 0 && { cookie: cookies.join('; ') }),
      },
      ...(fields && { body: new URLSearchParams(fields) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair, ...limits] = line.split(/; */) as [string, ...string[]];
      const name = pair.slice(0, pair.indexOf('='));
      const path = limits.find((limit) => limit.startsWith('Path='))?.slice(5) ?? '/';
      if (limits.includes('Max-Age=0')) this.#cookies.delete(name);
      else this.#cookies.set(name, { value: pair.slice(name.length + 1), path });
    }
    return response;
  }

  /** Goes to an address, or posts a form to it, and on to wherever that leads. */
  async go(url: URL | string = this.#start, fields?: Readonly<Record<string, string>>): Promise<this> {
    const here = new URL(url);
    const response = await this.request(here, fields);
    const html = await response.text();
    this.#page = { url: here, status: response.status, headers: response.headers, html, forms: formsOf(html, here) };
    const target = response.headers.get('location') ?? refreshOf(html);
    if (!target) return this;
    const next = new URL(target, here);
    if (next.origin !== this.#start.origin) {
      this.#leftTo = target;
      return this;
    }
    // A page that only refreshes itself is one to wait on.
    return next.href === here.href && response.status === 200 ? this : this.go(next);
  }

  /** Fills the form in that asks for a card. */
  filled({ number, expiry = '12/39', code = '737', holder = '', keeps = false }: TypedCard): {
    action: URL;
    fields: Record<string, string>;
  } {
    const form = this.page.forms.find((each) => each.nameOf('cc-number'));
    if (!form) throw new Error(`no card form here: ${this.page.status} ${this.page.html.slice(0, 300)}`);
    const typed = { 'cc-number': number, 'cc-exp': expiry, 'cc-csc': code, 'cc-name': holder };
    const fields: Record<string, string> = { ...form.fields, ...(keeps && { keep: 'yes' }) };
    for (const [token, text] of Object.entries(typed)) {
      const name = form.nameOf(token);
      if (name) fields[name] = text;
    }
    return { action: form.action, fields };
  }

  async pay(card: TypedCard): Promise<this> {
    const { action, fields } = this.filled(card);
    return this.go(action, fields);
  }

  /** The form of this page that goes to a path with this end. */
  form(end: string): Form {
    const form = this.page.forms.find(({ action }) => action.pathname.endsWith(end));
    if (!form) throw new Error(`no form to ${end} here: ${this.page.status} ${this.page.html.slice(0, 300)}`);
    return form;
  }

  async submit(end: string, typed: Readonly<Record<string, string>> = {}): Promise<this> {
    const { action, fields } = this.form(end);
    return this.go(action, { ...fields, ...typed });
  }

  cancel(): Promise<this> {
    return this.submit('/cancel');
  }

  /** From the gateway's page to the issuer's, which asks its question. */
  toIssuer(): Promise<this> {
    return this.submit('/sandbox/issuer/challenge');
  }

  /** Answers the issuer's question (a one-time code, or one of the buttons) and stays on its page. */
  answer(said: { otp: string } | { outcome: 'approve' | 'decline' | 'cancel' | 'open' }): Promise<this> {
    return this.submit('/sandbox/issuer/challenge', 'otp' in said ? { ...said, outcome: 'confirm' } : said);
  }

  /** From the issuer back to the gateway. */
  comeBack(): Promise<this> {
    return this.submit('/return');
  }

  /** Passes through the issuer's page and comes back. */
  async confirm(said: Parameters<Payer['answer']>[0] = { otp: '111111' }): Promise<this> {
    await this.toIssuer();
    await this.answer(said);
    return this.comeBack();
  }
}

/** A payer who has opened the hosted page of a session. */
export const openPage = (gatewayUrl: string, sessionId: string, query = '?locale=en_US'): Promise<Payer> =>
  new Payer(`${gatewayUrl}/pay/${encodeURIComponent(sessionId)}${query}`).go();
