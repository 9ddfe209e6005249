import type { Sql } from '../../kit/postgres.ts';

/** A card that is not kept has an end already, which stays: something else may still wait for it. */
const text = 'update vault.cards set expires_at = $3 where owner = $1 and ref = $2 and expires_at is null';

export const releaseCard = async (sql: Sql, owner: number, ref: string, until: number): Promise<void> => {
  await sql.unsafe(text, [owner, ref, until], { prepare: true });
};
