/** One payment as a story, for tests only: commands go in, and all that was decided is written down as a store would. */
import type { Decision, Telling } from './change.ts';
import type {
  Charge,
  Command,
  Conclude,
  Evidence,
  Fiscalize,
  Follow,
  OfficeAnswer,
  Submit,
  Undo,
  Way,
} from './commands.ts';
import { decide } from './decide.ts';
import type {
  Attempt,
  CardFace,
  Case,
  Checkout,
  Id,
  Instant,
  Operation,
  Posting,
  ReceiptLine,
  TaskKind,
  View,
} from './model.ts';
import type { Refusal } from './reasons.ts';
import { isPushed, type Wallet } from './wallets.ts';

export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;
export const start: Instant = Date.UTC(2026, 0, 17, 3, 39, 51);
export const face: CardFace = { brand: 'visa', first6: '444000', last4: '0010', expiry: '2039-01' };
export const way: Way = { routeId: 'route-1', acquirer: 'north', account: 'H000000H0000001' };
export const receiptLine: ReceiptLine = {
  title: 'Atlas',
  priceMinor: 10_000n,
  count: '1',
  vatPercent: 12,
  codes: { code: '04901001001000003' },
};
export const checkout: Checkout = {
  successUrl: null,
  failureUrl: 'https://shop.example/retry',
  expiresAt: start + 30 * minuteMs,
  brands: ['visa'],
  wallet: null,
  keepsCard: true,
  customer: null,
  payerInfo: null,
  demandsChallenge: false,
  redirectMs: null,
  submitCountMax: null,
};
export const textedCode = { kind: 'otp', phone: '99890*****67', digitCount: 6 } as const;
export const payCode = { kind: 'qr', text: 'https://wallet.example/1', appUrl: 'wallet://1' } as const;
const bankForm = { kind: 'redirect', url: 'https://bank.example', fields: {}, echoField: 'session' } as const;

type Change = Extract<Decision, { kind: 'change' }>;
type About = Partial<Pick<Conclude, 'operation' | 'attempt' | 'late' | 'mayLeaveMs' | 'lagMs' | 'keep'>>;

const upsert = <T>(old: readonly T[], changed: readonly T[], isSame: (a: T, b: T) => boolean): T[] => {
  const kept = old.map((before) => changed.find((after) => isSame(before, after)) ?? before);
  return [...kept, ...changed.filter((after) => !old.some((before) => isSame(before, after)))];
};

export class Story {
  view: View = null as unknown as View;
  now = start;
  readonly postings: Posting[] = [];
  readonly cases: Case[] = [];
  readonly tellings: Telling[] = [];
  readonly events: string[] = [];
  readonly tasks = new Map<TaskKind, Instant>();
  #ids = 0;

  /** As it stands; what is done to the copy is not done to this one. */
  copy(): Story {
    const copy = new Story();
    copy.view = this.view;
    copy.now = this.now;
    copy.postings.push(...this.postings);
    copy.cases.push(...this.cases);
    copy.tellings.push(...this.tellings);
    copy.events.push(...this.events);
    for (const [kind, dueAt] of this.tasks) copy.tasks.set(kind, dueAt);
    copy.#ids = this.#ids;
    return copy;
  }

  id(): Id {
    this.#ids += 1;
    return `id-${this.#ids}`;
  }

  wait(ms: number): this {
    this.now += ms;
    return this;
  }

  operation(ordinal: number): Operation {
    return this.view.operations[ordinal - 1]!;
  }

  /** The newest attempt of an operation. */
  attempt(operation = 1): Attempt {
    return this.view.attempts.findLast((a) => a.operation === operation)!;
  }

  /** Decides and writes down; throws if what was written does not add up to the next view. */
  tell(command: Command): Decision {
    const decision = decide(this.view, command, this.now);
    if (decision.kind === 'change') this.write(decision);
    return decision;
  }

  write({ change, next, tellings }: Change): void {
    const old = this.view ?? { operations: [], attempts: [], checkout: change.checkout, receipts: [] };
    if (change.read !== (this.view?.payment.version ?? 0)) throw new Error('stale');
    const written: View = {
      payment: change.payment,
      operations: upsert(old.operations, change.operations, (a, b) => a.ordinal === b.ordinal),
      attempts: upsert(old.attempts, change.attempts, (a, b) => a.operation === b.operation && a.ordinal === b.ordinal),
      checkout: old.checkout,
      receipts: upsert(old.receipts, change.receipts, (a, b) => a.operation === b.operation),
    };
    const isSame = <T>(a: readonly T[], b: readonly T[]) => a.length === b.length && a.every((x, i) => x === b[i]);
    const adds =
      next.payment === change.payment &&
      isSame(written.operations, next.operations) &&
      isSame(written.attempts, next.attempts) &&
      isSame(written.receipts, next.receipts) &&
      written.checkout === next.checkout;
    if (!adds) throw new Error('what is written is not the next view');
    this.view = next;
    this.postings.push(...change.postings);
    this.cases.push(...change.cases);
    this.tellings.push(...tellings);
    this.events.push(...change.events.map(({ name }) => name));
    for (const { kind, dueAt } of change.tasksIn) this.tasks.set(kind, dueAt);
    for (const kind of change.tasksOut) this.tasks.delete(kind);
    if (change.tasksIn.some(({ kind }) => change.tasksOut.includes(kind))) throw new Error('a task both in and out');
  }

  readonly #new = (kind: 'sale' | 'authorize' | 'verify' | 'collect', amountMinor: bigint) => ({
    id: this.id(),
    paymentId: 'payment',
    merchantId: 1,
    shopId: 'shop',
    kind,
    amountMinor,
    currency: 'HKD',
    reference: 'INV-1',
    requestHash: 'hash',
    noticeUrl: 'https://shop.example/hooks',
    memo: '{"v":1}',
    claims: [{ scope: 'ref:shop', value: 'INV-1' }],
  });

  open(kind: 'sale' | 'authorize' = 'sale', amountMinor = 10_000n): Decision {
    return this.tell({
      type: 'open',
      ...this.#new(kind, amountMinor),
      checkout,
      cardToken: null,
      receipt: null,
      offer: null,
    });
  }

  /** A payment that owes the tax office a receipt. */
  openTaxed(kind: 'sale' | 'authorize' | 'verify' = 'sale'): Decision {
    const taxed = { checkout, cardToken: null, receipt: [receiptLine], offer: null };
    return this.tell({ type: 'open', ...this.#new(kind, kind === 'verify' ? 0n : 10_000n), ...taxed });
  }

  /** A card that is to be proven and stored under a name that is settled. */
  openVerify(): Decision {
    return this.tell({
      type: 'open',
      ...this.#new('verify', 0n),
      checkout,
      cardToken: 'card-1',
      receipt: null,
      offer: null,
    });
  }

  /** A checkout with limits of its own. */
  openWith(limits: Partial<Checkout>, kind: 'sale' | 'authorize' = 'sale'): Decision {
    const own = { ...checkout, ...limits };
    return this.tell({
      type: 'open',
      ...this.#new(kind, 10_000n),
      checkout: own,
      cardToken: null,
      receipt: null,
      offer: null,
    });
  }

  /** A checkout by wallet: the order for its code leaves at once. */
  openWallet(wallet: Wallet = 'payme'): Decision {
    const kind = isPushed(wallet) ? 'collect' : 'sale';
    const own = { ...checkout, keepsCard: false, wallet };
    const offer = { way, dueAt: this.now + 15_000 };
    return this.tell({
      type: 'open',
      ...this.#new(kind, 10_000n),
      checkout: own,
      cardToken: null,
      receipt: null,
      offer,
    });
  }

  /** What payers pushed so far, by amount; the acquirer names them one after another. */
  received(amounts: readonly bigint[], { isClosed = false }: { isClosed?: boolean } = {}, about: About = {}): Decision {
    const transfers = amounts.map((amountMinor, index) => ({
      id: this.id(),
      reference: `T${index + 1}`,
      amountMinor,
      acquirerTime: null,
      payer: null,
    }));
    return this.hear({ kind: 'received', transfers, isClosed, challenge: isClosed ? null : payCode }, about);
  }

  resend(): Decision {
    return this.tell({ type: 'resend', id: this.id() });
  }

  again(): Decision {
    return this.tell({ type: 'again', id: this.id() });
  }

  withdraw(): Decision {
    return this.tell({ type: 'withdraw', id: this.id() });
  }

  answered(kind: OfficeAnswer['kind'], operation = 1): Fiscalize {
    const words = { number: '88412', terminal: 'T1', sign: '482019375561', url: 'https://tax.example/88412' };
    const answer: OfficeAnswer =
      kind === 'registered'
        ? { kind, ...words, message: 'accepted', registeredAt: this.now }
        : { kind, message: 'the office is closed' };
    return { type: 'fiscalize', id: this.id(), operation, answer };
  }

  /** The tax office's answer about the receipt of an operation. */
  fiscalize(kind: OfficeAnswer['kind'], operation = 1): Decision {
    return this.tell(this.answered(kind, operation));
  }

  /** The acquirer asks for a code that it has texted. */
  hearTexted(about: About = {}): Decision {
    return this.hear({ kind: 'challenge', challenge: textedCode }, about);
  }

  charge(
    kind: Charge['kind'] = 'sale',
    amountMinor = 10_000n,
    by: Way | Refusal = way,
    overcapturePercent = 0,
  ): Decision {
    const known = { card: face, cardToken: 'TK1', vaultRef: 'vault-1', dueAt: this.now + 15_000 };
    const asked = { ...this.#new('sale', amountMinor), overcapturePercent };
    return this.tell({ type: 'charge', ...asked, ...known, kind, way: by });
  }

  forestall(amountMinor = 10_000n): Decision {
    return this.tell({ type: 'forestall', ...this.#new('sale', amountMinor), id2: this.id() });
  }

  undo(kind: Undo['kind'], amountMinor = this.operation(1).amountMinor || 1n, more: Partial<Undo> = {}): Decision {
    const own = { reference: 'INV-1U', requestHash: 'hash', noticeUrl: null, memo: null, refusal: null };
    const claims = [{ scope: 'ref:shop', value: 'INV-1U' }];
    const rest = { claims, dueAt: this.now + 15_000 };
    return this.tell({ type: 'undo', id: this.id(), kind, amountMinor, ...own, ...rest, ...more });
  }

  posted(cardToken: string | null = null): Submit {
    const rest = { vaultRef: null, way, dueAt: this.now + 15_000 };
    const card = this.view.checkout?.wallet ? null : face;
    return { type: 'submit', id: this.id(), card, cardToken, ...rest };
  }

  /** A card that was typed, or the one that is stored under this token. */
  submit(cardToken: string | null = null): Decision {
    return this.tell(this.posted(cardToken));
  }

  resume(sentReference = this.attempt().sentReference): Decision {
    return this.tell({ type: 'resume', id: this.id(), sentReference, dueAt: this.now + 15_000 });
  }

  cancel(): Decision {
    return this.tell({ type: 'cancel', id: this.id() });
  }

  followed(kind: Follow['kind'], amountMinor: bigint, more: Partial<Follow> = {}): Follow {
    const own = { reference: 'INV-1F', requestHash: 'hash', noticeUrl: null, memo: null, refusal: null };
    const claims = [{ scope: 'ref:shop', value: 'INV-1F' }];
    const rest = { claims, recordsRefusal: true, dueAt: this.now + 15_000 };
    return { type: 'follow', id: this.id(), kind, amountMinor, ...own, ...rest, ...more };
  }

  capture(amountMinor: bigint, more: Partial<Follow> = {}): Decision {
    return this.tell(this.followed('capture', amountMinor, more));
  }

  /** A capture that lets go of what it leaves. */
  captureLast(amountMinor: bigint, more: Partial<Follow> = {}): Decision {
    return this.capture(amountMinor, { restId: this.id(), ...more });
  }

  dispute(amountMinor: bigint, reference = 'CB-1'): Decision {
    const claims = [{ scope: 'dispute:north', value: reference }];
    return this.tell({ type: 'dispute', id: this.id(), amountMinor, reference, noticeUrl: null, claims });
  }

  release(amountMinor: bigint, more: Partial<Follow> = {}): Decision {
    return this.tell(this.followed('release', amountMinor, more));
  }

  refund(amountMinor: bigint, more: Partial<Follow> = {}): Decision {
    return this.tell(this.followed('refund', amountMinor, more));
  }

  due(task: 'expire' | 'lapse'): Decision {
    return this.tell({ type: 'due', id: this.id(), task });
  }

  heard(said: Evidence['kind'] | Evidence, about: About = {}): Conclude {
    const operation = about.operation ?? 1;
    const asks = this.view.checkout?.wallet ? payCode : bankForm;
    const form = said === 'challenge' ? { challenge: asks } : {};
    const evidence = typeof said === 'string' ? { kind: said, ...form } : said;
    const attempt = about.attempt ?? this.attempt(operation).ordinal;
    const { state, inquiries } = this.attempt(operation);
    const ids = { id: this.id(), id2: this.id() };
    return {
      type: 'conclude',
      ...ids,
      late: false,
      asked: state === 'sending' ? null : inquiries,
      mayLeaveMs: 0,
      lagMs: 0,
      keep: null,
      ...about,
      evidence,
      operation,
      attempt,
    };
  }

  /** Evidence about an attempt; of operation 1 and its newest one unless told otherwise. */
  hear(said: Evidence['kind'] | Evidence, about: About = {}): Decision {
    return this.tell(this.heard(said, about));
  }

  /** The acquirer is asked whenever that is due, `times` over, and says this each time. */
  ask(times: number, said: Evidence['kind'] | Evidence, about: About = {}): void {
    for (let i = 0; i < times; i++) {
      this.now = Math.max(this.now, this.attempt(about.operation).dueAt ?? this.now);
      this.hear(said, about);
    }
  }

  /** What an account has received less what it has given. */
  balance(account: string): bigint {
    const side = (name: string, amountMinor: bigint) => (name === account ? amountMinor : 0n);
    return this.postings.reduce((sum, p) => sum + side(p.debit, p.amountMinor) - side(p.credit, p.amountMinor), 0n);
  }
}
