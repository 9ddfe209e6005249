import type { Instant } from '../../core/model.ts';
import type { Sql } from '../../kit/postgres.ts';

const text = `
update tollgate.checkouts c set payer_info = null from tollgate.operations o
where c.payer_info is not null and o.merchant_id = c.merchant_id and o.payment_id = c.payment_id and o.ordinal = 1
  and o.finished_at < $1`;

const ofLinks = `
update tollgate.links set payer_info = null where payer_info is not null and ended is not null and expires_at < $1`;

/** Answers how many there were. */
export const forgetPayerInfo = async (sql: Sql, endedBefore: Instant): Promise<number> =>
  (await sql.unsafe(text, [endedBefore], { prepare: true })).count +
  (await sql.unsafe(ofLinks, [endedBefore], { prepare: true })).count;
