import type { Freed } from './claims.ts';
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
  Task,
  TaskKind,
  View,
} from './model.ts';
import type { Refusal } from './reasons.ts';

/** All that one decision changes; it is written whole or not at all. */
export interface Change {
  /** The id of the command: names its claims, and is the id of the operation it made, if it made one. */
  readonly command: Id;
  /** The payment's version that was read; 0 when the payment is new. `payment.version` is `read + 1`. */
  readonly read: number;
  readonly payment: Payment;
  readonly claims: readonly Claim[];
  /** Claims let go of; no change both takes and lets go of one. */
  readonly freed: readonly Freed[];
  /** New or changed operations and attempts: written by (payment, ordinal). */
  readonly operations: readonly Operation[];
  readonly attempts: readonly Attempt[];
  /** Posted under `entry = payment.version`, `line` = 1, 2, …; all in the payment's currency, at `now`. */
  readonly postings: readonly Posting[];
  readonly events: readonly Event[];
  /** Written with a new payment only. */
  readonly checkout: Checkout | null;
  /** New or changed receipts, written by (payment, operation). */
  readonly receipts: readonly Receipt[];
  /** Set, or moved to another time. */
  readonly tasksIn: readonly Task[];
  readonly tasksOut: readonly TaskKind[];
  readonly storedCard: StoredCard | null;
  readonly storedAccount: StoredAccount | null;
  readonly cases: readonly Case[];
  readonly now: Instant;
}

/** Something a merchant may want to hear: an operation came to its end. */
export interface Telling {
  readonly operation: number;
  /** True when the caller of the operation had been answered before the end was known. */
  readonly late: boolean;
  /** It did not end: its payer has done all there was to do, and what comes of it is not known yet. */
  readonly isOpen?: true;
}

/** An attempt that is to leave the house as soon as the change is durable. */
export interface Departure {
  readonly operation: number;
  readonly attempt: number;
  readonly action: 'perform' | 'resume' | 'resend' | 'undo';
}

export type Decision =
  /** The rules say no, and nothing is written. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** It is so already. */
  | { readonly kind: 'settled' }
  | {
      readonly kind: 'change';
      readonly change: Change;
      /** The payment as it will stand. */
      readonly next: View;
      readonly departure: Departure | null;
      readonly tellings: readonly Telling[];
    };
