import type { Id } from '../../core/model.ts';
import type { Administration } from '../../gateway/ports.ts';
import { newId } from '../../kit/ids.ts';
import { arrayText, type Sql, transaction } from '../../kit/postgres.ts';

const insertShop = `
insert into tollgate.shops (id, merchant_id, api, wire_name, settings, created_at, state) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (api, wire_name) do nothing`;

const selectShop = 'select id, merchant_id from tollgate.shops where api = $1 and wire_name = $2';

const insertRoute = `
insert into tollgate.routes
  (merchant_id, id, shop_id, position, acquirer, account, brands, currencies, min_minor, max_minor)
values ($1, $2, $3, $4, $5, $6, $7::text[], $8::text[], $9::bigint, $10::bigint)`;

type Wanted = Parameters<Administration['ensureShop']>[0];

/** Throws when another merchant has a shop of that name on that API. */
export const ensureShop = (sql: Sql, wanted: Wanted): Promise<{ shopId: Id; made: boolean }> =>
  transaction(sql, async (tx) => {
    const { merchantId, api, wireName, state = 'active', now } = wanted;
    const shopId = newId(merchantId, now);
    const settings = JSON.stringify(wanted.settings);
    const { count } = await tx.unsafe(insertShop, [shopId, merchantId, api, wireName, settings, now, state]);
    if (count === 0) {
      const [known] = await tx.unsafe<{ id: Id; merchant_id: number }[]>(selectShop, [api, wireName]);
      if (known!.merchant_id !== merchantId) throw new Error(`${wireName} on ${api} is another merchant's shop`);
      return { shopId: known!.id, made: false };
    }
    for (const [position, route] of wanted.routes.entries()) {
      const { acquirer, account, minMinor, maxMinor } = route;
      const lists = [arrayText(route.brands), arrayText(route.currencies)];
      const id = newId(merchantId, now);
      const limits = [minMinor?.toString() ?? null, maxMinor?.toString() ?? null];
      await tx.unsafe(insertRoute, [merchantId, id, shopId, position, acquirer, account, ...lists, ...limits]);
    }
    return { shopId, made: true };
  }) as Promise<{ shopId: Id; made: boolean }>;
