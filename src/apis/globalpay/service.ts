import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { type Fault, faults } from './codes.ts';
import type { Asked } from './read.ts';
import { sumOf } from './read-items.ts';
import { settingsOf } from './settings.ts';
import { api } from './tokens.ts';

/** A merchant's own service by its number (section 3.2: of others nobody learns). */
export const serviceNamed = async (
  { directory }: Pick<ApiParts, 'directory'>,
  merchantId: number,
  number: string,
): Promise<Shop | undefined> => {
  const shop = await directory.shop(api, number);
  return shop?.merchantId === merchantId ? shop : undefined;
};

/** What the service's rules have against it, if anything (sections 6.1.1, 6.1.2). */
export const ruleFault = (shop: Shop, { amountMinor, currency, items }: Asked): Fault | undefined => {
  const { minAmount, maxAmount, currencies, strictItems } = settingsOf(shop);
  if (!currencies.includes(currency)) return faults.currency;
  if (amountMinor < BigInt(minAmount) || amountMinor > BigInt(maxAmount)) return faults.outOfRange;
  return strictItems && items.length > 0 && sumOf(items) !== amountMinor ? faults.itemsMismatch : undefined;
};
