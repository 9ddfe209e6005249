import { isCurrency } from '../../core/money.ts';
import type { Shop } from '../../gateway/ports.ts';
import { minorOf } from './amount.ts';
import { type Fault, fault } from './call.ts';
import type { Code } from './codes.ts';
import type { Fields, Split } from './fields.ts';
import { faultsIn, isOrderId, plainUrl } from './rules.ts';
import { type InvoiceSettings, settingsOf } from './settings.ts';
import { type AskedShare, addUp, faultsOfShares, isSplit, orderIdOfShare, sharesIn } from './shares.ts';

/** What `generate` asks for (section 6.22). */
export interface AskedInvoice {
  /** What is to be paid in one: the whole, or what each share comes to. */
  readonly amountsMinor: readonly bigint[];
  /** Whom it is split among; empty where it is not. */
  readonly shares: readonly AskedShare[];
  readonly currency: string;
  readonly hours: number;
  readonly orderId: string;
  /** Whether the customer, or each of them, is to be mailed. */
  readonly mails: boolean;
  readonly products: readonly Split[];
  readonly printed: Readonly<Record<string, string>>;
}

export const printedNames = [
  'gst',
  'paymentterms',
  'duedate',
  'latefee',
  'isduedate',
  'islatefee',
  'unit',
  'quantityTotal',
] as const;

const hoursMax = 8_760;
const linesMax = 100;

/** Hours as a text of digits: 1 to a year's. */
export const hoursIn = (text: string): number | undefined =>
  /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= hoursMax ? Number(text) : undefined;

const isSwitch = (text: string | undefined): boolean => text === undefined || /^[YN]$/i.test(text);

const isShort = (text: string | undefined): boolean =>
  text === undefined || (text.length <= 255 && !/\p{Cc}/u.test(text));

/** Whether a payment of this amount is within what the member takes, or the code that says why not (20006, 20007, 20018). */
const limitFault = (shop: Shop, amountMinor: bigint | undefined, currency: string): Code | undefined => {
  if (amountMinor === undefined) return '20018';
  const { amountMin, amountMax } = settingsOf(shop);
  const limit = (text: string | null) => (text === null ? undefined : minorOf(text, currency));
  const [low, high] = [limit(amountMin), limit(amountMax)];
  if (high !== undefined && amountMinor > high) return '20006';
  return low !== undefined && amountMinor < low ? '20007' : undefined;
};

/** Whether a line of the bill is one that can be shown; amounts are shown as they are, nobody reckons with them. */
const isLine = (line: Split): boolean => Object.keys(line).length <= 20 && Object.values(line).every(isShort);

/** All that can be wrong with an invoice, once its member has proven itself, in the order of the fields. */
export const readInvoice = (fields: Fields, shop: Shop, ownSettings: InvoiceSettings): AskedInvoice | Fault => {
  const said = (name: string) => fields.get(name);
  const amount = said('amount')!;
  const currency = said('currency')?.toUpperCase() ?? '';
  const orderId = said('merchantOrderId') ?? said('merchantInvoiceId')!;
  const hours = hoursIn(said('invoiceExpirationPeriod') ?? said('expirationPeriod') ?? ownSettings.expirationPeriod);
  const mails = (said('isemail') ?? ownSettings.isemail).toUpperCase() === 'Y';
  const products = fields.list('product');
  const split = isSplit(fields, ownSettings);
  const shares = split ? sharesIn(fields) : [];
  const longest = split ? orderIdOfShare(orderId, shares.length) : orderId;
  const faults: Code[] = [
    ...(isCurrency(currency) ? [] : (['30031'] as const)),
    ...(isOrderId(longest) ? [] : (['30004'] as const)),
    ...(isShort(said('merchantOrderDescription')) ? [] : (['30008'] as const)),
    ...(hours === undefined ? (['30081'] as const) : []),
    ...(mails && !split && said('customer.email') === undefined ? (['30010'] as const) : []),
    ...([said('isemail'), said('issms'), said('isapp'), said('isSplitInvoice')].every(isSwitch)
      ? []
      : (['30095'] as const)),
    ...(printedNames.every((name) => isShort(said(name))) && products.length <= linesMax && products.every(isLine)
      ? []
      : (['30095'] as const)),
    ...faultsOfShares(shares, mails, products),
  ];
  const all = [...new Set([...faults, ...faultsIn(fields)])];
  if (all.length > 0) return fault(...all);
  if (split && !addUp(shares, amount)) return fault('20103');
  const amounts = (split ? shares.map((share) => share.amount) : [amount]).map((text) => minorOf(text, currency));
  const [limited] = amounts.flatMap((amountMinor) => limitFault(shop, amountMinor, currency) ?? []);
  if (limited) return fault(limited);
  const printed = Object.fromEntries(
    printedNames.flatMap((name) => {
      const value = said(name) ?? (name in ownSettings ? ownSettings[name as keyof InvoiceSettings] : '');
      return value ? [[name, value]] : [];
    }),
  );
  const amountsMinor = amounts.map((amountMinor) => amountMinor!);
  return { amountsMinor, shares, currency, hours: hours!, orderId, mails, products, printed };
};

/** An address as it was sent, and without the encoding that some clients put on it (J15). */
export const urlsOf = (text: string | undefined): readonly string[] =>
  text === undefined ? [] : [...new Set([text, plainUrl(text), encodeURIComponent(text)])];
