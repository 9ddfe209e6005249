import { isIP } from 'node:net';
import { exponentOf, isCurrency } from '../../core/money.ts';
import { isAmount } from './amount.ts';
import type { Code } from './codes.ts';
import type { Fields } from './fields.ts';

/** What a field must look like where it is there, and the code of one that does not, or that is missing where it is needed. */
interface Rule {
  readonly field: string;
  readonly code: Code;
  readonly holds: (value: string, fields: Fields) => boolean;
}

const noControl = /^[^\p{Cc}]*$/u;
const text = (max: number) => (value: string) => value.length <= max && noControl.test(value);
const digits = (min: number, max: number) => {
  const shape = new RegExp(`^[0-9]{${min},${max}}$`);
  return (value: string) => shape.test(value);
};
const oneOf = (...values: readonly string[]) => {
  const known = new Set(values);
  return (value: string) => known.has(value.toUpperCase());
};
const free = () => true;

const urlLengthMax = 2_048;

/** An address that was encoded once more than it should be still begins with its encoded scheme (J15). */
export const plainUrl = (value: string): string => {
  if (!/^https?%3a/i.test(value)) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

/** Whether a text is an absolute address of the web. */
export const isWebUrl = (value: string): boolean => {
  const url = plainUrl(value);
  return url.length <= urlLengthMax && /^https?:\/\/[^\s\p{Cc}]+$/iu.test(url) && URL.canParse(url);
};

const isDate = (value: string): boolean => {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(value);
  if (!parts) return false;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

const isCode = (value: string) => isCurrency(value.toUpperCase());
const country = (value: string) => /^[A-Za-z]{2,3}$/.test(value);

const address = (group: string, street: string): Rule[] => [
  { field: `${group}.country`, code: '30017', holds: country },
  { field: `${group}.city`, code: '30011', holds: text(50) },
  { field: `${group}.state`, code: '30014', holds: text(40) },
  { field: `${group}.postcode`, code: '30013', holds: text(10) },
  { field: `${group}.${street}`, code: '30012', holds: text(150) },
  { field: `${group}.givenName`, code: '30083', holds: text(50) },
  { field: `${group}.surname`, code: '30084', holds: text(50) },
];

const named = (code: Code, holds: Rule['holds'], ...fields: readonly string[]): Rule[] =>
  fields.map((field) => ({ field, code, holds }));

/** Whether an amount has decimals although its currency has none (section 11). */
const hasMinor = (value: string, fields: Fields): boolean => {
  const currency = fields.get('currency')?.toUpperCase() ?? '';
  return !isCurrency(currency) || exponentOf(currency) > 0 || value.endsWith('.00');
};

/** The amounts of a split payment add up to the whole (section 5.1). */
const addsUp = (value: string, { marketplace }: Fields): boolean => {
  if (marketplace.length === 0 || !isAmount(value)) return true;
  const cents = (amount: string | undefined) => (isAmount(amount) ? BigInt(amount.replace('.', '')) : -1n);
  const parts = marketplace.map(({ amount }) => cents(amount));
  return !parts.includes(-1n) && parts.reduce((sum, part) => sum + part, 0n) === cents(value);
};

/** Every field that is checked, in the order in which faults are told (sections 5.1 and 10.1). */
const rules: readonly Rule[] = [
  ...named('30007', digits(1, 10), 'authentication.terminalId', 'authentication.accountId'),
  { field: 'orderDescriptor', code: '30008', holds: text(255) },
  { field: 'amount', code: '20018', holds: hasMinor },
  { field: 'currency', code: '30031', holds: isCode },
  { field: 'tmpl_amount', code: '30032', holds: isAmount },
  { field: 'tmpl_currency', code: '30033', holds: isCode },
  ...named('30040', text(32), 'paymentMode', 'paymentBrand'),
  { field: 'recurringType', code: '30045', holds: oneOf('INITIAL', 'REPEATED') },
  { field: 'createRegistration', code: '30047', holds: oneOf('TRUE', 'FALSE') },
  { field: 'merchantRedirectUrl', code: '30029', holds: isWebUrl },
  { field: 'notificationUrl', code: '30095', holds: isWebUrl },
  { field: 'attemptThreeD', code: '30095', holds: oneOf('DIRECT', '3D', 'ONLY3D') },
  { field: 'card.number', code: '30019', holds: digits(13, 19) },
  { field: 'card.expiryMonth', code: '30023', holds: (value) => /^(0?[1-9]|1[0-2])$/.test(value) },
  { field: 'card.expiryYear', code: '30024', holds: (value) => /^(\d{2}|20\d{2})$/.test(value) },
  { field: 'card.cvv', code: '30022', holds: digits(3, 4) },
  { field: 'card.holder', code: '30043', holds: text(128) },
  { field: 'bankAccount.bic', code: '30053', holds: (value) => /^[A-Za-z0-9]{8}([A-Za-z0-9]{3})?$/.test(value) },
  { field: 'bankAccount.iban', code: '30054', holds: (value) => /^[A-Za-z]{2}\d{2}[A-Za-z0-9]{11,30}$/.test(value) },
  { field: 'bankAccount.mandateId', code: '30096', holds: text(50) },
  { field: 'bankAccount.accountNumber', code: '30065', holds: digits(1, 50) },
  { field: 'bankAccount.routingNumber', code: '30066', holds: digits(1, 20) },
  { field: 'bankAccount.accountType', code: '30067', holds: oneOf('PC', 'PS', 'CC') },
  { field: 'bankAccount.checkNumber', code: '30065', holds: digits(1, 20) },
  { field: 'transactionDueDate', code: '30095', holds: text(20) },
  { field: 'mandate', code: '30096', holds: text(255) },
  ...named('20054', text(35), 'bankAccount.bankName', 'bankAccount.branchName'),
  ...named('20054', digits(1, 20), 'bankAccount.bankCode', 'bankAccount.branchCode'),
  { field: 'bankAccount.country', code: '20054', holds: country },
  ...named('30095', text(35), 'bankAccount.bankAccountName'),
  ...named('30095', digits(1, 35), 'bankAccount.bankAccountNumber'),
  ...named('30095', text(20), 'bankAccount.bankIfsc', 'bankAccount.transferType'),
  { field: 'customer.customerId', code: '30075', holds: text(100) },
  { field: 'customer.givenName', code: '30020', holds: text(50) },
  { field: 'customer.surname', code: '30021', holds: text(50) },
  {
    field: 'customer.email',
    code: '30010',
    holds: (value) => /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(value) && value.length <= 100,
  },
  ...named('30015', (value) => /^[0-9 +\-().]{1,24}$/.test(value), 'customer.phone', 'customer.mobile'),
  { field: 'customer.telnocc', code: '30016', holds: (value) => /^\+?\d{1,4}$/.test(value) },
  { field: 'customer.birthDate', code: '30026', holds: isDate },
  { field: 'customer.sex', code: '30074', holds: oneOf('MALE', 'FEMALE') },
  { field: 'customer.ip', code: '30025', holds: (value) => isIP(value) !== 0 },
  { field: 'customer.companyName', code: '30072', holds: text(255) },
  { field: 'customer.city', code: '30011', holds: text(50) },
  { field: 'customer.street', code: '30012', holds: text(150) },
  { field: 'customer.postcode', code: '30013', holds: text(10) },
  { field: 'customer.country', code: '30017', holds: country },
  { field: 'customer.bankId', code: '30095', holds: text(100) },
  ...named('30095', text(100), 'customer.id', 'customer.walletId'),
  { field: 'customer.language', code: '30027', holds: (value) => /^[A-Za-z]{2,3}([-_][A-Za-z]{2})?$/.test(value) },
  ...address('shipping', 'street1'),
  ...address('billing', 'street'),
  { field: 'billing.language', code: '30027', holds: text(10) },
  ...named('30095', text(255), 'threeDSecure.eci', 'threeDSecure.verificationId', 'threeDSecure.xid'),
  { field: 'amount', code: '20064', holds: addsUp },
  { field: 'installment', code: '30095', holds: digits(1, 2) },
  { field: 'voucherNumber', code: '30095', holds: text(20) },
  { field: 'payoutType', code: '30095', holds: text(10) },
  ...named('30095', text(50), 'vpa_address', 'paymentProvider', 'smsCode', 'personalAccountNumber'),
  ...named('30095', text(100), 'virtualAccount.accountId', 'virtualAccount.password'),
  { field: 'cancelReason', code: '30080', holds: text(50) },
  { field: 'idType', code: '30095', holds: oneOf('PID', 'MID') },
  { field: 'timeZone', code: '30095', holds: text(64) },
  { field: 'expDateOffset', code: '10183', holds: free },
];

/** Codes of all fields that are wrong, or missing though needed, in the order of the table. */
export const faultsIn = (fields: Fields, needed: readonly string[] = []): readonly Code[] => {
  const wanted = new Set(needed);
  const told = new Set<string>();
  return rules.flatMap((rule) => {
    const value = fields.get(rule.field);
    const isWrong = value === undefined ? wanted.has(rule.field) : !rule.holds(value, fields);
    if (!isWrong || told.has(rule.field)) return [];
    told.add(rule.field);
    return [rule.code];
  });
};

/** The shop's own id of an order: 1 to 180 signs without control characters, and without the bar that checksums join with. */
export const isOrderId = (value: string | undefined): value is string =>
  value !== undefined && value.length <= 180 && noControl.test(value) && !value.includes('|');
