import { nothingYet, type Spent, type Standing, since, type Window, windowMs, windows } from '../../core/limits.ts';
import type { UseQuery } from '../../gateway/ports/limits.ts';
import type { Sql } from '../../kit/postgres.ts';

/**
 * One statement, so that sums and version are of one moment. A payment that came to nothing (its end is one, and nothing is
 * authorized) counts as a try, but not with its amount. It walks over all tries of the shop in the longest window.
 */
const text = `
with lately as (
  select u.*, p.state in ('open', 'acting', 'part_paid') or p.authorized_minor > 0 as stands
  from tollgate.uses u join tollgate.payments p on p.merchant_id = u.merchant_id and p.id = u.payment_id
  where u.gate_id = $2 and u.at > $3),
paid as (
  select payment_id, max(at) as at, max(amount_minor) as amount_minor, max(card) as card
  from lately where stands and currency = $4 and payment_id is distinct from $5 group by payment_id)
select g.version, w.name,
  (select coalesce(sum(amount_minor), 0)::text from paid where at > w.from_at) as "shopMinor",
  (select count(*)::int from lately where at > w.from_at) as "shopCount",
  (select coalesce(sum(amount_minor), 0)::text from paid where at > w.from_at and card = $6) as "cardMinor",
  (select count(*)::int from lately where at > w.from_at and card = $6) as "cardCount"
from tollgate.gates g, unnest($7::text[], $8::bigint[]) as w(name, from_at)
where g.merchant_id = $1 and g.id = $2`;

interface Row {
  readonly version: number;
  readonly name: Window;
  readonly shopMinor: string;
  readonly shopCount: number;
  readonly cardMinor: string;
  readonly cardCount: number;
}

/** What was paid and tried at a shop, and the version of its gate. Throws where the shop has no gate. */
export const readUses = async (
  sql: Sql,
  { merchantId, gateId, limits, currency, card, paymentId, now }: UseQuery,
): Promise<{ version: number; standing: Standing }> => {
  const from = windows.map((name) => now - windowMs[name]);
  const parameters = [merchantId, gateId, since(limits, now), currency, paymentId, card];
  const rows = await sql.unsafe<Row[]>(text, [...parameters, `{${windows}}`, `{${from}}`], { prepare: true });
  const [first] = rows;
  if (!first) throw new Error('a shop has limits and no gate');
  const standing: Record<'shop' | 'card', Record<Window, Spent>> = {
    shop: { ...nothingYet.shop },
    card: { ...nothingYet.card },
  };
  for (const { name, shopMinor, shopCount, cardMinor, cardCount } of rows) {
    standing.shop[name] = { amountMinor: BigInt(shopMinor), count: shopCount };
    standing.card[name] = { amountMinor: BigInt(cardMinor), count: cardCount };
  }
  return { version: first.version, standing };
};
