import type { Directory, Shop } from '../gateway/ports.ts';
import type { World } from './world.ts';

/** The shops as they stand now: their keys are rotated and their receivers move while requests are under way. */
export class WhoIsWho {
  /** Addresses at which nobody is any more. */
  readonly deadHooks = new Set<string>();
  readonly #shops: Map<string, Shop>;
  readonly #outdated = new Map<string, string[]>();

  constructor(shops: readonly Shop[]) {
    this.#shops = new Map(shops.map((shop) => [shop.id, shop]));
  }

  get directory(): Directory {
    const all = () => [...this.#shops.values()];
    return {
      shop: async (_api, wireName) => all().find((shop) => shop.wireName === wireName),
      shopNamed: async (_api, wireName) => all().find((shop) => shop.wireName === wireName),
      shopById: async (shopId) => this.#shops.get(shopId),
      shopsOf: async (_api, merchantId) => all().filter((shop) => shop.merchantId === merchantId),
      forget: () => {},
    };
  }

  now({ id }: Pick<Shop, 'id'>): Shop {
    return this.#shops.get(id)!;
  }

  /** The key that a client of the shop signs with, or one that proves nothing: another merchant's, an old one, none. */
  keyOf(shop: Shop, { chance, weather, shops }: World): string {
    if (!chance.happens(weather.wrongKey)) return this.now(shop).publicKeys.at(-1)!;
    const stranger = shops.find(({ id }) => id !== shop.id)!;
    const old = this.#outdated.get(shop.id) ?? [];
    return chance.pick(['forged', this.now(stranger).publicKeys[0]!, ...old]);
  }

  /** A new key beside the newest one; the one before that is good no more. */
  rotate(shop: Shop, name: string): void {
    const { publicKeys } = this.now(shop);
    const gone = publicKeys.slice(0, -1);
    this.#outdated.set(shop.id, [...(this.#outdated.get(shop.id) ?? []), ...gone]);
    this.#shops.set(shop.id, { ...this.now(shop), publicKeys: [...publicKeys.slice(-1), name] });
  }

  /** The merchant's notices go elsewhere from now on; at the old address nobody is any more. */
  moveHook(shop: Shop, name: string): void {
    this.deadHooks.add(hookOf(this.now(shop)));
    this.#shops.set(shop.id, { ...this.now(shop), settings: { hook: name } });
  }
}

/** Where a shop's notices go. */
export const hookOf = ({ wireName, settings }: Shop): string =>
  `https://${wireName}.example/${String(settings.hook ?? 'hooks')}`;

/** What befalls merchants while the faults of the seed last. */
export const unsettle = (world: World): void => {
  const { timeline, chance, whoIsWho, watch, drawn } = world;
  const again = (everyMs: number, name: keyof World['weather'], change: (shop: Shop) => void): void => {
    if (everyMs === 0) return;
    timeline.plan(everyMs, null, () => {
      if (world.weather[name] === 0) return;
      const shop = chance.pick(world.shops);
      watch.tell(`${name} of ${shop.id}`);
      change(shop);
      again(everyMs, name, change);
    });
  };
  again(drawn.rotationMs, 'rotationMs', (shop) => whoIsWho.rotate(shop, world.newName('KEY')));
  again(drawn.hookMoveMs, 'hookMoveMs', (shop) => whoIsWho.moveHook(shop, world.newName('hook')));
};
