import { type Html, html } from './html.ts';
import type { Order } from './orders.ts';

export interface Headline {
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'waiting';
}

/** How an order stands, in the shop's own words. */
export const headlineOf = (order: Order): Headline => {
  const { standing } = order;
  if (!standing) return order.refused ? { text: 'Refused', tone: 'bad' } : { text: 'Not known yet', tone: 'waiting' };
  const { tone } = standing;
  if (tone === 'waiting' && standing.paidMinor > 0n) return { text: 'Partly paid', tone };
  if (tone === 'waiting') return { text: order.checkout ? 'Waiting for payment' : 'Being checked', tone };
  if (tone === 'bad') return { text: standing.status, tone };
  const takenMinor = takenOf(order);
  if (standing.refundedMinor > 0n) {
    return { text: standing.refundedMinor >= takenMinor ? 'Refunded' : 'Partly refunded', tone };
  }
  if (order.mode !== 'reserve') return { text: takenMinor > order.amountMinor ? 'Paid too much' : 'Paid', tone };
  if (takenMinor === 0n) return { text: 'Reserved', tone };
  return { text: takenMinor >= order.amountMinor ? 'Captured' : 'Partly captured', tone };
};

/** Money that has left the payer's card for the shop, before refunds; cents. */
export const takenOf = (order: Order): bigint =>
  (order.mode === 'reserve' ? order.standing?.capturedMinor : order.standing?.paidMinor) ?? 0n;

export const badge = ({ text, tone }: Headline): Html => html`<span class="badge ${tone}">${text}</span>`;
