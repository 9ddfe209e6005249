import type { View } from '../../core/model.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { Secret } from '../../kit/secret.ts';
import { type Fault, faults, statusOf } from './codes.ts';
import { memoOf } from './memo.ts';
import { type Asked, readInit, readInitV2, readPerform } from './read.ts';
import { ruleFault, serviceNamed } from './service.ts';
import { api } from './tokens.ts';
import { openingOf } from './user-tokens.ts';
import { idFrom, isInternational } from './values.ts';
import { gatePaymentOf } from './write.ts';

/** A Gate payment can be performed for so long (section 14.4.2). */
const lifeMs = 24 * 3_600_000;

/** How long a call waits for the acquirer before it answers `VALIDATE` (section 8.3). */
const patienceMs = 10_000;

interface Found {
  readonly shop: Shop;
  readonly view: View;
}

/** A payment of a merchant by its id, whether a token or the Gate made it; a card that was bound is none. */
export const paymentNamed = async (
  { gateway }: Pick<ApiParts, 'gateway'>,
  merchantId: number,
  id: string,
): Promise<Found | undefined> => {
  const paymentId = idFrom(id);
  const found = paymentId && (await gateway.findOf(merchantId, { paymentId }));
  return found && found.shop.api === api && memoOf(found.view).made !== 'bind' ? found : undefined;
};

/** An id of the merchant's names one Gate payment for ever (section 14.4.2). */
const externalClaim = (externalId: string) => ({ scope: `${api}:externalId`, value: externalId });

/** `init` of either version. The same id with the same service and amount answers the first payment again. */
export const initPayment = async (
  parts: ApiParts,
  merchantId: number,
  body: Record<string, unknown>,
  version: 'v1' | 'v2',
): Promise<object | Fault> => {
  const read = (version === 'v1' ? readInit : readInitV2)(body);
  if ('faults' in read) return faults.invalid(read.faults);
  const asked: Asked = read.value;
  const shop = await serviceNamed(parts, merchantId, asked.serviceId);
  if (!shop) return faults.notFound('Service');
  const fault = ruleFault(shop, asked);
  if (fault) return fault;
  const expiresAt = parts.clock.now() + lifeMs;
  const request = openingOf(shop, asked, { made: version }, { expiresAt, fiscal: parts.fiscal });
  const claims = [externalClaim(asked.externalId)];
  const result = await parts.gateway.open(shop, { ...request, requestHash: null, claims });
  if (result.kind !== 'refused') return gatePaymentOf(shop, result.view, parts.publicUrl);
  if (result.refusal.reason !== 'duplicate_reference' || !result.holder) return faults.busy;
  const { view } = result.holder;
  const isSame =
    view.payment.shopId === shop.id &&
    view.payment.amountMinor === asked.amountMinor &&
    view.payment.currency === asked.currency;
  return isSame ? gatePaymentOf(shop, view, parts.publicUrl) : faults.externalIdTaken;
};

/** Why a token that names no stored card cannot pay. */
const unknownCard = async (parts: ApiParts, merchantId: number, cardToken: string): Promise<Fault> => {
  const operationId = idFrom(cardToken);
  const bound = operationId && (await parts.gateway.findOf(merchantId, { operationId }));
  const waits = bound && bound.shop.api === api && bound.view.operations[0]!.state === 'challenged';
  return waits ? faults.notConfirmed : faults.notFound('Card');
};

/** `perform` of either version (sections 14.4.3, 14.5.2). On a payment that has ended it answers how it did. */
export const performPayment = async (
  parts: ApiParts,
  merchantId: number,
  body: Record<string, unknown>,
): Promise<object | Fault> => {
  const read = readPerform(body);
  if ('faults' in read) return faults.invalid(read.faults);
  const { id, externalId, cardToken, code } = read.value;
  const found = await paymentNamed(parts, merchantId, id);
  if (!found || found.view.operations[0]!.reference !== externalId) return faults.notFound('Payment');
  const { shop, view } = found;
  // The hosted page is where a payment token is paid.
  if (memoOf(view).made === 'token') return faults.notFound('Payment');
  if (statusOf(view) !== 'INIT') return gatePaymentOf(shop, view, parts.publicUrl);
  const [stored] = await parts.gateway.storedCards(merchantId, [cardToken]);
  if (!stored) return unknownCard(parts, merchantId, cardToken);
  // The issuer of an international card wants its code as well; cards of the country have none.
  if (isInternational(stored.face.brand) && code === null) {
    return faults.invalid('cardSecurityCode: must be three digits');
  }
  const returnUrl = `${parts.publicUrl}/checkout/acs/${id.toLowerCase()}/return`;
  const card = { stored, code: code === null ? null : new Secret(code) };
  const result = await parts.gateway.perform(shop, view, card, { returnUrl, patienceMs });
  switch (result.refusal?.reason) {
    case 'busy':
      return faults.busy;
    case 'invalid_token':
      return faults.notFound('Card');
    case 'card_expired':
      return faults.card('CARD_EXPIRED');
    case 'brand_not_accepted':
    case 'no_route':
      return faults.card('DECLINED');
    default:
      return gatePaymentOf(shop, result.view, parts.publicUrl);
  }
};
