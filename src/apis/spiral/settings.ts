import { exponentOf, isCurrency } from '../../core/money.ts';
import { paymentTypes } from './types.ts';
import { type GoogleRoot, isRootList } from './wallet-tokens/google-roots.ts';

/** A shop's switches. */
export interface Settings {
  /** Payment types that are enabled; another one is 501 (section 9). */
  readonly types: readonly string[];
  /** ISO 4217 codes that are accepted (section 2.4). */
  readonly currencies: readonly string[];
  /** Whether every approved card of a session yields a `cardToken` (section 17). */
  readonly tokenization: boolean;
  /** How long a session can be paid (section 5.4). */
  readonly sessionMinutes: number;
  /** How long a direct call waits for the acquirer before it answers 504 (section 2.1). */
  readonly patienceMs: number;
  /** How far the date-time of a signed request may be from now (section 3.4). */
  readonly signatureWindowSeconds: number;
  /** Whether `sessionId`, `merchantRef` and `status` are added to the URLs a payer returns to (section 12). */
  readonly appendResultParams: boolean;
  /** The shop's own FPS id, seven digits; without one FPS is 501, because money would go to somebody (section 5.4). */
  readonly fpsId: string | null;
  /** Apple's id of the merchant for whom payloads of Apple Pay are sealed; null: none is opened (section 5.5). */
  readonly applePayMerchant: string | null;
  /** The same for Google Pay: `merchant:` and Google's id. */
  readonly googlePayRecipient: string | null;
  /** The keys by which Google vouches for payloads. */
  readonly googlePayRoots: readonly GoogleRoot[];
}

const defaults: Settings = {
  types: paymentTypes.map((type) => type.name),
  currencies: ['HKD', 'CNY', 'USD', 'MOP'],
  tokenization: true,
  sessionMinutes: 30,
  patienceMs: 8_000,
  signatureWindowSeconds: 300,
  appendResultParams: false,
  fpsId: null,
  applePayMerchant: null,
  googlePayRecipient: null,
  googlePayRoots: [],
};

const isListOf = (value: unknown, allowed: (entry: string) => boolean): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((entry) => typeof entry === 'string' && allowed(entry)) &&
  new Set(value).size === value.length;

const isWholeWithin = (value: unknown, low: number, high: number): boolean =>
  Number.isInteger(value) && (value as number) >= low && (value as number) <= high;

const isTextLike = (value: unknown, pattern: RegExp): boolean => typeof value === 'string' && pattern.test(value);

const isSwitch = (value: unknown): boolean => typeof value === 'boolean';

const checks: Readonly<Record<keyof Settings, { readonly must: string; readonly holds: (value: unknown) => boolean }>> =
  {
    types: {
      must: `list some of ${defaults.types.join(', ')}`,
      holds: (value) => isListOf(value, (entry) => defaults.types.includes(entry)),
    },
    currencies: {
      must: 'list ISO 4217 codes that have two decimals',
      holds: (value) => isListOf(value, (entry) => isCurrency(entry) && exponentOf(entry) === 2),
    },
    tokenization: { must: 'be true or false', holds: isSwitch },
    sessionMinutes: { must: 'be a whole number from 1 to 1440', holds: (value) => isWholeWithin(value, 1, 1_440) },
    // Clients give up after 10 seconds.
    patienceMs: { must: 'be a whole number from 100 to 9500', holds: (value) => isWholeWithin(value, 100, 9_500) },
    signatureWindowSeconds: {
      must: 'be a whole number from 5 to 300',
      holds: (value) => isWholeWithin(value, 5, 300),
    },
    appendResultParams: { must: 'be true or false', holds: isSwitch },
    fpsId: {
      must: 'be seven digits, or null',
      holds: (value) => value === null || isTextLike(value, /^\d{7}$/),
    },
    applePayMerchant: {
      must: 'be a merchant id of Apple such as merchant.com.example, or null',
      holds: (value) => value === null || isTextLike(value, /^[A-Za-z0-9.-]{1,255}$/),
    },
    googlePayRecipient: {
      must: 'be merchant: and the id that Google gave, or null',
      holds: (value) => value === null || isTextLike(value, /^merchant:[A-Za-z0-9-]{1,100}$/),
    },
    googlePayRoots: { must: 'list keyValue and keyExpiration of public keys of Google', holds: isRootList },
  };

const isSetting = (name: string): name is keyof Settings => Object.hasOwn(checks, name);

/** Checks switches as an operator gives them and completes them with the defaults; throws with a text for the operator. */
export const completeSettings = (raw: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  for (const [name, value] of Object.entries(raw)) {
    if (!isSetting(name)) throw new Error(`spiral has no setting "${name}"; it has ${Object.keys(checks).join(', ')}`);
    if (!checks[name].holds(value)) throw new Error(`setting "${name}" must ${checks[name].must}`);
  }
  return { ...defaults, ...raw };
};

/** The switches of a stored shop. One that was stored before a switch existed has that switch's default. */
export const settingsOf = (shop: { readonly settings: Readonly<Record<string, unknown>> }): Settings => ({
  ...defaults,
  ...(shop.settings as Partial<Settings>),
});
