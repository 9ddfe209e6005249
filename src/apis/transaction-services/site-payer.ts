import type { Payer } from '../../gateway/ports.ts';
import { Secret } from '../../kit/secret.ts';
import type { Fields } from './fields.ts';

/** Fields that say who pays at a site, or with what, by the names under which its acquirer is told (section 5.1). */
const names: Readonly<Record<string, string>> = {
  voucherNumber: 'voucherNumber',
  vpa_address: 'vpa_address',
  paymentProvider: 'paymentProvider',
  personalAccountNumber: 'personalAccountNumber',
  smsCode: 'smsCode',
  'customer.id': 'customerId',
  'customer.walletId': 'walletId',
  'customer.bankId': 'bankId',
  'virtualAccount.accountId': 'accountId',
  'virtualAccount.password': 'password',
};

/** What a request tells of whoever will pay at a site; undefined where it tells nothing. It goes to the acquirer and is kept nowhere. */
export const sitePayerIn = (fields: Fields): Payer | undefined => {
  const told = Object.entries(names).flatMap(([field, name]) => {
    const value = fields.get(field);
    return value === undefined ? [] : [[name, value]];
  });
  return told.length === 0 ? undefined : { payer: 'site', told: new Secret(JSON.stringify(Object.fromEntries(told))) };
};
