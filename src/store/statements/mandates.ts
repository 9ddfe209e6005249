import type { Mandate, MandateStanding, PeriodEnd } from '../../core/mandates.ts';
import type { Id, Instant } from '../../core/model.ts';
import type { MandateRow } from '../../gateway/ports/mandates.ts';
import type { Sql } from '../../kit/postgres.ts';

/** The columns of a mandate `m` with its gate `g`, as `mandateRowOf` reads them. */
export const mandateColumns = `m.merchant_id, m.id, m.shop_id, m.origin_payment_id, m.amount_minor, m.currency, m.unit,
  m.unit_count, m.time_zone, m.first_due_at, m.period_count_max, m.until_at, m.state, m.reason, m.period, m.attempt,
  m.due_at, m.version, m.created_at, m.changed_at, g.version as gate_version`;

export interface MandateColumns {
  readonly merchant_id: number;
  readonly id: Id;
  readonly shop_id: Id;
  readonly origin_payment_id: Id;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly unit: Mandate['schedule']['unit'];
  readonly unit_count: number;
  readonly time_zone: string;
  readonly first_due_at: bigint;
  readonly period_count_max: number | null;
  readonly until_at: bigint | null;
  readonly state: MandateStanding['state'];
  readonly reason: MandateStanding['reason'];
  readonly period: number;
  readonly attempt: number;
  readonly due_at: bigint;
  readonly version: number;
  readonly gate_version: number;
  readonly created_at: bigint;
  readonly changed_at: bigint;
}

export const mandateRowOf = (row: MandateColumns): MandateRow => ({
  mandate: {
    merchantId: row.merchant_id,
    id: row.id,
    shopId: row.shop_id,
    originPaymentId: row.origin_payment_id,
    amountMinor: BigInt(row.amount_minor),
    currency: row.currency,
    schedule: {
      unit: row.unit,
      count: row.unit_count,
      timeZone: row.time_zone,
      firstDueAt: Number(row.first_due_at),
    },
    periodCountMax: row.period_count_max,
    untilAt: row.until_at === null ? null : Number(row.until_at),
    createdAt: Number(row.created_at),
  },
  standing: {
    state: row.state,
    reason: row.reason,
    period: row.period,
    attempt: row.attempt,
    dueAt: Number(row.due_at),
  },
  version: row.version,
  gateVersion: row.gate_version,
  changedAt: Number(row.changed_at),
});

const one = `
select ${mandateColumns} from tollgate.mandates m join tollgate.gates g using (merchant_id, id)
where m.merchant_id = $1 and m.id = $2`;

export const findMandate = async (sql: Sql, merchantId: number, id: Id): Promise<MandateRow | undefined> =>
  (await sql.unsafe<MandateColumns[]>(one, [merchantId, id], { prepare: true })).map(mandateRowOf)[0];

/** For operators: it reads all gates of the merchant. Ids begin with their time, so descending ids are newest first. */
const all = `
select ${mandateColumns} from tollgate.mandates m join tollgate.gates g using (merchant_id, id)
where m.shop_id = $1 order by m.id desc limit $2`;

export const listMandates = async (sql: Sql, shopId: Id, limit: number): Promise<MandateRow[]> =>
  (await sql.unsafe<MandateColumns[]>(all, [shopId, limit])).map(mandateRowOf);

const over = `
select period, outcome, at from tollgate.mandate_periods where merchant_id = $1 and mandate_id = $2 order by period`;

export const mandatePeriods = async (
  sql: Sql,
  merchantId: number,
  id: Id,
): Promise<(PeriodEnd & { readonly at: Instant })[]> =>
  (await sql.unsafe<(PeriodEnd & { at: bigint })[]>(over, [merchantId, id])).map((row) => ({
    ...row,
    at: Number(row.at),
  }));
