import type { Way } from '../core/commands.ts';
import type { Refusal } from '../core/reasons.ts';
import { chooseRoute } from '../core/routing.ts';
import { isSite, type Means, siteNameOf, type Wallet } from '../core/wallets.ts';
import type { GatewayParts } from './parts.ts';
import type { Capabilities, Shop } from './ports.ts';

/** The way of a shop for a brand or wallet (null: neither), a currency and an amount in its minor units. */
export const wayFor = (
  { routes }: Pick<Shop, 'routes'>,
  brand: Means | null,
  currency: string,
  amountMinor: bigint,
): Way | Refusal => {
  const route = chooseRoute(routes, { brand, currency, amountMinor });
  return route ? { routeId: route.id, acquirer: route.acquirer, account: route.account } : { reason: 'no_route' };
};

/** The routes of a shop to acquirers that can do something. */
export const able = (
  { acquirers }: Pick<GatewayParts, 'acquirers'>,
  { routes }: Pick<Shop, 'routes'>,
  can: (capabilities: Capabilities) => boolean,
): Pick<Shop, 'routes'> => ({
  routes: routes.filter(({ acquirer }) => {
    const known = acquirers.get(acquirer);
    return known !== undefined && can(known.capabilities);
  }),
});

export const knowsWallet = ({ wallets, sites = [] }: Capabilities, wallet: Wallet): boolean => {
  if (!isSite(wallet)) return wallets.includes(wallet);
  return sites === 'any' || sites.includes(siteNameOf(wallet));
};
