import type { ApiParts } from '../../gateway/api.ts';
import { noticeOfLetter } from '../../gateway/ports/mail.ts';
import type { NoticeText, NoticeVoice } from '../../gateway/ports.ts';
import { attemptLetter } from './letters.ts';
import { memoOf } from './memo.ts';
import { nameOfId, withTransaction } from './values.ts';
import { commonDataOf, isAlone } from './write.ts';

const minuteMs = 60_000;

/** `StoreName` → `storeName`. */
const lowerCamel = (key: string): string => key[0]!.toLowerCase() + key.slice(1);

/** What a notice does not repeat: addresses that the merchant gave, and what only Details tells. */
const untold = new Set([
  'ApprovedAmount',
  'RefundedAmount',
  'ReferenceTransactionId',
  'PaymentLinkName',
  'PaywallPaymentName',
  'ResponseUrl',
  'NotificationUrl',
]);

/**
 * The notification of section 6.3: a hint that the merchant should ask for the Result. Told of the final status of a transaction, never
 * of a Close, Refund or Payout. At a payment link a mail tells the same (section 6.4).
 */
export const voice = ({ mails }: Pick<ApiParts, 'mails'>): NoticeVoice => ({
  api: 'bigfish',

  compose(shop, view, { operation: ordinal, late }) {
    const { noticeUrl } = view.operations[ordinal - 1]!;
    const memo = memoOf(view);
    if (ordinal !== 1 || memo.kind === 'PAYOUT') return undefined;
    const entries = Object.entries(commonDataOf(shop, view)).filter(([key]) => !untold.has(key));
    const commonData = Object.fromEntries(entries.map(([key, value]) => [lowerCamel(key), value]));
    const hint: NoticeText[] = noticeUrl === null ? [] : [{ url: noticeUrl, body: JSON.stringify({ commonData }) }];
    // Nobody's browser goes to the ResponseUrl of a charge without a buyer, so the gateway calls it where the call had been
    // answered before the outcome was known (section 6.2).
    const isCalled = isAlone(memo) && late && view.attempts.length > 0;
    const called = { url: withTransaction(memo.responseUrl, nameOfId(view.payment.id)), body: '' };
    const letter = mails ? attemptLetter(shop, view) : undefined;
    return [...hint, ...(isCalled ? [called] : []), ...(letter ? [noticeOfLetter(letter)] : [])];
  },

  async headers(_shop, body, _at, { tries }) {
    return {
      ...(body !== '' && { 'Content-Type': 'application/json; charset=utf-8' }),
      'X-Gateway-Attempt': String(tries + 1),
    };
  },

  acknowledged: (status) => status >= 200 && status < 300,
  pausesMs: [1, 5, 15, 60, 360, 1_440].map((minutes) => minutes * minuteMs),
  timeoutMs: 10_000,
});
