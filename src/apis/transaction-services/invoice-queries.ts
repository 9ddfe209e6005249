import type { LinkView } from '../../gateway/links.ts';
import type { Shop } from '../../gateway/ports.ts';
import { textOf } from './amount.ts';
import { type Call, type Fault, fault, type Handler, isFault } from './call.ts';
import { resultOf } from './codes.ts';
import type { Fields } from './fields.ts';
import { invoiceMemoOf, invoiceReference, invoiceStatusOf, systemNumberOf } from './invoice-memo.ts';
import { hoursIn, urlsOf } from './invoice-read.ts';
import { invoiceNamed, isInvoiceId, provenMember, urlOfInvoice } from './invoices.ts';
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
    const found = await invoiceNamed(parts, shop, name);
    const number = fields.get('invoiceId');
    if (!found || (number !== undefined && number !== String(systemNumberOf(found.view)))) return fault('20082');
    const { link, attempt, state } = found.view;
    const memo = invoiceMemoOf(link);
    const details = {
      merchantOrderId: memo.orderId,
      merchantInvoiceId: memo.name,
      invoiceStatus: invoiceStatusOf(found.view),
      transactionStatus: attempt ? statusOf(attempt) : '-',
      amount: textOf(link.amountMinor, link.currency),
      currency: link.currency,
      systemInvoiceId: String(systemNumberOf(found.view)),
      ...(attempt && state === 'approved' && { paymentId: memoOf(attempt).number }),
    };
    return {
      memberId: shop.wireName,
      statusInvoiceResult: resultOf('00026'),
      invoiceDetails: details,
      ...(tellsPayment && attempt && { transactionDetails: paymentIn(shop, found.view) }),
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

/** An invoice by the link that was made first: the newest of those that took its place. */
const newestOf = async (parts: Call['parts'], shop: Shop, first: LinkView): Promise<LinkView> =>
  first.state === 'expired' ? (await invoiceNamed(parts, shop, invoiceMemoOf(first.link).name))!.view : first;

/** A member's first links of invoices, as patterns of SQL have them. */
const firstLinks = invoiceReference('%', 1);

const rowOf = async (parts: Call['parts'], shop: Shop, view: LinkView): Promise<Answer> => {
  const { link, attempt } = view;
  const memo = invoiceMemoOf(link);
  const status = invoiceStatusOf(view);
  const refunded = attempt?.payment.refundedMinor ?? 0n;
  return {
    systemInvoiceId: String(systemNumberOf(view)),
    amount: textOf(link.amountMinor, link.currency),
    refundAmount: textOf(refunded, link.currency),
    currency: link.currency,
    transactionUrl: await urlOfInvoice(parts, view),
    trackingid: attempt ? memoOf(attempt).number : '-',
    transactionStatus: attempt ? statusOf(attempt) : '-',
    createdDate: timeText(link.createdAt).slice(0, 10),
    orderId: memo.orderId,
    orderDescription: memo.description,
    invoiceStatus: status,
    raiseby: settingsOf(shop).username,
    expirationPeriod: String(memo.hours),
    dtstamp: timeText(view.changedAt),
    cancelreason: status === 'cancelled' ? (memo.cancelReason ?? '') : '',
    customerDetails: {
      customername: `${memo.firstName} ${memo.lastName}`.trim(),
      customeraddress: memo.address,
      customermobileno: memo.phone === '' ? '' : `${memo.telnocc}${memo.phone}`,
      customeremail: memo.email,
    },
    productlist: memo.products,
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
  const views = await Promise.all(first.map((view) => newestOf(parts, shop, view)));
  return { memberId: shop.wireName, invoiceList: await Promise.all(views.map((view) => rowOf(parts, shop, view))) };
};

const pageCount = 500;
const totalledMax = 20_000;

/** Section 6.27: how many invoices stand how, and what they come to; of very many the newest. */
export const totalInvoices: Handler = async (call): Promise<Answer | Fault> => {
  const { parts } = call;
  const shop = await memberFor(call);
  if (isFault(shop)) return shop;
  const totals = new Map<string, { status: string; currency: string; count: number; minor: bigint }>();
  for (let skip = 0; skip < totalledMax; skip += pageCount) {
    const views = await parts.links.list(shop, pageCount, firstLinks, skip);
    for (const first of views) {
      const view = await newestOf(parts, shop, first);
      const [status, { currency, amountMinor }] = [invoiceStatusOf(view), view.link];
      const known = totals.get(`${status} ${currency}`) ?? { status, currency, count: 0, minor: 0n };
      known.count += 1;
      known.minor += amountMinor;
      totals.set(`${status} ${currency}`, known);
    }
    if (views.length < pageCount) break;
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
