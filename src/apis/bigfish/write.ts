import { randomInt } from 'node:crypto';
import type { View } from '../../core/model.ts';
import type { Dossier, Shop } from '../../gateway/ports.ts';
import { commitStateOf, type Fault, messageOf, type Status, statusOf } from './codes.ts';
import { type Memo, memoOf } from './memo.ts';
import { amountText, expiryDate, maskOf, nameOfId, timeText } from './values.ts';

/** 19 digits, unlike any other (section 2.7). */
export const newResponseId = (): string =>
  `4${String(randomInt(10 ** 9)).padStart(9, '0')}${String(randomInt(10 ** 9)).padStart(9, '0')}`;

/** Section 2.7: exactly these two keys. */
export const faultBody = ({ code, message }: Fault) => ({ ResultCode: code, ResultMessage: message });

/** What a call answers of its own end, in the language of a transaction. */
export const said = (status: Status, language = 'HU') => ({
  ResultCode: status,
  ResultMessage: messageOf(status, language),
});

export const isAlone = ({ kind }: Memo): boolean => kind !== 'INIT';

const lastAttemptOf = (view: View) => view.attempts.findLast(({ operation }) => operation === 1);

/** How a transaction stands. A refusal tells the provider's two digits, where it gave any (section 10). */
export const standingOf = (view: View): { ResultCode: Status; ResultMessage: string } => {
  const memo = memoOf(view);
  const status = statusOf(view, isAlone(memo));
  const code = lastAttemptOf(view)?.responseCode;
  const digits = status === 'ERROR' && code && /^\d\d$/.test(code) ? ` (${code})` : '';
  return { ResultCode: status, ResultMessage: messageOf(status, memo.language) + digits };
};

/** Section 5.3. */
export const resultOf = (view: View) => {
  const memo = memoOf(view);
  const attempt = lastAttemptOf(view);
  return {
    TransactionId: nameOfId(view.payment.id),
    ...standingOf(view),
    Anum: attempt?.approvalCode ?? '',
    OrderId: view.payment.orderReference ?? '',
    UserId: memo.userId,
    ProviderTransactionId: attempt?.acquirerReference ?? '',
    AutoCommit: String(memo.autoCommit),
    CommitState: commitStateOf(view),
    ProviderName: memo.provider,
  };
};

/** Section 5.7: all values are texts. */
export const commonDataOf = (shop: Shop, view: View) => {
  const memo = memoOf(view);
  const { payment, operations } = view;
  const { TransactionId, ResultCode, ResultMessage, Anum, ...rest } = resultOf(view);
  return {
    StoreName: shop.wireName,
    ProviderName: memo.provider,
    TransactionId,
    ResultCode,
    ResultMessage,
    Anum,
    Amount: amountText(payment.amountMinor, payment.currency),
    Currency: payment.currency,
    OrderId: rest.OrderId,
    UserId: rest.UserId,
    Language: memo.language,
    ProviderTransactionId: rest.ProviderTransactionId,
    AutoCommit: rest.AutoCommit,
    CommitState: rest.CommitState,
    Created: timeText(payment.createdAt),
    ApprovedAmount: amountText(payment.capturedMinor, payment.currency),
    RefundedAmount: amountText(payment.refundedMinor, payment.currency),
    ReferenceTransactionId: memo.reference ?? '',
    PaymentLinkName: memo.offer?.startsWith('pl_') ? memo.offer : '',
    ...(memo.offer?.startsWith('pw_') && { PaywallPaymentName: memo.offer }),
    ResponseUrl: memo.responseUrl,
    NotificationUrl: operations[0]!.noticeUrl ?? '',
  };
};

/** Keys by which plugins tell a registering transaction from one that follows it (section 8.3). */
const parentKeys: Readonly<Record<string, string>> = {
  Barion2: 'RecurrenceId',
  Borgun2: 'ParentBorgunTransactionId',
  GP: 'ParentOrdernumber',
  OTPSimple: 'ParentPayrefno',
  PayPalRest: 'ParentAgreementId',
  PayURest: 'ParentPayuPaymentId',
  Saferpay: 'ParentSaferpayTransactionId',
};

const pocketKeys: Readonly<Record<string, string>> = {
  MKBSZEP: 'CafeteriaCode',
  OTP: 'CardPocketId',
  KHBSZEP: 'CardPocketId',
};

/** Section 8.3. */
export const providerDataOf = (view: View): Record<string, unknown> => {
  const memo = memoOf(view);
  const face = lastAttemptOf(view)?.card;
  const parentKey = parentKeys[memo.provider];
  const pocketKey = pocketKeys[memo.provider];
  // Its buyer may not have wanted that, or the issuer.
  const isRegistering = memo.registration !== undefined && view.operations[0]!.cardToken !== null;
  return {
    Created: timeText(view.payment.createdAt),
    ...(face && {
      CardType: face.brand.toUpperCase(),
      CardExpDate: expiryDate(face),
      CardPan: maskOf(face),
      CardLastFourNumber: face.last4,
    }),
    ...((isRegistering || memo.reference) && { OneClickPayment: 'true' }),
    ...(parentKey && { [parentKey]: memo.reference ?? '' }),
    ...(memo.provider === 'PayPalRest' && isRegistering && { AgreementId: nameOfId(view.payment.id) }),
    ...(pocketKey && memo.pocket && { [pocketKey]: memo.pocket.value }),
    ...(memo.paymentMethods && { PaymentMethods: memo.paymentMethods }),
    ...(memo.extra && { Extra: JSON.stringify(memo.extra) }),
  };
};

/** The steps of a transaction that merchants are told of (section 5.8), by the names of our events. */
const steps: Readonly<Record<string, string>> = {
  opened: 'INIT',
  paid_out: 'INIT',
  submitted: 'START',
  challenged: 'START',
  approved: 'RESPONSE',
  declined: 'RESPONSE',
  cancelled: 'RESPONSE',
  withdrawn: 'RESPONSE',
  expired: 'RESPONSE',
  capture: 'CLOSE',
  release: 'CLOSE',
  releasing: 'CLOSE',
  lapsed: 'CLOSE',
  refund: 'REFUND',
};

/** Section 5.8: what happened and when, the oldest first, without secrets. */
export const logOf = ({ events, notices, askedAt, view }: Dossier) => {
  const { provider } = memoOf(view);
  const { amountMinor, currency } = view.payment;
  const happened = events
    .filter(({ name }) => Object.hasOwn(steps, name))
    .map(({ name, at, detail, operation }) => {
      const about = operation === null ? undefined : view.operations[operation - 1];
      const amount = about ? ` ${amountText(about.amountMinor, currency)} ${currency}` : '';
      const text =
        name === 'opened' ? `${provider} ${amountText(amountMinor, currency)} ${currency}` : `${name}${amount}`;
      return { at, Event: steps[name]!, Message: detail === null ? text : `${text} (${detail})` };
    });
  const told = notices.map(({ state, tries, dueAt }) => ({
    at: dueAt,
    Event: 'NOTIFICATION',
    Message: `${state}, ${tries} tries`,
  }));
  const asked = askedAt === null ? [] : [{ at: askedAt, Event: 'RESULT', Message: standingOf(view).ResultCode }];
  return [...happened, ...told, ...asked]
    .sort((a, b) => a.at - b.at)
    .map(({ at, ...line }) => ({ Created: timeText(at), ...line }));
};
