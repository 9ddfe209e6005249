import type { Sql } from '../../kit/postgres.ts';

const text = `insert into vault.secrets (name, key_id, sealed) values ($1, $2, $3) on conflict (name) do nothing`;

/** Leaves a secret of that name that is there already. */
export const insertSecret = async (
  sql: Sql,
  { name, keyId, sealed }: { name: string; keyId: string; sealed: Buffer },
): Promise<void> => {
  await sql.unsafe(text, [name, keyId, sealed], { prepare: true });
};
