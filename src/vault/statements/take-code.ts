import type { Sql } from '../../kit/postgres.ts';

const text = `delete from vault.codes where owner = $1 and slot = $2 and sealed = $3`;

/** Forgets just that sealed code. False when somebody else did. */
export const takeCode = async (sql: Sql, owner: number, slot: string, sealed: Buffer): Promise<boolean> =>
  (await sql.unsafe(text, [owner, slot, sealed], { prepare: true })).count === 1;
