import type { Operation, Payment, Totals } from './model.ts';
import type { OperationKind } from './states.ts';

type Total = keyof Totals;

/** Debit and credit. The account `acquirer` stands for the one of the attempt's own acquirer. */
export type Sides = readonly [debit: string, credit: string];

/** What an operation does to a payment's totals and to the ledger. */
export interface Effect {
  /** The total that reserves the amount while the operation is under way. */
  readonly hold: 'authorizedHeldMinor' | 'capturedHeldMinor' | 'payoutHeldMinor' | null;
  /** Where an approval adds the amount (+1) or takes it away (-1), besides ending the hold. */
  readonly approve: Partial<Readonly<Record<Total, 1 | -1>>>;
  readonly posting: Sides | null;
}

const nothing: Effect = { hold: null, approve: {}, posting: null };

/** What an operation does by itself. A stray moves money through suspense only, see its file; a void has no effect but on its target. */
export const effects: Readonly<Record<OperationKind, Effect>> = {
  sale: { hold: null, approve: { authorizedMinor: 1, capturedMinor: 1 }, posting: ['acquirer', 'merchant'] },
  authorize: { hold: null, approve: { authorizedMinor: 1 }, posting: null },
  verify: nothing,
  // What was asked for; its receipts move the money.
  collect: nothing,
  receipt: { hold: null, approve: { authorizedMinor: 1, capturedMinor: 1 }, posting: ['acquirer', 'merchant'] },
  capture: { hold: 'authorizedHeldMinor', approve: { capturedMinor: 1 }, posting: ['acquirer', 'merchant'] },
  release: { hold: 'authorizedHeldMinor', approve: { authorizedMinor: -1 }, posting: null },
  refund: { hold: 'capturedHeldMinor', approve: { refundedMinor: 1 }, posting: ['merchant', 'acquirer'] },
  payout: { hold: 'payoutHeldMinor', approve: { paidOutMinor: 1 }, posting: ['merchant', 'acquirer'] },
  dispute: { hold: null, approve: { disputedMinor: 1 }, posting: ['merchant', 'disputes'] },
  void: nothing,
  reversal: nothing,
  stray: nothing,
};

/** What it does to undo an approved operation of a kind: the mirror of what that did. Kinds that cannot be undone are left out. */
export const mirrors: Readonly<Partial<Record<OperationKind, Effect>>> = {
  sale: {
    hold: 'capturedHeldMinor',
    approve: { authorizedMinor: -1, capturedMinor: -1 },
    posting: ['merchant', 'acquirer'],
  },
  payout: { hold: null, approve: { paidOutMinor: -1 }, posting: ['acquirer', 'merchant'] },
};

export const isUndoable = (kind: OperationKind): boolean => mirrors[kind] !== undefined;

/** Whether a merchant asked for a reversal; else it was ordered after long silence, of what never was in the totals. */
export const isAskedFor = ({ reference }: Operation): boolean => reference !== null;

/**
 * What an operation does, by what it is about. Voids and merchants' reversals undo what was approved; what is taken back before
 * its end was known never was in the totals.
 */
export const effectOf = (operation: Operation, target: Operation | undefined): Effect => {
  const { kind } = operation;
  const undoes = kind === 'void' || (kind === 'reversal' && isAskedFor(operation));
  return undoes && target?.state === 'approved' ? (mirrors[target.kind] ?? nothing) : effects[kind];
};

export const noTotals: Totals = {
  authorizedMinor: 0n,
  capturedMinor: 0n,
  refundedMinor: 0n,
  authorizedHeldMinor: 0n,
  capturedHeldMinor: 0n,
  disputedMinor: 0n,
  paidOutMinor: 0n,
  payoutHeldMinor: 0n,
};

/** What may still be released: nothing where more was captured than authorized. */
export const uncaptured = (t: Totals): bigint => {
  const leftMinor = t.authorizedMinor - t.capturedMinor - t.authorizedHeldMinor;
  return leftMinor > 0n ? leftMinor : 0n;
};

/** How much more than what is authorized may be captured: so many whole percent of it, rounded down. */
export const overcaptureOf = (authorizedMinor: bigint, percent: number): bigint =>
  (authorizedMinor * BigInt(percent)) / 100n;

/** What may still be captured, unless something that is under way makes it less. */
export const capturable = (t: Totals & Pick<Payment, 'overcapturePercent'>): bigint =>
  t.authorizedMinor + overcaptureOf(t.authorizedMinor, t.overcapturePercent) - t.capturedMinor - t.authorizedHeldMinor;

/** What may still be refunded. */
export const unrefunded = (t: Totals): bigint =>
  t.capturedMinor - t.refundedMinor - t.capturedHeldMinor - t.disputedMinor;

/** Whether the totals can be true. The database checks the same; our guards refuse long before either is asked. */
export const arePossible = (t: Totals & Pick<Payment, 'amountMinor' | 'overcapturePercent'>): boolean =>
  capturable(t) >= 0n &&
  unrefunded(t) >= 0n &&
  t.paidOutMinor + t.payoutHeldMinor <= t.amountMinor &&
  (Object.keys(noTotals) as Total[]).every((total) => t[total] >= 0n);

/** `totals` with `amountMinor` added to one of them (a negative amount takes away). */
export const add = <T extends Totals>(totals: T, total: Total, amountMinor: bigint): T => ({
  ...totals,
  [total]: totals[total] + amountMinor,
});
