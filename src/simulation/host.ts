import type { Id } from '../core/model.ts';
import type { OperationKind } from '../core/states.ts';
import type { Wallet } from '../core/wallets.ts';
import type { Order, Outcome, Transfer } from '../gateway/ports.ts';
import type { HostName } from './weather.ts';
import type { World } from './world.ts';

/** What the acquirer's own book says of one message that moved, or would move, money. */
export interface Entry {
  readonly reference: string;
  readonly kind: OperationKind;
  readonly account: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly card: string | null;
  /** Reference of the entry that a capture or refund is about. */
  readonly original: string | null;
  readonly wallet: Wallet | null;
  state: 'approved' | 'declined' | 'challenged' | 'pending';
  /** Money that was pushed under it. */
  readonly transfers: Transfer[];
  /** Nothing is taken under it any more by us; banks send all the same. */
  isClosed: boolean;
  isUndone: boolean;
  /** When inquiries begin to find it. */
  readonly visibleAt: number;
  /** When a pending one is decided, and how. */
  readonly decidesAt: number;
  /** It came later than the acquirer's stated lag allows. */
  readonly isOverdue: boolean;
  /** How often the payer's answer to a redirect had an effect. */
  resumeCount: number;
}

const face = (order: Order) => (order.card ? `${order.card.first6}xxxxxx${order.card.last4}` : null);

/**
 * The acquirer's host with a book of its own. It guards nothing but its references: what is sent twice has one effect.
 * Whether amounts add up is the gateway's business, and the judge reads it out of this book.
 */
export class Host {
  readonly book = new Map<string, Entry>();
  /** References whose taking back was acknowledged, whatever had become of them. */
  readonly undone = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #world: () => World;
  readonly name: HostName;

  constructor(world: () => World, name: HostName) {
    this.#world = world;
    this.name = name;
  }

  /** How long it may not know of an order yet, ms, by its own statement. */
  get lagMs(): number {
    return this.#world().weather.lagMs[this.name];
  }

  /** How much more than what is authorized it captures, per cent. */
  get overcapturePercent(): number {
    return this.name === 'north' ? 20 : 5;
  }

  /** A charge, capture or refund arrives. Undefined: the host keeps silent, whatever it did. */
  perform(order: Order, isOverdue: boolean): Outcome | undefined {
    const { chance, weather, timeline } = this.#world();
    const known = this.book.get(order.sentReference);
    if (known) return this.#answer(known);
    const wantsChallenge = order.kind === 'sale' || order.kind === 'authorize' || order.kind === 'verify';
    const roll = chance.next();
    let state: Entry['state'] = 'approved';
    const isVoidOfNothing = order.kind === 'void' && !this.isLive(order.original!.sentReference);
    if (this.undone.has(order.sentReference) || isVoidOfNothing || roll < weather.declines) state = 'declined';
    else if (order.wallet || (wantsChallenge && chance.happens(weather.challenges))) state = 'challenged';
    else if (chance.happens(weather.pends)) state = 'pending';
    const entry: Entry = {
      reference: order.sentReference,
      kind: order.kind,
      account: order.account,
      currency: order.currency,
      amountMinor: order.amountMinor,
      card: face(order),
      wallet: order.wallet,
      transfers: [],
      isClosed: false,
      original: order.original?.sentReference ?? null,
      state,
      isUndone: false,
      visibleAt: timeline.now + chance.next() * this.lagMs * 0.5,
      decidesAt: timeline.now + chance.between(1_000, 2 * 3_600_000),
      isOverdue,
      resumeCount: 0,
    };
    this.book.set(entry.reference, entry);
    if (state === 'approved') this.#took(entry);
    if (state === 'challenged' && order.wallet) this.#payers(entry);
    if (state === 'approved' && chance.happens(weather.approvesSilently)) return undefined;
    if (chance.happens(weather.hostErrors)) return { kind: 'unknown', doubt: 'host_error', note: 'HTTP 500' };
    return this.#answer(entry);
  }

  /** The payer's answer to a challenge arrives. */
  resume(order: Order, answer: Readonly<Record<string, string>>): Outcome | undefined {
    const { chance, weather } = this.#world();
    const entry = this.book.get(order.sentReference);
    if (!entry) return { kind: 'unknown', doubt: 'host_error', note: 'no such order' };
    if (entry.state !== 'challenged') return this.#answer(entry);
    if (answer.code !== undefined && answer.code !== '000000') return { kind: 'wrong_code', ...this.#words(entry) };
    entry.state = chance.happens(weather.declines) ? 'declined' : 'approved';
    entry.resumeCount += 1;
    if (entry.state === 'approved') this.#took(entry);
    if (chance.happens(weather.approvesSilently)) return undefined;
    return this.#answer(entry);
  }

  /** What became of it? A challenge that nobody waits for any more is ended by the question, as the adapter does. */
  inquire(order: Order): Outcome {
    const { timeline } = this.#world();
    const entry = this.book.get(order.sentReference);
    if (!entry || entry.visibleAt > timeline.now) return { kind: 'not_found' };
    if (entry.state === 'challenged' && !entry.wallet) entry.state = 'declined';
    return this.#answer(entry);
  }

  /** No more money is to be taken under the reference. One that is not here yet comes to a closed door. */
  close(order: Order): Outcome {
    const entry = this.book.get(order.sentReference);
    if (!entry) {
      this.undone.add(order.sentReference);
      return { kind: 'declined', reason: 'declined', ...this.#words({ reference: order.sentReference }) };
    }
    entry.isClosed = true;
    if (entry.state === 'challenged' && entry.kind === 'sale') entry.state = 'declined';
    return this.#answer(entry);
  }

  /** What payers do in their apps with the code of an order: pay, refuse, walk away; or push parts of it, and too much. */
  #payers(entry: Entry): void {
    const { chance, timeline } = this.#world();
    if (chance.happens(0.2)) return;
    const times = entry.kind === 'collect' ? chance.pick([1, 1, 2, 3]) : 1;
    for (let time = 0; time < times; time++) {
      const ms = chance.happens(0.1) ? chance.between(0, 4 * 3_600_000) : chance.between(500, 600_000);
      timeline.plan(ms, null, () => this.#pays(entry));
    }
  }

  #pays(entry: Entry): void {
    const { chance, weather, watch } = this.#world();
    if (entry.kind === 'collect') {
      // A bank knows nothing of whether the order is closed.
      const part = chance.happens(0.5) ? entry.amountMinor : entry.amountMinor / 2n + 1n;
      const reference = `${entry.reference}/${entry.transfers.length + 1}`;
      entry.transfers.push({ reference, amountMinor: part, acquirerTime: null, payer: null });
      watch.tell(`${this.name} takes transfer ${reference} ${part}`);
    } else if (entry.state === 'challenged') {
      entry.state = chance.happens(weather.declines) ? 'declined' : 'approved';
      if (entry.state === 'approved') this.#took(entry);
    } else return;
    this.#tell(entry);
  }

  /** The acquirer sends word to one of our processes, which gets lost as other messages do. */
  #tell({ reference }: Entry): void {
    const { chance, weather, processes } = this.#world();
    if (chance.happens(weather.answerLoss)) return;
    chance.pick(processes).noticed(this.name, reference);
  }

  /** Takes the original back, whatever became of it. */
  undo(order: Order): Outcome {
    const { chance, weather, watch } = this.#world();
    const reference = order.original!.sentReference;
    const entry = this.book.get(reference);
    const words = { acquirerReference: null, acquirerTime: null, responseCode: '00', responseText: null };
    // It stands by what it has said, however often it is asked.
    if (!this.undone.has(reference) && (this.#refused.has(reference) || chance.happens(weather.refusesUndo))) {
      this.#refused.add(reference);
      return { kind: 'declined', reason: 'declined', ...words };
    }
    this.undone.add(reference);
    watch.tell(`${this.name} undoes ${reference}`);
    if (entry && !entry.isUndone) {
      if (entry.state !== 'approved') entry.state = 'declined';
      entry.isUndone = true;
    }
    return { kind: 'approved', approvalCode: 'UNDONE', networkReference: null, ...words };
  }

  /** What a charge stands for now: approved, and not taken back. */
  isLive(reference: string): boolean {
    const entry = this.book.get(reference);
    if (!entry) return false;
    this.#decide(entry);
    return entry.state === 'approved' && !entry.isUndone;
  }

  /** It has said no, and stands by that. */
  hasRefused(reference: string): boolean {
    return this.book.get(reference)?.state === 'declined';
  }

  #decide(entry: Entry): void {
    const { timeline } = this.#world();
    if (entry.state !== 'pending' || entry.decidesAt > timeline.now) return;
    // From its own numbers, so that it does not matter who asks first.
    const isVoidOfNothing = entry.kind === 'void' && this.book.get(entry.original!)?.isUndone === true;
    entry.state = isVoidOfNothing || Math.floor(entry.decidesAt) % 3 === 0 ? 'declined' : 'approved';
    if (entry.state === 'approved') this.#took(entry);
  }

  #took(entry: Entry): void {
    const { judge, watch } = this.#world();
    watch.tell(`${this.name} takes ${entry.kind} ${entry.reference} ${entry.amountMinor}`);
    judge.effect(this, entry);
    if (entry.kind === 'void') this.book.get(entry.original!)!.isUndone = true;
  }

  #words({ reference }: Pick<Entry, 'reference'>) {
    return { acquirerReference: `H-${reference}`, acquirerTime: null, responseCode: null, responseText: null };
  }

  #answer(entry: Entry): Outcome {
    this.#decide(entry);
    const words = this.#words(entry);
    switch (entry.state) {
      case 'approved':
        if (entry.isUndone) return { kind: 'declined', reason: 'processing_error', ...words };
        return { kind: 'approved', approvalCode: 'A00001', networkReference: null, ...words };
      case 'declined':
        return { kind: 'declined', reason: 'insufficient_funds', ...words };
      case 'pending':
        return { kind: 'accepted', ...words };
      case 'challenged': {
        const code = { kind: 'qr', text: `pay:${entry.reference}`, appUrl: null } as const;
        if (entry.kind === 'collect') {
          const { transfers, isClosed } = entry;
          const challenge = isClosed ? null : code;
          return { kind: 'received', transfers: [...transfers], isClosed, challenge, ...words };
        }
        if (entry.wallet) return { kind: 'challenge', challenge: code, ...words };
        const challenge = entry.card?.startsWith('8600')
          ? ({ kind: 'otp', phone: '99890*****67', digitCount: 6 } as const)
          : ({ kind: 'redirect', url: 'https://bank.example', fields: {}, echoField: 'session' } as const);
        return { kind: 'challenge', challenge, ...words };
      }
    }
  }
}

/** The operation of a reference: an attempt's reference is its operation's id and the attempt's ordinal. */
export const operationOf = (reference: string): Id => reference.slice(0, reference.lastIndexOf('-'));
