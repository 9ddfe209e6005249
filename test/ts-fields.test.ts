import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { descriptions } from '../src/apis/transaction-services/codes.ts';
import { startTollgate } from './installation.ts';
import { bodyText, change, oddTexts } from './odd-values.ts';
import { type Answer, addTsMerchant, type Fields } from './ts-merchant.ts';

// Whatever stands in whichever field, in whatever encoding, the answer has the shape and the codes of sections 9 and 10.

const tollgate = await startTollgate();
const shop = await addTsMerchant(tollgate);
const number = '4111111111111111';

const names = [
  ...['authentication.memberId', 'authentication.checksum', 'authentication.terminalId', 'authentication.accountId'],
  ...['merchantTransactionId', 'orderDescriptor', 'amount', 'currency', 'tmpl_amount', 'tmpl_currency', 'paymentType'],
  ...['paymentMode', 'paymentBrand', 'recurringType', 'createRegistration', 'merchantRedirectUrl', 'redirectMethod'],
  ...[
    'notificationUrl',
    'attemptThreeD',
    'card.number',
    'card.expiryMonth',
    'card.expiryYear',
    'card.cvv',
    'card.holder',
  ],
  ...['bankAccount.bic', 'bankAccount.iban', 'customer.customerId', 'customer.givenName', 'customer.surname'],
  ...['customer.email', 'customer.phone', 'customer.birthDate', 'customer.sex', 'customer.ip', 'customer.language'],
  ...['shipping.country', 'shipping.city', 'billing.street', 'billingAddress', 'threeDSecure.eci', 'customParameters'],
  ...['marketplace', 'installment', 'voucherNumber', 'cancelReason', 'paymentId', 'idType', 'timeZone', 'authToken'],
  ...['pagination.fromdate', 'pagination.todate', 'pagination.pageno', 'pagination.records', 'status', 'date.from'],
  ...['merchant.username', 'partner.userName', 'authentication.partnerId', 'authentication.sKey', 'expDateOffset'],
  ...['authentication', 'card', 'customer', '__proto__', 'constructor', 'card.__proto__', 'deviceDetails.user_Agent'],
];

const known = new Set(Object.keys(descriptions));
const leaves = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];

const fits = (status: number, answer: Answer, sent: string) => {
  assert.ok(status === 200 || status === 400, `${status}: ${sent}`);
  for (const code of String(answer.result.code).split(' | ')) assert.ok(known.has(code), `${code}: ${sent}`);
  assert.match(answer.timestamp, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  for (const leaf of leaves(answer)) assert.equal(typeof leaf, 'string', sent);
  const text = JSON.stringify(answer);
  assert.ok(!text.includes('4440000009900010') && !text.includes(number), `a card number came back: ${sent}`);
};

const first = await shop.pay({ paymentType: 'PA' });

const bodies: Readonly<Record<string, () => Fields>> = {
  payments: () => shop.paymentFields(),
  [`payments/${first.paymentId}`]: () => ({
    'authentication.memberId': shop.memberId,
    'authentication.checksum': shop.signed(first.paymentId),
    paymentType: 'IN',
  }),
  inquiry: () => ({
    'authentication.memberId': shop.memberId,
    'authentication.checksum': shop.signed(first.paymentId),
    paymentId: first.paymentId,
  }),
  [`refund/${first.paymentId}`]: () => ({
    'authentication.memberId': shop.memberId,
    'authentication.checksum': shop.signed(first.paymentId, '1.00'),
    amount: '1.00',
  }),
  getTransactionList: () => ({
    'authentication.memberId': shop.memberId,
    'authentication.checksum': shop.signed(),
    'pagination.fromdate': '01/01/2026',
    'pagination.todate': '02/01/2026',
  }),
  regenerateToken: () => ({ 'authentication.partnerId': '77', authToken: 'x' }),
  authToken: () => ({
    'authentication.partnerId': '77',
    'merchant.username': shop.username,
    'authentication.sKey': shop.key,
  }),
};

const token = await shop.tokenOf();
const send = async (path: string, text: string, type: string): Promise<[number, Answer]> => {
  const response = await shop.send(path, text, { 'content-type': type, authtoken: token });
  return [response.status, await response.json()];
};

for (const [path, bodyOf] of Object.entries(bodies)) {
  const name = path.replace(/\d{18}/, '{id}');

  test(`10: any JSON in any field of ${name}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const text = bodyText(bodyOf(), changes, names);
        fits(...(await send(path, text, 'application/json')), text);
      }),
      { numRuns: 120 },
    );
  });

  test(`10: any text in any field of the form of ${name}`, async () => {
    const odd = fc.oneof(fc.constantFrom(...oddTexts), fc.string({ unit: 'binary', maxLength: 40 }));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), odd, fc.boolean(), async (field, value, isEncoded) => {
        const text = new URLSearchParams({
          ...(bodyOf() as Record<string, string>),
          [field]: value.toWellFormed(),
        }).toString();
        const raw = isEncoded ? text : text.replaceAll('%', '');
        fits(...(await send(path, raw, 'application/x-www-form-urlencoded')), raw);
      }),
      { numRuns: 80 },
    );
  });
}

test('10: every field of a payment, left out and replaced by every odd value', async () => {
  for (const field of Object.keys(shop.paymentFields())) {
    for (const value of [
      undefined,
      '',
      ' ',
      '\0',
      'x'.repeat(5_000),
      '-1',
      '4440000009900010',
      '１２',
      '\ud83d\ude00',
      '<!ENTITY x "y">',
    ]) {
      const fields = { ...shop.paymentFields(), [field]: value };
      fits(200, await shop.call('payments', fields), `${field}: ${value}`);
    }
  }
});

test('10: odd ids in paths', async () => {
  const odd = [
    '%00',
    '%ff',
    '%2e%2e%2f',
    '..;',
    'a|b',
    '0',
    '9'.repeat(400),
    '%F0%9F%98%80',
    '4440000009900010',
    '{id}',
  ];
  for (const name of ['payments', 'refund', 'getStatus', 'getInstallmentWithToken']) {
    for (const id of odd) {
      const response = await shop.send(`${name}/${id}`, 'paymentType=IN', {
        'content-type': 'application/x-www-form-urlencoded',
        authtoken: token,
      });
      // An address that is no text of UTF-8 is nobody's.
      if (response.status !== 200) assert.ok(response.status === 400 || response.status === 404, `${name}/${id}`);
      else fits(200, (await response.json()) as Answer, `${name}/${id}`);
    }
  }
});
