import type { Limit, ShopRules } from '../../core/limits.ts';
import type { Id, Instant } from '../../core/model.ts';
import { newId } from '../../kit/ids.ts';
import type { Sql } from '../../kit/postgres.ts';

/** The first rules of a shop make its gate; it stays, so that what was counted goes on counting. */
const text = `
with ruled as (
  insert into tollgate.shop_rules as x (merchant_id, shop_id, gate_id, rules, changed_at) values ($1, $2, $3, $4, $5)
  on conflict (shop_id) do update set rules = excluded.rules, changed_at = excluded.changed_at
  returning x.merchant_id, x.gate_id)
insert into tollgate.gates (merchant_id, id, kind, version, state)
select merchant_id, gate_id, 'limits', 1, 'open' from ruled on conflict do nothing`;

/** Amounts stand as text, because a JSON number would lose digits. */
const textOf = (rules: ShopRules): string =>
  JSON.stringify(rules, (_, value) => (typeof value === 'bigint' ? String(value) : value));

type StoredLimit = Omit<Limit, 'amountMinor'> & { readonly amountMinor: string | null };

/** Rules as they are stored. */
export const rulesOf = (stored: string): ShopRules => {
  const { limits, blocked } = JSON.parse(stored) as { limits: StoredLimit[]; blocked: ShopRules['blocked'] };
  const amounts = ({ amountMinor, ...limit }: StoredLimit): Limit => ({
    ...limit,
    amountMinor: amountMinor === null ? null : BigInt(amountMinor),
  });
  return { limits: limits.map(amounts), blocked };
};

/** Puts rules in the place of those that a shop has. */
export const setShopRules = async (
  sql: Sql,
  shop: { readonly id: Id; readonly merchantId: number },
  rules: ShopRules,
  now: Instant,
): Promise<void> => {
  const { id, merchantId } = shop;
  await sql.unsafe(text, [merchantId, id, newId(merchantId, now), textOf(rules), now]);
};
