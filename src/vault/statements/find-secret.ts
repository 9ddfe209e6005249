import type { Sql } from '../../kit/postgres.ts';

const text = `select key_id as "keyId", sealed from vault.secrets where name = $1`;

export const findSecret = async (sql: Sql, name: string): Promise<{ keyId: string; sealed: Buffer } | undefined> =>
  (await sql.unsafe<{ keyId: string; sealed: Buffer }[]>(text, [name], { prepare: true }))[0];
