import type { Mandate, MandateStanding } from '../../core/mandates.ts';
import type { Sql } from '../../kit/postgres.ts';

/** Its gate is that which its tries pass. */
const text = `
with gate as (
  insert into tollgate.gates (merchant_id, id, kind, version, state) values ($1, $2, 'mandate', 1, 'open'))
insert into tollgate.mandates (merchant_id, id, shop_id, origin_payment_id, amount_minor, currency, unit, unit_count, time_zone,
  first_due_at, period_count_max, until_at, state, reason, period, attempt, due_at, created_at, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18)`;

export const addMandate = async (sql: Sql, mandate: Mandate, standing: MandateStanding): Promise<void> => {
  const { merchantId, id, shopId, originPaymentId, amountMinor, currency, schedule } = mandate;
  const { state, reason, period, attempt, dueAt } = standing;
  await sql.unsafe(text, [
    merchantId,
    id,
    shopId,
    originPaymentId,
    String(amountMinor),
    currency,
    schedule.unit,
    schedule.count,
    schedule.timeZone,
    schedule.firstDueAt,
    mandate.periodCountMax,
    mandate.untilAt,
    state,
    reason,
    period,
    attempt,
    dueAt,
    mandate.createdAt,
  ]);
};
