import type { CardFace, Instant } from './model.ts';
import type { Refusal } from './reasons.ts';

/** How far back a limit looks, ms from now: no hour of the day at which twice as much would pass. */
export const windowMs = { day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000 } as const;
export type Window = keyof typeof windowMs;
export const windows = Object.keys(windowMs) as Window[];

/** The most that a shop lets its payers pay: in sum in one currency, or so many times, altogether or with one card. */
export interface Limit {
  readonly of: 'shop' | 'card';
  readonly window: Window;
  /** Minor units of `currency`; null where it is the number that counts. */
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  readonly count: number | null;
}

/** Who is not served. */
export interface Blocked {
  /** First digits of numbers, or six first and four last ones with `x` between. */
  readonly cards: readonly string[];
  /** Addresses, or `@` and a domain; lower case. */
  readonly emails: readonly string[];
  /** IP addresses and blocks of them. */
  readonly ips: readonly string[];
  /** Codes of two or three letters, upper case. */
  readonly countries: readonly string[];
}

/** What an operator lets a shop take, and of whom. */
export interface ShopRules {
  readonly limits: readonly Limit[];
  readonly blocked: Blocked;
}

/** Which rule it was that refused, for APIs that have a code for each. */
export type RuleName =
  | `${'amount' | 'count' | 'card_amount' | 'card_count'}_${Window}`
  | 'blocked_card'
  | 'blocked_email'
  | 'blocked_ip'
  | 'blocked_country';

/** What has been paid, or tried, at a shop within a window, but for the payment in question. */
export interface Spent {
  /** Minor units of what was paid or may yet be, of the same currency. What came to nothing is left out. */
  readonly amountMinor: bigint;
  /** Everything that was tried, whatever came of it: who guesses cards is declined as well. */
  readonly count: number;
}

/** `card`: with the same card; as of none where the shop has no limit for cards. */
export type Standing = Readonly<Record<'shop' | 'card', Readonly<Record<Window, Spent>>>>;

const nothingSpent: Spent = { amountMinor: 0n, count: 0 };
const nowhere = Object.fromEntries(windows.map((name) => [name, nothingSpent])) as Record<Window, Spent>;

/** Of a shop at which nothing was paid. */
export const nothingYet: Standing = { shop: nowhere, card: nowhere };

const refusal = (rule: RuleName): Refusal => ({ reason: 'limit_exceeded', rule });

const nameOf = ({ of, window, amountMinor }: Limit): RuleName => {
  const what = amountMinor === null ? 'count' : 'amount';
  return of === 'card' ? `card_${what}_${window}` : `${what}_${window}`;
};

/** The first limit that a payment would pass, if it passes any. Where no card is known, those of cards are left to others. */
export const overLimit = (
  limits: readonly Limit[],
  standing: Standing,
  { amountMinor, currency, hasCard }: { amountMinor: bigint; currency: string; hasCard: boolean },
): Refusal | undefined => {
  const over = limits.find((limit) => {
    if (limit.of === 'card' && !hasCard) return false;
    const spent = standing[limit.of][limit.window];
    if (limit.amountMinor === null) return spent.count + 1 > limit.count!;
    return limit.currency === currency && spent.amountMinor + amountMinor > limit.amountMinor;
  });
  return over && refusal(nameOf(over));
};

/** Limits whose window is longer than another's look back no further than this. */
export const since = (limits: readonly Limit[], now: Instant): Instant =>
  now - Math.max(0, ...limits.map(({ window }) => windowMs[window]));

/** What is known of who wants to pay. */
export interface Payer {
  readonly card?: Pick<CardFace, 'first6' | 'last4'> | null;
  readonly email?: string | undefined;
  /** Country by its code, as the payer says. */
  readonly country?: string | undefined;
}

const isOneOf = (emails: readonly string[], email: string): boolean => {
  const lower = email.toLowerCase();
  return emails.includes(lower) || emails.includes(lower.slice(lower.lastIndexOf('@')));
};

const isCardOf = (cards: readonly string[], { first6, last4 }: Pick<CardFace, 'first6' | 'last4'>): boolean =>
  cards.some((entry) => {
    const [, first = entry, last = ''] = /^(\d{6})x+(\d{4})$/.exec(entry) ?? [];
    return first6.startsWith(first) && last4.endsWith(last);
  });

/** Whether a payer is not served. Addresses on the net are compared by the gateway, which knows blocks of them. */
export const blockedBy = (blocked: Blocked, { card, email, country }: Payer): Refusal | undefined => {
  if (email !== undefined && isOneOf(blocked.emails, email)) return refusal('blocked_email');
  if (country !== undefined && blocked.countries.includes(country.toUpperCase())) return refusal('blocked_country');
  return card && isCardOf(blocked.cards, card) ? refusal('blocked_card') : undefined;
};
