import type { ShopRow } from '../gateway/ports.ts';
import type { Installation } from '../installation.ts';
import { Mistake, need } from './command.ts';

/** The shop that two parameters name: the API, and what that calls the shop. */
export const shopNamed = async (
  { store }: Installation,
  [api, wireName]: readonly (string | undefined)[],
): Promise<ShopRow> => {
  need(api, 'the API');
  need(wireName, 'the shop');
  const shop = (await store.administration.shops()).find((one) => one.api === api && one.wireName === wireName);
  if (!shop) throw new Mistake(`there is no shop ${wireName} on ${api}`);
  return shop;
};

/** `--limit`, or 50 without one. */
export const limitOf = ({ limit: text }: Readonly<Record<string, string>>): number => {
  const limit = Number(text ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) throw new Mistake('--limit is a number from 1 to 10000');
  return limit;
};
