import { isAmount } from './amount.ts';
import type { Code } from './codes.ts';
import { Fields, type Split } from './fields.ts';
import type { Bill, InvoiceMemo } from './invoice-memo.ts';
import { faultsIn } from './rules.ts';
import type { InvoiceSettings } from './settings.ts';

/** What one customer is to pay of a bill that is split (section 6.22). */
export type AskedShare = Pick<InvoiceMemo, 'amount' | 'email' | 'firstName' | 'lastName' | 'phone' | 'telnocc'>;

const shareCountMax = 100;
/** Each share keeps and is mailed the lines of the bill: signs of them all together. */
const linesLengthMax = 2_000_000;

/** Whether an invoice is split: as the request says; else where it names customers and the member's settings let it be. */
export const isSplit = (fields: Fields, ownSettings: InvoiceSettings): boolean => {
  const said = fields.get('isSplitInvoice');
  if (said !== undefined) return said.toUpperCase() === 'Y';
  return ownSettings.isSplitInvoice.toUpperCase() === 'Y' && fields.list('customerDetail').length > 0;
};

const shareIn = (part: Split): AskedShare => {
  const [firstName = '', ...rest] = (part.customerName ?? '').split(' ');
  return {
    amount: part.amount ?? '',
    email: part.customerEmail ?? '',
    firstName,
    lastName: rest.join(' '),
    phone: part.customerPhone ?? '',
    telnocc: part.customerPhoneCC ?? '',
  };
};

export const sharesIn = (fields: Fields): readonly AskedShare[] => fields.list('customerDetail').map(shareIn);

/** The rules know what a customer is by the names that payments have for it. */
const faultsOf = ({ email, firstName, lastName, phone, telnocc }: AskedShare): readonly Code[] => {
  const named = { email, phone, telnocc, givenName: firstName, surname: lastName };
  const said = Object.entries(named).flatMap(([name, value]) =>
    value === '' ? [] : ([[`customer.${name}`, value]] as const),
  );
  return faultsIn(new Fields(new Map(said))).map((code) => (code === '30020' || code === '30021' ? '30078' : code));
};

/** What is wrong with the customers among whom a bill is split, and with what each of them would be sent. */
export const faultsOfShares = (shares: readonly AskedShare[], mails: boolean, products: readonly Split[]): Code[] => [
  ...(mails && shares.some(({ email }) => email === '') ? (['30010'] as const) : []),
  ...(shares.length * JSON.stringify(products).length > linesLengthMax ? (['30095'] as const) : []),
  // More than there may be are not looked at.
  ...shares.slice(0, shareCountMax).flatMap(faultsOf),
];

const centsIn = (text: string): bigint => (isAmount(text) ? BigInt(text.replace('.', '')) : -1n);

/** Whether there are shares, not too many, and each of them an amount; they come to the whole (code 20103). */
export const addUp = (shares: readonly AskedShare[], amount: string): boolean => {
  const cents = shares.map((share) => centsIn(share.amount));
  const isCount = shares.length > 0 && shares.length <= shareCountMax;
  return isCount && !cents.includes(-1n) && cents.reduce((sum, one) => sum + one, 0n) === centsIn(amount);
};

/** merchantTransactionId of the payments of one share, which no other share has. */
export const orderIdOfShare = (orderId: string, n: number): string => `${orderId}-${n}`;

/** What is kept of each share; `memo` of what would be one invoice for the whole, `number` of the bill. */
export const memosOfShares = (memo: InvoiceMemo, shares: readonly AskedShare[], number: number): InvoiceMemo[] => {
  const { orderId, amount, email, firstName, lastName, phone, telnocc, address } = memo;
  const bill: Bill = { number, orderId, amount, email, firstName, lastName, phone, telnocc, address };
  return shares.map((share, i) => ({
    ...memo,
    ...share,
    orderId: orderIdOfShare(orderId, i + 1),
    address: '',
    share: { n: i + 1, count: shares.length, bill },
  }));
};
