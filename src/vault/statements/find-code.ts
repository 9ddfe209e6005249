import type { Sql } from '../../kit/postgres.ts';

const text = `select sealed from vault.codes where owner = $1 and slot = $2 and expires_at > $3`;

export const findCode = async (sql: Sql, owner: number, slot: string, now: number): Promise<Buffer | undefined> =>
  (await sql.unsafe<{ sealed: Buffer }[]>(text, [owner, slot, now], { prepare: true }))[0]?.sealed;
