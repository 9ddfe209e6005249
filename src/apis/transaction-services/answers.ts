import type { Attempt, Operation, View } from '../../core/model.ts';
import { isOperationFinal } from '../../core/states.ts';
import type { Shop } from '../../gateway/ports.ts';
import { textOf } from './amount.ts';
import { toldAccount } from './bank-account.ts';
import { type Code, codeOfDecline, descriptions, resultOf } from './codes.ts';
import { type Memo, memoOf } from './memo.ts';
import { descriptorOf, nameOf, settingsOf } from './settings.ts';
import { type LongStatus, shortOf, statusOf } from './status.ts';
import { brandNameOf } from './terminals.ts';
import type { Answer } from './write.ts';

export const attemptOf = (view: View, ordinal = 1): Attempt | undefined =>
  view.attempts.findLast(({ operation }) => operation === ordinal);

const lapseOf = ({ operations }: View): Operation | undefined =>
  operations.find(
    ({ kind, target, reference, noticeUrl, state }) =>
      kind === 'release' && target === 1 && reference === null && noticeUrl === null && state === 'approved',
  );

/** What people are told of the outcome (section 5.2). */
export const remarkOf = (view: View): string => {
  const [first] = view.operations;
  const status = statusOf(view);
  if (first!.state === 'expired') return 'expired';
  if (first!.state === 'approved') {
    return status === 'authcancelled' && lapseOf(view) && attemptOf(view, lapseOf(view)!.ordinal) === undefined
      ? 'expired'
      : 'Approved';
  }
  if (!isOperationFinal(first!.state)) return '';
  const said = attemptOf(view)?.responseText;
  return said ?? (first!.reason ?? '').replaceAll('_', ' ');
};

/** The code of a payment's outcome (sections 8 and 9). */
export const outcomeOf = (view: View): Code => {
  const { reason } = view.operations[0]!;
  const status = statusOf(view);
  switch (shortOf(status)) {
    case 'Y':
      return '00001';
    case 'P':
      return '00002';
    case 'C':
      return '00006';
    case 'N':
      if (status === 'capturefailed') return '10005';
      return status === 'failed' ? '10001' : codeOfDecline(reason, attemptOf(view)?.responseCode ?? null);
  }
};

/** `result` of a payment, with what its acquirer said. */
export const outcomeResult = (view: View, code: Code = outcomeOf(view)): Answer => {
  const attempt = attemptOf(view);
  const { responseCode, responseText } = attempt ?? {};
  return {
    ...resultOf(code),
    ...(responseCode && { bankCode: responseCode, bankDescription: responseText ?? '' }),
  };
};

const blankCard = { bin: '', last4Digits: '', lastFourDigits: '', holder: '', expiryMonth: '', expiryYear: '' };

/** The card of a payment; blank where there is none, or the member may store none (section 6.4). */
export const cardOf = (shop: Shop, view: View): Answer => {
  const face = attemptOf(view)?.card;
  if (!face || !settingsOf(shop).storesCards) return blankCard;
  const [expiryYear, expiryMonth] = face.expiry.split('-') as [string, string];
  const { last4 } = face;
  return {
    bin: face.first6,
    last4Digits: last4,
    lastFourDigits: last4,
    holder: memoOf(view).holder,
    expiryMonth,
    expiryYear,
  };
};

/** Name of the card that a payment stored, or paid with; it appears once the payment has succeeded (section 5.2). */
export const registrationOf = (view: View): string | undefined => {
  const [first] = view.operations;
  if (first!.state !== 'approved' || first!.cardToken === null) return undefined;
  return memoOf(view).more?.registers === 'false' ? undefined : first!.cardToken.replaceAll('-', '');
};

/** What all answers about a payment tell of its money. */
const moneyOf = (shop: Shop, { payment }: View, memo: Memo): Answer => ({
  amount: textOf(payment.amountMinor, payment.currency),
  currency: payment.currency,
  descriptor: descriptorOf(shop),
  tmpl_amount: memo.tmplAmount,
  tmpl_currency: memo.tmplCurrency,
});

/** The brand of a payment; where a page took cards of several, that of the card that came. */
export const brandOfPayment = (view: View): string => {
  const { brand } = memoOf(view);
  const face = attemptOf(view)?.card;
  return brand !== '' || !face ? brand : brandNameOf(face.brand);
};

/** The answer to PA and DB, however they end (section 6.4). */
export const paymentAnswer = (shop: Shop, view: View, redirect?: Answer): Answer => {
  const memo = memoOf(view);
  const status = statusOf(view);
  const isChallenged = status === 'authstarted_3D';
  const face = attemptOf(view)?.card;
  const account = attemptOf(view)?.bankAccount;
  const registrationId = registrationOf(view);
  return {
    paymentId: memo.number,
    paymentType: memo.type,
    paymentBrand: brandOfPayment(view),
    paymentMode: memo.mode,
    ...moneyOf(shop, view, memo),
    result: outcomeResult(view, isChallenged ? '00019' : undefined),
    ...(face && { card: cardOf(shop, view) }),
    ...(account && { bankAccount: toldAccount(account, memo.holder) }),
    ...(redirect && { redirect }),
    ...(registrationId !== undefined && { registrationId }),
    ...(memo.customerId !== '' && { customerId: memo.customerId }),
    merchantTransactionId: view.operations[0]!.reference ?? '',
    remark: remarkOf(view),
    transactionStatus: isChallenged ? '3D' : shortOf(status),
  };
};

/** What the ends of operations add to an inquiry or notification. */
const sumsOf = ({ payment, operations }: View, status: LongStatus): Answer => {
  const text = (minor: bigint) => textOf(minor, payment.currency);
  const reversed = operations
    .filter(({ kind, state, target }) => kind === 'release' && state === 'approved' && target === 1)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  return {
    ...(status === 'reversed' && { refundAmount: text(payment.refundedMinor) }),
    ...(status === 'payoutsuccessful' && { payoutAmount: text(payment.paidOutMinor) }),
    ...(reversed > 0n && payment.authorizedMinor > 0n && { reversedAmount: text(reversed) }),
  };
};

/** What an inquiry and a notification have in common (sections 6.8 and 8): every member is there, blank if unknown. */
export const recordOf = (shop: Shop, view: View): Answer => {
  const memo = memoOf(view);
  const status = statusOf(view);
  const registrationId = registrationOf(view);
  return {
    paymentId: memo.number,
    status,
    paymentType: memo.type,
    paymentBrand: brandOfPayment(view),
    paymentMode: memo.mode,
    firstName: memo.firstName,
    lastName: memo.lastName,
    ...moneyOf(shop, view, memo),
    ...sumsOf(view, status),
    card: cardOf(shop, view),
    customer: { email: memo.email, id: memo.customerId, bankId: memo.customerBankId },
    merchantTransactionId: view.operations[0]!.reference ?? '',
    remark: remarkOf(view),
    transactionStatus: shortOf(status),
    eci: memo.eci,
    bankReferenceId: attemptOf(view)?.acquirerReference ?? '',
    terminalId: memo.terminalId,
    ...(registrationId !== undefined && { registrationId }),
  };
};

/** The answer to an inquiry (section 6.8). */
export const inquiryAnswer = (shop: Shop, view: View): Answer => ({
  ...recordOf(shop, view),
  result: settingsOf(shop).inquiryResultStyle === 'record' ? resultOf('00026') : outcomeResult(view),
  orderDescription: memoOf(view).orderDescription,
  companyName: nameOf(shop),
  merchantContact: settingsOf(shop).contact,
});

const followCodes = {
  capture: { type: 'CP', done: '00004', failed: '10005' },
  release: { type: 'RV', done: '00006', failed: '10007' },
  refund: { type: 'RF', done: '00005', failed: '10006' },
} as const;

export type FollowKind = keyof typeof followCodes;

/** The answer to CP, RV and RF, once the acquirer has been asked (section 6.5). */
export const followAnswer = (shop: Shop, view: View, { kind, state, amountMinor, ordinal }: Operation): Answer => {
  const { type, done, failed } = followCodes[kind as FollowKind];
  const code = state === 'approved' ? done : isOperationFinal(state) ? failed : '00002';
  const { currency } = view.payment;
  const attempt = attemptOf(view, ordinal);
  return {
    paymentId: memoOf(view).number,
    paymentType: type,
    amount: textOf(amountMinor, currency),
    currency,
    descriptor: descriptorOf(shop),
    result: {
      code,
      description: descriptions[code],
      ...(attempt?.responseCode && { bankCode: attempt.responseCode, bankDescription: attempt.responseText ?? '' }),
    },
    transactionStatus: code === done ? 'Y' : code === failed ? 'N' : 'P',
  };
};
