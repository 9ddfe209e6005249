import type { Instant } from '../../core/model.ts';
import type { Sql } from '../../kit/postgres.ts';

/** Nothing ends before it began, and ids begin with that time; the clocks of two processes differ by less than this, ms. */
const skewMs = 3_600_000;

/** At most this many of a kind at once: the next call goes on. */
const countMax = 5_000;

/** `offset 0` as in find-by-claim.ts. */
const text = `
with due as materialized (
  select c.merchant_id, c.payment_id from tollgate.checkouts c
  cross join lateral (select finished_at from tollgate.operations o
    where o.merchant_id = c.merchant_id and o.payment_id = c.payment_id and o.ordinal = 1 offset 0) first
  where c.payer_info is not null and c.payment_id < $2::uuid and first.finished_at < $1
  order by c.payment_id limit ${countMax})
update tollgate.checkouts c set payer_info = null from due
where c.merchant_id = due.merchant_id and c.payment_id = due.payment_id`;

const ofLinks = `
with due as materialized (
  select merchant_id, id from tollgate.links
  where payer_info is not null and id < $2::uuid and ended is not null and expires_at < $1 order by id limit ${countMax})
update tollgate.links l set payer_info = null from due where l.merchant_id = due.merchant_id and l.id = due.id`;

/** Below every id that begins later. */
const idAt = (at: Instant): string => {
  const time = Math.max(0, at).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
};

/** Answers how many there were. */
export const forgetPayerInfo = async (sql: Sql, endedBefore: Instant): Promise<number> => {
  const parameters = [endedBefore, idAt(endedBefore + skewMs)];
  const payments = await sql.unsafe(text, parameters, { prepare: true });
  return payments.count + (await sql.unsafe(ofLinks, parameters, { prepare: true })).count;
};
