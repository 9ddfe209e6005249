import type { View } from '../../core/model.ts';
import type { NoticeVoice, SecretDrawer, Shop } from '../../gateway/ports.ts';
import { attemptOf, brandOfPayment, outcomeResult, recordOf } from './answers.ts';
import { keyOf } from './authenticate.ts';
import { api } from './call.ts';
import { checksumsFor } from './checksum.ts';
import { isHosted, memoOf } from './memo.ts';
import { settingsOf } from './settings.ts';
import { shortOf, statusOf } from './status.ts';
import { type Answer, ordered, timeText } from './write.ts';

const minuteMs = 60_000;

/** The checksum of what a shop is told of a payment, by notification or return (section 4.3, C12). */
const signatureOf = (shop: Shop, record: Answer, key: string, now: number) =>
  checksumsFor(
    'C12',
    {
      id: record.paymentId as string,
      order: record.merchantTransactionId as string,
      amount: record.amount as string,
      status: record.transactionStatus as string,
      K: key,
    },
    settingsOf(shop),
    now,
  );

/** When the newest of what happened to a payment was over, by the business clock, ms. */
export const eventAt = ({ payment, operations }: View): number =>
  Math.max(payment.createdAt, ...operations.map(({ finishedAt, requestedAt }) => finishedAt ?? requestedAt));

/** Body of a notification (section 8): what an inquiry tells, with the outcome as its result, and signed. */
export const noticeBody = (shop: Shop, view: View, key: string): string => {
  const record = recordOf(shop, view);
  const body = {
    ...record,
    result: outcomeResult(view),
    timestamp: timeText(eventAt(view)),
    ...signatureOf(shop, record, key, eventAt(view)),
  };
  return JSON.stringify(ordered(body));
};

/** Whether its payer has left a page of ours or the issuer's; else a call is answered that it is open, and nobody need be told. */
const isFromPage = (view: View): boolean =>
  !memoOf(view).byRest || isHosted(view) || attemptOf(view)?.challenge != null;

/**
 * Notifications (section 8): of every final result, to the address that the request names and to the member's own. A capture, reversal or
 * refund that was refused is told only to somebody who has not been answered so.
 */
export const voice = (drawer: SecretDrawer): NoticeVoice => ({
  api,

  tellsOpen: true,

  async compose(shop, view, { operation: ordinal, late, isOpen }) {
    if (isOpen && !(settingsOf(shop).notifyIntermediate && isFromPage(view))) return undefined;
    const { kind, state, noticeUrl } = view.operations[ordinal - 1]!;
    if (ordinal !== 1 && state !== 'approved' && !late) return undefined;
    if (kind === 'reversal' || kind === 'stray') return undefined;
    const own = settingsOf(shop).notificationUrl;
    const urls = [...new Set([noticeUrl, own].filter((url) => url !== null))];
    const key = urls.length === 0 ? undefined : await keyOf({ drawer }, shop);
    if (key === undefined) return undefined;
    const body = noticeBody(shop, view, key);
    return urls.map((url) => ({ url, body }));
  },

  headers: async () => ({ 'Content-Type': 'application/json; charset=utf-8' }),
  acknowledged: (status) => status >= 200 && status < 300,
  pausesMs: [1, 5, 30, 120, 360, 1_440].map((minutes) => minutes * minuteMs),
  timeoutMs: 10_000,
});

/** What the browser brings back to the shop (section 7.5). */
export const returnFields = (shop: Shop, view: View, key: string, now: number): Readonly<Record<string, string>> => {
  const record = recordOf(shop, view) as Readonly<Record<string, string>>;
  const memo = memoOf(view);
  const {
    code,
    description,
    bankCode = '',
    bankDescription = '',
  } = outcomeResult(view) as Readonly<Record<string, string>>;
  const face = attemptOf(view)?.card;
  const registrationId = record.registrationId ?? '';
  const { paymentId, merchantTransactionId, firstName, lastName } = record as Readonly<Record<string, string>>;
  return {
    paymentId: paymentId!,
    trackingid: paymentId!,
    merchantTransactionId: merchantTransactionId!,
    desc: merchantTransactionId!,
    status: shortOf(statusOf(view)),
    ...signatureOf(shop, record, key, now),
    amount: record.amount!,
    currency: record.currency!,
    tmpl_amount: memo.tmplAmount,
    tmpl_currency: memo.tmplCurrency,
    descriptor: record.descriptor!,
    firstName: firstName!,
    lastName: lastName!,
    firstname: firstName!,
    lastname: lastName!,
    timestamp: timeText(now),
    resultCode: code!,
    resultDescription: description!,
    bankCode,
    bankDescription,
    remark: record.remark!,
    paymentMode: memo.mode,
    paymentBrand: brandOfPayment(view),
    cardBin: face?.first6 ?? '',
    cardLast4Digits: face?.last4 ?? '',
    custEmail: memo.email,
    custAccountId: memo.customerId,
    custMerchantId: '',
    custBankId: memo.customerBankId,
    eci: memo.eci,
    token: registrationId,
    registrationId,
    mandateId: memo.more?.mandateId ?? '',
    commissionPaidToUser: '',
    ...Object.fromEntries(memo.customParameters.map((value, index) => [`MP_${index + 1}`, value])),
    ...(memo.more?.reservedField1 !== undefined && { reservedField1: memo.more.reservedField1 }),
    ...(memo.byRest && { resourcePath: `/transactionServices/REST/v1/payments/${memo.number}` }),
  };
};
