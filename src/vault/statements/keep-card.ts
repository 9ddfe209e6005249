import type { Sql } from '../../kit/postgres.ts';

/**
 * One that is kept already is not written again; where two keep the same one at once, the second finds the row as the first left it,
 * without an end.
 */
const text = `
with card as (
  select expires_at from vault.cards where owner = $1 and ref = $2 and (expires_at is null or expires_at > $3)),
kept as (
  update vault.cards set expires_at = null
  where owner = $1 and ref = $2 and (expires_at is null or expires_at > $3) and (select expires_at from card) is not null
  returning 1)
select ((select expires_at is null from card) or exists (select from kept))::int as kept`;

/** False when it is past its end, purged or not. */
export const keepCard = async (sql: Sql, owner: number, ref: string, now: number): Promise<boolean> => {
  const [row] = await sql.unsafe<{ kept: number | null }[]>(text, [owner, ref, now], { prepare: true });
  return row?.kept === 1;
};
