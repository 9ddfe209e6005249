import type { Change, Decision, Departure, Telling } from './change.ts';
import { freedBy, takenBy } from './claims.ts';
import type { Transfer, Way } from './commands.ts';
import type {
  Attempt,
  Case,
  Checkout,
  Claim,
  Event,
  Id,
  Instant,
  Operation,
  Payment,
  Posting,
  Receipt,
  StoredAccount,
  StoredCard,
  TaskKind,
  View,
} from './model.ts';
import { attemptStates, isOperationFinal, operationStates, paymentStates } from './states.ts';
import { arePossible } from './totals.ts';

const unasked = {
  target: null,
  undoneBy: null,
  reason: null,
  reference: null,
  requestHash: null,
  noticeUrl: null,
  cardToken: null,
  memo: null,
  gateId: null,
} as const;

const unanswered = {
  acquirerReference: null,
  acquirerTime: null,
  responseCode: null,
  responseText: null,
  approvalCode: null,
  networkReference: null,
  payer: null,
  challenge: null,
  doubt: null,
  inquiries: 0,
  notFound: 0,
} as const;

/** What a new operation must say; the rest is empty unless it says otherwise. */
export type NewOperation = Pick<Operation, 'id' | 'kind' | 'state' | 'amountMinor'> & Partial<Operation>;

const mustLead = (table: string, states: readonly string[], from: string, to: string) => {
  if (from !== to && !states.includes(to)) throw new Error(`no ${table} goes from ${from} to ${to}`);
};

/**
 * A decision in the making: the next state of one payment, and what comes with it. Every move is held to the tables of
 * states.ts, and the totals to what can be true. What changed is found by comparing with the view that was read.
 */
export class Draft {
  readonly now: Instant;
  readonly checkout: Checkout | null;
  readonly claims: Claim[] = [];
  readonly postings: Posting[] = [];
  readonly cases: Case[] = [];
  readonly tellings: Telling[] = [];
  storedCard: StoredCard | null = null;
  storedAccount: StoredAccount | null = null;
  readonly #command: Id;
  readonly #read: View;
  #payment: Payment;
  readonly #operations: Operation[];
  readonly #attempts: Attempt[];
  readonly #receipts: Receipt[];
  readonly #events: Event[] = [];
  /** Due time by kind; null takes the task away. The last word on a kind counts. */
  readonly #tasks = new Map<TaskKind, Instant | null>();
  #departure: Departure | null = null;

  constructor(command: { readonly id: Id }, now: Instant, view: View) {
    this.now = now;
    this.checkout = view.checkout;
    this.#command = command.id;
    this.#read = view;
    this.#payment = { ...view.payment, version: view.payment.version + 1 };
    this.#operations = [...view.operations];
    this.#attempts = [...view.attempts];
    this.#receipts = [...view.receipts];
  }

  get payment(): Payment {
    return this.#payment;
  }

  get operationCount(): number {
    return this.#operations.length;
  }

  operation(ordinal: number): Operation {
    return this.#operations[ordinal - 1]!;
  }

  /** The newest attempt of an operation: the only one that may be under way. */
  lastAttempt(operation: number): Attempt | undefined {
    return this.#attempts.findLast((a) => a.operation === operation);
  }

  /** Cards that have been submitted, or orders sent, for an operation; what did not leave is none. */
  sentCount(operation: number): number {
    return this.#attempts.filter((a) => a.operation === operation && a.state !== 'not_sent').length;
  }

  move(patch: Partial<Payment>): void {
    if (patch.state) mustLead('payment', paymentStates[this.#payment.state].next, this.#payment.state, patch.state);
    this.#payment = { ...this.#payment, ...patch };
  }

  addOperation(operation: NewOperation): Operation {
    if (operation.kind === 'verify' ? operation.amountMinor !== 0n : operation.amountMinor <= 0n) {
      throw new Error('an operation needs an amount above zero, and a verify none');
    }
    const added: Operation = {
      ...unasked,
      requestedAt: this.now,
      finishedAt: isOperationFinal(operation.state) ? this.now : null,
      ...operation,
      ordinal: this.#operations.length + 1,
    };
    this.#operations.push(added);
    return added;
  }

  /** Moves an operation. One that comes to its end is stamped, and told of if `telling` says how. */
  moveOperation(ordinal: number, patch: Partial<Operation>, telling?: { readonly late: boolean }): void {
    const before = this.operation(ordinal);
    const after = { ...before, ...patch };
    mustLead('operation', operationStates[before.state], before.state, after.state);
    const ends = isOperationFinal(after.state) && !isOperationFinal(before.state);
    this.#operations[ordinal - 1] = ends ? { ...after, finishedAt: this.now } : after;
    if (ends && telling) this.tellings.push({ operation: ordinal, late: telling.late });
  }

  addAttempt(attempt: Omit<Attempt, 'ordinal'>): Attempt {
    const added = { ...attempt, ordinal: (this.lastAttempt(attempt.operation)?.ordinal ?? 0) + 1 };
    this.#attempts.push(added);
    return added;
  }

  /** Adds an attempt that is about to leave; a worker looks after it at `dueAt` if nobody has till then. */
  send(
    operation: number,
    { routeId, acquirer, account }: Way,
    about: Pick<Attempt, 'card' | 'wallet' | 'vaultRef'> &
      Partial<Pick<Attempt, 'bankAccount'>> & { readonly dueAt: Instant },
  ): Attempt {
    const ordinal = (this.lastAttempt(operation)?.ordinal ?? 0) + 1;
    const sentReference = `${this.operation(operation).id}-${ordinal}`;
    const way = { routeId, acquirer, account };
    const { card, wallet, bankAccount = null, vaultRef, dueAt } = about;
    const what = { card, wallet, bankAccount, vaultRef, dueAt, sentAt: this.now };
    return this.addAttempt({ ...unanswered, ...way, ...what, operation, sentReference, state: 'sending' });
  }

  /** Adds the attempt of a fact that nobody asked the acquirer for: money that a payer pushed, by the way of `like`. */
  addFact({ id, ordinal }: Operation, like: Attempt, { reference, acquirerTime, payer }: Transfer): Attempt {
    const { routeId, acquirer, account, wallet } = like;
    const way = { routeId, acquirer, account, wallet, card: null, bankAccount: null, vaultRef: null };
    const words = { ...unanswered, acquirerReference: reference, acquirerTime, payer };
    const name = { operation: ordinal, sentReference: `${id}-1` };
    return this.addAttempt({ ...words, ...way, ...name, state: 'approved', dueAt: null, sentAt: this.now });
  }

  moveAttempt({ operation, ordinal }: Pick<Attempt, 'operation' | 'ordinal'>, patch: Partial<Attempt>): void {
    const index = this.#attempts.findIndex((a) => a.operation === operation && a.ordinal === ordinal);
    const before = this.#attempts[index]!;
    const after = { ...before, ...patch };
    mustLead('attempt', attemptStates[before.state], before.state, after.state);
    this.#attempts[index] = after;
  }

  /** The attempt leaves the house as soon as the decision is durable. */
  depart({ operation, ordinal }: Pick<Attempt, 'operation' | 'ordinal'>, action: Departure['action']): void {
    this.#departure = { operation, attempt: ordinal, action };
  }

  get receipts(): readonly Receipt[] {
    return this.#receipts;
  }

  receipt(operation: number): Receipt | undefined {
    return this.#receipts.find((receipt) => receipt.operation === operation);
  }

  /** Writes down a receipt, or what became of it. */
  putReceipt(receipt: Receipt): void {
    const index = this.#receipts.findIndex(({ operation }) => operation === receipt.operation);
    if (index < 0) this.#receipts.push(receipt);
    else this.#receipts[index] = receipt;
  }

  schedule(kind: TaskKind, dueAt: Instant): void {
    this.#tasks.set(kind, dueAt);
  }

  unschedule(kind: TaskKind): void {
    this.#tasks.set(kind, null);
  }

  note(name: string, actor: Event['actor'], operation: number, detail: string | null = null): void {
    this.#events.push({ name, actor, operation, detail });
  }

  decision(): Decision {
    const payment = this.#payment;
    if (!arePossible(payment)) throw new Error(`the totals of payment ${payment.id} cannot be true`);
    const { payment: known, operations, attempts, receipts } = this.#read;
    const before = known.version === 0 ? null : this.#read;
    const freed = freedBy(before, payment, this.#operations);
    if (freed && this.claims.length > 0) throw new Error('no decision both takes and lets go of claims');
    const tasks = [...this.#tasks];
    const change: Change = {
      command: this.#command,
      read: known.version,
      payment,
      claims: before === null ? takenBy(this.claims, payment, this.#operations) : this.claims,
      freed: freed ? [freed] : [],
      operations: this.#operations.filter((operation, index) => operation !== operations[index]),
      attempts: this.#attempts.filter((attempt, index) => attempt !== attempts[index]),
      postings: this.postings,
      events: this.#events,
      checkout: known.version === 0 ? this.checkout : null,
      receipts: this.#receipts.filter((receipt, index) => receipt !== receipts[index]),
      tasksIn: tasks.flatMap(([kind, dueAt]) => (dueAt === null ? [] : [{ kind, dueAt }])),
      tasksOut: tasks.flatMap(([kind, dueAt]) => (dueAt === null ? [kind] : [])),
      storedCard: this.storedCard,
      storedAccount: this.storedAccount,
      cases: this.cases,
      now: this.now,
    };
    const next: View = {
      payment,
      operations: this.#operations,
      attempts: this.#attempts,
      checkout: this.checkout,
      receipts: this.#receipts,
    };
    return { kind: 'change', change, next, departure: this.#departure, tellings: this.tellings };
  }
}
