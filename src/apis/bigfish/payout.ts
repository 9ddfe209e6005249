import { maskNumbers } from '../../core/cards.ts';
import type { ApiParts } from '../../gateway/api.ts';
import { type Found, patienceMs, throughProvider } from './call.ts';
import { type Fault, faults } from './codes.ts';
import { isFault, reading } from './fields.ts';
import { type Memo, memoOf, writeMemo } from './memo.ts';
import { providerOf, settingsOf } from './settings.ts';
import { nameOfId } from './values.ts';
import { resultOf } from './write.ts';

/**
 * Section 5.21: money for the card of an earlier payment, which must be one that is kept. `found` is that payment; it may serve any
 * number of times.
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
  if (payoutMax !== null && amountMinor > BigInt(payoutMax)) return faults.wrong('Amount');
  const [operation] = view.operations;
  const token = operation!.state === 'approved' && first.kind !== 'PAYOUT' ? operation!.cardToken : null;
  if (token === null) return faults.wrongReference(name);
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
  const result = await parts.gateway.charge(throughProvider(shop, provider), {
    kind: 'payout',
    amountMinor,
    currency,
    reference: null,
    requestHash: null,
    noticeUrl: null,
    memo: writeMemo(memo),
    claims: [],
    orderReference: maskNumbers(orderId),
    originPaymentId: view.payment.id,
    card: { token },
    brands: provider.brands,
    patienceMs,
  });
  if (result.kind === 'refused') return faults.broken;
  const { reason } = result.operation;
  // The card was cancelled, or has run out: nothing was tried.
  if (result.operation.state === 'refused' && reason !== 'no_route') return faults.wrongReference(name);
  return resultOf(result.view);
};
