import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTollgate } from './installation.ts';
import { addTsMerchant } from './ts-merchant.ts';

const tollgate = await startTollgate();
const shop = await addTsMerchant(tollgate);

test('6.1: a token for a member, by form', async () => {
  const { AuthToken, timestamp, ...rest } = await shop.askToken();
  assert.deepEqual(rest, {
    partnerId: '77',
    memberId: shop.memberId,
    result: { code: '200', description: 'Token generated successfully' },
    LoginName: shop.username,
  });
  assert.match(AuthToken, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.match(timestamp, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
});

test('6.4: DB with a card, paid at once', async () => {
  const fields = shop.paymentFields();
  const { paymentId, timestamp, ...rest } = await shop.call('payments', fields);
  assert.match(paymentId, /^\d{18}$/);
  assert.match(timestamp, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.deepEqual(rest, {
    paymentType: 'DB',
    paymentBrand: 'VISA',
    paymentMode: 'CC',
    amount: '50.00',
    currency: 'EUR',
    descriptor: 'Acme 1',
    result: { code: '00001', description: 'Transaction succeeded', bankCode: '00', bankDescription: 'approved' },
    card: {
      bin: '411111',
      last4Digits: '1111',
      lastFourDigits: '1111',
      holder: 'Ada Lovelace',
      expiryMonth: '12',
      expiryYear: '2030',
    },
    merchantTransactionId: fields.merchantTransactionId,
    remark: 'Approved',
    transactionStatus: 'Y',
    tmpl_amount: '50.00',
    tmpl_currency: 'EUR',
  });
});
