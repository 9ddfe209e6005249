import type { Totals } from './model.ts';
import type { OperationKind } from './states.ts';

type Total = keyof Totals;

/** Debit and credit. The account `acquirer` stands for the one of the attempt's own acquirer. */
export type Sides = readonly [debit: string, credit: string];

/** What an operation does to a payment's totals and to the ledger. */
export interface Effect {
  /** The total that reserves the amount while the operation is under way. */
  readonly hold: 'authorizedHeldMinor' | 'capturedHeldMinor' | null;
  /** Where an approval adds the amount (+1) or takes it away (-1), besides ending the hold. */
  readonly approve: Partial<Readonly<Record<Total, 1 | -1>>>;
  readonly posting: Sides | null;
}

const nothing: Effect = { hold: null, approve: {}, posting: null };

/** A reversal ends what was not in the totals yet, and a stray moves money through suspense only: see their files. */
export const effects: Readonly<Record<OperationKind, Effect>> = {
  sale: { hold: null, approve: { authorizedMinor: 1, capturedMinor: 1 }, posting: ['acquirer', 'merchant'] },
  authorize: { hold: null, approve: { authorizedMinor: 1 }, posting: null },
  verify: nothing,
  // What was asked for; its receipts move the money.
  collect: nothing,
  receipt: { hold: null, approve: { authorizedMinor: 1, capturedMinor: 1 }, posting: ['acquirer', 'merchant'] },
  capture: { hold: 'authorizedHeldMinor', approve: { capturedMinor: 1 }, posting: ['acquirer', 'merchant'] },
  release: { hold: null, approve: { authorizedMinor: -1 }, posting: null },
  refund: { hold: 'capturedHeldMinor', approve: { refundedMinor: 1 }, posting: ['merchant', 'acquirer'] },
  reversal: nothing,
  stray: nothing,
};

export const noTotals: Totals = {
  authorizedMinor: 0n,
  capturedMinor: 0n,
  refundedMinor: 0n,
  authorizedHeldMinor: 0n,
  capturedHeldMinor: 0n,
};

/** What may still be captured or released. */
export const uncaptured = (t: Totals): bigint => t.authorizedMinor - t.capturedMinor - t.authorizedHeldMinor;

/** What may still be refunded. */
export const unrefunded = (t: Totals): bigint => t.capturedMinor - t.refundedMinor - t.capturedHeldMinor;

/** Whether the totals can be true. The database checks the same; our guards refuse long before either is asked. */
export const arePossible = (t: Totals): boolean =>
  uncaptured(t) >= 0n && unrefunded(t) >= 0n && (Object.keys(noTotals) as Total[]).every((total) => t[total] >= 0n);

/** `totals` with `amountMinor` added to one of them (a negative amount takes away). */
export const add = <T extends Totals>(totals: T, total: Total, amountMinor: bigint): T => ({
  ...totals,
  [total]: totals[total] + amountMinor,
});
