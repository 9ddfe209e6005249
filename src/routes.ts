import type { Route } from './gateway/ports.ts';

/** The way that every new shop of a sandbox installation gets. */
export const sandboxRoute: Omit<Route, 'id'> = {
  acquirer: 'sandbox',
  account: 'H000000H0000001',
  brands: [],
  currencies: [],
  minMinor: null,
  maxMinor: null,
};
