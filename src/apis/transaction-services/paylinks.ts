import { maskNumbers } from '../../core/cards.ts';
import { isCurrency } from '../../core/money.ts';
import { paidOnce } from '../../gateway/ports.ts';
import { isAmount, minorOf } from './amount.ts';
import { checksumFault, memberOf } from './authenticate.ts';
import { type Fault, fault, type Handler, isFault } from './call.ts';
import { waysFor } from './hosted.ts';
import {
  hashOfToken,
  type InvoiceMemo,
  payLinkReference,
  payLinkUrl,
  tokenMaker,
  writeInvoiceMemo,
} from './invoice-memo.ts';
import { hoursIn } from './invoice-read.ts';
import { faultsIn, isOrderId } from './rules.ts';
import type { Answer } from './write.ts';

const hourMs = 3_600_000;
const hoursUsual = 72;

/** Section 6.30: an address at which one order is paid. */
export const generatePayByLink: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields } = call;
  const said = (name: string) => fields.get(`merchant.${name}`) ?? '';
  const order = fields.get('merchant.orderID');
  const amount = fields.get('merchant.amount');
  const shop = await memberOf(call, () => (isAmount(amount) ? undefined : fault('30003')));
  if (isFault(shop)) return shop;
  // It stands in the address, where no number of a card may.
  if (!isOrderId(order) || order.length > 100 || maskNumbers(order) !== order) return fault('30004');
  const signed = await checksumFault(call, shop, ['C21'], { order, amount });
  if (signed) return signed;
  const currency = said('currency').toUpperCase();
  if (!isCurrency(currency)) return fault('30031');
  const period = fields.get('authentication.expirationTime');
  const hours = period === undefined ? hoursUsual : hoursIn(period);
  if (hours === undefined) return fault('30081');
  const [firstName = '', ...rest] = said('contactName').split(' ');
  // The rules know these fields by the names that payments have for them.
  const known = [
    ['customer.email', said('email')],
    ['customer.phone', said('phone')],
    ['customer.givenName', firstName],
    ['customer.surname', rest.join(' ')],
    ['orderDescriptor', said('orderDescription')],
  ].reduce((sum, [name, value]) => (value === '' ? sum : sum.with(name!, value!)), fields);
  const wrong = faultsIn(known);
  if (wrong.length > 0) return fault(...wrong);
  const amountMinor = minorOf(amount!, currency);
  if (amountMinor === undefined) return fault('20018');
  if (waysFor(parts, shop, fields, currency, amountMinor).length === 0) return fault('20005');
  const memo: InvoiceMemo = {
    v: 1,
    kind: 'paylink',
    name: order,
    turn: 1,
    orderId: order,
    description: said('orderDescription'),
    amount: amount!,
    hours,
    redirectUrl: '',
    notificationUrl: '',
    mode: '',
    brand: '',
    terminalId: '',
    email: said('email'),
    mails: false,
    firstName,
    lastName: rest.join(' '),
    phone: said('phone'),
    telnocc: '',
    address: '',
    products: [],
    printed: {},
  };
  const tokenOf = await tokenMaker(parts);
  const request = {
    ...paidOnce,
    reference: payLinkReference(order),
    amountMinor,
    currency,
    memo: writeInvoiceMemo(memo),
    requestHash: '',
    noticeUrl: '',
    expiresAt: parts.clock.now() + hours * hourMs,
  };
  const view = await parts.links.create(shop, request, (id) => hashOfToken(tokenOf(id, 1)));
  if (!view) return fault('20043');
  const url = payLinkUrl(parts, order, tokenOf(view.link.id, 1));
  return { result: { code: '00026', description: 'Payment link generated', url } };
};
