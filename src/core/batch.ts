import type { Operation, Posting, View } from './model.ts';
import { isOperationFinal } from './states.ts';

/** What a terminal did in a batch, by count and amount in minor units. */
export interface BatchTotals {
  readonly saleMinor: bigint;
  readonly saleCount: number;
  readonly voidedMinor: bigint;
  readonly voidedCount: number;
  readonly refundMinor: bigint;
  readonly refundCount: number;
  readonly voidedRefundMinor: bigint;
  readonly voidedRefundCount: number;
}

type Kind = 'sale' | 'voided' | 'refund' | 'voidedRefund';
const kinds: readonly Kind[] = ['sale', 'voided', 'refund', 'voidedRefund'];

export const noBatchTotals: BatchTotals = {
  saleMinor: 0n,
  saleCount: 0,
  voidedMinor: 0n,
  voidedCount: 0,
  refundMinor: 0n,
  refundCount: 0,
  voidedRefundMinor: 0n,
  voidedRefundCount: 0,
};

/** What a batch comes to. */
export interface BatchCount {
  readonly totals: BatchTotals;
  /** Payments of which it is not known yet whether they count. */
  readonly openCount: number;
  /** What the acquirer owes for it, or is owed, counts as cleared from now on; by currency. */
  readonly postings: readonly (Posting & { readonly currency: string })[];
}

/** The last operation that takes operation 1 back and was not turned down. */
const undoingOf = ({ operations }: View): Operation | undefined =>
  operations.findLast(
    ({ kind, target, state }) =>
      (kind === 'void' || kind === 'reversal') && target === 1 && state !== 'refused' && state !== 'declined',
  );

/** Where a payment counts; null where it does not, undefined where that is not known yet. */
const kindOf = (view: View): Kind | null | undefined => {
  const first = view.operations[0]!;
  const isRefund = first.kind === 'payout';
  const undoing = undoingOf(view);
  // A reversal counts from the moment at which it was asked for: it is sent until it is acknowledged.
  if (undoing?.kind === 'reversal') return null;
  if (!isOperationFinal(first.state)) return undefined;
  if (first.state !== 'approved') return null;
  if (undoing === undefined) return isRefund ? 'refund' : 'sale';
  if (!isOperationFinal(undoing.state)) return undefined;
  return isRefund ? 'voidedRefund' : 'voided';
};

/** `debit` and `credit` of what is cleared: what the acquirer owed for sales, and was owed for refunds. */
const sidesOf = (kind: 'sale' | 'refund', acquirer: string) => {
  const sides = [`cleared:${acquirer}`, `acquirer:${acquirer}`] as const;
  return kind === 'sale' ? sides : ([sides[1], sides[0]] as const);
};

const postingsOf = (counted: readonly (readonly [Kind, View])[]): BatchCount['postings'] => {
  const sums = new Map<string, Posting & { readonly currency: string }>();
  for (const [kind, { payment, attempts }] of counted) {
    if (kind !== 'sale' && kind !== 'refund') continue;
    const { acquirer } = attempts.findLast(({ operation }) => operation === 1)!;
    const { currency } = payment;
    const [debit, credit] = sidesOf(kind, acquirer);
    const name = [debit, credit, currency].join();
    const amountMinor = (sums.get(name)?.amountMinor ?? 0n) + payment.amountMinor;
    sums.set(name, { debit, credit, amountMinor, currency });
  }
  return [...sums.values()];
};

/** Counts the payments of a batch. Amounts are added whatever their currency, as a terminal does that has no other total. */
export const countBatch = (views: readonly View[]): BatchCount => {
  const all = views.map((view) => [kindOf(view), view] as const);
  const counted = all.filter((entry): entry is readonly [Kind, View] => typeof entry[0] === 'string');
  const totals: Record<string, bigint | number> = {};
  for (const kind of kinds) {
    const own = counted.filter(([of]) => of === kind);
    totals[`${kind}Count`] = own.length;
    totals[`${kind}Minor`] = own.reduce((sum, [, { payment }]) => sum + payment.amountMinor, 0n);
  }
  return {
    totals: totals as unknown as BatchTotals,
    openCount: all.filter(([kind]) => kind === undefined).length,
    postings: postingsOf(counted),
  };
};

/** The names of the totals in which two counts differ. */
export const differencesOf = (claimed: BatchTotals, counted: BatchTotals): (keyof BatchTotals)[] =>
  (Object.keys(noBatchTotals) as (keyof BatchTotals)[]).filter((name) => claimed[name] !== counted[name]);
