import type { View } from '../../core/model.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { merchantOf } from '../../kit/ids.ts';
import { api } from './authenticate.ts';
import { memoOf } from './memo.ts';
import type { Provider } from './providers.ts';
import { providerOf } from './settings.ts';
import { idFrom } from './values.ts';

/** How long a call waits for the provider before it answers `PENDING` (section 2.8). */
export const patienceMs = 25_000;

/** A payment of this API, at the store that it belongs to. */
export interface Found {
  readonly shop: Shop;
  readonly view: View;
}

/** A transaction by its id, whosever it is. What fell due meanwhile is applied. */
export const transactionNamed = async (
  { gateway }: Pick<ApiParts, 'gateway'>,
  name: string,
): Promise<Found | undefined> => {
  const paymentId = idFrom(name);
  const found = paymentId && (await gateway.findOf(merchantOf(paymentId), { paymentId }));
  return found && found.shop.api === api ? found : undefined;
};

/** A store with the routes that a provider may take alone. */
export const throughProvider = (shop: Shop, provider: Provider): Shop => {
  const { acquirer } = provider;
  return acquirer === null ? shop : { ...shop, routes: shop.routes.filter((route) => route.acquirer === acquirer) };
};

/** The same for a transaction; one whose provider was switched off meanwhile goes any way. */
export const shopOf = ({ shop, view }: Found): Shop => {
  const provider = providerOf(shop, memoOf(view).provider);
  return provider ? throughProvider(shop, provider) : shop;
};
