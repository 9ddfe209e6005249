import { isScheme } from '../core/bank-accounts.ts';
import type { Way } from '../core/commands.ts';
import type { Attempt } from '../core/model.ts';
import type { Refusal } from '../core/reasons.ts';
import { chooseRoute } from '../core/routing.ts';
import { isSite, isWallet, type Means, siteNameOf, type Wallet } from '../core/wallets.ts';
import type { GatewayParts } from './parts.ts';
import type { Capabilities, Payee, Shop } from './ports.ts';

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

interface Money {
  readonly currency: string;
  readonly amountMinor: bigint;
}

type Acquirers = Pick<GatewayParts, 'acquirers'>;
type Routes = Pick<Shop, 'routes'>;

const knowsWallet = ({ wallets, sites = [] }: Capabilities, wallet: Wallet): boolean => {
  if (!isSite(wallet)) return wallets.includes(wallet);
  return sites === 'any' || sites.includes(siteNameOf(wallet));
};

/** The way of money from a payer. A route that takes everything takes no wallet, and no debit, that its acquirer does not know. */
export const wayIn = (
  parts: Acquirers,
  shop: Routes,
  means: Means,
  { currency, amountMinor }: Money,
): Way | Refusal => {
  const routes = isWallet(means)
    ? able(parts, shop, (capabilities) => knowsWallet(capabilities, means))
    : isScheme(means)
      ? able(parts, shop, ({ debits = [] }) => debits.includes(means))
      : shop;
  return wayFor(routes, means, currency, amountMinor);
};

/** The way of money to a card whose number is at hand. */
export const wayToCard = (
  parts: Acquirers,
  shop: Routes,
  brand: Means,
  { currency, amountMinor }: Money,
): Way | Refusal =>
  wayFor(
    able(parts, shop, ({ payouts }) => payouts),
    brand,
    currency,
    amountMinor,
  );

/** The way back to what paid goes by the account at which it was charged. */
export const wayBack = (
  parts: Acquirers,
  shop: Routes,
  { acquirer, account, card, bankAccount, wallet }: Attempt,
  { currency, amountMinor }: Money,
): Way | Refusal => {
  const { routes } = able(parts, shop, ({ payouts }) => payouts);
  const own = routes.filter((route) => route.acquirer === acquirer && route.account === account);
  const means = card?.brand ?? bankAccount?.scheme ?? wallet;
  return means ? wayFor({ routes: own }, means, currency, amountMinor) : { reason: 'no_route' };
};

/** A payee's way: routes that name brands are for those alone. */
export const wayToPayee = (
  parts: Acquirers,
  shop: Routes,
  { payee }: Payee,
  { currency, amountMinor }: Money,
): Way | Refusal =>
  wayFor(
    able(parts, shop, ({ payees = [] }) => payees.includes(payee)),
    null,
    currency,
    amountMinor,
  );
