import ipaddr from 'ipaddr.js';
import { isAmount } from './amount.ts';
import { hashes, protocolSigning, type Signing } from './checksum.ts';
import { areTerminals, type Terminal, usualTerminals } from './terminals.ts';

/** A member's switches (section 3.1). A member is a shop whose wire name is its memberId. */
export interface Settings extends Signing {
  readonly partnerId: string;
  /** The name with which the member asks for tokens: `merchant.username`. */
  readonly username: string;
  /** Short name of the partner's brand, which the hosted page asks for. */
  readonly totype: string;
  readonly terminals: readonly Terminal[];
  /** Whether a terminal is found by mode, brand and currency where the request names none. */
  readonly autoSelect: boolean;
  /** Whether a call can only begin a payment, whose card the shopper types on our page (section 6.4). */
  readonly hostedPageOnly: boolean;
  /** Whether it is told that a payer is done while the end is not known yet (section 8). */
  readonly notifyIntermediate: boolean;
  /** Whether a merchantTransactionId can be used again only after a failure (section 12.2). */
  readonly uniqueOrderId: boolean;
  readonly refunds: boolean;
  readonly partialRefunds: boolean;
  /** Whether a payment can be refunded more than once (section 12.4). */
  readonly multipleRefunds: boolean;
  /** Days after the payment in which it can be refunded; null: for ever. */
  readonly refundDays: number | null;
  /** How much more than what is held a capture may be for, in whole percent of it (section 12.3). */
  readonly overCapturePercent: number;
  readonly storesCards: boolean;
  /** Whether a stored card is charged only with its security code while the shopper is there (section 6.12). */
  readonly tokenNeedsCvv: boolean;
  readonly requiresAddress: boolean;
  readonly recurring: boolean;
  /** Addresses and blocks (CIDR) that may call; empty: any. */
  readonly ips: readonly string[];
  /** Least and most of one payment, as amounts with two decimals in its currency; null: no limit. */
  readonly amountMin: string | null;
  readonly amountMax: string | null;
  readonly companyName: string | null;
  readonly contact: string;
  /** Text on the statement of the card. */
  readonly descriptor: string | null;
  readonly notificationUrl: string | null;
  /** How an inquiry that found its payment says so (section 6.8). */
  readonly inquiryResultStyle: 'record' | 'outcome';
  /** HTTP status of an answer to a missing or bad token (section 2.3). */
  readonly authFailureHttpStatus: 200 | 401;
  /** Numbers of instalments, by commas. */
  readonly installments: string;
  /** Whether the older API's capture, cancel and refund are served, which a checksum alone guards (section 6.21). */
  readonly legacyWrites: boolean;
  /** What new invoices are like (section 6.27); changed by the member itself. */
  readonly invoices: Partial<InvoiceSettings>;
  /** What may be paid out now, as an amount; null: the operator set nothing (section 6.14). */
  readonly payoutBalance: string | null;
}

/** Texts, by the names of the wire (`intial` is its spelling); switches are Y or N, the period is hours. */
export interface InvoiceSettings {
  readonly expirationPeriod: string;
  readonly intial: string;
  readonly redirectUrl: string;
  readonly gst: string;
  readonly issms: string;
  readonly isemail: string;
  readonly isapp: string;
  readonly paymentterms: string;
  readonly duedate: string;
  readonly latefee: string;
  readonly isduedate: string;
  readonly islatefee: string;
  readonly unit: string;
  readonly smsactivation: string;
  readonly isSplitInvoice: string;
}

const invoiceDefaults: InvoiceSettings = {
  expirationPeriod: '72',
  intial: 'INV',
  redirectUrl: '',
  gst: '',
  issms: 'N',
  isemail: 'Y',
  isapp: 'N',
  paymentterms: '',
  duedate: '',
  latefee: '',
  isduedate: 'N',
  islatefee: 'N',
  unit: '',
  smsactivation: 'N',
  isSplitInvoice: 'N',
};

const defaults: Settings = {
  ...protocolSigning,
  partnerId: '1',
  username: '',
  totype: 'Tollgate',
  terminals: usualTerminals,
  autoSelect: true,
  hostedPageOnly: false,
  notifyIntermediate: true,
  uniqueOrderId: true,
  refunds: true,
  partialRefunds: true,
  multipleRefunds: false,
  refundDays: null,
  overCapturePercent: 0,
  storesCards: true,
  tokenNeedsCvv: false,
  requiresAddress: false,
  recurring: true,
  ips: [],
  amountMin: null,
  amountMax: null,
  companyName: null,
  contact: '',
  descriptor: null,
  notificationUrl: null,
  inquiryResultStyle: 'record',
  authFailureHttpStatus: 200,
  installments: '1',
  legacyWrites: false,
  invoices: {},
  payoutBalance: null,
};

interface Check {
  readonly must: string;
  readonly holds: (value: unknown) => boolean;
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 255 && !/\p{Cc}/u.test(value);
const isUrl = (value: unknown): boolean =>
  isText(value) && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
const isBlock = (value: unknown): boolean =>
  typeof value === 'string' && (ipaddr.isValid(value) || ipaddr.isValidCIDR(value));

/** `YYYY-MM-DD`, a day that there is. */
export const isDay = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\d$/.test(value) &&
  !Number.isNaN(Date.parse(value)) &&
  new Date(value).toISOString().startsWith(value);

const orNull = ({ must, holds }: Check): Check => ({
  must: `${must}, or null`,
  holds: (value) => value === null || holds(value),
});
const flag: Check = { must: 'be true or false', holds: (value) => typeof value === 'boolean' };
const text: Check = { must: 'be a text of at most 255 characters', holds: isText };
const amount: Check = {
  must: 'be an amount such as 10.00',
  holds: (value) => typeof value === 'string' && isAmount(value),
};

const checks: Readonly<Record<keyof Settings, Check>> = {
  partnerId: { must: 'be 1 to 10 digits', holds: (value) => /^\d{1,10}$/.test(String(value)) },
  username: text,
  totype: text,
  terminals: {
    must: 'list terminals: objects with id, mode and brand, and what else is said in the documentation',
    holds: areTerminals,
  },
  autoSelect: flag,
  hostedPageOnly: flag,
  notifyIntermediate: flag,
  uniqueOrderId: flag,
  refunds: flag,
  partialRefunds: flag,
  multipleRefunds: flag,
  refundDays: orNull({
    must: 'be whole days above zero',
    holds: (value) => Number.isInteger(value) && (value as number) > 0 && (value as number) < 10_000,
  }),
  overCapturePercent: {
    must: 'be whole percent from 0 to 100',
    holds: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 100,
  },
  storesCards: flag,
  tokenNeedsCvv: flag,
  requiresAddress: flag,
  recurring: flag,
  ips: {
    must: 'list IP addresses and blocks such as 192.0.2.0/24',
    holds: (value) => Array.isArray(value) && value.every(isBlock),
  },
  amountMin: orNull(amount),
  amountMax: orNull(amount),
  companyName: orNull(text),
  contact: text,
  descriptor: orNull(text),
  notificationUrl: orNull({ must: 'be an http or https address', holds: isUrl }),
  inquiryResultStyle: { must: 'be record or outcome', holds: (value) => value === 'record' || value === 'outcome' },
  authFailureHttpStatus: { must: 'be 200 or 401', holds: (value) => value === 200 || value === 401 },
  installments: {
    must: 'be whole numbers by commas',
    holds: (value) => typeof value === 'string' && /^\d{1,2}(,\d{1,2})*$/.test(value),
  },
  legacyWrites: flag,
  checksumHash: {
    must: 'be md5 or hmac-sha256',
    holds: (value) => (hashes as readonly unknown[]).includes(value),
  },
  md5Until: orNull({ must: 'be a day such as 2027-12-31', holds: isDay }),
  invoices: {
    must: 'be an object of texts by their names',
    holds: (value) =>
      typeof value === 'object' &&
      value !== null &&
      Object.entries(value).every(([name, one]) => Object.hasOwn(invoiceDefaults, name) && isText(one)),
  },
  payoutBalance: orNull({
    must: 'be an amount such as 10.00 or 0.00',
    holds: (value) => typeof value === 'string' && /^\d{1,10}\.\d{2}$/.test(value),
  }),
};

const isSetting = (name: string): name is keyof Settings => Object.hasOwn(checks, name);

/** Checks switches as an operator gives them and completes them with the defaults; throws with a text for the operator. */
export const completeSettings = (raw: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  for (const [name, value] of Object.entries(raw)) {
    if (!isSetting(name)) {
      throw new Error(`transaction-services has no setting "${name}"; it has ${Object.keys(checks).join(', ')}`);
    }
    if (!checks[name].holds(value)) throw new Error(`setting "${name}" must ${checks[name].must}`);
  }
  return { ...defaults, ...raw };
};

type Member = { readonly settings: Readonly<Record<string, unknown>> };

/** The switches of a stored member. One that was stored before a switch existed has that switch's default. */
export const settingsOf = (shop: Member): Settings => ({ ...defaults, ...(shop.settings as Partial<Settings>) });

/** What a member's new invoices are like. */
export const invoiceSettingsOf = (shop: Member): InvoiceSettings => ({
  ...invoiceDefaults,
  ...settingsOf(shop).invoices,
});

/** Whether a caller's address is on the list (code 20015); an empty list takes everybody. */
export const isListed = (ips: readonly string[], address: string): boolean => {
  if (ips.length === 0) return true;
  if (!ipaddr.isValid(address)) return false;
  const caller = ipaddr.process(address);
  return ips.some((entry) => {
    if (!entry.includes('/')) return ipaddr.process(entry).toString() === caller.toString();
    const [block, bits] = ipaddr.parseCIDR(entry);
    return block.kind() === caller.kind() && caller.match([block, bits] as never);
  });
};

type Named = Member & { readonly merchantName: string };

/** What buyers see as the seller. */
export const nameOf = (shop: Named): string => settingsOf(shop).companyName ?? shop.merchantName;

/** Text on the statement of the card. */
export const descriptorOf = (shop: Named): string => settingsOf(shop).descriptor ?? nameOf(shop);
