import { isAccount, type View } from '../../core/model.ts';
import type { Shop } from '../../gateway/ports.ts';
import { textOf } from './amount.ts';
import { attemptOf, remarkOf } from './answers.ts';
import { checksumFault, memberOf } from './authenticate.ts';
import { type Call, type Fault, fault, type Handler, isFault } from './call.ts';
import { type Code, resultOf } from './codes.ts';
import { dayFrom, daysBack, isZone, nextDay, startOf } from './dates.ts';
import type { Fields } from './fields.ts';
import { memoOf } from './memo.ts';
import { eventAt } from './notice.ts';
import { isRegistrationId, registrationFor } from './owners.ts';
import { settingsOf } from './settings.ts';
import { isLongStatus, statusOf } from './status.ts';
import { terminalsOf } from './terminals.ts';
import { paymentsBetween } from './walk.ts';
import { type Answer, timeText } from './write.ts';

/** Longest span of a list, days (section 6.15). */
const spanMax = 366;
const recordsMax = 1_000;
const dayMs = 86_400_000;

/** A member that has proven itself by C9. */
const provenMember = async (call: Call): Promise<Shop | Fault> => {
  const shop = await memberOf(call);
  return isFault(shop) ? shop : ((await checksumFault(call, shop, ['C9'], {})) ?? shop);
};

interface Span {
  readonly from: number;
  readonly to: number;
  readonly zone: string;
}

/** Two days, both included: 30088, 30089; and their zone: 30095. */
const spanIn = (fields: Fields, fromName: string, toName: string): Span | Code => {
  const [from, to] = [dayFrom(fields.get(fromName)), dayFrom(fields.get(toName))];
  if (from === undefined) return '30088';
  if (to === undefined || to < from || (to - from) / dayMs >= spanMax) return '30089';
  const zone = fields.get('timeZone') ?? 'UTC';
  return isZone(zone) ? { from, to, zone } : '30095';
};

const numberIn = (fields: Fields, name: string, most: number): number | undefined | null => {
  const text = fields.get(name);
  if (text === undefined) return undefined;
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= most ? Number(text) : null;
};

/** Which rows are wanted: how many to pass over, and how many then. */
export const windowIn = (fields: Fields): { readonly skip: number; readonly count: number } | Code => {
  const page = numberIn(fields, 'pagination.pageno', 99_999);
  const records = numberIn(fields, 'pagination.records', recordsMax);
  const start = numberIn(fields, 'pagination.start', 99_999);
  const end = numberIn(fields, 'pagination.end', 99_999);
  if (page === null) return '30086';
  if (records === null) return '30087';
  if (start === null) return '30090';
  if (end === null || (end !== undefined && end < (start ?? 1))) return '30091';
  if (page === undefined && (start !== undefined || end !== undefined)) {
    const first = start ?? 1;
    return { skip: first - 1, count: Math.min((end ?? first + 99) - first + 1, recordsMax) };
  }
  const count = records ?? 100;
  return { skip: ((page ?? 1) - 1) * count, count };
};

const isWanted = (fields: Fields, view: View): boolean => {
  const memo = memoOf(view);
  const face = attemptOf(view)?.card;
  const facts: Readonly<Record<string, string | undefined>> = {
    status: statusOf(view),
    'customer.email': memo.email,
    'customer.givenName': memo.firstName,
    'customer.surname': memo.lastName,
    'card.firstsix': face?.first6,
    'card.lastfour': face?.last4,
  };
  return Object.entries(facts).every(([name, fact]) => {
    const wanted = fields.get(name);
    return wanted === undefined || wanted.toLowerCase() === fact?.toLowerCase();
  });
};

const sumsOf = ({ payment }: View) => {
  const text = (minor: bigint) => textOf(minor, payment.currency);
  return {
    captureamount: text(payment.capturedMinor),
    refundamount: text(payment.refundedMinor),
    chargebackamount: text(payment.disputedMinor),
    payoutamount: text(payment.paidOutMinor),
  };
};

const rowOf = (view: View): Answer => {
  const memo = memoOf(view);
  const attempt = attemptOf(view);
  const { payment } = view;
  return {
    amount: textOf(payment.amountMinor, payment.currency),
    currency: payment.currency,
    systemPaymentId: memo.number,
    merchantTransactionId: view.operations[0]!.reference ?? '',
    transactionStatus: statusOf(view),
    ...sumsOf(view),
    date: timeText(eventAt(view)),
    transactionDate: timeText(payment.createdAt),
    remark: remarkOf(view),
    customer: {
      givenName: memo.firstName,
      surname: memo.lastName,
      phone: memo.phone,
      email: memo.email,
      telnocc: memo.telnocc,
      country: memo.country,
      city: memo.city,
      street: memo.street,
      id: memo.customerId,
    },
    card: { bin: attempt?.card?.first6 ?? '', last4Digits: attempt?.card?.last4 ?? '' },
    transactionReceiptImg: '',
    bankReferenceId: attempt?.acquirerReference ?? '',
    terminalid: memo.terminalId,
    paymentBrand: memo.brand,
    paymentMode: memo.mode,
  };
};

/** Section 6.15: a page of the payments of some days, the newest first. Days are read one by one until the page is full. */
export const transactionList: Handler = async (call) => {
  const { parts, fields } = call;
  const shop = await provenMember(call);
  if (isFault(shop)) return shop;
  const span = spanIn(fields, 'pagination.fromdate', 'pagination.todate');
  if (typeof span === 'string') return fault(span);
  const window = windowIn(fields);
  if (typeof window === 'string') return fault(window);
  const status = fields.get('status');
  if (status !== undefined && !isLongStatus(status)) return fault('30095');
  const rows: Answer[] = [];
  let passed = 0;
  for (const day of daysBack(span.from, span.to)) {
    if (rows.length === window.count) break;
    const views: View[] = [];
    const end = startOf(nextDay(day), span.zone);
    for await (const view of paymentsBetween(parts, shop, startOf(day, span.zone), end)) {
      if (isWanted(fields, view)) views.push(view);
    }
    const newest = views.reverse().slice(Math.max(0, window.skip - passed));
    passed += views.length;
    rows.push(...newest.slice(0, window.count - rows.length).map(rowOf));
  }
  return rows.length === 0 ? { result: resultOf('10026') } : { result: resultOf('00029'), transaction: rows };
};

/** All payments of a span, one after the other. */
async function* within({ parts }: Call, shop: Shop, { from, to, zone }: Span): AsyncGenerator<View> {
  yield* paymentsBetween(parts, shop, startOf(from, zone), startOf(nextDay(to), zone));
}

interface Totals {
  count: number;
  amount: bigint;
  captured: bigint;
  refunded: bigint;
  disputed: bigint;
  last: number;
}

const noTotals = (): Totals => ({ count: 0, amount: 0n, captured: 0n, refunded: 0n, disputed: 0n, last: 0 });

/** Section 6.16: totals by status and currency. */
export const transactionDetails: Handler = async (call) => {
  const shop = await provenMember(call);
  if (isFault(shop)) return shop;
  const span = spanIn(call.fields, 'date.from', 'date.to');
  if (typeof span === 'string') return fault(span);
  const byStatus = new Map<string, Totals>();
  for await (const view of within(call, shop, span)) {
    const { payment } = view;
    const key = `${statusOf(view)} ${payment.currency}`;
    const totals = byStatus.get(key) ?? noTotals();
    totals.count += 1;
    totals.amount += payment.amountMinor;
    totals.captured += payment.capturedMinor;
    totals.refunded += payment.refundedMinor;
    totals.disputed += payment.disputedMinor;
    totals.last = Math.max(totals.last, eventAt(view));
    byStatus.set(key, totals);
  }
  const memberId = shop.wireName;
  if (byStatus.size === 0) return { memberId, result: resultOf('10026') };
  const transaction = [...byStatus].sort().map(([key, totals]) => {
    const [transactionStatus, currency] = key.split(' ') as [string, string];
    return {
      amount: textOf(totals.amount, currency),
      currency,
      transactionStatus,
      count: String(totals.count),
      captureamount: textOf(totals.captured, currency),
      refundamount: textOf(totals.refunded, currency),
      chargebackamount: textOf(totals.disputed, currency),
      date: timeText(totals.last),
    };
  });
  return { memberId, transaction, result: resultOf('00026') };
};

/** Section 6.17: what was sold, by day and currency, as JSON in a text. */
export const salesReport: Handler = async (call) => {
  const shop = await provenMember(call);
  if (isFault(shop)) return shop;
  const span = spanIn(call.fields, 'pagination.fromdate', 'pagination.todate');
  if (typeof span === 'string') return fault(span);
  const days = new Map<string, Map<string, Totals>>();
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: span.zone, dateStyle: 'short' });
  for await (const { payment } of within(call, shop, span)) {
    if (payment.capturedMinor === 0n) continue;
    const day = format.format(payment.createdAt);
    const byCurrency = days.get(day) ?? new Map<string, Totals>();
    const totals = byCurrency.get(payment.currency) ?? noTotals();
    totals.count += 1;
    totals.captured += payment.capturedMinor;
    days.set(day, byCurrency.set(payment.currency, totals));
  }
  const memberId = shop.wireName;
  if (days.size === 0) return { memberId, result: resultOf('10026') };
  const told = [...days].map(([day, byCurrency]) => [
    day,
    Object.fromEntries(
      [...byCurrency].map(([currency, { count, captured }]) => [
        currency,
        { count: String(count), amount: textOf(captured, currency) },
      ]),
    ),
  ]);
  return { memberId, result: resultOf('00026'), dailySalesReport: JSON.stringify(Object.fromEntries(told)) };
};

/** Section 6.18: the modes and brands that are open to a member, as JSON in a text. Refusals name the member. */
export const modesAndBrands: Handler = async (call) => {
  const shop = await provenMember(call);
  const memberId = call.fields.get('authentication.memberId');
  if (isFault(shop)) return memberId === undefined ? shop : { ...shop, with: { memberId } };
  const byMode = new Map<string, string[]>();
  for (const { mode, brand, active } of terminalsOf(settingsOf(shop).terminals)) {
    const brands = byMode.get(mode) ?? [];
    if (active && !brands.includes(brand)) byMode.set(mode, [...brands, brand]);
  }
  const paymentCardTypeDetails = JSON.stringify(Object.fromEntries(byMode));
  return { memberId: shop.wireName, result: resultOf('00027'), paymentCardTypeDetails };
};

/** Section 6.19: into how many instalments a payment with a registration can be split; that of an account into none. */
export const installments: Handler = async (call) => {
  const { parts, id } = call;
  const shop = await memberOf(call);
  if (isFault(shop)) return shop;
  const signed = await checksumFault(call, shop, ['C6'], { id });
  if (signed) return signed;
  const registration = isRegistrationId(id) ? await registrationFor(parts, shop, id) : fault('40005');
  if (isFault(registration)) return registration;
  const { stored } = registration;
  if (isAccount(stored)) return { registrationId: id, installment: '1', result: resultOf('00026') };
  const { first6, last4 } = stored.face;
  return {
    registrationId: id,
    card: { bin: first6, last4Digits: last4, lastFourDigits: last4 },
    installment: settingsOf(shop).installments,
    result: resultOf('00026'),
  };
};
