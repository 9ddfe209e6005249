import type { Sql } from '../../kit/postgres.ts';

const text = `
insert into vault.codes (owner, slot, sealed, expires_at) values ($1, $2, $3, $4)
on conflict (owner, slot) do update set sealed = excluded.sealed, expires_at = excluded.expires_at`;

/** Takes the place of what was sealed in that slot before. */
export const sealCode = async (
  sql: Sql,
  { owner, slot, sealed, expiresAt }: { owner: number; slot: string; sealed: Buffer; expiresAt: number },
): Promise<void> => {
  await sql.unsafe(text, [owner, slot, sealed, expiresAt], { prepare: true });
};
