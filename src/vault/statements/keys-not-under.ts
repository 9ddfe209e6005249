import type { Sql } from '../../kit/postgres.ts';
import type { WrappedKey } from '../ring.ts';

const text = `select id, purpose, kek_id as "kekId", wrapped from vault.keys where kek_id <> $1 order by id`;

/** Keys that another key-encryption key wraps. */
export const keysNotUnder = async (sql: Sql, kekId: string): Promise<WrappedKey[]> =>
  sql.unsafe<WrappedKey[]>(text, [kekId]);
