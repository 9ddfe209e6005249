import type { Means } from './wallets.ts';

/** A shop's way to an acquirer, as far as choosing needs it. Empty lists take everything; limits in minor units. */
interface Choice {
  readonly brands: readonly Means[];
  readonly currencies: readonly string[];
  readonly minMinor: bigint | null;
  readonly maxMinor: bigint | null;
}

/** The first route, in the shop's order, that takes this brand or wallet (null: neither), currency and amount. */
export const chooseRoute = <R extends Choice>(
  routes: readonly R[],
  asked: { readonly brand: Means | null; readonly currency: string; readonly amountMinor: bigint },
): R | undefined =>
  routes.find(
    ({ brands, currencies, minMinor, maxMinor }) =>
      (brands.length === 0 || (asked.brand !== null && brands.includes(asked.brand))) &&
      (currencies.length === 0 || currencies.includes(asked.currency)) &&
      (minMinor === null || asked.amountMinor >= minMinor) &&
      (maxMinor === null || asked.amountMinor <= maxMinor),
  );
