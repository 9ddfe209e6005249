import { inOrder } from '../../kit/grouped.ts';
import { arrayText, type Sql } from '../../kit/postgres.ts';

const text = `
select k.n::int, c.key_id as "keyId", c.sealed
from unnest($1::int[], $2::text[], $3::bigint[]) with ordinality as k(owner, ref, now, n) cross join lateral (
  select * from vault.cards x where x.owner = k.owner and x.ref = k.ref offset 0) c
where c.expires_at is null or c.expires_at > k.now`;

export interface CardKey {
  readonly owner: number;
  readonly ref: string;
  /** Business ms. */
  readonly now: number;
}

export interface Sealed {
  readonly keyId: string;
  readonly sealed: Buffer;
}

/** The sealed numbers of these references, in that order; undefined where one is past its end, purged or not. */
export const findCards = async (sql: Sql, keys: readonly CardKey[]): Promise<(Sealed | undefined)[]> => {
  const columns = [keys.map(({ owner }) => owner), keys.map(({ ref }) => ref), keys.map(({ now }) => now)];
  const rows = await sql.unsafe<(Sealed & { n: number })[]>(text, columns.map(arrayText), { prepare: true });
  return inOrder(keys.length, rows, ({ keyId, sealed }) => ({ keyId, sealed }));
};
