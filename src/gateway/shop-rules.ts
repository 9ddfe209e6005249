import { isIP } from 'node:net';
import { type Limit, type ShopRules, windows } from '../core/limits.ts';
import { isCurrency, minorFromText } from '../core/money.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const onlyHas = (value: Readonly<Record<string, unknown>>, names: readonly string[], where: string): void => {
  const foreign = Object.keys(value).find((name) => !names.includes(name));
  if (foreign !== undefined) throw new Error(`${where} has no "${foreign}"; it has ${names.join(', ')}`);
};

const limitIn = (value: unknown): Limit => {
  if (!isRecord(value)) throw new Error('a limit is an object');
  onlyHas(value, ['of', 'window', 'amount', 'currency', 'count'], 'a limit');
  const { of, window: span, amount, currency, count } = value;
  if (of !== 'shop' && of !== 'card') throw new Error('"of" of a limit must be shop or card');
  const window = windows.find((known) => known === span);
  if (!window) throw new Error(`"window" of a limit must be ${windows.join(', ')}`);
  if ((amount === undefined) === (count === undefined)) throw new Error('a limit has an amount or a count');
  if (amount === undefined) {
    if (currency !== undefined) throw new Error('a limit by count has no currency');
    if (!Number.isInteger(count) || (count as number) < 1) throw new Error('"count" of a limit must be whole, from 1');
    return { of, window, amountMinor: null, currency: null, count: count as number };
  }
  if (typeof currency !== 'string' || !isCurrency(currency)) throw new Error('a limit by amount needs its "currency"');
  const amountMinor = typeof amount === 'string' ? minorFromText(amount, currency) : undefined;
  if (amountMinor === undefined) throw new Error('"amount" of a limit must be a text such as 10.00');
  return { of, window, amountMinor, currency, count: null };
};

const isBlock = (entry: string): boolean => {
  const [address = '', bits, ...more] = entry.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
};

const lists = {
  cards: {
    must: 'list first digits (up to six) of numbers, or first six and last four such as 411111xxxxxx1111',
    isEntry: (entry: string) => /^\d{1,6}$/.test(entry) || /^\d{6}x{2,9}\d{4}$/.test(entry),
    kept: (entry: string) => entry,
  },
  emails: {
    must: 'list addresses, or domains such as @example.com',
    isEntry: (entry: string) => /^[^\s@]*@[^\s@]+$/.test(entry),
    kept: (entry: string) => entry.toLowerCase(),
  },
  ips: { must: 'list IP addresses and blocks such as 192.0.2.0/24', isEntry: isBlock, kept: (entry: string) => entry },
  countries: {
    must: 'list codes of two or three letters',
    isEntry: (entry: string) => /^[A-Za-z]{2,3}$/.test(entry),
    kept: (entry: string) => entry.toUpperCase(),
  },
} as const;

const listIn = (value: unknown, name: keyof typeof lists): readonly string[] => {
  const { must, isEntry, kept } = lists[name];
  const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'string' && isEntry(entry));
  if (!isList) throw new Error(`"${name}" must ${must}`);
  return (value as string[]).map(kept);
};

/** Reads the rules of a shop as an operator gives them: `limits` and `blocked`, both may be absent. Throws with a clear text. */
export const readShopRules = (raw: unknown): ShopRules => {
  if (!isRecord(raw)) throw new Error('rules are an object with limits and blocked');
  onlyHas(raw, ['limits', 'blocked'], 'an object of rules');
  const { limits = [], blocked = {} } = raw;
  if (!Array.isArray(limits)) throw new Error('"limits" must be a list');
  if (!isRecord(blocked)) throw new Error('"blocked" must be an object');
  const names = Object.keys(lists) as (keyof typeof lists)[];
  onlyHas(blocked, names, 'an object of those who are blocked');
  const [cards, emails, ips, countries] = names.map((name) => listIn(blocked[name] ?? [], name));
  return {
    limits: limits.map(limitIn),
    blocked: { cards: cards!, emails: emails!, ips: ips!, countries: countries! },
  };
};
