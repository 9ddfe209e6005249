import type { StoredAccount, View } from '../core/model.ts';
import type { OpenGateway } from './create.ts';
import type { ChargeRequest, Pass, Result } from './gateway.ts';
import type { Purse, Purses } from './ports/purses.ts';
import type { Payee, Shop } from './ports.ts';

/** Money for a payer, out of what the shop has taken. */
export interface PayoutRequest extends Omit<ChargeRequest, 'kind' | 'card' | 'pass'> {
  /** Token of a stored card, a stored bank account, the payment that was made with either, or an account or wallet that is told. */
  readonly to:
    | { readonly token: string; readonly owner?: number }
    | { readonly paid: View }
    | { readonly payee: Payee }
    | { readonly account: StoredAccount; readonly owner: number };
  /** What the operator lets the shop pay out now, in minor units; null: nothing was said, and the purse may be overdrawn. */
  readonly limitMinor: bigint | null;
}

/** What a shop has in a currency, in minor units; below zero where more went back than came. */
export interface Balance {
  /** Taken, less what was given back or paid out. */
  readonly totalMinor: bigint;
  /** The same, less what is under way, and no more than the operator lets go: what the next payout may be. */
  readonly payableMinor: bigint;
}

/** `short`: more than the shop may pay out now. Nothing was written. */
export type PayoutResult = Result | { readonly kind: 'short'; readonly balance: Balance };

/** The door for payouts. Each passes the purse of its shop and currency, so that two never spend the same money. */
export interface PayoutGateway {
  /** Refusals as of `charge`. */
  pay(shop: Shop, request: PayoutRequest): Promise<PayoutResult>;
  balance(shop: Shop, currency: string, limitMinor: bigint | null): Promise<Balance>;
}

/** A payout starts over when one of another process came first. */
const triesMax = 20;

const balanceOf = ({ totalMinor, heldMinor }: Purse, limitMinor: bigint | null): Balance => {
  const freeMinor = totalMinor - heldMinor;
  return { totalMinor, payableMinor: limitMinor !== null && limitMinor < freeMinor ? limitMinor : freeMinor };
};

export const createPayouts = (
  { gateway, parts }: Pick<OpenGateway, 'gateway' | 'parts'>,
  purses: Purses,
): PayoutGateway => {
  const { clock, newId } = parts.surroundings;
  const purseOf = (shop: Shop, currency: string) => purses.read(shop, currency, newId(shop.merchantId), clock.now());

  return {
    async pay(shop, { to, limitMinor, ...request }) {
      const { amountMinor, currency } = request;
      let short: Balance | null = null;
      const pass: Pass = {
        name: `purse:${shop.id}:${currency}`,
        async read() {
          const purse = await purseOf(shop, currency);
          const balance = balanceOf(purse, limitMinor);
          short = limitMinor !== null && amountMinor > balance.payableMinor ? balance : null;
          return short ? { reason: 'limit_exceeded' } : { id: purse.id, read: purse.version };
        },
      };
      for (let tries = 1; ; tries++) {
        const result = await gateway.charge(shop, { ...request, kind: 'payout', card: to, pass });
        if (short) return { kind: 'short', balance: short };
        const isLate = result.kind === 'refused' && result.refusal.reason === 'busy';
        if (!isLate || tries === triesMax) return result;
      }
    },

    balance: async (shop, currency, limitMinor) => balanceOf(await purseOf(shop, currency), limitMinor),
  };
};
