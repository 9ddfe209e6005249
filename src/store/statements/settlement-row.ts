import { type BatchTotals, noBatchTotals } from '../../core/batch.ts';
import type { Settlement } from '../../gateway/ports/terminals.ts';

/** Totals as JSON; amounts as text, because a JSON number would lose digits above 2⁵³. */
export const totalsText = (totals: BatchTotals): string =>
  JSON.stringify(totals, (_, value) => (typeof value === 'bigint' ? String(value) : value));

const totalsOf = (written: Readonly<Record<string, string | number>>): BatchTotals =>
  Object.fromEntries(
    Object.entries(noBatchTotals).map(([name, zero]) => {
      const value = written[name]!;
      return [name, typeof zero === 'bigint' ? BigInt(value) : value];
    }),
  ) as unknown as BatchTotals;

export const countText = ({ totals, openCount }: NonNullable<Settlement['counted']>): string =>
  JSON.stringify({ totals: JSON.parse(totalsText(totals)), openCount });

/** The columns of a settlement `s`, as `settlementOf` reads them. */
export const settlementColumns = `s.merchant_id as "merchantId", s.id, s.shop_id as "shopId", s.batch_id as "batchId",
  s.reference, s.request_hash as "requestHash", s.memo, s.result, s.reason, s.claimed, s.counted, s.settled_at`;

export interface SettlementRow extends Omit<Settlement, 'claimed' | 'counted' | 'settledAt'> {
  readonly claimed: string;
  readonly counted: string | null;
  readonly settled_at: bigint;
}

export const settlementOf = ({ claimed, counted, settled_at, ...row }: SettlementRow): Settlement => {
  const count = counted === null ? null : JSON.parse(counted);
  return {
    ...row,
    claimed: totalsOf(JSON.parse(claimed)),
    counted: count && { totals: totalsOf(count.totals), openCount: count.openCount },
    settledAt: Number(settled_at),
  };
};
