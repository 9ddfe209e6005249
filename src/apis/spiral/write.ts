import type { Attempt, CardFace, Operation, View } from '../../core/model.ts';
import { textFromMinor } from '../../core/money.ts';
import { chooseRoute } from '../../core/routing.ts';
import { isOperationFinal } from '../../core/states.ts';
import type { Shop } from '../../gateway/ports.ts';
import { wireId } from '../../kit/ids.ts';
import { responseOf, type Status, statusOf } from './codes.ts';
import { dateTimeText, hostTimeText } from './dates.ts';
import { JsonText, type WireObject } from './json.ts';
import { type Memo, memoOf } from './memo.ts';
import { commands } from './schema.ts';
import { sessionIdOf } from './session.ts';
import { paymentTypeOf } from './types.ts';

/** An amount as a JSON number without trailing zeros (section 2.4), written from its digits. */
export const amountText = (amountMinor: bigint, currency: string): JsonText => {
  const text = textFromMinor(amountMinor, currency);
  return new JsonText(text.includes('.') ? text.replace(/\.?0+$/, '') : text);
};

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
  const brand = paymentTypeOf(memo.type)?.brands[0];
  const way = brand && chooseRoute(shop.routes, { brand, currency, amountMinor });
  return (way ?? shop.routes[0])?.account ?? '';
};

/** Time of the result: the acquirer's, or ours where the end was not its word (section 5.8). */
const hostTimeOf = (operation: Operation, attempt: Attempt | undefined): string => {
  const told = responseOf(operation) ? Date.parse(attempt?.acquirerTime ?? '') : Number.NaN;
  return hostTimeText(Number.isNaN(told) ? operation.finishedAt! : told);
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
const result = (view: View, operation: Operation) => {
  if (!isOperationFinal(operation.state)) return { card: {}, host: {}, told: {} };
  const attempt = lastAttempt(view, operation);
  const response = responseOf(operation);
  // Captures and refunds repeat the card of the order.
  const first = view.operations[0]!;
  const face = attempt?.card ?? (first.state === 'approved' ? lastAttempt(view, first)?.card : undefined);
  const shown = response && face;
  return {
    card: shown ? { card: face.brand.toUpperCase() } : {},
    host: {
      ...(response && { resp: response.resp }),
      hostTime: hostTimeOf(operation, attempt),
      ...(operation.state === 'approved' && { appCode: attempt?.approvalCode ?? undefined }),
      ...(shown && { pan: panText(face), expDate: expiryText(face) }),
    },
    told: response ? { respMsg: response.respMsg } : {},
  };
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
  const { card, host, told } = result(view, operation);
  return {
    ...ids(shop, view, operation, memo),
    ...card,
    status: statusOf(operation),
    amt: amountText(operation.amountMinor, currency),
    ...host,
    ...told,
    goodsName: memo.goodsName,
    goodsDesc: memo.goodsDesc,
    ...tokenOf(operation, memo),
    ...metadataOf(memo),
    paidAmt: amountText(operation.state === 'approved' ? operation.amountMinor : 0n, currency),
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
  };
};

/** What E8 tells of a session (section 7). `successUrl` is there even when empty: the mobile SDK reads it as a string. */
export const sessionInformationOf = (
  { merchantName }: Shop,
  view: View,
  operation: Operation,
  sessionId: string,
): WireObject => {
  const memo = memoOf(operation);
  return {
    sessionId,
    dateTime: dateTimeText(operation.requestedAt),
    type: memo.type,
    amt: amountText(operation.amountMinor, view.payment.currency),
    merchantRef: operation.reference!,
    goodsName: memo.goodsName,
    status: statusOf(operation),
    successUrl: view.checkout?.successUrl ?? '',
    merchantName,
  };
};
