import type { Directory, Shop } from '../gateway/ports.ts';
import type { Clock } from '../kit/clock.ts';
import { isId } from '../kit/ids.ts';
import type { Sql } from '../kit/postgres.ts';
import { shopById, shopByName } from './statements/shop.ts';

/** How long a shop is answered from memory, ms: so long a retired key or a disabled shop may still pass. */
const memoryMs = 3_000;

const shopCountMax = 10_000;

/** Only hits are remembered, so a shop that was just made is found at once. */
export const openDirectory = (sql: Sql, clock: Clock): Directory => {
  const memory = new Map<string, { readonly shop: Shop; readonly until: number }>();
  const remembered = async (key: string, read: () => Promise<Shop | undefined>): Promise<Shop | undefined> => {
    const known = memory.get(key);
    if (known && clock.now() < known.until) return known.shop;
    const shop = await read();
    if (!shop) {
      memory.delete(key);
      return undefined;
    }
    if (memory.size >= shopCountMax) memory.clear();
    memory.set(key, { shop, until: clock.now() + memoryMs });
    return shop;
  };
  return {
    shop: (api, wireName) => remembered(`${api} ${wireName}`, () => shopByName(sql, api, wireName)),
    shopById: async (shopId) => (isId(shopId) ? remembered(shopId, () => shopById(sql, shopId)) : undefined),
  };
};
