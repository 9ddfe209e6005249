import ipaddr from 'ipaddr.js';
import { type Brand, brands } from '../../core/cards.ts';
import { isCurrency } from '../../core/money.ts';
import { type App, apps } from '../../core/wallets.ts';
import { type Provider, providerTable } from './providers.ts';

/** What a store changes of a provider that is assigned to it; `active` false: switched off. */
export type Assigned = Partial<Omit<Provider, 'szep'>> & { readonly active?: boolean };

/** A store's switches. A store is a shop whose wire name is its StoreName. */
export interface Settings {
  /** As buyers see it; null: the merchant's name. */
  readonly name: string | null;
  /** The providers assigned to the store, by their names. */
  readonly providers: Readonly<Record<string, Assigned>>;
  /** Addresses and blocks (CIDR) that may call; empty: any (section 2.4). */
  readonly ips: readonly string[];
  /** Whether cards can be registered, and charged without the buyer (section 4.2, step 15). */
  readonly registrations: boolean;
  /** Whether a NotificationUrl must be there (section 5.1). */
  readonly requiresNotificationUrl: boolean;
  /** How long a transaction waits for its buyer, minutes (section 3.3). */
  readonly lifeMinutes: number;
  /** Most that one Payout may send, in minor units of its currency, and no more than the store has taken; null: no limit. */
  readonly payoutMax: number | null;
  /** Whether CommonData of a payment link goes out as JSON text, as one older client reads it (section 11.3). */
  readonly legacyEncodedCommonData: boolean;
}

const defaults: Settings = {
  name: null,
  providers: { OTPSimple: {} },
  ips: [],
  registrations: true,
  requiresNotificationUrl: false,
  lifeMinutes: 30,
  payoutMax: null,
  legacyEncodedCommonData: false,
};

const isSwitch = (value: unknown): boolean => typeof value === 'boolean';
const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0 && value.length <= 255;
const isListOf = (holds: (one: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(holds);

const isAddress = (value: unknown): boolean =>
  typeof value === 'string' && (ipaddr.isValid(value) || ipaddr.isValidCIDR(value));

const ofProvider: Readonly<Record<keyof Assigned, (value: unknown) => boolean>> = {
  display: isText,
  currencies: isListOf((code) => isCurrency(String(code))),
  registration: isSwitch,
  recurring: isSwitch,
  refund: (value) => ['none', 'full', 'partial'].includes(value as string),
  twoStep: isSwitch,
  partialCapture: isSwitch,
  voidEndsRegistration: isSwitch,
  brands: isListOf((brand) => brands.includes(brand as Brand)),
  wallet: (value) => value === null || apps.includes(value as App),
  acquirer: (value) => value === null || isText(value),
  active: isSwitch,
};

const isAssigned = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(
    ([name, one]) => Object.hasOwn(ofProvider, name) && ofProvider[name as keyof Assigned](one),
  );

const areProviders = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(([name, one]) => Object.hasOwn(providerTable, name) && isAssigned(one));

const checks: Readonly<Record<keyof Settings, { readonly must: string; readonly holds: (value: unknown) => boolean }>> =
  {
    name: { must: 'be a text of at most 255 characters', holds: (value) => value === null || isText(value) },
    providers: {
      must: `map names of providers to objects with some of ${Object.keys(ofProvider).join(', ')}`,
      holds: areProviders,
    },
    ips: { must: 'list IP addresses and blocks such as 192.0.2.0/24', holds: isListOf(isAddress) },
    registrations: { must: 'be true or false', holds: isSwitch },
    requiresNotificationUrl: { must: 'be true or false', holds: isSwitch },
    lifeMinutes: {
      must: 'be whole minutes from 1 to 86400',
      holds: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 86_400,
    },
    payoutMax: {
      must: 'be a whole number above zero, or null',
      holds: (value) => value === null || (Number.isSafeInteger(value) && (value as number) > 0),
    },
    legacyEncodedCommonData: { must: 'be true or false', holds: isSwitch },
  };

const isSetting = (name: string): name is keyof Settings => Object.hasOwn(checks, name);

/** Checks switches as an operator gives them and completes them with the defaults; throws with a text for the operator. */
export const completeSettings = (raw: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  for (const [name, value] of Object.entries(raw)) {
    if (!isSetting(name)) {
      throw new Error(`bigfish has no setting "${name}"; it has ${Object.keys(checks).join(', ')}`);
    }
    if (!checks[name].holds(value)) throw new Error(`setting "${name}" must ${checks[name].must}`);
  }
  return { ...defaults, ...raw };
};

type Store = { readonly settings: Readonly<Record<string, unknown>> };

/** The switches of a stored store. One that was stored before a switch existed has that switch's default. */
export const settingsOf = (shop: Store): Settings => ({ ...defaults, ...(shop.settings as Partial<Settings>) });

/** A provider as it is assigned to a store; undefined where it is not, or switched off (section 4.2, step 12). */
export const providerOf = (shop: Store, name: string): Provider | undefined => {
  const { providers } = settingsOf(shop);
  const assigned = Object.hasOwn(providers, name) ? providers[name] : undefined;
  return assigned && assigned.active !== false ? { ...providerTable[name]!, ...assigned } : undefined;
};

/** What a provider can do with what it has begun, also one that was switched off or taken from the store since. */
export const abilitiesOf = (shop: Store, name: string): Provider => {
  const { providers } = settingsOf(shop);
  return { ...providerTable[name]!, ...(Object.hasOwn(providers, name) && providers[name]) };
};

/** Whether a caller's address is on the list (section 2.4). */
export const isListed = (ips: readonly string[], address: string): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const caller = ipaddr.process(address);
  return ips.some((entry) => {
    if (!entry.includes('/')) return ipaddr.process(entry).toString() === caller.toString();
    const [block, bits] = ipaddr.parseCIDR(entry);
    return block.kind() === caller.kind() && caller.match([block, bits] as never);
  });
};

/** What buyers see as the seller. */
export const nameOf = (shop: Store & { readonly merchantName: string }): string =>
  settingsOf(shop).name ?? shop.merchantName;
