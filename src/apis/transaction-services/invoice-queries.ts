import type { LinkView } from '../../gateway/links.ts';
import type { Shop } from '../../gateway/ports.ts';
import { textOf } from './amount.ts';
import { type Call, type Fault, fault, type Handler, isFault } from './call.ts';
import { resultOf } from './codes.ts';
import type { Fields } from './fields.ts';
import {
  amountOfWhole,
  customerNameOf,
  memoOfWhole,
  minorOfWhole,
  sharesOf,
  transactionStatusOf,
  urlMaker,
} from './invoice-answers.ts';
import { type Invoice, invoiceNamed, invoiceOf, invoiceStatusOf, numberOf, partNumbered } from './invoice-find.ts';
import { invoiceMemoOf, invoiceReference } from './invoice-memo.ts';
import { hoursIn, urlsOf } from './invoice-read.ts';
import { isInvoiceId, provenMember } from './invoices.ts';
import { memoOf } from './memo.ts';
import { windowIn } from './reports.ts';
import { firstFree } from './series.ts';
import { descriptorOf, type InvoiceSettings, invoiceSettingsOf, settingsOf } from './settings.ts';
import { statusOf } from './status.ts';
import { type Answer, timeText } from './write.ts';

/** Section 6.26. */
const inquire =
  (tellsPayment: boolean): Handler =>
  async (call): Promise<Answer | Fault> => {
    const { parts, fields } = call;
    const name = fields.get('merchantInvoiceId');
    const shop = await provenMember(call, ['C15'], [{ invoice: name }]);
    if (isFault(shop)) return shop;
    if (!isInvoiceId(name)) return fault('30085');
    const named = await invoiceNamed(parts, shop, name);
    const number = fields.get('invoiceId');
    const found = named && number !== undefined ? partNumbered(named, number) : named;
    if (!found) return fault('20082');
    const [{ link, attempt, state }] = found.views as [LinkView];
    const memo = memoOfWhole(found);
    const isPaid = !found.isBill && state === 'approved';
    const payment = (view: LinkView) =>
      tellsPayment && view.attempt ? { transactionDetails: paymentIn(shop, view) } : {};
    const details = {
      merchantOrderId: memo.orderId,
      merchantInvoiceId: memo.name,
      invoiceStatus: invoiceStatusOf(found),
      transactionStatus: transactionStatusOf(found),
      amount: amountOfWhole(found),
      currency: link.currency,
      systemInvoiceId: String(numberOf(found)),
      ...(attempt && isPaid && { paymentId: memoOf(attempt).number }),
      customerDetail: sharesOf(found, await urlMaker(parts), payment),
    };
    return {
      memberId: shop.wireName,
      statusInvoiceResult: resultOf('00026'),
      invoiceDetails: details,
      ...(!found.isBill && payment(found.views[0]!)),
    };
  };

const paymentIn = (shop: Shop, { attempt }: LinkView): Answer => {
  const { payment } = attempt!;
  return {
    amount: textOf(payment.amountMinor, payment.currency),
    refundAmount: textOf(payment.refundedMinor, payment.currency),
    currency: payment.currency,
    descriptor: descriptorOf(shop),
    systemPaymentId: memoOf(attempt!).number,
    transactionStatus: statusOf(attempt!),
  };
};

export const invoiceInquiry = inquire(false);
export const invoicePaymentInquiry = inquire(true);

/** C18: with the action where one is sent. */
const memberFor = (call: Call): Promise<Shop | Fault> => {
  const action = call.fields.get('invoiceAction');
  return provenMember(call, [action === undefined ? 'C18n' : 'C18'], [{ action }]);
};

/** A member's first links of invoices and bills, as patterns of SQL have them; not those of the other shares. */
const firstLinks = invoiceReference('%', 1);

const rowOf = (shop: Shop, invoice: Invoice, urlOf: (view: LinkView) => string): Answer => {
  const { views, isBill } = invoice;
  const [first] = views as [LinkView];
  const { currency, createdAt } = first.link;
  const memo = memoOfWhole(invoice);
  const status = invoiceStatusOf(invoice);
  const refunded = views.reduce((sum, { attempt }) => sum + (attempt?.payment.refundedMinor ?? 0n), 0n);
  const reasons = views.flatMap(({ link, state }) => (state === 'cancelled' ? invoiceMemoOf(link).cancelReason : []));
  return {
    systemInvoiceId: String(numberOf(invoice)),
    amount: amountOfWhole(invoice),
    refundAmount: textOf(refunded, currency),
    currency,
    transactionUrl: urlOf(first),
    trackingid: first.attempt && !isBill ? memoOf(first.attempt).number : '-',
    transactionStatus: transactionStatusOf(invoice),
    createdDate: timeText(createdAt).slice(0, 10),
    orderId: memo.orderId,
    orderDescription: memo.description,
    invoiceStatus: status,
    raiseby: settingsOf(shop).username,
    expirationPeriod: String(memo.hours),
    dtstamp: timeText(Math.max(...views.map(({ changedAt }) => changedAt))),
    cancelreason: (status === 'cancelled' && reasons.find((reason) => reason !== undefined)) || '',
    customerDetails: {
      customername: customerNameOf(memo),
      customeraddress: memo.address,
      customermobileno: memo.phone === '' ? '' : `${memo.telnocc}${memo.phone}`,
      customeremail: memo.email,
    },
    productlist: memo.products,
    customerDetail: sharesOf(invoice, urlOf),
  };
};

/** Section 6.27: a member's invoices, newest first. */
export const listInvoices: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields } = call;
  const shop = await memberFor(call);
  if (isFault(shop)) return shop;
  const window = windowIn(fields);
  if (typeof window === 'string') return fault(window);
  const first = await parts.links.list(shop, window.count, firstLinks, window.skip);
  const urlOf = await urlMaker(parts);
  const invoiceList: Answer[] = [];
  // One by one: a bill reads all its shares at once.
  for (const view of first) invoiceList.push(rowOf(shop, await invoiceOf(parts, shop, view), urlOf));
  return { memberId: shop.wireName, invoiceList };
};

const pageCount = 500;
const totalledMax = 20_000;

/** Section 6.27: how many invoices stand how, and what they come to; of very many the newest. A bill counts once, with all of it. */
export const totalInvoices: Handler = async (call): Promise<Answer | Fault> => {
  const { parts } = call;
  const shop = await memberFor(call);
  if (isFault(shop)) return shop;
  const totals = new Map<string, { status: string; currency: string; count: number; minor: bigint }>();
  for (let skip = 0, read = 0; read < totalledMax; skip += pageCount) {
    const firsts = await parts.links.list(shop, pageCount, firstLinks, skip);
    for (const first of firsts) {
      const invoice = await invoiceOf(parts, shop, first);
      const [status, { currency }] = [invoiceStatusOf(invoice), first.link];
      const known = totals.get(`${status} ${currency}`) ?? { status, currency, count: 0, minor: 0n };
      known.count += 1;
      known.minor += minorOfWhole(invoice.views);
      totals.set(`${status} ${currency}`, known);
      read += invoice.views.length;
    }
    if (firsts.length < pageCount) break;
  }
  const invoiceList = [...totals.values()].map(({ status, currency, count, minor }) => ({
    invoiceDetails: { transactionstatus: status, amount: textOf(minor, currency), count: String(count), currency },
  }));
  return { memberId: shop.wireName, invoiceList };
};

/** Section 6.27: a merchantInvoiceId that is free. */
export const nextOrderId: Handler = async (call): Promise<Answer | Fault> => {
  const { parts } = call;
  const shop = await memberFor(call);
  if (isFault(shop)) return shop;
  const n = await firstFree(
    async (at) => (await parts.links.find(shop, invoiceReference(String(at), 1))) !== undefined,
  );
  return {
    memberId: shop.wireName,
    statusInvoiceResult: resultOf('00020'),
    invoiceDetails: { orderId: String(n) },
  };
};

/** Section 6.27: what new invoices are like unless they say otherwise. */
export const invoiceConfig: Handler = async (call): Promise<Answer | Fault> => {
  const url = call.fields.get('merchantRedirectUrl');
  const shop = await provenMember(
    call,
    ['C17', 'C17u'],
    url === undefined ? [{}] : urlsOf(url).map((text) => ({ url: text })),
  );
  if (isFault(shop)) return shop;
  const { isSplitInvoice, ...own } = invoiceSettingsOf(shop);
  return {
    memberId: shop.wireName,
    statusInvoiceResult: resultOf('00022'),
    invoiceDetails: own,
    defaultProductList: [],
    defaultUnitList: [],
    isSplitInvoice,
  };
};

const switches: ReadonlySet<string> = new Set([
  'issms',
  'isemail',
  'isapp',
  'isduedate',
  'islatefee',
  'smsactivation',
  'isSplitInvoice',
]);

/** The settings that a request changes; undefined where one of them cannot be. */
const changesIn = (fields: Fields): Partial<InvoiceSettings> | undefined => {
  const names = Object.keys(invoiceSettingsOf({ settings: {} })) as (keyof InvoiceSettings)[];
  const changes: Record<string, string> = {};
  for (const name of names) {
    const value = fields.get(name === 'intial' ? 'initial' : name) ?? fields.get(name);
    if (value === undefined) continue;
    const holds = switches.has(name)
      ? /^[YN]$/i.test(value)
      : name === 'expirationPeriod'
        ? hoursIn(value) !== undefined
        : value.length <= 255 && !/\p{Cc}/u.test(value);
    if (!holds) return undefined;
    changes[name] = switches.has(name) ? value.toUpperCase() : value;
  }
  return changes;
};

/** Section 6.27. */
export const changeInvoiceConfig: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields } = call;
  const shop = await memberFor(call);
  if (isFault(shop)) return shop;
  const changes = changesIn(fields);
  if (!changes) return fault('10020');
  await parts.changeSettings(shop, 'invoices', changes);
  return { memberId: shop.wireName, statusInvoiceResult: resultOf('00018') };
};
