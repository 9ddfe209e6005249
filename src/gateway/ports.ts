/** What the gateway needs from the rooms below it. Each port is implemented by one room. */
import type { Change } from '../core/change.ts';
import type { Claim, Id, Instant, Notice, Operation, StoredCard, TaskKind, View } from '../core/model.ts';
import type { OperationState } from '../core/states.ts';
import type { Clock } from '../kit/clock.ts';
import type { Log } from '../kit/log.ts';
import type { Use } from './ports/limits.ts';
import type { LinkRow } from './ports/links.ts';
import type { MandateRow } from './ports/mandates.ts';

export { referenceScope } from '../core/claims.ts';
export type * from './ports/acquirers.ts';
export type * from './ports/administration.ts';
export type * from './ports/directory.ts';
export type * from './ports/fiscal.ts';
export * from './ports/links.ts';
export type * from './ports/notices.ts';
export type * from './ports/vault.ts';

/** Time and chance, so that the same gateway runs in the simulator. */
export interface Surroundings {
  /** The business clock: `now` of every decision. */
  readonly clock: Clock;
  /** Deadlines towards acquirers and leases follow this one. */
  readonly realClock: Clock;
  /** Milliseconds since some moment, by a clock that nobody can set. It may stand still while the whole machine sleeps. */
  elapsed(): number;
  newId(merchantId: number): Id;
  /** The merchant an id was made for; undefined for a text that is no id. */
  merchantOf(id: string): number | undefined;
  /** A name for a stored card: 16 characters of A–Z and 0–9 that begin with TK. */
  newToken(): string;
  /** Calls back after `ms` of real time; answers a function that calls it off. */
  after(ms: number, call: () => void): () => void;
  readonly log: Log;
}

/** A gate that must be open and still have the version that was read; it moves to `read + 1`. */
export interface GateMove {
  readonly id: Id;
  readonly read: number;
}

/** All that one decision writes, in one statement. */
export interface Step extends Change {
  readonly gates: readonly GateMove[];
  /** A newer notice of an operation replaces an older one that is still due. */
  readonly notices: readonly Notice[];
  /** Tries that count against the limits of their shop. */
  readonly uses?: readonly Use[];
}

/**
 * `written`: durable. `stale`: the payment or a gate moved on, nothing was written. `taken`: another command holds a
 * claim, nothing was written. `full`: too many steps are waiting, nothing was tried.
 */
export type Verdict = 'written' | 'stale' | 'taken' | 'full';

/** Where an operation stands in its shop's list, for good. No two share a place where the shop's references are unique. */
export interface Place {
  /** The second, by business time since 1970 UTC, in which it was asked for. */
  readonly second: number;
  /** The merchant's reference; ordered by its bytes. */
  readonly reference: string;
}

/** A piece of the list of what a shop was asked for under references of its merchant, by place, ascending. */
export interface Stretch {
  /** Operations in other states are left out, unless some of the money that payers are to push has come. */
  readonly states: readonly OperationState[];
  /** First and last second that count. */
  readonly fromSecond: number;
  readonly toSecond: number;
  /** Only what stands behind this place; null: all of it. */
  readonly after: Place | null;
  readonly limit: number;
}

export interface Page {
  readonly entries: readonly { readonly view: View; readonly operation: Operation }[];
  /** Whether more of the stretch stands behind these. */
  readonly hasMore: boolean;
}

export interface Payments {
  record(step: Step): Promise<Verdict>;
  find(merchantId: number, paymentId: Id): Promise<View | undefined>;
  /**
   * The commands by which payments got to these versions, in that order; undefined where one has not got so far. Known of
   * commits that left an event.
   */
  writtenBy(
    keys: readonly { readonly merchantId: number; readonly paymentId: Id; readonly version: number }[],
  ): Promise<(Id | undefined)[]>;
  /** The payment whose command holds the claim, and that command's id. */
  findByClaim(merchantId: number, claim: Claim): Promise<{ view: View; command: Id } | undefined>;
  /** The payment that has an operation of this id. */
  findByOperation(merchantId: number, operationId: Id): Promise<View | undefined>;
  /** A page of a shop's list, as it stands now. */
  listOperations(shopId: Id, stretch: Stretch): Promise<Page>;
  /** The payment with a challenged attempt whose card is sealed under this reference. */
  findChallenged(merchantId: number, vaultRef: string): Promise<View | undefined>;
  /** A stored card by its token, or by where the vault keeps its number, at a shop if one is named (null: at all). */
  storedCard(
    merchantId: number,
    by: { token: string } | { vaultRef: string; shopId?: Id | null },
  ): Promise<StoredCard | undefined>;
  /** Stored cards by their tokens, in that order; unknown ones are left out. */
  storedCards(merchantId: number, tokens: readonly string[]): Promise<StoredCard[]>;
  /** Tokens of a customer's cards (see Checkout), in the order in which they were stored. */
  cardsOf(merchantId: number, customer: string): Promise<string[]>;
  /** Forgets a stored card. False when there is none of that name. */
  forgetCard(merchantId: number, token: string): Promise<boolean>;
  /** Notes that its merchant has asked how a payment ended. The first time stays. */
  noteAsked(merchantId: number, paymentId: Id, at: Instant): Promise<void>;
  /** The newest of the payments that belong together, the oldest of these first. */
  findRelated(by: Related, limit: number): Promise<View[]>;
  /** Forgets what merchants told of the payers of payments that ended before then. Answers how many there were. */
  forgetPayerInfo(endedBefore: Instant): Promise<number>;
}

/** What payments have in common: an order of a shop, or the payment that they repeat. */
export type Related = { readonly shopId: Id; readonly orderReference: string } | { readonly originPaymentId: Id };

/** A piece of work that a worker holds for a while; the payment's version fences what it writes. */
export interface LeasedAttempt {
  readonly merchantId: number;
  readonly paymentId: Id;
  readonly operation: number;
  readonly attempt: number;
}

export interface LeasedTask {
  readonly merchantId: number;
  readonly paymentId: Id;
  readonly kind: TaskKind;
}

/** What is due, for workers. `dueBefore` is business time, `leaseUntil` real time; both ms. */
export interface Agenda {
  /** Leases up to `limit` attempts that are due and that nobody holds at `realNow`. */
  leaseAttempts(lease: Lease): Promise<LeasedAttempt[]>;
  leaseTasks(lease: Lease): Promise<LeasedTask[]>;
  /** Mandates that are due. */
  leaseMandates(lease: Lease): Promise<MandateRow[]>;
  /** Links whose time is over and that have not ended, each for one worker until `dueNext`; both business ms. */
  leaseLinks(due: {
    readonly dueBefore: Instant;
    readonly dueNext: Instant;
    readonly limit: number;
  }): Promise<LinkRow[]>;
  /** What time it is by the database's clock, ms. Nothing is decided by it: see `withAgreedTime`. */
  now(): Promise<Instant>;
}

export interface Lease {
  readonly dueBefore: Instant;
  readonly realNow: number;
  readonly leaseUntil: number;
  readonly limit: number;
}
