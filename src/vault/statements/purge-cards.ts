import type { Sql } from '../../kit/postgres.ts';

const text = `
with past as (
  select owner, ref from vault.cards where expires_at <= $1 order by expires_at limit $2 for update skip locked)
delete from vault.cards c using past where c.owner = past.owner and c.ref = past.ref`;

/** Forgets cards past their end, at most `limit`. Answers how many. */
export const purgeCards = async (sql: Sql, now: number, limit: number): Promise<number> =>
  (await sql.unsafe(text, [now, limit], { prepare: true })).count;
