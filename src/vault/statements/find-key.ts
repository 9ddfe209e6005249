import type { Sql } from '../../kit/postgres.ts';
import type { WrappedKey } from '../ring.ts';

const text = `select id, purpose, kek_id as "kekId", wrapped from vault.keys where id = $1`;

export const findKey = async (sql: Sql, id: string): Promise<WrappedKey | undefined> =>
  (await sql.unsafe<WrappedKey[]>(text, [id], { prepare: true }))[0];
