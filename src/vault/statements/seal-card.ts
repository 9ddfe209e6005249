import type { Sql } from '../../kit/postgres.ts';

export interface SealedCard {
  readonly owner: number;
  readonly ref: string;
  readonly fingerprint: Buffer;
  readonly fingerprintVersion: number;
  readonly keyId: string;
  readonly sealed: Buffer;
  readonly expiresAt: number;
}

/** A card that is there keeps reference and seal, and its end only ever moves later. */
const text = `
insert into vault.cards as c (owner, ref, fingerprint, fingerprint_version, key_id, sealed, expires_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (fingerprint, owner) do update set
  expires_at = case when c.expires_at is null then null else greatest(c.expires_at, excluded.expires_at) end
returning ref`;

/** Answers the reference under which the card is kept: the given one, or the one it has had. */
export const sealCard = async (sql: Sql, card: SealedCard): Promise<string> => {
  const { owner, ref, fingerprint, fingerprintVersion, keyId, sealed, expiresAt } = card;
  const values = [owner, ref, fingerprint, fingerprintVersion, keyId, sealed, expiresAt];
  const [row] = await sql.unsafe<{ ref: string }[]>(text, values, { prepare: true });
  return row!.ref;
};
