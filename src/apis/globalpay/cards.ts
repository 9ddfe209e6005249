import { brandOf, faceOf, isCardNumber, isPast } from '../../core/cards.ts';
import type { Operation, StoredCard, View } from '../../core/model.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { PageResult } from '../../gateway/gateway.ts';
import type { CardFacts, Shop } from '../../gateway/ports.ts';
import { wireId } from '../../kit/ids.ts';
import { Secret } from '../../kit/secret.ts';
import { errorOfReason, type Fault, faults } from './codes.ts';
import { fieldsOf } from './fields.ts';
import { memoOf, writeMemo } from './memo.ts';
import type { Read } from './read.ts';
import { settingsOf } from './settings.ts';
import { api } from './tokens.ts';
import { brandsOf, idFrom, isInternational } from './values.ts';
import { boundOf, cardOf } from './write.ts';

/** A code is good for 300 s and three more texts may follow it; then the card is bound anew (section 14.3.2). */
const lifeMs = 1_800_000;
const patienceMs = 10_000;
/** The currency of a card of the country, in which its balance is told. */
const currency = 'UZS';
const idCountMax = 100;

interface Bind {
  readonly number: string;
  /** `YYYY-MM`. */
  readonly expiry: string;
  readonly holder: string | null;
  readonly phone: string | null;
}

/** Body of `POST /cards/v1/card` (section 14.3.1). Nothing of it is repeated in a fault. */
const readBind = (body: Record<string, unknown>, now: number): Read<Bind> => {
  const fields = fieldsOf(body);
  const typed = fields.text(['cardNumber'], { max: 32, required: true });
  const number = typed?.replace(/[ -]/g, '') ?? '';
  const expiry = fields.text(['expiryDate'], { max: 5, required: true }) ?? '';
  const phone = fields.text(['smsNotificationNumber'], { max: 20 });
  const holder = fields.text(['cardHolderName'], { max: 60 });
  const brand = brandOf(number);
  if (typed !== null && (!isCardNumber(number) || !brand || !brandsOf(true).includes(brand))) {
    fields.fault('cardNumber', 'must be a card number');
  }
  const date = `20${expiry.slice(0, 2)}-${expiry.slice(2)}`;
  if (expiry !== '' && !/^\d{2}(0[1-9]|1[0-2])$/.test(expiry)) fields.fault('expiryDate', 'must be YYMM');
  else if (expiry !== '' && isPast(date, now)) fields.fault('expiryDate', 'must not be past');
  if (phone !== null && brand && isInternational(brand))
    fields.fault('smsNotificationNumber', 'must be absent for this card');
  if (phone !== null && !/^\+?998\d{9}$/.test(phone)) fields.fault('smsNotificationNumber', 'must be 998XXXXXXXXX');
  return fields.faults.length > 0
    ? { faults: fields.faults.join('; ') }
    : { value: { number, expiry: date, holder, phone: phone?.replace('+', '') ?? null } };
};

const otpOf = (view: View) => {
  const attempt = view.attempts.findLast(({ operation }) => operation === 1);
  return attempt?.state === 'challenged' && attempt.challenge?.kind === 'otp'
    ? { attempt, phone: attempt.challenge.phone }
    : undefined;
};

/** Whether a whole number can be the one behind a mask: as far as either shows digits, they agree. */
const fitsMask = (phone: string, mask: string): boolean =>
  phone.length === mask.length && [...mask].every((sign, index) => sign === '*' || sign === phone[index]);

/** What a card that was just submitted answers: bound, or why it was refused (section 14.3.1). */
const boundAnswer = (view: View, { phone }: Bind, facts: CardFacts | undefined): object | Fault => {
  const operation = view.operations[0]!;
  const token = operation.cardToken;
  // The issuer does not want it kept.
  if (token === null) return faults.card(errorOfReason(operation.reason ?? 'declined'));
  const { brand } = view.attempts.findLast((attempt) => attempt.operation === 1)!.card!;
  const otp = otpOf(view);
  if (otp) {
    if (phone !== null && !fitsMask(phone, otp.phone)) {
      return faults.invalid('smsNotificationNumber: is not the phone of the card');
    }
    return boundOf(token, brand, otp.phone, facts);
  }
  if (operation.state === 'approved') return boundOf(token, brand, null, facts);
  return faults.card(errorOfReason(operation.reason ?? 'processing_error'));
};

/** The shop that bindings of a merchant belong to: its first service. A card is good at all of them. */
const firstService = async (
  { directory }: Pick<ApiParts, 'directory'>,
  merchantId: number,
): Promise<Shop | undefined> => (await directory.shopsOf(api, merchantId))[0];

/** `POST /cards/v1/card` (sections 14.3.1, 14.3.5). A card that waits for its code is texted another one. */
export const bindCard = async (
  parts: ApiParts,
  merchantId: number,
  body: Record<string, unknown>,
): Promise<object | Fault> => {
  const { gateway, clock, publicUrl } = parts;
  const read = readBind(body, clock.now());
  if ('faults' in read) return faults.invalid(read.faults);
  const bind = read.value;
  const shop = await firstService(parts, merchantId);
  if (!shop) return faults.notFound('Service');
  const number = new Secret(bind.number);
  const holder = bind.holder === null ? null : new Secret(bind.holder);
  const card = { number, expiry: bind.expiry, code: null, holder };
  const facts = () => gateway.describeCard(shop, { details: card, face: faceOf(bind.number, bind.expiry) }, currency);
  const waiting = await gateway.findChallenged(merchantId, number);
  if (waiting && waiting.shop.api === api && memoOf(waiting.view).made === 'bind') {
    // Too soon for another text, the one that is on its way counts.
    const { view } = await gateway.resend(waiting.shop, waiting.view.payment.id);
    if (otpOf(view)) return boundAnswer(view, bind, await facts());
  }
  const opened = await gateway.open(shop, {
    kind: 'verify',
    amountMinor: 0n,
    currency,
    reference: null,
    requestHash: null,
    noticeUrl: null,
    memo: writeMemo({ v: 1, made: 'bind', items: [], fields: [] }),
    claims: [],
    checkout: {
      successUrl: null,
      failureUrl: null,
      expiresAt: clock.now() + lifeMs,
      brands: brandsOf(settingsOf(shop).international),
      wallet: null,
      keepsCard: true,
      customer: null,
      payerInfo: null,
      demandsChallenge: false,
      redirectMs: null,
      submitCountMax: 1,
    },
    namesCard: true,
    receipt: null,
  });
  if (opened.kind === 'refused') return faults.busy;
  const page = { returnUrl: `${publicUrl}/checkout/acs/${wireId(opened.view.payment.id)}/return`, patienceMs };
  const { view, refusal } = await gateway.submit(shop, opened.view.payment.id, card, page);
  if (refusal?.reason === 'busy') return faults.busy;
  return refusal ? faults.card('DECLINED') : boundAnswer(view, bind, await facts());
};

/** A card that was bound here, whether confirmed or not. */
const bindingOf = async ({ gateway }: Pick<ApiParts, 'gateway'>, merchantId: number, token: string) => {
  const operationId = idFrom(token);
  const found = operationId && (await gateway.findOf(merchantId, { operationId }));
  return found && found.shop.api === api && memoOf(found.view).made === 'bind' ? found : undefined;
};

/** A card with what its issuer tells of it now. */
const told = async ({ gateway }: Pick<ApiParts, 'gateway'>, shop: Shop, card: StoredCard) =>
  cardOf(card, await gateway.describeCard(shop, card, currency));

/** How a code that was typed ended. */
const confirmed = async (parts: ApiParts, shop: Shop, { view, refusal }: PageResult): Promise<object | Fault> => {
  const operation: Operation = view.operations[0]!;
  if (refusal?.reason === 'code_expired') return faults.otpExpired;
  if (refusal) return faults.busy;
  if (operation.state === 'challenged') return faults.otpInvalid;
  if (operation.reason === 'wrong_codes') return faults.otpExceeded;
  if (operation.state === 'approved') {
    const [card] = await parts.gateway.storedCards(shop.merchantId, [operation.cardToken ?? '']);
    return card ? told(parts, shop, card) : faults.notFound('Card');
  }
  if (operation.state === 'waiting' || operation.state === 'expired') return faults.otpExpired;
  return faults.card(errorOfReason(operation.reason ?? 'processing_error'));
};

/** `POST /cards/v1/card/confirm/{cardToken}` (section 14.3.2). A card that is confirmed answers as it did then. */
export const confirmCard = async (
  parts: ApiParts,
  merchantId: number,
  token: string,
  body: Record<string, unknown>,
): Promise<object | Fault> => {
  const found = await bindingOf(parts, merchantId, token);
  if (!found) return faults.notFound('Card');
  const code = fieldsOf(body).take('code');
  const text = typeof code === 'number' ? String(code).padStart(6, '0') : code;
  if (typeof text !== 'string' || !/^\d{6}$/.test(text)) return faults.invalid('code: must be six digits');
  const otp = otpOf(found.view);
  if (!otp) return confirmed(parts, found.shop, { view: found.view, oneTimeKey: null, refusal: null });
  const challenge = { sentReference: otp.attempt.sentReference, answer: { code: text }, oneTimeKey: null };
  const result = await parts.gateway.resume(found.shop, found.view.payment.id, challenge, { patienceMs });
  return confirmed(parts, found.shop, result);
};

/** `POST /cards/v1/card/token` (section 14.3.3). */
export const cardsNamed = async (
  parts: ApiParts,
  merchantId: number,
  body: Record<string, unknown>,
): Promise<object | Fault> => {
  const ids = fieldsOf(body).take('ids');
  const isList =
    Array.isArray(ids) && ids.length <= idCountMax && ids.every((id) => typeof id === 'string' && id.length <= 64);
  if (!isList) return faults.invalid(`ids: must be a list of at most ${idCountMax} card tokens`);
  const tokens = (ids as string[]).filter((id) => idFrom(id) !== undefined);
  const shop = await firstService(parts, merchantId);
  if (!shop) return [];
  const cards = await parts.gateway.storedCards(merchantId, tokens);
  return Promise.all(cards.map((card) => told(parts, shop, card)));
};

/** `DELETE /cards/v1/card/{cardToken}` (section 14.3.4). */
export const unbindCard = async (parts: ApiParts, merchantId: number, token: string): Promise<object | Fault> => {
  const known = idFrom(token) !== undefined && (await parts.gateway.forgetCard(merchantId, token));
  return known ? { body: {}, statusCode: 'OK', statusCodeValue: 200 } : faults.notFound('Card');
};
