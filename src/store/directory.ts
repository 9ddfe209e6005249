import type { Directory, Shop } from '../gateway/ports.ts';
import type { Clock } from '../kit/clock.ts';
import { isId } from '../kit/ids.ts';
import type { Sql } from '../kit/postgres.ts';
import { shopByAnyName, shopById, shopByName, shopsOf } from './statements/shop.ts';

/** How long shops are answered from memory, ms: so long a retired key or a disabled shop may still pass. */
const memoryMs = 3_000;

const answerCountMax = 10_000;

/** Only hits are remembered, so a shop that was just made is found at once. */
export const openDirectory = (sql: Sql, clock: Clock): Directory => {
  const memory = new Map<string, { readonly shops: readonly Shop[]; readonly until: number }>();
  const remembered = async (key: string, read: () => Promise<readonly Shop[]>): Promise<readonly Shop[]> => {
    const known = memory.get(key);
    if (known && clock.now() < known.until) return known.shops;
    const shops = await read();
    if (shops.length === 0) {
      memory.delete(key);
      return shops;
    }
    if (memory.size >= answerCountMax) memory.clear();
    memory.set(key, { shops, until: clock.now() + memoryMs });
    return shops;
  };
  return {
    forget: () => memory.clear(),
    shop: async (api, wireName) =>
      (await remembered(`named ${api} ${wireName}`, () => shopByName(sql, api, wireName)))[0],
    shopNamed: async (api, wireName) =>
      (await remembered(`any ${api} ${wireName}`, () => shopByAnyName(sql, api, wireName)))[0],
    shopById: async (shopId) => (isId(shopId) ? (await remembered(shopId, () => shopById(sql, shopId)))[0] : undefined),
    shopsOf: (api, merchantId) => remembered(`of ${api} ${merchantId}`, () => shopsOf(sql, api, merchantId)),
  };
};
