import type { Sql } from '../../kit/postgres.ts';

const text = `
select key_id as "keyId", sealed from vault.cards
where owner = $1 and ref = $2 and (expires_at is null or expires_at > $3)`;

/** Undefined when it is past its end, purged or not. */
export const findCard = async (
  sql: Sql,
  owner: number,
  ref: string,
  now: number,
): Promise<{ keyId: string; sealed: Buffer } | undefined> =>
  (await sql.unsafe<{ keyId: string; sealed: Buffer }[]>(text, [owner, ref, now], { prepare: true }))[0];
