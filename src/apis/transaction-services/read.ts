import { brandOf, isPast, passesLuhn } from '../../core/cards.ts';
import type { Shop } from '../../gateway/ports.ts';
import { Secret } from '../../kit/secret.ts';
import { neededOfAccount, schemeOf } from './bank-account.ts';
import type { Code } from './codes.ts';
import type { Fields } from './fields.ts';
import type { Memo } from './memo.ts';
import { plainUrl } from './rules.ts';
import { settingsOf } from './settings.ts';
import { brandOfName, cardModes, misfitOf, type Terminal } from './terminals.ts';

/** Fields that a payment must have besides those that come first in the order of checks (section 6.4). */
export const neededBy = (fields: Fields, shop: Shop): readonly string[] => {
  const { autoSelect, requiresAddress, hostedPageOnly } = settingsOf(shop);
  const terminalId = fields.get('authentication.terminalId');
  const mode = fields.get('paymentMode')?.toUpperCase();
  const scheme = mode === undefined ? undefined : schemeOf({ mode });
  const isNamed = terminalId !== undefined;
  const card = ['card.number', 'card.expiryMonth', 'card.expiryYear', 'card.cvv'];
  const names = ['customer.givenName', 'customer.surname'];
  const address = ['country', 'city', 'state', 'postcode', 'street1'].map((name) => `shipping.${name}`);
  return [
    ...(autoSelect ? [] : ['authentication.terminalId']),
    ...(isNamed ? [] : hostedPageOnly ? ['currency'] : ['currency', 'paymentMode', 'paymentBrand']),
    ...(mode !== undefined && cardModes.has(mode) && !hostedPageOnly ? [...card, ...names] : []),
    ...(scheme && !hostedPageOnly ? neededOfAccount(scheme) : []),
    ...(requiresAddress ? [...address, 'customer.email', 'customer.phone'] : []),
  ];
};

/** A card as it was sent, ready for the acquirer. */
export interface SentCard {
  readonly number: Secret;
  /** `YYYY-MM`. */
  readonly expiry: string;
  readonly code: Secret | null;
  readonly holder: Secret | null;
}

/** What a request says of a card whose fields have been checked; undefined where some of it is missing. */
export const cardIn = (fields: Fields): SentCard | undefined => {
  const [number, month, year, code] = ['number', 'expiryMonth', 'expiryYear', 'cvv'].map((name) =>
    fields.get(`card.${name}`),
  );
  if (number === undefined || month === undefined || year === undefined) return undefined;
  const holder = holderIn(fields);
  return {
    number: new Secret(number),
    expiry: `${year.padStart(4, '20')}-${month.padStart(2, '0')}`,
    code: code === undefined ? null : new Secret(code),
    holder: holder === '' ? null : new Secret(holder),
  };
};

/** Name of the card's holder; given name and surname where none is sent (section 5.1). */
export const holderIn = (fields: Fields): string =>
  fields.get('card.holder') ??
  [fields.get('customer.givenName'), fields.get('customer.surname')].filter((name) => name !== undefined).join(' ');

/** What speaks against a card at a terminal: 20036, the brand's own code, 20110 (section 10.2, step 16). */
export const instrumentFault = ({ number, expiry }: SentCard, { brand }: Terminal, now: number): Code | undefined => {
  const digits = number.reveal();
  if (!passesLuhn(digits)) return '20036';
  const wanted = brandOfName(brand);
  if (!wanted || brandOf(digits) !== wanted) return misfitOf(brand);
  return isPast(expiry, now) ? '20110' : undefined;
};

/** What is kept of a request beside what rules need. */
export const memoIn = (
  fields: Fields,
  about: {
    readonly number: string;
    readonly type: Memo['type'];
    readonly terminal: Terminal;
    readonly amount: string;
    readonly currency: string;
    readonly more?: Memo['more'];
  },
): Memo => {
  const said = (name: string) => fields.get(name) ?? '';
  const url = fields.get('merchantRedirectUrl');
  const { number, type, terminal, amount, currency, more } = about;
  return {
    v: 1,
    number,
    type,
    terminalId: terminal.id,
    mode: terminal.mode,
    brand: terminal.brand,
    orderDescription: fields.get('orderDescriptor') ?? said('merchantTransactionId'),
    firstName: said('customer.givenName'),
    lastName: said('customer.surname'),
    holder: holderIn(fields),
    email: said('customer.email'),
    phone: said('customer.phone'),
    telnocc: said('customer.telnocc'),
    country: fields.get('shipping.country') ?? said('customer.country'),
    city: fields.get('shipping.city') ?? said('customer.city'),
    street: fields.get('shipping.street1') ?? said('customer.street'),
    customerId: said('customer.customerId'),
    customerBankId: said('customer.bankId'),
    tmplAmount: fields.get('tmpl_amount') ?? amount,
    tmplCurrency: fields.get('tmpl_currency')?.toUpperCase() ?? currency,
    redirectUrl: url === undefined ? '' : plainUrl(url),
    redirectMethod: fields.get('redirectMethod')?.toUpperCase() === 'GET' ? 'GET' : 'POST',
    customParameters: fields.customParameters,
    eci: said('threeDSecure.eci'),
    byRest: true,
    ...(more && { more }),
  };
};

/** Where a request wants to be told, if it says so. */
export const noticeUrlIn = (fields: Fields): string | null => {
  const url = fields.get('notificationUrl');
  return url === undefined ? null : plainUrl(url);
};
