import type { Route, Shop } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';
import { rulesOf } from './shop-rules.ts';

interface Row extends Omit<Shop, 'settings' | 'routes' | 'merchantId' | 'rules'> {
  readonly rules: string | null;
  readonly gateId: string | null;
  readonly merchantId: number;
  readonly settings: string;
  readonly routes: readonly (Omit<Route, 'minMinor' | 'maxMinor'> & {
    minMinor: string | null;
    maxMinor: string | null;
  })[];
}

/** A shop with its routes in their order and its active keys, oldest first. */
const text = (condition: string) => `
select s.id, s.merchant_id as "merchantId", m.name as "merchantName", s.api, s.wire_name as "wireName", s.state,
  s.settings,
  (select coalesce(json_agg(json_build_object('id', r.id, 'acquirer', r.acquirer, 'account', r.account,
      'brands', r.brands, 'currencies', r.currencies, 'minMinor', r.min_minor::text, 'maxMinor', r.max_minor::text)
    order by r.position), '[]') from tollgate.routes r where r.shop_id = s.id) as routes,
  (select coalesce(json_agg(c.public_key order by c.added_at), '[]') from tollgate.credentials c
    where c.shop_id = s.id and c.state = 'active') as "publicKeys",
  l.rules, l.gate_id as "gateId"
from tollgate.shops s join tollgate.merchants m on m.id = s.merchant_id
left join tollgate.shop_rules l on l.shop_id = s.id
where ${condition}`;

const byName = text(`s.state = 'active' and m.state = 'active' and s.api = $1 and s.wire_name = $2`);
const byAnyName = text('s.api = $1 and s.wire_name = $2');
const byId = text('s.id = $1');
const ofMerchant = `${text(`s.state = 'active' and m.state = 'active' and s.api = $1 and s.merchant_id = $2`)}
order by s.created_at, s.id`;

const minor = (amount: string | null): bigint | null => (amount === null ? null : BigInt(amount));

const shopOf = ({ rules, gateId, ...row }: Row): Shop => ({
  ...row,
  ...(rules !== null && { rules: { ...rulesOf(rules), gateId: gateId! } }),
  settings: JSON.parse(row.settings),
  routes: row.routes.map((route) => ({
    ...route,
    minMinor: minor(route.minMinor),
    maxMinor: minor(route.maxMinor),
  })),
});

const shops = async (sql: Sql, statement: string, values: (string | number)[]): Promise<readonly Shop[]> =>
  (await sql.unsafe<Row[]>(statement, values, { prepare: true })).map(shopOf);

/** One or none. */
export const shopByName = (sql: Sql, api: string, wireName: string): Promise<readonly Shop[]> =>
  shops(sql, byName, [api, wireName]);

/** One or none, whatever its state. */
export const shopByAnyName = (sql: Sql, api: string, wireName: string): Promise<readonly Shop[]> =>
  shops(sql, byAnyName, [api, wireName]);

/** One or none. */
export const shopById = (sql: Sql, shopId: string): Promise<readonly Shop[]> => shops(sql, byId, [shopId]);

/** Oldest first. */
export const shopsOf = (sql: Sql, api: string, merchantId: number): Promise<readonly Shop[]> =>
  shops(sql, ofMerchant, [api, merchantId]);
