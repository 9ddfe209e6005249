import type { Brand } from '../../core/cards.ts';
import type { CardFace, Operation, Receipt, StoredCard, View } from '../../core/model.ts';
import type { CardFacts, Shop } from '../../gateway/ports.ts';
import { wireId } from '../../kit/ids.ts';
import { errorOf, receiptOf, statusOf, tokenStatusOf } from './codes.ts';
import { type Memo, memoOf } from './memo.ts';
import { nameOf, settingsOf } from './settings.ts';
import {
  expiryOf,
  isInternational,
  maskOf,
  numberFor,
  processingTypeOf,
  timeOf,
  timeOrNull,
  tiyinOf,
} from './values.ts';

const lastAttemptOf = (view: View) => view.attempts.findLast(({ operation }) => operation === 1);

/** The card that the payment was last tried with; null before any. */
const faceOf = (view: View): CardFace | null => lastAttemptOf(view)?.card ?? null;

/** Reference at the processing centre, once it gave one. */
const processingIdOf = (view: View): string | null => lastAttemptOf(view)?.acquirerReference ?? null;

const approvedAtOf = ({ state, finishedAt }: Operation): string | null =>
  state === 'approved' ? timeOrNull(finishedAt) : null;

/** What the tax office said (section 12); `urlKey` is spelled in two ways. Null before it was asked, and when never. */
const fiscalOf = (receipt: Receipt | undefined, urlKey: 'qrCodeUrl' | 'qrcodeUrl') => {
  if (receipt?.state !== 'registered' && receipt?.state !== 'failed') return null;
  const { number, terminal, sign, url, message, state } = receipt;
  return {
    receiptId: number === null ? null : Number(number),
    terminalId: terminal,
    fiscalSign: sign,
    [urlKey]: url,
    success: state === 'registered',
    message,
  };
};

/** Refunds that went through (section 13). */
const revertsOf = (view: View) =>
  view.operations
    .filter(({ kind, state }) => kind === 'refund' && state === 'approved')
    .map((refund) => {
      const receipt = view.receipts.find(({ operation }) => operation === refund.ordinal);
      return {
        id: numberFor(refund.id, 0),
        createdAt: timeOf(refund.requestedAt),
        merchantRevertedAt: timeOrNull(refund.finishedAt),
        gnkRevertedAt: timeOrNull(receipt?.registeredAt ?? null),
        externalId: refund.reference,
        amount: tiyinOf(refund.amountMinor),
      };
    });

/** The payment object of Checkout: status answer and callback body are the same (section 7.1). */
export const paymentOf = (shop: Shop, view: View) => {
  const memo = memoOf(view);
  const [first] = view.operations;
  const face = faceOf(view);
  const processingType = face && processingTypeOf(face.brand);
  return {
    id: wireId(view.payment.id),
    externalId: first!.reference,
    userServiceToken: wireId(first!.id),
    status: statusOf(view),
    error: errorOf(view),
    amount: tiyinOf(view.payment.amountMinor),
    currency: view.payment.currency,
    account: memo.account ?? null,
    description: memo.description ?? null,
    externalServiceId: Number(shop.wireName),
    items: memo.items,
    requestFields: memo.fields,
    processingType,
    processingId: processingIdOf(view),
    card: face && { cardNumber: maskOf(face), processingType },
    createdAt: timeOf(view.payment.createdAt),
    approvedAt: approvedAtOf(first!),
    paymentReverts: revertsOf(view),
    gnkDetail: fiscalOf(receiptOf(view), 'qrCodeUrl'),
  };
};

/** The payment token (section 6.1.3). */
export const tokenOf = (shop: Shop, view: View, publicUrl: string) => {
  const memo = memoOf(view);
  const [first] = view.operations;
  const id = wireId(first!.id);
  const { successUrl, failureUrl, expiresAt } = view.checkout!;
  return {
    id,
    token: id,
    userRedirectUrl: `${publicUrl}/checkout/pay/${id}`,
    status: tokenStatusOf(first!),
    name: memo.name,
    description: memo.description ?? null,
    externalId: first!.reference,
    account: memo.account ?? null,
    tokenLifespan: memo.lifespan,
    externalServiceId: Number(shop.wireName),
    items: memo.items,
    requestFields: memo.fields,
    successRedirectUrl: successUrl,
    failRedirectUrl: failureUrl,
    createdAt: timeOf(view.payment.createdAt),
    expiresAt: timeOf(expiresAt),
  };
};

/** `paymentFields` as they came, with the numbers that the Gate gives them. */
const fieldsOf = (view: View, memo: Memo) =>
  memo.fields.map(({ name, value }, index) => ({
    id: numberFor(view.payment.id, index),
    ...((name === 'amount' || name === 'currency') && { requestFieldId: name === 'amount' ? 1 : 2 }),
    name,
    value: String(value),
  }));

const originOf = (brand: Brand): 'LOCAL' | 'INTERNATIONAL' => (isInternational(brand) ? 'INTERNATIONAL' : 'LOCAL');

const cardIn = (face: CardFace, token: string | null) => ({
  token,
  cardNumber: maskOf(face),
  expiryDate: expiryOf(face),
  smsNotificationNumber: '',
  type: processingTypeOf(face.brand),
  processingType: processingTypeOf(face.brand),
  cardOrigin: originOf(face.brand),
});

/** The payment object of the Gate, the same for both versions (section 14.4.6), with its exact JSON types. */
export const gatePaymentOf = (shop: Shop, view: View, publicUrl: string) => {
  const memo = memoOf(view);
  const [first] = view.operations;
  const attempt = lastAttemptOf(view);
  const face = faceOf(view);
  const receipt = receiptOf(view);
  const refunds = revertsOf(view);
  const id = wireId(view.payment.id);
  const approvedAt = approvedAtOf(first!);
  const waitsForBank = attempt?.state === 'challenged' && attempt.challenge?.kind === 'redirect';
  return {
    id,
    externalId: first!.reference,
    processingId: processingIdOf(view),
    amount: tiyinOf(view.payment.amountMinor),
    currency: view.payment.currency,
    type: 'PAYMENT',
    status: statusOf(view),
    error: errorOf(view),
    processingType: face && processingTypeOf(face.brand),
    createdAt: timeOf(view.payment.createdAt),
    approvedAt,
    revertAt: refunds.at(-1)?.merchantRevertedAt ?? null,
    // Present on every approved payment, so where no office is asked it is the approval's own time.
    gnkPerformedAt: approvedAt && timeOrNull(receipt?.registeredAt ?? first!.finishedAt),
    merchantPerformedAt: null,
    account: memo.account ?? null,
    description: memo.description ?? null,
    cardToken: first!.cardToken,
    card: face && cardIn(face, first!.cardToken),
    service: {
      id: Number(shop.wireName),
      name: nameOf(shop),
      legalName: settingsOf(shop).legalName ?? shop.merchantName,
    },
    gnkFields: fiscalOf(receipt, 'qrcodeUrl'),
    paymentItems: memo.items,
    paymentFields: fieldsOf(view, memo),
    paymentReverts: refunds,
    merchantPaymentRespFields: [],
    securityCheckUrl: waitsForBank ? `${publicUrl}/checkout/acs/${id}` : null,
  };
};

/** A card object of the Gate (section 14.3.2). What the acquirer does not tell is 0 or empty: its types are fixed. */
export const cardOf = ({ token, face }: StoredCard, facts: CardFacts | undefined) => ({
  ...cardIn(face, token),
  smsNotificationNumber: facts?.phone ?? '',
  balance: tiyinOf(facts?.balanceMinor ?? 0n),
  externalToken: token,
  holderFullName: facts?.holder ?? '',
  externalStatus: '0',
  bankName: facts?.bank ?? '',
});

/** What binding a card answers (section 14.3.1). `phone`: masked, null where no code is texted. */
export const boundOf = (token: string, brand: Brand, phone: string | null, facts: CardFacts | undefined) => ({
  cardToken: token,
  smsNotificationNumber: phone ?? '',
  needsVerification: phone !== null,
  bankName: facts?.bank ?? '',
  processingType: processingTypeOf(brand),
});

/** A service (section 14.4.1). `fiscal`: its payments get receipts. */
export const serviceOf = (shop: Shop, fiscal: boolean) => {
  const settings = settingsOf(shop);
  const id = Number(shop.wireName);
  const name = nameOf(shop);
  const legalName = settings.legalName ?? shop.merchantName;
  const instrument = { paymentInstrumentId: 3, paymentInstrument: 'DIRECT' } as const;
  const field = (number: number, key: string, titleRu: string, titleUz: string, fieldType: string) => ({
    id: number,
    ...instrument,
    order: number,
    name: key,
    titleRu,
    titleUz,
    required: true,
    readOnly: false,
    fieldType,
    isCustomerId: 'false',
    fieldControl: 'INPUT',
    fieldValues: [],
  });
  const account = shop.routes[0]?.account ?? '';
  return {
    id,
    legalName,
    name,
    minAmount: settings.minAmount,
    maxAmount: settings.maxAmount,
    comission: 0,
    fixedPrice: 0,
    enabled: shop.state === 'active',
    ...instrument,
    uzcardMerchantId: account,
    uzcardTerminalId: account,
    humoMerchantId: account,
    humoTerminalId: account,
    url: '',
    responseFields: [],
    requestFields: [field(1, 'amount', 'Сумма', 'Summa', 'MONEY'), field(2, 'currency', 'Валюта', 'Valyuta', 'STRING')],
    provider: {
      id: shop.merchantId,
      legalName,
      name: shop.merchantName,
      enabled: true,
      addressRegistry: '',
      inn: '',
      ...instrument,
    },
    info: false,
    includeGnk: fiscal,
    pinfl: null,
    isVMActive: settings.international,
  };
};
