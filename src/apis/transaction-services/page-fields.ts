import { isAmount } from './amount.ts';
import { Fields } from './fields.ts';

/** Names of the hosted page's fields, by the names that the rest of the API has for them; of two the first counts (section 7.4). */
const names: Readonly<Record<string, readonly string[]>> = {
  'authentication.memberId': ['memberId', 'toid'],
  'authentication.partnerId': ['partnerId', 'partenerid'],
  'authentication.checksum': ['checksum'],
  'authentication.terminalId': ['terminalid', 'terminalId'],
  totype: ['totype'],
  amount: ['amount'],
  currency: ['currency', 'TMPL_CURRENCY'],
  tmpl_amount: ['TMPL_AMOUNT'],
  tmpl_currency: ['TMPL_CURRENCY'],
  merchantTransactionId: ['merchantTransactionId', 'description'],
  orderDescriptor: ['orderDescription', 'orderdescription'],
  merchantRedirectUrl: ['merchantRedirectUrl', 'redirecturl'],
  notificationUrl: ['notificationUrl'],
  'customer.ip': ['ip', 'ipaddr'],
  'customer.givenName': ['firstName'],
  'customer.surname': ['lastName'],
  'customer.birthDate': ['dateOfBirth'],
  'shipping.country': ['country', 'TMPL_COUNTRY'],
  'shipping.city': ['city', 'TMPL_city'],
  'shipping.state': ['state', 'TMPL_state'],
  'shipping.postcode': ['postcode', 'TMPL_zip'],
  'shipping.street1': ['street', 'TMPL_street'],
  'customer.phone': ['phone', 'TMPL_telno'],
  'customer.telnocc': ['telnocc', 'TMPL_telnocc'],
  'customer.email': ['email', 'TMPL_emailaddr'],
  'customer.customerId': ['customerId'],
  'customer.bankId': ['customerBankId'],
  'customer.language': ['lang', 'language'],
  paymentMode: ['paymentMode'],
  paymentBrand: ['paymentBrand'],
  voucherNumber: ['voucherNumber', 'voucherCode'],
  paymentType: ['transactionType'],
  attemptThreeD: ['attemptThreeD'],
  reservedField1: ['reservedField1'],
};

/** What mobile kits write for a field that they have nothing for (J13). */
const isAbsent = (value: string | undefined): boolean => value === undefined || value === 'null';

/** The fields of the hosted page under the API's own names. What has no name here, the member's secret among it, is dropped. */
export const fieldsOfPage = (sent: Fields): Fields => {
  const values = new Map<string, string>();
  for (const [own, known] of Object.entries(names)) {
    const value = known.map((name) => sent.get(name)).find((one) => !isAbsent(one));
    if (value !== undefined) values.set(own, value);
  }
  return new Fields(values);
};

/** An amount as shops may write it here: up to eight digits, and none, one or two decimals. Undefined for any other. */
export const amountOf = (text: string | undefined): string | undefined => {
  const parts = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(text ?? '');
  const amount = parts ? `${parts[1]}.${(parts[2] ?? '').padEnd(2, '0')}` : undefined;
  return isAmount(amount) ? amount : undefined;
};

/** Languages by the three letters that shops send, as locales. */
const locales: Readonly<Record<string, string>> = {
  ENG: 'en',
  CHN: 'zh_CN',
  RUS: 'ru',
  GER: 'de',
  DEU: 'de',
  HUN: 'hu',
  UZB: 'uz',
};

/** The locale of the page; two letters are taken as they are. */
export const localeOf = (language: string | undefined): string | undefined => {
  const upper = language?.toUpperCase() ?? '';
  return Object.hasOwn(locales, upper) ? locales[upper] : language?.toLowerCase();
};
