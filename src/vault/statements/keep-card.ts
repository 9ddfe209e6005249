import type { Sql } from '../../kit/postgres.ts';

const text = `
update vault.cards set expires_at = null where owner = $1 and ref = $2 and (expires_at is null or expires_at > $3)`;

/** False when it is past its end, purged or not. */
export const keepCard = async (sql: Sql, owner: number, ref: string, now: number): Promise<boolean> =>
  (await sql.unsafe(text, [owner, ref, now], { prepare: true })).count === 1;
