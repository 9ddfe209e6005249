import type { View } from '../../core/model.ts';
import type { LinkView } from '../../gateway/links.ts';
import type { Shop } from '../../gateway/ports.ts';
import { textOf } from './amount.ts';
import type { Call } from './call.ts';
import { type Code, resultOf } from './codes.ts';
import { type Invoice, invoiceStatusOf, numberOf } from './invoice-find.ts';
import { type InvoiceMemo, invoiceMemoOf, invoiceUrl, systemNumberOf, tokenMaker } from './invoice-memo.ts';
import { memoOf } from './memo.ts';
import { statusOf } from './status.ts';
import { type Answer, timeText } from './write.ts';

/** Addresses of invoices and shares as they are now. */
export const urlMaker = async (parts: Call['parts']): Promise<(view: LinkView) => string> => {
  const tokenOf = await tokenMaker(parts);
  return (view) => invoiceUrl(parts, systemNumberOf(view), tokenOf(view.link.id, invoiceMemoOf(view.link).turn));
};

/** What an invoice says; of a bill that is split, what it says as a whole. */
export const memoOfWhole = ({ views, isBill }: Invoice): InvoiceMemo => {
  const memo = invoiceMemoOf(views[0]!.link);
  return isBill ? { ...memo, ...memo.share!.bill } : memo;
};

/** What it comes to, in the text of the wire. */
export const amountOfWhole = ({ views }: Invoice): string => {
  const { currency } = views[0]!.link;
  return textOf(minorOfWhole(views), currency);
};

export const minorOfWhole = (views: Invoice['views']): bigint =>
  views.reduce((sum, { link }) => sum + link.amountMinor, 0n);

export const customerNameOf = ({ firstName, lastName }: Pick<InvoiceMemo, 'firstName' | 'lastName'>): string =>
  `${firstName} ${lastName}`.trim();

const statusOfAttempt = (attempt: View | null): string => (attempt ? statusOf(attempt) : '-');

/** transactionStatus: of a bill where all its shares have the same. */
export const transactionStatusOf = ({ views }: Invoice): string => {
  const [status, ...others] = new Set(views.map(({ attempt }) => statusOfAttempt(attempt)));
  return others.length === 0 ? status! : '-';
};

/** The shares of a bill; `more` of each. Undefined for what is none. */
export const sharesOf = (
  { views, isBill }: Invoice,
  urlOf: (view: LinkView) => string,
  more: (view: LinkView) => Answer = () => ({}),
): readonly Answer[] | undefined =>
  isBill
    ? views.map((view): Answer => {
        const { link, attempt, state } = view;
        const memo = invoiceMemoOf(link);
        const alone = { views: [view], isBill: false };
        return {
          customerName: customerNameOf(memo),
          customerEmail: memo.email,
          amount: amountOfWhole(alone),
          systemInvoiceId: String(systemNumberOf(view)),
          merchantTransactionId: memo.orderId,
          transactionUrl: urlOf(view),
          invoiceStatus: invoiceStatusOf(alone),
          transactionStatus: statusOfAttempt(attempt),
          ...(attempt && state === 'approved' && { paymentId: memoOf(attempt).number }),
          ...more(view),
        };
      })
    : undefined;

/** What `generate`, `regenerate` and `remind` tell of an invoice (section 6.22). The address of a bill is its first share's. */
export const detailsOf = async (parts: Call['parts'], invoice: Invoice): Promise<Answer> => {
  const [first] = invoice.views;
  const { createdAt, currency } = first!.link;
  const memo = memoOfWhole(invoice);
  const urlOf = await urlMaker(parts);
  const [createdDate, createdTime] = timeText(createdAt).split(' ') as [string, string];
  return {
    amount: amountOfWhole(invoice),
    currency,
    invoiceExpirationPeriod: String(memo.hours),
    expirationPeriod: String(memo.hours),
    createdDate,
    createdTime,
    merchantInvoiceId: memo.name,
    customerEmail: memo.email,
    merchantOrderDescription: memo.description,
    systemInvoiceId: String(numberOf(invoice)),
    transactionUrl: urlOf(first!),
    customerDetail: sharesOf(invoice, urlOf),
  };
};

export const told = async (parts: Call['parts'], shop: Shop, code: Code, invoice: Invoice): Promise<Answer> => ({
  memberId: shop.wireName,
  statusInvoiceResult: resultOf(code),
  invoiceDetails: await detailsOf(parts, invoice),
});
