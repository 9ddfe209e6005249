import type { Id, Instant } from '../../core/model.ts';
import type { Purse } from '../../gateway/ports/purses.ts';
import type { Shop } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';

/**
 * One statement, so that version and balance are of one moment: a payout that the balance does not show yet has not moved the
 * version either. `offset 0` as in find-by-claim.ts: each payment's postings by their key. It walks over all payments of the merchant:
 * payouts are rare, and an index for them would cost every sale.
 */
const one = `
select p.id, g.version, b.total::text, b.held::text from (
  select * from tollgate.purses where shop_id = $1 and currency = $2 offset 0) p
cross join lateral (
  select version from tollgate.gates x where x.merchant_id = p.merchant_id and x.id = p.id offset 0) g
cross join lateral (
  select coalesce(sum(l.amount), 0) as total,
    coalesce(sum(y.captured_held_minor + y.payout_held_minor), 0) as held
  from tollgate.payments y cross join lateral (
    select sum(case 'merchant' when z.credit then z.amount_minor when z.debit then -z.amount_minor else 0 end) as amount
    from tollgate.postings z where z.merchant_id = y.merchant_id and z.payment_id = y.id offset 0) l
  where y.merchant_id = p.merchant_id and y.shop_id = p.shop_id and y.currency = p.currency) b`;

/** Whoever wins the currency makes the purse and its gate. */
const open = `
with fresh as (
  insert into tollgate.purses (merchant_id, id, shop_id, currency, opened_at)
  values ($1, $2, $3, $4, $5) on conflict (shop_id, currency) do nothing returning merchant_id, id)
insert into tollgate.gates (merchant_id, id, kind, version, state) select merchant_id, id, 'purse', 1, 'open' from fresh`;

interface Row {
  readonly id: Id;
  readonly version: number;
  readonly total: string;
  readonly held: string;
}

/** The purse of a shop in a currency; opened, under this id, if there is none. */
export const readPurse = async (
  sql: Sql,
  { id: shopId, merchantId }: Pick<Shop, 'id' | 'merchantId'>,
  currency: string,
  id: Id,
  now: Instant,
): Promise<Purse> => {
  const find = async (): Promise<Purse | undefined> => {
    const [row] = await sql.unsafe<Row[]>(one, [shopId, currency], { prepare: true });
    return row && { id: row.id, version: row.version, totalMinor: BigInt(row.total), heldMinor: BigInt(row.held) };
  };
  const known = await find();
  if (known) return known;
  await sql.unsafe(open, [merchantId, id, shopId, currency, now], { prepare: true });
  return (await find())!;
};
