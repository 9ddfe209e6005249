import type { Sql } from '../../kit/postgres.ts';

const text = `
with past as (
  select hash from tollgate.login_tokens where expires_at <= $1 order by expires_at limit $2 for update skip locked)
delete from tollgate.login_tokens t using past where t.hash = past.hash`;

/** Forgets tokens past their end, at most `limit`. Answers how many. */
export const purgeTokens = async (sql: Sql, realNow: number, limit: number): Promise<number> =>
  (await sql.unsafe(text, [realNow, limit], { prepare: true })).count;
