import { traitsOf, type Wallet } from './wallets.ts';

/** How long those take who do not decide on a refund at once. */
export const asyncRefundMs = 5_000;

/** UnionPay's numbers. `card` is masked: its first six digits are enough. */
const isUnionPay = (card: string | null): boolean => card !== null && /^(62|81)/.test(card);

/** How long after it was taken a refund of what was paid with this card or wallet is decided, ms. */
export const refundMsOf = ({ card, wallet }: { card: string | null; wallet: Wallet | null }): number =>
  isUnionPay(card) || (wallet && traitsOf(wallet).refundsLate) ? asyncRefundMs : 0;
