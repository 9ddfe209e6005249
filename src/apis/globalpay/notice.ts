import { createHmac } from 'node:crypto';
import type { ApiParts } from '../../gateway/api.ts';
import type { NoticeVoice, Shop } from '../../gateway/ports.ts';
import { wireId } from '../../kit/ids.ts';
import { memoOf } from './memo.ts';
import { settingsOf } from './settings.ts';
import { isInternational } from './values.ts';
import { gatePaymentOf, paymentOf } from './write.ts';

/** Name of a service's callback secret in the vault. */
export const secretName = (wireName: string): string => `globalpay:callback:${wireName}`;

/** How the service lets a callback prove itself (section 9). */
const proofOf = async (
  { drawer }: Pick<ApiParts, 'drawer'>,
  shop: Shop,
  body: string,
): Promise<Record<string, string>> => {
  const { callbackAuth } = settingsOf(shop);
  if (callbackAuth === 'none') return {};
  const secret = await drawer.find(secretName(shop.wireName));
  if (!secret) throw new Error('the callback secret of a service is gone');
  if (callbackAuth === 'basic') return { Authorization: `Basic ${Buffer.from(secret.reveal()).toString('base64')}` };
  return { 'X-Signature': createHmac('sha256', secret.reveal()).update(body).digest('hex') };
};

/** The callback of section 9, told of every end of a payment token, and of Gate payments by an international card. */
export const voice = (parts: Pick<ApiParts, 'drawer' | 'publicUrl'>): NoticeVoice => ({
  api: 'globalpay',

  compose(shop, view, { operation: ordinal }) {
    const { callbackUrl, callbackOnRevert } = settingsOf(shop);
    const operation = view.operations[ordinal - 1]!;
    const { made } = memoOf(view);
    if (callbackUrl === null || made === 'bind') return undefined;
    const isRefund = operation.kind === 'refund' && operation.state === 'approved';
    if (isRefund ? !callbackOnRevert : ordinal !== 1) return undefined;
    if (made === 'token') return { url: callbackUrl, body: JSON.stringify(paymentOf(shop, view)) };
    // A card of the country is answered in the call itself; one that nobody performed is no outcome.
    const brand = view.attempts.findLast((attempt) => attempt.operation === 1)?.card?.brand;
    if (!isRefund && !(brand && isInternational(brand))) return undefined;
    return { url: callbackUrl, body: JSON.stringify(gatePaymentOf(shop, view, parts.publicUrl)) };
  },

  async headers(shop, body, _at, delivery) {
    return {
      'Content-Type': 'application/json',
      'User-Agent': 'Tollgate',
      'X-Request-Id': wireId(delivery.operationId),
      'X-Attempt': String(delivery.tries + 1),
      ...(await proofOf(parts, shop, body)),
    };
  },

  acknowledged: (status) => status >= 200 && status < 300,

  // Seven tries: at once, then so long after the one before.
  pausesMs: [10, 60, 300, 1_800, 7_200, 21_600].map((seconds) => seconds * 1_000),
  timeoutMs: 10_000,
});
