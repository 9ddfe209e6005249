import type { Sql } from '../../kit/postgres.ts';
import type { WrappedKey } from '../ring.ts';

const text = `
insert into vault.keys (id, purpose, day, uses, kek_id, wrapped) values ($1, $2, $3, $4, $5, $6)
on conflict (id) do nothing`;

/** Leaves a key of that id that is there already. */
export const insertKey = async (sql: Sql, key: WrappedKey & { day: string; uses: number }): Promise<void> => {
  await sql.unsafe(text, [key.id, key.purpose, key.day, key.uses, key.kekId, key.wrapped], { prepare: true });
};
