import { isCurrency } from '../../core/money.ts';

/** A product line that stands for the whole payment where the merchant names none (section 6.1.1). */
export interface DefaultItem {
  readonly title: string;
  /** MXIK code, 17 digits. */
  readonly code: string;
  readonly units: number;
  readonly vatPercent: number;
  readonly packageCode: string;
}

/** A service's switches. A service is a shop whose wire name is its number (section 2). */
export interface Settings {
  /** As payers see it; null: the merchant's name. */
  readonly name: string | null;
  readonly legalName: string | null;
  /** Where outcomes are posted to; null: nowhere (section 9). */
  readonly callbackUrl: string | null;
  /** How a callback proves itself, with the secret in the vault (section 9). */
  readonly callbackAuth: 'none' | 'basic' | 'signature';
  /** Whether refunds are told as well. */
  readonly callbackOnRevert: boolean;
  readonly currencies: readonly string[];
  /** Tiyin, both included. */
  readonly minAmount: number;
  readonly maxAmount: number;
  readonly defaultItem: DefaultItem;
  /** Whether lines that do not add up to the amount are refused. */
  readonly strictItems: boolean;
  /** Whether Visa and Mastercard are taken. */
  readonly international: boolean;
}

const defaults: Settings = {
  name: null,
  legalName: null,
  callbackUrl: null,
  callbackAuth: 'none',
  callbackOnRevert: false,
  currencies: ['UZS'],
  minAmount: 100_000,
  maxAmount: 5_000_000_000,
  defaultItem: { title: 'Payment', code: '06401004005000000', units: 1, vatPercent: 0, packageCode: '1495001' },
  strictItems: false,
  international: true,
};

const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0 && value.length <= 255;
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
const isSwitch = (value: unknown): boolean => typeof value === 'boolean';
const isAmount = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= 1e15;

const isWebAddress = (value: unknown): boolean => {
  if (value === null) return true;
  if (typeof value !== 'string' || value.length > 2_048) return false;
  return URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol);
};

const isItem = (value: unknown): boolean => {
  const item = value as DefaultItem | null;
  return (
    typeof item === 'object' &&
    item !== null &&
    isText(item.title) &&
    /^\d{17}$/.test(item.code) &&
    Number.isInteger(item.units) &&
    Number.isInteger(item.vatPercent) &&
    item.vatPercent >= 0 &&
    item.vatPercent <= 100 &&
    isText(item.packageCode)
  );
};

const checks: Readonly<Record<keyof Settings, { readonly must: string; readonly holds: (value: unknown) => boolean }>> =
  {
    name: { must: 'be a text of at most 255 characters', holds: isTextOrNull },
    legalName: { must: 'be a text of at most 255 characters', holds: isTextOrNull },
    callbackUrl: { must: 'be an http or https address', holds: isWebAddress },
    callbackAuth: {
      must: 'be none, basic or signature',
      holds: (value) => ['none', 'basic', 'signature'].includes(value as string),
    },
    callbackOnRevert: { must: 'be true or false', holds: isSwitch },
    currencies: {
      must: 'list ISO 4217 codes',
      holds: (value) => Array.isArray(value) && value.length > 0 && value.every((code) => isCurrency(String(code))),
    },
    minAmount: { must: 'be whole tiyin above zero', holds: isAmount },
    maxAmount: { must: 'be whole tiyin above zero', holds: isAmount },
    defaultItem: { must: 'have title, code (17 digits), units, vatPercent and packageCode', holds: isItem },
    strictItems: { must: 'be true or false', holds: isSwitch },
    international: { must: 'be true or false', holds: isSwitch },
  };

const isSetting = (name: string): name is keyof Settings => Object.hasOwn(checks, name);

/** Checks switches as an operator gives them and completes them with the defaults; throws with a text for the operator. */
export const completeSettings = (raw: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  for (const [name, value] of Object.entries(raw)) {
    if (!isSetting(name)) {
      throw new Error(`globalpay has no setting "${name}"; it has ${Object.keys(checks).join(', ')}`);
    }
    if (!checks[name].holds(value)) throw new Error(`setting "${name}" must ${checks[name].must}`);
  }
  const complete = { ...defaults, ...raw };
  if (complete.minAmount > complete.maxAmount) throw new Error('setting "minAmount" must not be above "maxAmount"');
  return complete;
};

/** The switches of a stored service. One that was stored before a switch existed has that switch's default. */
export const settingsOf = (shop: { readonly settings: Readonly<Record<string, unknown>> }): Settings => ({
  ...defaults,
  ...(shop.settings as Partial<Settings>),
});

/** What payers see as the seller. */
export const nameOf = (shop: {
  readonly settings: Settings | Readonly<Record<string, unknown>>;
  readonly merchantName: string;
}) => settingsOf(shop as { settings: Readonly<Record<string, unknown>> }).name ?? shop.merchantName;
