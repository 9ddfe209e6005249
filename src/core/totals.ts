import type { Totals } from './model.ts';
import type { OperationKind } from './states.ts';

type Total = keyof Totals;

/** What an operation does to a payment's totals and to the ledger. Accounts: `acquirer` stands for `acquirer:<name>`. */
export interface Effect {
  /** The total that reserves the amount while the operation is under way. */
  readonly hold: 'authorizedHeldMinor' | 'capturedHeldMinor' | null;
  /** Where an approval adds the amount (+1) or takes it away (-1), besides ending the hold. */
  readonly approve: Partial<Readonly<Record<Total, 1 | -1>>>;
  /** Debit and credit of an approval. */
  readonly posting: readonly [debit: string, credit: string] | null;
}

/** A reversal has no row: it mirrors whatever its target became. A stray moves money into suspense only. */
export const effects: Readonly<Record<Exclude<OperationKind, 'reversal' | 'stray'>, Effect>> = {
  sale: {
    hold: null,
    approve: { authorizedMinor: 1, capturedMinor: 1 },
    posting: ['acquirer', 'merchant'],
  },
  authorize: { hold: null, approve: { authorizedMinor: 1 }, posting: null },
  capture: { hold: 'authorizedHeldMinor', approve: { capturedMinor: 1 }, posting: ['acquirer', 'merchant'] },
  release: { hold: 'authorizedHeldMinor', approve: { authorizedMinor: -1 }, posting: null },
  refund: { hold: 'capturedHeldMinor', approve: { refundedMinor: 1 }, posting: ['merchant', 'acquirer'] },
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

/** `totals` with `amountMinor` added to one of them (a negative amount takes away). */
export const add = <T extends Totals>(totals: T, total: Total, amountMinor: bigint): T => ({
  ...totals,
  [total]: totals[total] + amountMinor,
});
