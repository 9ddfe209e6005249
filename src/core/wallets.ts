import type { Brand } from './cards.ts';

/** Means of payment without a card: the payer opens an app, most often by a code that the page shows. */
export const wallets = ['payme', 'fps', 'alipayhk', 'alipaycn', 'alipay', 'wechat', 'octopus'] as const;
export type Wallet = (typeof wallets)[number];

/** What a payer pays with: the brand of a card, or a wallet. Routes are chosen by it. */
export type Means = Brand | Wallet;

/**
 * Whether payers push money, in any amount and more than once (a bank transfer), instead of agreeing to the amount asked.
 * A payment by such a wallet is a `collect`, and each transfer a `receipt` of it.
 */
export const isPushed = (wallet: Wallet): boolean => wallet === 'fps';
