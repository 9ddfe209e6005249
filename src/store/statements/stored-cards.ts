import type { StoredCard } from '../../core/model.ts';
import { arrayText, type Sql } from '../../kit/postgres.ts';

/** One key read a token; `offset 0` keeps the planner from reading all cards of the owner. */
const text = `
select c.token, c.shop_id as "shopId", c.vault_ref as "vaultRef", json_build_object('brand', c.card_brand, 'first6', c.card_first6,
  'last4', c.card_last4, 'expiry', c.card_expiry) as face, c.network_reference as "networkReference"
from unnest($2::text[]) with ordinality as t(token, n) cross join lateral (
  select * from tollgate.stored_cards x where x.owner = $1 and x.token = t.token offset 0) c
order by t.n`;

export const storedCards = async (sql: Sql, owner: number, tokens: readonly string[]): Promise<StoredCard[]> => [
  ...(await sql.unsafe<StoredCard[]>(text, [owner, arrayText(tokens)], { prepare: true })),
];
