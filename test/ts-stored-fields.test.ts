import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTollgate } from './installation.ts';
import { broken, number, oddTexts } from './odd-values.ts';
import { addTsMerchant, md5 } from './ts-merchant.ts';

// No odd value in any field of the calls about stored cards, repeats and payouts is more than a refusal.

const tollgate = await startTollgate();
const shop = await addTsMerchant(tollgate);
const { memberId, key } = shop;

type Body = Record<string, string>;

const registered = async (customerId: string): Promise<string> => {
  const card = { 'card.number': '4111111111111111', 'card.expiryMonth': '12', 'card.expiryYear': '2030' };
  const answer = await shop.call('registrations', {
    'authentication.memberId': memberId,
    'authentication.checksum': shop.signed(card['card.number']),
    paymentMode: 'CC',
    paymentBrand: 'VISA',
    ...card,
    'customer.givenName': 'Ada',
    'customer.surname': 'Lovelace',
    'customer.customerId': customerId,
  });
  return answer.registrationId;
};

const registrationId = await registered('cust-1');
const first = await shop.pay({ recurringType: 'INITIAL', amount: '1000.00' });
assert.equal(first.result.code, '00001');

interface Target {
  readonly path: string;
  readonly body: () => Body;
  /** The text that the checksum is made of, from the body as it is sent. */
  readonly signed: (body: Readonly<Record<string, unknown>>) => readonly unknown[];
  /** The fields that no other test fills; absent: all of them. */
  readonly fields?: RegExp;
}

const customer = { 'customer.givenName': 'Ada', 'customer.surname': 'Lovelace', 'customer.email': 'ada@shop.example' };
const more = { 'customer.ip': '192.0.2.1', 'customer.phone': '301234567', 'customer.birthDate': '19701224' };
const member = { 'authentication.memberId': memberId };
const money = { amount: '1.00', currency: 'EUR' };
const sepa = {
  paymentMode: 'SEPA',
  paymentBrand: 'DIRECT_DEBIT',
  'bankAccount.iban': 'DE23100000001234567890',
  'bankAccount.bic': 'MARKDEF1100',
  'bankAccount.mandateId': 'MND-1',
  transactionDueDate: '2026-12-01',
  mandate: 'Agreed by phone',
};

const targets: readonly Target[] = [
  {
    path: 'registrations',
    body: () => ({
      ...member,
      paymentMode: 'CC',
      paymentBrand: 'VISA',
      'card.number': '4111111111111111',
      'card.expiryMonth': '12',
      'card.expiryYear': '2030',
      'card.cvv': '123',
      ...customer,
      ...more,
      'customer.customerId': 'cust-2',
    }),
    signed: (body) => [memberId, key, body['card.number']],
  },
  {
    path: `paywithtoken/${registrationId}`,
    body: () => ({
      ...member,
      ...money,
      merchantTransactionId: shop.newOrder(),
      paymentType: 'DB',
      paymentMode: 'CC',
      paymentBrand: 'VISA',
      'card.cvv': '123',
      merchantRedirectUrl: 'https://shop.example/return',
      notificationUrl: 'https://shop.example/notify',
      attemptThreeD: 'Direct',
      orderDescriptor: 'Mugs',
      ...customer,
    }),
    signed: (body) => [memberId, key, registrationId, body.amount],
  },
  {
    path: `payments/${first.paymentId}`,
    body: () => ({
      ...member,
      ...money,
      paymentType: 'DB',
      recurringType: 'REPEATED',
      merchantTransactionId: shop.newOrder(),
      orderDescriptor: 'Mugs',
    }),
    signed: (body) => [memberId, key, first.paymentId, body.amount],
  },
  {
    path: 'payout',
    body: () => ({
      ...member,
      ...money,
      merchantTransactionId: shop.newOrder(),
      paymentType: 'PO',
      paymentId: first.paymentId,
      payoutType: 'CARD',
      ...customer,
    }),
    signed: (body) => [memberId, body.merchantTransactionId, body.amount, key],
  },
  {
    path: 'registrations',
    body: () => ({ ...member, ...sepa, ...customer, 'customer.customerId': 'cust-3' }),
    signed: (body) => [memberId, key, body['bankAccount.bic']],
    fields: /^bankAccount/,
  },
  {
    path: 'payout',
    body: () => ({ ...member, ...money, merchantTransactionId: shop.newOrder(), registrationId }),
    signed: (body) => [memberId, body.merchantTransactionId, body.amount, key],
    fields: /^registrationId/,
  },
  {
    path: 'payments',
    body: () => ({
      ...member,
      ...money,
      merchantTransactionId: shop.newOrder(),
      paymentType: 'DB',
      ...sepa,
      ...customer,
    }),
    signed: (body) => [memberId, key, body.merchantTransactionId, body.amount],
    fields:
      /^(bankAccount|virtualAccount|voucher|vpa|payment(Provider)|personal|smsCode|customer[.](wallet|bank)Id|mandate|transactionDue)/,
  },
  {
    path: 'payments',
    body: () => ({
      ...member,
      ...money,
      merchantTransactionId: shop.newOrder(),
      paymentType: 'DB',
      paymentMode: 'CHK',
      paymentBrand: 'CHK',
      'bankAccount.accountNumber': '9876543210',
      'bankAccount.routingNumber': '011000028',
      'bankAccount.accountType': 'PC',
      'bankAccount.checkNumber': '101',
      ...customer,
    }),
    signed: (body) => [memberId, key, body.merchantTransactionId, body.amount],
    fields:
      /^(bankAccount|virtualAccount|voucher|vpa|payment(Provider)|personal|smsCode|customer[.](wallet|bank)Id|mandate|transactionDue)/,
  },
  {
    path: 'payments',
    body: () => ({
      ...member,
      ...money,
      merchantTransactionId: shop.newOrder(),
      paymentType: 'DB',
      paymentMode: 'PV',
      paymentBrand: 'PAYSAFECARD',
      voucherNumber: '1234567890',
      vpa_address: 'ada@bank',
      paymentProvider: 'P',
      personalAccountNumber: '12345',
      smsCode: '123',
      'customer.walletId': 'W-1',
      'customer.bankId': 'B-1',
      'virtualAccount.accountId': 'V-1',
      'virtualAccount.password': 'secret',
    }),
    signed: (body) => [memberId, key, body.merchantTransactionId, body.amount],
    fields:
      /^(bankAccount|virtualAccount|voucher|vpa|payment(Provider)|personal|smsCode|customer[.](wallet|bank)Id|mandate|transactionDue)/,
  },
  {
    path: 'getCardsAndAccounts',
    body: () => ({ ...member, 'customer.customerId': 'cust-1' }),
    signed: () => [memberId, key],
  },
  { path: `getPayoutBalance/${memberId}`, body: () => ({ ...member, note: 'x' }), signed: () => [memberId, key] },
];

const dotted = (body: Body, name: string, text: string, checksum: string): string => {
  const pairs = Object.entries(body).map(
    ([field, value]) => `"${field}":${field === name ? text : JSON.stringify(value)}`,
  );
  return `{${pairs.join(',')},"authentication.checksum":"${checksum}"}`;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

for (const { path, body, signed, fields = /./ } of targets) {
  test(`5.1: ${path.split('/')[0]}: whatever stands in a field, the answer is one of the API's own`, async () => {
    const headers = { 'content-type': 'application/json', authtoken: await shop.tokenOf() };
    const names = [...Object.keys(body()), 'authentication.terminalId', 'authentication.partnerId'];
    for (const name of names.filter((one) => fields.test(one))) {
      const values = [...oddTexts, ...broken];
      await Promise.all(
        values.map(async (text) => {
          const said = { [name]: '', ...body() };
          const parts = signed({ ...said, [name]: parsed(text) });
          const checksum = md5(...parts.map((part) => (typeof part === 'object' ? '' : String(part ?? '').trim())));
          const response = await shop.send(path, dotted(said, name, text, checksum), headers);
          const about = `${path} ${name} ${text.slice(0, 40)}`;
          assert.ok(response.status === 200 || response.status === 400, `${about}: ${response.status}`);
          const answer = await response.text();
          assert.equal(typeof JSON.parse(answer).result.code, 'string', about);
          // What a shop calls its orders and customers is its own.
          const isOwn = name === 'merchantTransactionId' || name === 'customer.customerId';
          assert.ok(isOwn || !answer.includes(number), about);
        }),
      );
    }
  });
}

test('5.3: any text as a type, an id or an amount moves nothing but what was asked for', async () => {
  const { result } = await shop.call(`getPayoutBalance/${memberId}`, member);
  const list = await shop.call('getCardsAndAccounts', { ...member, 'authentication.checksum': shop.signed() });
  assert.equal(result.code, '200');
  for (const { cardType, bin } of list.cards) assert.ok(cardType === 'VISA' && /^\d{6}$/.test(bin), bin);
  const lines = tollgate.logLines.join('\n');
  for (const secret of [key, number, '4111111111111111']) assert.ok(!lines.includes(secret));
});
