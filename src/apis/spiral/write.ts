import type { Attempt, CardFace, Operation, View } from '../../core/model.ts';
import { chooseRoute } from '../../core/routing.ts';
import { isOperationFinal } from '../../core/states.ts';
import type { Wallet } from '../../core/wallets.ts';
import type { Shop } from '../../gateway/ports.ts';
import { wireId } from '../../kit/ids.ts';
import { amountDigits } from './amount.ts';
import { responseOf, type Status, statusOf } from './codes.ts';
import { dateTimeText, hostTimeText, utcText } from './dates.ts';
import { fpsCurrencies, fpsText } from './fps.ts';
import { JsonText, type WireObject } from './json.ts';
import { type Memo, memoOf } from './memo.ts';
import { commands } from './schema.ts';
import { sessionIdOf } from './session.ts';
import { settingsOf } from './settings.ts';
import { paymentTypeOf } from './types.ts';

/** An amount as a JSON number without trailing zeros (section 2.4), written from its digits. */
export const amountText = (amountMinor: bigint, currency: string): JsonText =>
  new JsonText(amountDigits(amountMinor, currency));

/** First six, six `x` whatever the length, last four (section 5.8). */
export const panText = ({ first6, last4 }: CardFace): string => `${first6}xxxxxx${last4}`;

/** `2039-01` → `0139`. */
const expiryText = ({ expiry }: CardFace): string => expiry.slice(5) + expiry.slice(2, 4);

const lastAttempt = (view: View, operation: Operation): Attempt | undefined =>
  view.attempts.findLast((attempt) => attempt.operation === operation.ordinal);

/** Merchant number at the acquirer: where the money went, or would go now. */
const merchantIdOf = (shop: Shop, view: View, operation: Operation, memo: Memo): string => {
  const gone = lastAttempt(view, operation)?.account ?? view.attempts.at(0)?.account;
  if (gone) return gone;
  const { currency, amountMinor } = view.payment;
  const type = paymentTypeOf(memo.type);
  const brand = type?.wallet ?? type?.brands[0];
  const way = brand && chooseRoute(shop.routes, { brand, currency, amountMinor });
  return (way ?? shop.routes[0])?.account ?? '';
};

/** When it came to its result: by the acquirer's clock, or ours where the end was not its word (section 5.8). */
const resultAt = (operation: Operation, attempt: Attempt | undefined, isTold: boolean): number => {
  const told = isTold ? Date.parse(attempt?.acquirerTime ?? '') : Number.NaN;
  return Number.isNaN(told) ? (operation.finishedAt ?? operation.requestedAt) : told;
};

/** PayMe's host writes UTC, all others Hong Kong's time (section 2.3). */
const timeText = (at: number, wallet: Wallet | null): string => (wallet === 'payme' ? utcText(at) : hostTimeText(at));

/** The transfer that came last, of what is pushed. */
const lastTransfer = (view: View): { operation: Operation; attempt: Attempt } | undefined => {
  const operation = view.operations.findLast(({ kind }) => kind === 'receipt');
  return operation && { operation, attempt: lastAttempt(view, operation)! };
};

const ids = (shop: Shop, view: View, operation: Operation, memo: Memo) => ({
  dateTime: dateTimeText(operation.requestedAt),
  clientId: shop.wireName,
  merchantRef: operation.reference!,
  cmd: memo.cmd,
  orderId: wireId(view.payment.id),
  type: memo.type,
  txnId: wireId(operation.id),
  txnType: commands[memo.cmd].txnType,
  merchantId: merchantIdOf(shop, view, operation, memo),
  hostId: paymentTypeOf(memo.type)?.hostId ?? '1',
});

/** The members that are there once the acquirer, or a rule, has spoken. */
const result = (view: View, operation: Operation, memo: Memo) => {
  const wallet = paymentTypeOf(memo.type)?.wallet ?? null;
  const transfer = operation.kind === 'collect' ? lastTransfer(view) : undefined;
  if (wallet) return walletResult(view, operation, memo.type, wallet, transfer);
  if (!isOperationFinal(operation.state)) return { card: {}, host: {}, told: {} };
  const attempt = lastAttempt(view, operation);
  const response = responseOf(operation, null);
  // Captures and refunds repeat the card of the order.
  const first = view.operations[0]!;
  const face = attempt?.card ?? (first.state === 'approved' ? lastAttempt(view, first)?.card : undefined);
  const shown = response && face;
  return {
    card: shown ? { card: face.brand.toUpperCase() } : {},
    host: {
      ...(response && { resp: response.resp }),
      hostTime: hostTimeText(resultAt(operation, attempt, response !== undefined)),
      ...(operation.state === 'approved' && { appCode: attempt?.approvalCode ?? undefined }),
      ...(shown && { pan: panText(face), expDate: expiryText(face) }),
    },
    told: response ? { respMsg: response.respMsg } : {},
  };
};

/** The same of a wallet: no card, but perhaps the wallet's name for its payer. Money that came is a result before the end. */
const walletResult = (
  view: View,
  operation: Operation,
  type: string,
  wallet: Wallet,
  transfer: ReturnType<typeof lastTransfer>,
) => {
  if (!isOperationFinal(operation.state) && !transfer) return { card: {}, host: {}, told: {} };
  const told = transfer ?? { operation, attempt: lastAttempt(view, operation) };
  const response = responseOf(told.operation, wallet);
  const payer = told.attempt?.payer ?? lastAttempt(view, view.operations[0]!)?.payer;
  return {
    card: response ? { card: type.toUpperCase() } : {},
    host: {
      ...(response && { resp: response.resp }),
      hostTime: timeText(resultAt(told.operation, told.attempt, response !== undefined), wallet),
      ...(told.operation.state === 'approved' && { appCode: told.attempt?.approvalCode ?? undefined }),
      ...(response && payer && { pan: payer }),
    },
    told: response ? { respMsg: response.respMsg } : {},
  };
};

/** What a bill by FPS says (section 5.4), of its whole amount or what is left of it; undefined for all other types. */
export const fpsTextOf = (
  shop: Shop,
  view: View,
  amountMinor: bigint = view.payment.amountMinor,
): string | undefined => {
  const { fpsId } = settingsOf(shop);
  const { currency } = view.payment;
  const merchantRef = view.operations[0]!.reference;
  if (view.checkout?.wallet !== 'fps' || fpsId === null || merchantRef === null) return undefined;
  if (!Object.hasOwn(fpsCurrencies, currency)) return undefined;
  return fpsText({ fpsId, merchantName: shop.merchantName, amountMinor, currency, merchantRef });
};

/** What was paid: all of what was asked for, or as much as was pushed (section 5.8). */
const paidMinorOf = ({ payment }: View, operation: Operation): bigint => {
  if (operation.kind === 'collect') return payment.capturedMinor;
  return operation.state === 'approved' ? operation.amountMinor : 0n;
};

/** Which token a record shows: what a direct charge came with, or what an approved session made (section 17). */
const tokenOf = (operation: Operation, { cmd, cardToken, cardTokenSrc }: Memo) => {
  const { column } = commands[cmd];
  if (column === 'direct') return { cardToken, cardTokenSrc };
  if (column !== 'session' || operation.state !== 'approved' || operation.cardToken === null) return {};
  return { cardToken: operation.cardToken, cardTokenSrc: 'SPIRAL' };
};

const metadataOf = ({ metadata }: Memo) => ({ metadata: metadata === undefined ? undefined : new JsonText(metadata) });

/** What became of an order since, on the record that began it (section 6). */
const totalsOf = ({ payment, operations }: View, operation: Operation) => {
  if (operation.ordinal !== 1) return {};
  const authorized = operations[0]!.kind === 'authorize';
  return {
    ...(authorized &&
      payment.capturedMinor > 0n && { capturedAmt: amountText(payment.capturedMinor, payment.currency) }),
    ...(payment.refundedMinor > 0n && { refundedAmt: amountText(payment.refundedMinor, payment.currency) }),
  };
};

/**
 * The record of a transaction (section 5.8), as E1 answers it for direct commands and E2 for all. W1 is the same without
 * `sessionId`.
 */
export const recordOf = (shop: Shop, view: View, operation: Operation): WireObject => {
  const memo = memoOf(operation);
  const { currency } = view.payment;
  const { card, host, told } = result(view, operation, memo);
  const paidAmt = amountText(paidMinorOf(view, operation), currency);
  return {
    ...ids(shop, view, operation, memo),
    ...card,
    status: statusOf(view, operation),
    amt: amountText(operation.amountMinor, currency),
    ...host,
    ...told,
    goodsName: memo.goodsName,
    goodsDesc: memo.goodsDesc,
    ...tokenOf(operation, memo),
    ...metadataOf(memo),
    paidAmt,
    orderAmt: operation.kind === 'collect' ? paidAmt : undefined,
    ...totalsOf(view, operation),
    currency,
    sessionId: sessionIdOf(shop, operation),
  };
};

/**
 * The answer to `SALESESSION` and `AUTHSESSION` (section 5.4): `Approved` says that the session is open, not that it is
 * paid. Channel and URLs are told here and nowhere else.
 */
export const sessionAnswerOf = (shop: Shop, view: View, operation: Operation): WireObject => {
  const memo = memoOf(operation);
  const { currency } = view.payment;
  return {
    ...ids(shop, view, operation, memo),
    status: 'Approved' satisfies Status,
    amt: amountText(operation.amountMinor, currency),
    currency,
    goodsName: memo.goodsName,
    goodsDesc: memo.goodsDesc,
    channel: memo.channel,
    successUrl: view.checkout?.successUrl ?? undefined,
    failureUrl: view.checkout?.failureUrl ?? undefined,
    webhookUrl: operation.noticeUrl ?? undefined,
    ...metadataOf(memo),
    sessionId: sessionIdOf(shop, operation),
    qrCode: fpsTextOf(shop, view),
  };
};

const appSchemes: Readonly<Partial<Record<string, (txnId: string) => string>>> = {
  AL: (txnId) => `alipay://pay?order=${txnId}`,
  OT: (txnId) => `octopus://payment/${txnId}`,
};

/**
 * What the mobile SDK hands to the app of Alipay or Octopus (section 7): the acquirer's address, and in sandbox mode, where no
 * app would know it, one that shows what arrives.
 */
const sdkOf = (view: View, operation: Operation, sandbox: boolean): JsonText | undefined => {
  const appAddress = appSchemes[paymentTypeOf(memoOf(operation).type)?.prefix ?? ''];
  if (!appAddress) return undefined;
  const challenge = lastAttempt(view, operation)?.challenge;
  const told = challenge?.kind === 'qr' ? challenge.appUrl : null;
  const params = sandbox ? appAddress(wireId(operation.id)) : told;
  return params === null ? undefined : new JsonText(JSON.stringify({ params }));
};

/** What E8 tells of a session (section 7). `successUrl` is there even when empty: the mobile SDK reads it as a string. */
export const sessionInformationOf = (
  { merchantName }: Shop,
  view: View,
  operation: Operation,
  sessionId: string,
  sandbox: boolean,
): WireObject => {
  const memo = memoOf(operation);
  return {
    sessionId,
    dateTime: dateTimeText(operation.requestedAt),
    type: memo.type,
    amt: amountText(operation.amountMinor, view.payment.currency),
    merchantRef: operation.reference!,
    goodsName: memo.goodsName,
    status: statusOf(view, operation),
    successUrl: view.checkout?.successUrl ?? '',
    merchantName,
    sdk: sdkOf(view, operation, sandbox),
  };
};
