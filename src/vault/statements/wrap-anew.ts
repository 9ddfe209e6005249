import type { Sql } from '../../kit/postgres.ts';
import type { WrappedKey } from '../ring.ts';

const text = `update vault.keys set kek_id = $3, wrapped = $4 where id = $1 and kek_id = $2`;

/** Answers 1, or 0 when another process has been there. */
export const wrapAnew = async (sql: Sql, formerKekId: string, { id, kekId, wrapped }: WrappedKey): Promise<number> =>
  (await sql.unsafe(text, [id, formerKekId, kekId, wrapped])).count;
