import type { Scheme } from './bank-accounts.ts';
import type { Brand } from './cards.ts';

/** Apps in which a payer pays, most often by a code that the page shows. */
export const apps = ['payme', 'fps', 'alipayhk', 'alipaycn', 'alipay', 'wechat', 'octopus'] as const;
export type App = (typeof apps)[number];

/**
 * A page of somebody else on which a payer pays: of a bank, of an electronic wallet, of whoever sells vouchers. Named in small
 * letters, digits, `_` and `-`; which there are, acquirers and routes say.
 */
export type Site = `site:${string}`;

const siteName = /^site:[a-z0-9_-]{1,32}$/;

/** The site of that name, whatever its letters' case; undefined for a text that can name none. */
export const siteOf = (name: string): Site | undefined => {
  const site = `site:${name.toLowerCase()}` as const;
  return siteName.test(site) ? site : undefined;
};

/** Means of payment without a card, where the payer pays elsewhere. */
export type Wallet = App | Site;

export const isSite = (wallet: Wallet): wallet is Site => wallet.startsWith('site:');

/** The name of a site: what is behind the colon. */
export const siteNameOf = (site: Site): string => site.slice('site:'.length);

export const isWallet = (text: unknown): text is Wallet =>
  typeof text === 'string' && (apps.includes(text as App) || siteName.test(text));

/** What a payer pays with: the brand of a card, a wallet, or a bank account. Routes are chosen by it. */
export type Means = Brand | Wallet | Scheme;

/**
 * Whether payers push money, in any amount and more than once (a bank transfer), instead of agreeing to the amount asked.
 * A payment by such a wallet is a `collect`, and each transfer a `receipt` of it.
 */
export const isPushed = (wallet: Wallet): boolean => wallet === 'fps';
