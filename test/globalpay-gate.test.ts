import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { booksAgree, dossierOf } from './books.ts';
import { addGlobalpayMerchant } from './globalpay-merchant.ts';
import { startTollgate, until } from './installation.ts';
import { Payer } from './payer.ts';
import { startReceiver } from './receiver.ts';

// GLOBAL PAY GATE end to end: cards, payments by token, refunds (section 14), with the JSON types of section 14.4.6.

const tollgate = await startTollgate();
const receiver = await startReceiver();
const merchant = await addGlobalpayMerchant(tollgate, { callbackUrl: `${receiver.url}/hooks`, legalName: 'Kitob LLC' });
const other = await addGlobalpayMerchant(tollgate);

const uzcard = '8600310000000018';
const visa = '4111220000000010';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

test('14.3.1, 14.3.2: a card of the country is bound by a code; both answers have one token', async () => {
  const { status, body } = await merchant.bind(uzcard, { smsNotificationNumber: '' });
  assert.equal(status, 200);
  assert.match(body.cardToken, uuid);
  assert.match(body.smsNotificationNumber, /^998\d\d\*{5}\d\d$/);
  assert.deepEqual([body.needsVerification, body.processingType], [true, 'UZCARD']);
  const wrong = await merchant.confirm(body.cardToken, '222222');
  assert.deepEqual([wrong.status, wrong.body.code, wrong.body.status], [400, 'OTP_INVALID', 400]);
  for (const code of [111_111, '111111']) {
    const card = await merchant.confirm(body.cardToken, code);
    assert.equal(card.status, 200);
    const { token, cardNumber, balance, expiryDate, type, processingType, cardOrigin } = card.body;
    assert.deepEqual([token, cardNumber, expiryDate], [body.cardToken, '860031******0018', '2811']);
    assert.deepEqual([type, processingType, cardOrigin, typeof balance], ['UZCARD', 'UZCARD', 'LOCAL', 'number']);
  }
});

test('14.3.2: a card object has the balance, holder, bank and phone that the issuer tells', async () => {
  const token = await merchant.boundCard('9860180000000018');
  const read = async () => (await merchant.call('/cards/v1/card/token', { body: { ids: [token] } })).body[0];
  const { balance, holderFullName, bankName, smsNotificationNumber } = await read();
  assert.ok(holderFullName && bankName === 'Sandbox Bank');
  assert.match(smsNotificationNumber, /^998\d\d\*{5}\d\d$/);
  const { body: begun } = await merchant.init('3000000');
  await merchant.perform(begun, token);
  assert.equal((await read()).balance, balance - 3_000_000);
});

test('14.3.1: Visa needs no code, and must bring no phone', async () => {
  const { body } = await merchant.bind(visa, { cardHolderName: 'DILNOZA KARIMOVA' });
  assert.deepEqual([body.needsVerification, body.smsNotificationNumber, body.processingType], [false, '', 'VM']);
  const phoned = await merchant.bind(visa, { smsNotificationNumber: '998901234567' });
  assert.deepEqual([phoned.status, phoned.body.code], [400, 'VALIDATION_ERROR']);
});

test('14.3.1: what is wrong with a card is told without a digit of it', async () => {
  for (const [number, more, code] of [
    ['8600310000000019', {}, 'VALIDATION_ERROR'],
    ['6250941006528599', {}, 'VALIDATION_ERROR'],
    [uzcard, { expiryDate: '2513' }, 'VALIDATION_ERROR'],
    [uzcard, { expiryDate: '2301' }, 'VALIDATION_ERROR'],
    [uzcard, { smsNotificationNumber: '998000000000' }, 'VALIDATION_ERROR'],
    ['8600310000000034', {}, 'CARD_BLOCKED'],
    ['8600310000000042', {}, 'SMS_NOT_CONNECTED'],
  ] as const) {
    const { status, body } = await merchant.bind(number, more);
    assert.deepEqual([status, body.code], [400, code], number);
    assert.ok(!JSON.stringify(body).includes(number.slice(4, 12)));
  }
});

test('14.3.2: three wrong codes, or 300 s, and the card is bound anew', async () => {
  const { body: first } = await merchant.bind('5614680000000014');
  for (const code of ['OTP_INVALID', 'OTP_INVALID', 'OTP_ATTEMPTS_EXCEEDED', 'OTP_ATTEMPTS_EXCEEDED']) {
    assert.equal((await merchant.confirm(first.cardToken, '222222')).body.code, code);
  }
  const { body: second } = await merchant.bind('5614680000000014');
  assert.notEqual(second.cardToken, first.cardToken);
  await tollgate.advance(301_000);
  assert.equal((await merchant.confirm(second.cardToken)).body.code, 'OTP_EXPIRED');
  assert.equal((await merchant.confirm(randomUUID())).status, 404);
  assert.equal((await other.confirm(first.cardToken)).status, 404);
});

test('14.3.5: bound again before it is confirmed, a card keeps its token; once confirmed it gets a new one', async () => {
  const number = '9860180000000018';
  const { body: first } = await merchant.bind(number);
  const { body: second } = await merchant.bind(number);
  assert.equal(second.cardToken, first.cardToken);
  assert.equal((await merchant.confirm(first.cardToken)).status, 200);
  const { body: third } = await merchant.bind(number);
  assert.notEqual(third.cardToken, first.cardToken);
});

test('14.3.3, 14.3.4: cards by their tokens, and unbound; those of others stay unknown', async () => {
  const [one, two] = [await merchant.boundCard(uzcard), await merchant.boundCard(visa, { cardHolderName: 'D K' })];
  const named = async (ids: unknown, who = merchant) =>
    (await who.call('/cards/v1/card/token', { body: { ids } })).body;
  assert.deepEqual(
    (await named([two, randomUUID(), one])).map((card: { token: string }) => card.token),
    [two, one],
  );
  assert.deepEqual(await named([]), []);
  assert.deepEqual(await named([one], other), []);
  assert.equal((await other.call(`/cards/v1/card/${one}`, { method: 'DELETE' })).status, 404);
  const gone = await merchant.call(`/cards/v1/card/${one}`, { method: 'DELETE' });
  assert.deepEqual([gone.status, gone.body], [200, { body: {}, statusCode: 'OK', statusCodeValue: 200 }]);
  assert.equal((await merchant.call(`/cards/v1/card/${one}`, { method: 'DELETE' })).status, 404);
  const { body: payment } = await merchant.init('3000000');
  assert.equal((await merchant.perform(payment, one)).status, 404);
});

test('14.4.1: the service, by its number and by its provider', async () => {
  const { body } = await merchant.call(`/merchants/v1/services/${merchant.serviceId}`, { method: 'GET' });
  assert.deepEqual([body.id, body.legalName, body.paymentInstrument], [merchant.serviceId, 'Kitob LLC', 'DIRECT']);
  assert.deepEqual(
    body.requestFields.map(({ id, name }: { id: number; name: string }) => [id, name]),
    [
      [1, 'amount'],
      [2, 'currency'],
    ],
  );
  const byProvider = await merchant.call(`/merchants/v1/services/${body.provider.id}/provider`, { method: 'GET' });
  assert.deepEqual(byProvider.body, body);
  assert.equal((await merchant.call('/merchants/v1/services/9', { method: 'GET' })).status, 404);
});

test('14.4.2, 14.4.3: init and perform by a confirmed token take the money at once, with exact types', async () => {
  const card = await merchant.boundCard(uzcard);
  const { body: begun } = await merchant.init('3000000');
  assert.deepEqual([begun.status, begun.amount, begun.cardToken, begun.gnkFields], ['INIT', 3_000_000, null, null]);
  const { status, body } = await merchant.perform(begun, card);
  assert.equal(status, 200);
  assert.deepEqual(
    [body.status, body.error, body.processingType, body.card.token, body.type],
    ['APPROVED', null, 'UZCARD', card, 'PAYMENT'],
  );
  for (const [value, type] of [
    [body.amount, 'number'],
    [body.service.id, 'number'],
    [body.gnkFields.receiptId, 'number'],
    [body.gnkFields.terminalId, 'string'],
    [body.gnkFields.fiscalSign, 'string'],
    [body.gnkFields.qrcodeUrl, 'string'],
    [body.processingId, 'string'],
  ] as const) {
    assert.equal(typeof value, type);
  }
  for (const time of [body.createdAt, body.approvedAt, body.gnkPerformedAt])
    assert.equal(new Date(time).toISOString(), time);
  assert.ok(!('customer' in body));
  assert.deepEqual([body.paymentReverts, body.paymentItems, body.merchantPerformedAt], [[], [], null]);
  assert.deepEqual(await merchant.payment(body.id), body);
  // A repetition takes nothing: the answer is the same.
  assert.deepEqual((await merchant.perform(begun, card)).body, body);
});

test('14.4.2: the same id again is the first payment; with other data 400', async () => {
  const externalId = randomUUID();
  const bodies = await Promise.all(Array.from({ length: 8 }, () => merchant.init('3000000', { externalId })));
  assert.deepEqual(new Set(bodies.map(({ status }) => status)), new Set([200]));
  assert.equal(new Set(bodies.map(({ body }) => body.id)).size, 1);
  assert.equal((await merchant.init('3000001', { externalId })).status, 400);
  assert.equal((await other.init('3000000', { externalId, serviceId: other.serviceId })).status, 200);
});

test('14.4.3: id, external id and card must belong together; a card that is not confirmed cannot pay', async () => {
  const { body: payment } = await merchant.init('3000000');
  const card = await merchant.boundCard(uzcard);
  assert.equal((await merchant.perform({ ...payment, externalId: 'other' }, card)).status, 404);
  assert.equal((await merchant.perform({ ...payment, id: randomUUID() }, card)).status, 404);
  assert.equal((await merchant.perform(payment, randomUUID())).status, 404);
  assert.equal((await other.perform(payment, card)).status, 404);
  const { body: unconfirmed } = await merchant.bind('5614680000000014');
  assert.equal((await merchant.perform(payment, unconfirmed.cardToken)).body.code, 'CARD_NOT_CONFIRMED');
  assert.equal((await merchant.payment(payment.id)).status, 'INIT');
});

test('14.4.3: a refusal is 200 with FAILED and its error, and stays', async () => {
  const card = await merchant.boundCard('8600310000000026');
  const { body: payment } = await merchant.init('3000000');
  const { status, body } = await merchant.perform(payment, card);
  assert.deepEqual([status, body.status, body.error, body.gnkFields], [200, 'FAILED', 'INSUFFICIENT_FUNDS', null]);
  assert.deepEqual((await merchant.perform(payment, card)).body, body);
});

test('14.4.2: a payment that nobody performs ends after a day, without a callback', async () => {
  const { body: payment } = await merchant.init('3000000');
  await tollgate.advance(24 * 3_600_000 + 1_000);
  await merchant.logIn();
  await other.logIn();
  const now = await merchant.payment(payment.id);
  assert.deepEqual([now.status, now.error], ['FAILED', 'PAYMENT_EXPIRED']);
  assert.deepEqual((await dossierOf(tollgate, payment.id)).notices, []);
});

const paid = async (amount = '3000000') => {
  const { body: payment } = await merchant.init(amount);
  return (await merchant.perform(payment, await merchant.boundCard(uzcard))).body;
};

test('14.4.4, 14.4.5, 13: refunds by share and of the rest; a repetition answers the first', async () => {
  const payment = await paid();
  const partial = (percent: unknown, ext: string) =>
    merchant.call(`/payments/v1/payment/revert/partial/${payment.id}?percent=${percent}&ext=${ext}`);
  const { body } = await partial(80, 'RF-2');
  assert.equal(body.status, 'PARTIAL_REVERT');
  const [revert] = body.paymentReverts;
  assert.deepEqual([revert.externalId, revert.amount, typeof revert.id], ['RF-2', 2_400_000, 'number']);
  assert.equal(new Date(revert.gnkRevertedAt).toISOString(), revert.gnkRevertedAt);
  assert.equal((await partial(80, 'RF-2')).body.paymentReverts.length, 1);
  assert.equal((await partial(10, 'RF-2')).status, 400);
  assert.equal((await partial(30, 'RF-3')).body.code, 'REVERT_NOT_ALLOWED');
  for (const percent of [0, 101, 'x', '1.5', ''])
    assert.equal((await partial(percent, 'RF-4')).body.code, 'VALIDATION_ERROR');
  const { body: whole } = await partial(20, 'RF-5');
  assert.equal(whole.status, 'REVERT');
  assert.equal(whole.revertAt, whole.paymentReverts[1].merchantRevertedAt);
  const full = await merchant.call(`/payments/v1/payment/revert/${payment.id}?ext=RF-6`);
  assert.equal(full.body.code, 'REVERT_NOT_ALLOWED');
});

test('14.4.4: all of it at once', async () => {
  const payment = await paid();
  const { body } = await merchant.call(`/payments/v1/payment/revert/${payment.id}?ext=RF-1`);
  assert.deepEqual([body.status, body.paymentReverts[0].amount], ['REVERT', 3_000_000]);
});

test('14.5.3: version 2 refunds an amount, then the rest; parallel ones never exceed it', async () => {
  const payment = await paid();
  const revert = (body: object) => merchant.call('/payments/v2/payment/revert', { body: { id: payment.id, ...body } });
  assert.equal((await revert({ externalId: 'RF-3', amount: 1_000_000 })).body.status, 'PARTIAL_REVERT');
  const many = await Promise.all(
    Array.from({ length: 10 }, (_, i) => revert({ externalId: `P-${i}`, amount: 1_000_000 })),
  );
  assert.equal(many.filter(({ status }) => status === 200).length, 2);
  const { body } = await merchant.call(`/checkout/v1/payment/${payment.id}`, { method: 'GET' });
  assert.deepEqual([body.status, body.paymentReverts.length], ['REVERT', 3]);
  assert.equal((await revert({ externalId: 'RF-3', amount: 1_000_000 })).status, 200);
  assert.equal((await revert({ amount: 1 })).body.code, 'REVERT_NOT_ALLOWED');
});

test('13: a payment that was never approved is not refunded; one that was made through Checkout is', async () => {
  const { body: unpaid } = await merchant.init('3000000');
  const refused = await merchant.call(`/payments/v1/payment/revert/${unpaid.id}?ext=RF-1`);
  assert.equal(refused.body.code, 'REVERT_NOT_ALLOWED');
  const token = await merchant.createToken();
  const payer = await new Payer(token.userRedirectUrl).go();
  await payer.pay({ number: uzcard, expiry: '11/28' });
  await payer.submit('/otp', { code: '111111' });
  const { id } = await merchant.status(token.id);
  await merchant.call(`/payments/v1/payment/revert/partial/${id}?percent=50&ext=RF-1`);
  assert.equal((await merchant.status(token.id)).status, 'PARTIAL_REVERT');
});

test('15: a card whose refunds are declined', async () => {
  const token = await merchant.createToken();
  const payer = await new Payer(token.userRedirectUrl).go();
  await payer.pay({ number: '4000000000000101', expiry: '11/28', code: '123', holder: 'D K' });
  await payer.confirm();
  const { id, status } = await merchant.status(token.id);
  assert.equal(status, 'APPROVED');
  assert.equal((await merchant.call(`/payments/v1/payment/revert/${id}?ext=RF-1`)).body.code, 'REVERT_NOT_ALLOWED');
});

const initV2 = (more: object = {}) =>
  merchant.call('/payments/v2/payment/init', {
    body: {
      externalId: randomUUID(),
      serviceId: merchant.serviceId,
      amount: 7_200_000,
      currency: 'UZS',
      account: 'reader-5512',
      merchantVMRedirectSuccessUrl: 'https://kitob.example/3ds/ok',
      merchantVMRedirectFailUrl: 'https://kitob.example/3ds/no',
      ...more,
    },
  });

for (const [said, status, url] of [
  [{ otp: '111111' }, 'APPROVED', 'https://kitob.example/3ds/ok'],
  [{ outcome: 'decline' }, 'FAILED', 'https://kitob.example/3ds/no'],
] as const) {
  test(`14.5.2: Visa goes through its bank and ends ${status} at the merchant, which is told`, async () => {
    const card = await merchant.boundCard(visa, { cardHolderName: 'D K' });
    const { body: begun } = await initV2();
    assert.deepEqual([begun.status, begun.account, begun.paymentItems], ['INIT', 'reader-5512', []]);
    const bare = await merchant.perform(begun, card, {}, 'v2');
    assert.equal(bare.body.code, 'VALIDATION_ERROR');
    const more = { cardSecurityCode: '123', clientIpAddress: '203.0.113.40' };
    const { body } = await merchant.perform(begun, card, more, 'v2');
    assert.deepEqual([body.status, body.processingType, body.gnkFields], ['VALIDATE', 'VM', null]);
    const payer = await new Payer(body.securityCheckUrl).go();
    await payer.confirm(said);
    assert.equal(payer.leftTo, url);
    assert.equal((await merchant.payment(body.id)).status, status);
    const callback = await until('the notice', () =>
      receiver.received.find(({ text }) => JSON.parse(text).id === body.id),
    );
    assert.deepEqual(JSON.parse(callback.text), await merchant.payment(body.id));
  });
}

test('14.5.1: an amount of nothing is refused', async () => {
  assert.equal((await initV2({ amount: 0 })).body.code, 'VALIDATION_ERROR');
});

test('14.6: holds and payouts are not offered', async () => {
  for (const path of ['/payments/v1/payment/hold', '/payments/v2/payout']) {
    assert.equal((await merchant.call(path, { body: {} })).status, 404);
  }
});

test('the two books agree', () => booksAgree(tollgate));
