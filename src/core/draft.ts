import type { Change, Decision, Departure, Telling } from './change.ts';
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
  StoredCard,
  Task,
  TaskKind,
  View,
} from './model.ts';
import { attemptStates, isOperationFinal, operationStates, paymentStates } from './states.ts';

const follow = (table: string, states: readonly string[], from: string, to: string) => {
  if (from !== to && !states.includes(to)) throw new Error(`no ${table} goes from ${from} to ${to}`);
};

/** A decision in the making: the next state of one payment, and what of it changed. Every move is held to the tables. */
export class Draft {
  readonly command: Id;
  readonly now: Instant;
  readonly #read: number;
  #payment: Payment;
  #checkout: Checkout | null;
  readonly #operations: Operation[];
  readonly #attempts: Attempt[];
  readonly #changedOperations = new Set<number>();
  readonly #changedAttempts = new Set<Attempt>();
  readonly #claims: Claim[] = [];
  readonly #postings: Posting[] = [];
  readonly #events: Event[] = [];
  readonly #tasksIn: Task[] = [];
  readonly #tasksOut: TaskKind[] = [];
  readonly #cases: Case[] = [];
  readonly #tellings: Telling[] = [];
  #storedCard: StoredCard | null = null;
  #departure: Departure | null = null;

  constructor(command: Id, now: Instant, view: View | Payment) {
    const known = 'payment' in view ? view : { payment: view, operations: [], attempts: [], checkout: null };
    this.command = command;
    this.now = now;
    this.#read = known.payment.version;
    this.#payment = { ...known.payment, version: this.#read + 1 };
    this.#checkout = known.checkout;
    this.#operations = [...known.operations];
    this.#attempts = [...known.attempts];
  }

  get payment(): Payment {
    return this.#payment;
  }

  get operations(): readonly Operation[] {
    return this.#operations;
  }

  operation(ordinal: number): Operation {
    return this.#operations[ordinal - 1]!;
  }

  attempt(operation: number, ordinal: number): Attempt {
    return this.#attempts.find((a) => a.operation === operation && a.ordinal === ordinal)!;
  }

  /** The newest attempt of an operation. */
  lastAttempt(operation: number): Attempt | undefined {
    return this.#attempts.findLast((a) => a.operation === operation);
  }

  move(patch: Partial<Payment>): void {
    if (patch.state) follow('payment', paymentStates[this.#payment.state].next, this.#payment.state, patch.state);
    this.#payment = { ...this.#payment, ...patch };
  }

  open(checkout: Checkout): void {
    this.#checkout = checkout;
  }

  addOperation(operation: Omit<Operation, 'ordinal'>): Operation {
    const added = { ...operation, ordinal: this.#operations.length + 1 };
    this.#operations.push(added);
    this.#changedOperations.add(added.ordinal);
    return added;
  }

  /** Moves an operation; one that reaches an end is stamped, and told of unless the telling is somebody else's. */
  moveOperation(ordinal: number, patch: Partial<Operation>, telling?: { late: boolean }): void {
    const before = this.operation(ordinal);
    const state = patch.state ?? before.state;
    follow('operation', operationStates[before.state], before.state, state);
    const ends = isOperationFinal(state) && !isOperationFinal(before.state);
    this.#operations[ordinal - 1] = { ...before, ...patch, ...(ends && { finishedAt: this.now }) };
    this.#changedOperations.add(ordinal);
    if (ends && telling) this.#tellings.push({ operation: ordinal, late: telling.late });
  }

  /** A recorded refusal is an end from the start. */
  tell(operation: number, late: boolean): void {
    this.#tellings.push({ operation, late });
  }

  addAttempt(attempt: Omit<Attempt, 'ordinal' | 'sentReference'>): Attempt {
    const ordinal = (this.lastAttempt(attempt.operation)?.ordinal ?? 0) + 1;
    const added = { ...attempt, ordinal, sentReference: `${this.operation(attempt.operation).id}-${ordinal}` };
    this.#attempts.push(added);
    this.#changedAttempts.add(added);
    return added;
  }

  moveAttempt(before: Attempt, patch: Partial<Attempt>): void {
    const state = patch.state ?? before.state;
    follow('attempt', attemptStates[before.state], before.state, state);
    const after = { ...before, ...patch };
    this.#attempts[this.#attempts.indexOf(before)] = after;
    this.#changedAttempts.delete(before);
    this.#changedAttempts.add(after);
  }

  claim(claims: readonly Claim[]): void {
    this.#claims.push(...claims);
  }

  post(debit: string, credit: string, amountMinor: bigint): void {
    this.#postings.push({ debit, credit, amountMinor });
  }

  note(name: string, actor: Event['actor'], operation: number | null, detail: string | null = null): void {
    this.#events.push({ name, actor, operation, detail });
  }

  schedule(task: Task): void {
    this.#tasksIn.push(task);
  }

  unschedule(kind: TaskKind): void {
    this.#tasksOut.push(kind);
  }

  raise(kind: Case['kind'], operation: number, evidence: string): void {
    this.#cases.push({ kind, operation, evidence });
  }

  store(card: StoredCard): void {
    this.#storedCard = card;
  }

  depart(attempt: Attempt, action: Departure['action']): void {
    this.#departure = { operation: attempt.operation, attempt: attempt.ordinal, action };
  }

  decision(): Decision {
    const change: Change = {
      command: this.command,
      read: this.#read,
      payment: this.#payment,
      claims: this.#claims,
      operations: [...this.#changedOperations].map((ordinal) => this.operation(ordinal)),
      attempts: [...this.#changedAttempts],
      postings: this.#postings,
      events: this.#events,
      checkout: this.#read === 0 ? this.#checkout : null,
      tasksIn: this.#tasksIn,
      tasksOut: this.#tasksOut,
      storedCard: this.#storedCard,
      cases: this.#cases,
      now: this.now,
    };
    const next: View = {
      payment: this.#payment,
      operations: this.#operations,
      attempts: this.#attempts,
      checkout: this.#checkout,
    };
    return { kind: 'change', change, next, departure: this.#departure, tellings: this.#tellings };
  }
}
