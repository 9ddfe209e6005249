import type { StoredCard } from '../../core/model.ts';
import { inOrder } from '../../kit/grouped.ts';
import { arrayText, type Sql } from '../../kit/postgres.ts';

/** One key read a token; `offset 0` keeps the planner from reading all cards of the owner. */
const text = `
select t.n::int, c.token, c.shop_id as "shopId", c.vault_ref as "vaultRef", json_build_object('brand', c.card_brand,
  'first6', c.card_first6, 'last4', c.card_last4, 'expiry', c.card_expiry) as face,
  c.network_reference as "networkReference", c.customer
from unnest($1::int[], $2::text[]) with ordinality as t(owner, token, n) cross join lateral (
  select * from tollgate.stored_cards x where x.owner = t.owner and x.token = t.token offset 0) c`;

export interface CardKey {
  readonly owner: number;
  readonly token: string;
}

/** The stored cards of these names, in that order; undefined where there is none. */
export const storedCards = async (sql: Sql, keys: readonly CardKey[]): Promise<(StoredCard | undefined)[]> => {
  const columns = [keys.map(({ owner }) => owner), keys.map(({ token }) => token)];
  const rows = await sql.unsafe<(StoredCard & { n: number })[]>(text, columns.map(arrayText), { prepare: true });
  return inOrder(keys.length, rows, ({ n: _, ...card }) => card);
};
