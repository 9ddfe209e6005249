import { maskNumbers } from '../../core/cards.ts';
import type { View } from '../../core/model.ts';
import type { ApiParts } from '../../gateway/api.ts';
import { type Found, patienceMs, throughProvider } from './call.ts';
import { type Fault, faults } from './codes.ts';
import { isFault, reading } from './fields.ts';
import { type Memo, memoOf, writeMemo } from './memo.ts';
import { providerOf, settingsOf } from './settings.ts';
import { nameOfId } from './values.ts';
import { resultOf } from './write.ts';

/** The card that a payment was made with. One that was only proven is known by its token alone. */
const cardOf = (view: View, kind: Memo['kind']) => {
  const [operation] = view.operations;
  if (operation!.state !== 'approved' || kind === 'PAYOUT') return undefined;
  if (operation!.kind !== 'verify') {
    const card = view.attempts.findLast((attempt) => attempt.operation === 1)?.card;
    return card ? { paid: view } : undefined;
  }
  return operation!.cardToken === null ? undefined : { token: operation!.cardToken };
};

/**
 * Section 5.21: money for the card of an earlier payment, whether or not it is kept. `found` is that payment; it may serve any number
 * of times. A store with a limit pays out no more than it has taken.
 */
export const payout = async (
  parts: ApiParts,
  { shop, view }: Found,
  body: Record<string, unknown>,
): Promise<object | Fault> => {
  const { currency } = view.payment;
  const asked = reading(body, (fields) => {
    fields.need('PayoutType', 'Amount', 'OrderId');
    const type = fields.oneOf('PayoutType', ['B2P', 'WIN'])!;
    const amountMinor = fields.amount('Amount', currency)!;
    if (amountMinor === 0n) fields.wrong('Amount');
    const orderId = fields.text('OrderId');
    const message = fields.text('AdditionalMessage');
    fields.about();
    return { type, amountMinor, orderId, message };
  });
  if (isFault(asked)) return asked;
  const { amountMinor, orderId } = asked;
  const name = nameOfId(view.payment.id);
  const first = memoOf(view);
  const provider = providerOf(shop, first.provider);
  if (!provider) return faults.inactiveProvider(first.provider);
  const { payoutMax } = settingsOf(shop);
  const to = cardOf(view, first.kind);
  if (!to) return faults.wrongReference(name);
  const memo: Memo = {
    v: 1,
    kind: 'PAYOUT',
    provider: first.provider,
    userId: first.userId,
    language: first.language,
    autoCommit: true,
    responseUrl: '',
    reference: name,
    payout: { type: asked.type, message: asked.message },
  };
  const result = await parts.payouts.pay(throughProvider(shop, provider), {
    to,
    limitMinor: payoutMax === null ? null : BigInt(payoutMax),
    amountMinor,
    currency,
    reference: null,
    requestHash: null,
    noticeUrl: null,
    memo: writeMemo(memo),
    claims: [],
    orderReference: maskNumbers(orderId),
    originPaymentId: view.payment.id,
    brands: provider.brands,
    patienceMs,
  });
  if (result.kind === 'short') return faults.wrong('Amount');
  if (result.kind === 'refused') return faults.broken;
  const { reason } = result.operation;
  // The card was cancelled, or has run out: nothing was tried.
  if (result.operation.state === 'refused' && reason !== 'no_route') return faults.wrongReference(name);
  return resultOf(result.view);
};
