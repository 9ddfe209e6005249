import type { Brand } from '../../core/cards.ts';
import { isCurrency } from '../../core/money.ts';
import { isWallet, type Means, siteOf, type Wallet } from '../../core/wallets.ts';
import type { Shop } from '../../gateway/ports.ts';
import { isAmount, minorOf } from './amount.ts';
import { schemeOf } from './bank-account.ts';
import type { Code } from './codes.ts';

/** One way of a member to be paid: mode, brand and currency, and what it can do (section 3.1). */
export interface Terminal {
  readonly id: string;
  readonly mode: string;
  readonly brand: string;
  /** Null: any. */
  readonly currency: string | null;
  /** Least and most of one payment, as amounts; null: no limit. */
  readonly min: string | null;
  readonly max: string | null;
  readonly active: boolean;
  readonly threeD: boolean;
  readonly recurring: boolean;
  readonly tokenization: boolean;
  readonly payout: boolean;
  /** The wallet or site where its payers pay; null where they pay by card or from an account. */
  readonly wallet: Wallet | null;
  /** The acquirer whose routes it takes alone; null: any of the member's. */
  readonly acquirer: string | null;
}

/** What a terminal is where nothing else is said. */
export const plainTerminal = {
  currency: null,
  min: null,
  max: null,
  active: true,
  threeD: true,
  recurring: true,
  tokenization: true,
  payout: true,
  wallet: null,
  acquirer: null,
} as const;

/** Modes whose payers type a card (section 5.4). */
export const cardModes: ReadonlySet<string> = new Set(['CC', 'DC']);

/** Where shoppers pay by a mode whose terminal names no wallet: on the page of whoever has the brand's name. */
const walletOf = ({ mode, brand, wallet }: Terminal): Wallet | null =>
  wallet ?? (cardModes.has(mode) || schemeOf({ mode }) ? null : (siteOf(brand) ?? null));

/** What shoppers pay with at a terminal; undefined where core knows no card of the brand. */
export const meansOf = ({ mode, brand, wallet }: Pick<Terminal, 'mode' | 'brand' | 'wallet'>): Means | undefined =>
  wallet ?? schemeOf({ mode }) ?? brandOfName(brand);

/** Brands of cards that core knows, by their names here, and what a number of another brand is told (section 5.4). */
const cardBrands: Readonly<Record<string, { readonly brand: Brand | null; readonly code: Code }>> = {
  VISA: { brand: 'visa', code: '20032' },
  MC: { brand: 'mastercard', code: '20033' },
  AMEX: { brand: 'amex', code: '20034' },
  DINER: { brand: 'diners', code: '20035' },
  DISC: { brand: null, code: '20106' },
  JCB: { brand: 'jcb', code: '20108' },
  MAESTRO: { brand: 'maestro', code: '20105' },
  CUP: { brand: 'unionpay', code: '20036' },
  SZEP: { brand: 'szep', code: '20036' },
  UZCARD: { brand: 'uzcard', code: '20036' },
  HUMO: { brand: 'humo', code: '20036' },
};

/** The brand of cards that a terminal takes; undefined where core knows no card of that name. */
export const brandOfName = (name: string): Brand | undefined =>
  (Object.hasOwn(cardBrands, name) && cardBrands[name]!.brand) || undefined;

/** The name here of a brand that core knows. */
export const brandNameOf = (brand: Brand): string =>
  Object.keys(cardBrands).find((name) => cardBrands[name]!.brand === brand) ?? brand.toUpperCase();

/** What is told of a number that is of another brand than the terminal's. */
export const misfitOf = (name: string): Code => (Object.hasOwn(cardBrands, name) ? cardBrands[name]!.code : '20036');

/** Other names of the same brands. */
const sameBrands: Readonly<Record<string, string>> = {
  MASTER: 'MC',
  MASTERCARD: 'MC',
  DINERS: 'DINER',
  DISCOVER: 'DISC',
};

/** A brand as it is kept and answered (section 5.4). */
export const canonicalBrand = (text: string): string => {
  const upper = text.toUpperCase();
  return Object.hasOwn(sameBrands, upper) ? sameBrands[upper]! : upper;
};

const ofCards = (mode: string, from: number, names: readonly string[]): Terminal[] =>
  names.map((brand, index) => ({ ...plainTerminal, id: String(from + index), mode, brand }));

const noCard = { threeD: false, recurring: false, tokenization: false, payout: false } as const;

/** What a new member has. */
export const usualTerminals: readonly Terminal[] = [
  ...ofCards('CC', 3001, ['VISA', 'MC', 'AMEX', 'DINER', 'JCB', 'CUP', 'MAESTRO', 'UZCARD', 'HUMO', 'SZEP']),
  ...ofCards('DC', 3021, ['VISA', 'MC', 'MAESTRO']),
  { ...plainTerminal, ...noCard, id: '3041', mode: 'EW', brand: 'ALIPAY', wallet: 'alipay' },
  { ...plainTerminal, ...noCard, id: '3042', mode: 'EW', brand: 'PAYME', wallet: 'payme' },
  { ...plainTerminal, ...noCard, id: '3043', mode: 'EW', brand: 'WECHAT', wallet: 'wechat' },
  { ...plainTerminal, ...noCard, id: '3044', mode: 'EW', brand: 'SKRILL', payout: true },
  { ...plainTerminal, ...noCard, id: '3045', mode: 'EW', brand: 'NETELLER', payout: true },
  { ...plainTerminal, ...noCard, id: '3051', mode: 'NB', brand: 'SOFORT' },
  { ...plainTerminal, ...noCard, id: '3052', mode: 'NB', brand: 'IDEAL' },
  { ...plainTerminal, ...noCard, id: '3061', mode: 'PV', brand: 'PAYSAFECARD' },
  { ...plainTerminal, ...noCard, id: '3071', mode: 'BT', brand: 'BT', payout: true },
  { ...plainTerminal, id: '3081', mode: 'SEPA', brand: 'DIRECT_DEBIT', threeD: false },
  { ...plainTerminal, id: '3082', mode: 'ACH', brand: 'ACH', threeD: false },
  { ...plainTerminal, id: '3083', mode: 'CHK', brand: 'CHK', threeD: false },
];

const isName = (value: unknown) => typeof value === 'string' && /^[\x21-\x7e]{1,32}$/.test(value);
const isFlag = (value: unknown) => typeof value === 'boolean';
const isLimit = (value: unknown) => value === null || (typeof value === 'string' && isAmount(value));

const checks: Readonly<Record<keyof Terminal, (value: unknown) => boolean>> = {
  id: (value) => typeof value === 'string' && /^\d{1,10}$/.test(value),
  mode: isName,
  brand: isName,
  currency: (value) => value === null || (typeof value === 'string' && isCurrency(value)),
  min: isLimit,
  max: isLimit,
  active: isFlag,
  threeD: isFlag,
  recurring: isFlag,
  tokenization: isFlag,
  payout: isFlag,
  wallet: (value) => value === null || isWallet(value),
  acquirer: (value) => value === null || isName(value),
};

const isTerminal = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const { id, mode, brand } = value as Record<string, unknown>;
  if (id === undefined || mode === undefined || brand === undefined) return false;
  return Object.entries(value).every(
    ([name, one]) => Object.hasOwn(checks, name) && checks[name as keyof Terminal](one),
  );
};

/** Whether a setting lists terminals: `id`, `mode` and `brand`, and what differs from a plain one. */
export const areTerminals = (value: unknown): boolean =>
  Array.isArray(value) && value.every(isTerminal) && new Set(value.map(({ id }) => id)).size === value.length;

const read = (listed: readonly Partial<Terminal>[]): readonly Terminal[] =>
  listed
    .map((terminal) => {
      const whole = { ...plainTerminal, ...terminal } as Terminal;
      const named = { ...whole, mode: whole.mode.toUpperCase(), brand: canonicalBrand(whole.brand) };
      return { ...named, wallet: walletOf(named) };
    })
    .sort((a, b) => Number(a.id) - Number(b.id));

/** Each call asks for the same list several times, and it stays the same for seconds. */
const known = new WeakMap<readonly Partial<Terminal>[], readonly Terminal[]>();

/** A member's terminals, whole, the lowest number first. */
export const terminalsOf = (listed: readonly Partial<Terminal>[]): readonly Terminal[] => {
  const found = known.get(listed) ?? read(listed);
  known.set(listed, found);
  return found;
};

/** What is asked of a terminal; `currency` null where the request leaves it to the terminal. */
export interface Wanted {
  readonly terminalId: string | undefined;
  readonly mode: string | undefined;
  readonly brand: string | undefined;
  readonly currency: string | null;
}

/** The terminal for a payment, or why there is none: 20008, 20009, 20055, 30040, 20005 (section 5.4). */
export const chooseTerminal = (all: readonly Terminal[], wanted: Wanted): Terminal | Code => {
  const mode = wanted.mode?.toUpperCase();
  const brand = wanted.brand === undefined ? undefined : canonicalBrand(wanted.brand);
  const fits = (terminal: Terminal) =>
    (mode === undefined || terminal.mode === mode) &&
    (brand === undefined || terminal.brand === brand) &&
    (wanted.currency === null || terminal.currency === null || terminal.currency === wanted.currency);
  if (wanted.terminalId !== undefined) {
    const named = all.find(({ id }) => Number(id) === Number(wanted.terminalId));
    if (!named) return '20008';
    if (!named.active) return '20009';
    return fits(named) ? named : '20055';
  }
  return all.find((terminal) => terminal.active && fits(terminal)) ?? '20005';
};

/** What speaks against an amount at a terminal: 20010, 20011. */
export const limitOf = ({ min, max }: Terminal, amountMinor: bigint, currency: string): Code | undefined => {
  const limit = (text: string | null) => (text === null ? undefined : minorOf(text, currency));
  const [low, high] = [limit(min), limit(max)];
  if (high !== undefined && amountMinor > high) return '20010';
  return low !== undefined && amountMinor < low ? '20011' : undefined;
};

/** A member with the routes that a terminal may take alone. */
export const throughTerminal = (shop: Shop, { acquirer }: Terminal): Shop =>
  acquirer === null ? shop : { ...shop, routes: shop.routes.filter((route) => route.acquirer === acquirer) };
