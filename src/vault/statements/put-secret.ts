import type { Sql } from '../../kit/postgres.ts';

const text = `
insert into vault.secrets (name, key_id, sealed) values ($1, $2, $3)
on conflict (name) do update set key_id = excluded.key_id, sealed = excluded.sealed`;

/** Takes the place of a secret of that name. */
export const putSecret = async (
  sql: Sql,
  { name, keyId, sealed }: { name: string; keyId: string; sealed: Buffer },
): Promise<void> => {
  await sql.unsafe(text, [name, keyId, sealed], { prepare: true });
};
