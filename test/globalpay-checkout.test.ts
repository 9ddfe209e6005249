import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksAgree, dossierOf } from './books.ts';
import { addGlobalpayMerchant } from './globalpay-merchant.ts';
import { startTollgate, until } from './installation.ts';
import { Payer } from './payer.ts';
import { startReceiver } from './receiver.ts';

// GLOBAL PAY CHECKOUT end to end: payment tokens, the hosted page, callbacks, receipts (sections 4, 6 to 10, 12, 15).

const tollgate = await startTollgate();
const receiver = await startReceiver();
const merchant = await addGlobalpayMerchant(tollgate, { callbackUrl: `${receiver.url}/hooks` });
const tokens = '/checkout/v1/user-service-tokens';

const uzcard = '8600310000000018';
const humo = '9860180000000018';
const visa = '4111220000000010';

const callbackOf = (token: string) =>
  until(`the callback of ${token}`, () =>
    receiver.received.find(({ text }) => JSON.parse(text).userServiceToken === token),
  );

const begin = async (more: object = {}) => {
  const token = await merchant.createToken(more);
  const payer = await new Payer(`${token.userRedirectUrl}?lang=en`).go();
  return { token, payer };
};

const pay = async (payer: Payer, number: string, expiry = '11/28') =>
  payer.pay({ number, expiry, code: '123', holder: 'DILNOZA KARIMOVA' });
const code = (payer: Payer, text = '111111') => payer.submit('/otp', { code: text });

const items = [
  {
    title: 'Atlas of Samarkand',
    price: 6_250_000,
    count: 2,
    code: '04901001001000003',
    units: 796,
    vatPercent: 12,
    packageCode: '1511204',
  },
  {
    title: 'Uzbek grammar',
    price: 6_000_000,
    count: 1,
    code: '04901001001000003',
    units: 796,
    vatPercent: 12,
    packageCode: '1511204',
  },
];

test('6.1: a token echoes what was asked, with its life clamped', async () => {
  const asked = merchant.tokenBody({ description: 'Books', account: 'reader-5512', tokenLifespan: 1_800, items });
  const { status, body } = await merchant.call(tokens, { body: asked });
  assert.equal(status, 200);
  const { id, token, userRedirectUrl, status: state, createdAt, expiresAt, ...echo } = body;
  assert.deepEqual(echo, asked);
  assert.equal(token, id);
  assert.equal(state, 'ACTIVE');
  assert.equal(userRedirectUrl, `${tollgate.url}/checkout/pay/${id}`);
  // The life counts from the request, a moment before the payment is written.
  const lifeMs = Date.parse(expiresAt) - Date.parse(createdAt);
  assert.ok(lifeMs <= 1_800_000 && lifeMs > 1_799_000, `${lifeMs} ms`);
});

test('6.1: the smallest body; absent keys are null, items an empty list, values as received', async () => {
  const name = merchant.newName();
  const requestFields = [
    { name: 'amount', value: 500_000 },
    { name: 'currency', value: 'UZS' },
  ];
  const { body } = await merchant.call(tokens, {
    body: { name, externalId: 77_120, externalServiceId: String(merchant.serviceId), requestFields },
  });
  const {
    description,
    account,
    items: lines,
    successRedirectUrl,
    failRedirectUrl,
    externalId,
    externalServiceId,
  } = body;
  assert.deepEqual([description, account, successRedirectUrl, failRedirectUrl], [null, null, null, null]);
  assert.deepEqual(lines, []);
  assert.deepEqual([externalId, externalServiceId, body.requestFields], ['77120', merchant.serviceId, requestFields]);
});

for (const [asked, effective] of [
  [100, 300],
  [undefined, 900],
  [null, 900],
  [100_000, 86_400],
  [-5, 300],
  ['1200', 1_200],
] as const) {
  test(`6.1: tokenLifespan ${asked} is ${effective}`, async () => {
    assert.equal((await merchant.createToken({ tokenLifespan: asked })).tokenLifespan, effective);
  });
}

test('6.1: a name is unique in the whole installation; of two at once one wins', async () => {
  const other = await addGlobalpayMerchant(tollgate);
  const name = merchant.newName();
  const answers = await Promise.all([
    merchant.call(tokens, { body: merchant.tokenBody({ name }) }),
    other.call(tokens, { body: other.tokenBody({ name }) }),
  ]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400]);
  assert.equal(answers.find(({ status }) => status === 400)!.body.code, 'NAME_NOT_UNIQUE');
  assert.equal((await merchant.call(tokens, { body: merchant.tokenBody({ name: name.toUpperCase() }) })).status, 200);
});

test('16: fields are read liberally', async () => {
  const field = { amount: '500000.00', currency: 'uzs' };
  assert.equal((await merchant.createToken({ requestFields: field })).requestFields[1].value, 'uzs');
  const flat = { requestFields: undefined, amount: 500_000, currency: 860 };
  assert.equal((await merchant.createToken(flat)).requestFields.length, 2);
  const spelled = [
    { title: 'Tea', price: 500_000, code: 4_901_001_001_000_003, vat_percent: 12, package_code: 1_511_204 },
  ];
  const { items: lines } = await merchant.createToken({ items: spelled });
  assert.deepEqual(lines, [
    { title: 'Tea', price: 500_000, count: 1, code: '4901001001000003', vatPercent: 12, packageCode: '1511204' },
  ]);
  assert.equal(
    (await merchant.createToken({ successRedirectUrl: '', failRedirectUrl: 'shopapp://cart' })).failRedirectUrl,
    'shopapp://cart',
  );
});

const wrong: readonly (readonly [string, object, number, string])[] = [
  ['no amount', { requestFields: [{ name: 'currency', value: 'UZS' }] }, 400, 'VALIDATION_ERROR'],
  ['a fraction', { requestFields: { amount: '100000.5', currency: 'UZS' } }, 400, 'VALIDATION_ERROR'],
  ['an exponent', { requestFields: { amount: '1e6', currency: 'UZS' } }, 400, 'VALIDATION_ERROR'],
  ['zero', { requestFields: { amount: 0, currency: 'UZS' } }, 400, 'VALIDATION_ERROR'],
  ['too little', { requestFields: { amount: 1, currency: 'UZS' } }, 400, 'AMOUNT_OUT_OF_RANGE'],
  ['too much', { requestFields: { amount: '900000000000000', currency: 'UZS' } }, 400, 'AMOUNT_OUT_OF_RANGE'],
  ['another currency', { requestFields: { amount: 500_000, currency: 'USD' } }, 400, 'CURRENCY_NOT_SUPPORTED'],
  ['no currency at all', { requestFields: { amount: 500_000, currency: 'XXQ' } }, 400, 'VALIDATION_ERROR'],
  ['an unknown service', { externalServiceId: 9 }, 404, 'ENTITY_NOT_FOUND'],
  ['a life of half a second', { tokenLifespan: 0.5 }, 400, 'VALIDATION_ERROR'],
  ['a script as address', { successRedirectUrl: 'javascript:alert(1)' }, 400, 'VALIDATION_ERROR'],
  ['a relative address', { failRedirectUrl: '/cart' }, 400, 'VALIDATION_ERROR'],
  ['a name too long', { name: 'x'.repeat(256) }, 400, 'VALIDATION_ERROR'],
  ['no name', { name: '' }, 400, 'VALIDATION_ERROR'],
  ['a negative price', { items: [{ title: 'Tea', price: -1 }] }, 400, 'VALIDATION_ERROR'],
  ['nothing of a thing', { items: [{ title: 'Tea', price: 1, count: 0 }] }, 400, 'VALIDATION_ERROR'],
];
for (const [name, more, status, errorCode] of wrong) {
  test(`6.1: ${name} is ${status} ${errorCode}`, async () => {
    const answer = await merchant.call(tokens, { body: merchant.tokenBody(more) });
    assert.deepEqual([answer.status, answer.body.code], [status, errorCode]);
  });
}

test('11: all that is wrong is told in one detail', async () => {
  const { body } = await merchant.call(tokens, {
    body: merchant.tokenBody({ requestFields: { amount: 'x', currency: 'UZS' }, failRedirectUrl: '/cart' }),
  });
  assert.equal(
    body.detail,
    'requestFields.amount: must be a whole number of tiyin; failRedirectUrl: must be an absolute URL',
  );
});

test('7.2: right after creation the payment is INIT; an unknown token is 404', async () => {
  const { id } = await merchant.createToken({ items, description: 'Books' });
  const status = await merchant.status(id);
  assert.deepEqual(
    [status.status, status.error, status.gnkDetail, status.card, status.userServiceToken, status.amount],
    ['INIT', null, null, null, id, 18_500_000],
  );
  assert.deepEqual(status.items, items);
  const byPayment = await merchant.call(`/checkout/v1/payment/${status.id}`, { method: 'GET' });
  assert.deepEqual(byPayment.body, status);
  for (const unknown of ['11111111-2222-4333-8444-555555555555', 'nothing', status.id]) {
    const path = `/checkout/v1/payment/servicetoken/${unknown}`;
    assert.equal((await merchant.call(path, { method: 'GET' })).status, 404);
  }
});

test('17.9: Uzcard: card, code, approved; receipt and callback say the same', async () => {
  const { token, payer } = await begin({ items });
  await pay(payer, uzcard);
  const validating = await merchant.status(token.id);
  assert.deepEqual(
    [validating.status, validating.card],
    ['VALIDATE', { cardNumber: '860031******0018', processingType: 'UZCARD' }],
  );
  await code(payer);
  assert.equal(payer.leftTo, 'https://kitob.example/paid?o=%41');
  const status = await merchant.status(token.id);
  assert.deepEqual([status.status, status.error, status.processingType], ['APPROVED', null, 'UZCARD']);
  assert.match(status.processingId, /^\S+$/);
  const { receiptId, terminalId, fiscalSign, qrCodeUrl, success } = status.gnkDetail;
  assert.deepEqual([typeof receiptId, typeof terminalId, success], ['number', 'string', true]);
  assert.match(fiscalSign, /^\d{12}$/);
  const receipt = await (await fetch(qrCodeUrl)).text();
  for (const part of ['Atlas of Samarkand', 'Uzbek grammar']) assert.ok(receipt.includes(part), part);
  const callback = await callbackOf(token.id);
  assert.deepEqual(JSON.parse(callback.text), status);
  assert.equal(callback.headers['content-type'], 'application/json');
  assert.match(String(callback.headers['x-request-id']), /^[0-9a-f-]{36}$/);
  assert.equal(callback.headers['x-attempt'], '1');
});

test('17.10: Visa: no code by text, the bank form, approved', async () => {
  const { token, payer } = await begin();
  await pay(payer, visa);
  assert.ok(!payer.page.forms.some((form) => form.nameOf('one-time-code')));
  await payer.confirm();
  assert.equal(payer.leftTo, 'https://kitob.example/paid?o=%41');
  assert.deepEqual((await merchant.status(token.id)).processingType, 'VM');
});

test('8.4: a bank form that fails or is cancelled is THREE_DS_FAILED', async () => {
  for (const said of [{ outcome: 'decline' }, { outcome: 'cancel' }] as const) {
    const { token, payer } = await begin();
    await pay(payer, visa);
    await payer.confirm(said);
    assert.equal((await merchant.status(token.id)).error, 'THREE_DS_FAILED');
    assert.equal(payer.leftTo, 'https://kitob.example/cart');
  }
});

test('17.11: too little money after a right code: failed, no receipt, the fail page, and the token is spent', async () => {
  const { token, payer } = await begin();
  await pay(payer, '8600310000000026');
  await code(payer);
  assert.equal(payer.leftTo, 'https://kitob.example/cart');
  const status = await merchant.status(token.id);
  assert.deepEqual([status.status, status.error, status.gnkDetail], ['FAILED', 'INSUFFICIENT_FUNDS', null]);
  assert.deepEqual(JSON.parse((await callbackOf(token.id)).text), status);
  const again = await new Payer(token.userRedirectUrl).go();
  assert.equal(again.leftTo, 'https://kitob.example/cart');
});

const refusals = [
  ['8600310000000034', 'CARD_BLOCKED'],
  ['8600310000000042', 'SMS_NOT_CONNECTED'],
] as const;
for (const [number, error] of refusals) {
  test(`8.2: ${error} ends the payment at the card step`, async () => {
    const { token, payer } = await begin();
    await pay(payer, number);
    const status = await merchant.status(token.id);
    assert.deepEqual([status.status, status.error], ['FAILED', error]);
    assert.equal(payer.leftTo, 'https://kitob.example/cart');
  });
}

test('15: Humo whose processing centre fails after the code', async () => {
  const { token, payer } = await begin();
  await pay(payer, '9860180000000034');
  await code(payer);
  assert.equal((await merchant.status(token.id)).error, 'PROCESSING_ERROR');
});

test('8.3: wrong codes leave tries, the third ends the payment', async () => {
  const { token, payer } = await begin();
  await pay(payer, humo);
  for (const tries of [1, 2]) {
    await code(payer, '222222');
    assert.equal((await merchant.status(token.id)).status, 'VALIDATE', `after ${tries}`);
  }
  await code(payer, '222222');
  const status = await merchant.status(token.id);
  assert.deepEqual([status.status, status.error], ['FAILED', 'OTP_ATTEMPTS_EXCEEDED']);
});

test('8.3: a new text after a minute resets the tries; not sooner', async () => {
  const { token, payer } = await begin();
  await pay(payer, humo);
  await code(payer, '222222');
  await code(payer, '222222');
  await payer.submit('/otp/resend');
  assert.equal((await merchant.status(token.id)).status, 'VALIDATE');
  await tollgate.advance(61_000);
  await payer.go();
  await payer.submit('/otp/resend');
  await code(payer, '222222');
  await code(payer, '222222');
  assert.equal((await merchant.status(token.id)).status, 'VALIDATE');
  await code(payer);
  assert.equal((await merchant.status(token.id)).status, 'APPROVED');
});

test('17.12: a code that ran out gives the card form back while the token lives', async () => {
  const { token, payer } = await begin({ tokenLifespan: 1_800 });
  await pay(payer, humo);
  await tollgate.advance(301_000);
  assert.equal((await merchant.status(token.id)).status, 'INIT');
  await payer.go();
  assert.ok(payer.seesCardForm);
  await pay(payer, uzcard);
  await code(payer);
  assert.equal((await merchant.status(token.id)).status, 'APPROVED');
});

test('17.12: life over without a card: expired at once on the read, with a callback, and the page leads away', async () => {
  const { token, payer } = await begin({ tokenLifespan: 300 });
  await tollgate.advance(301_000);
  const status = await merchant.status(token.id);
  assert.deepEqual([status.status, status.error], ['FAILED', 'PAYMENT_EXPIRED']);
  assert.deepEqual(JSON.parse((await callbackOf(token.id)).text), status);
  await payer.go();
  assert.equal(payer.leftTo, 'https://kitob.example/cart');
});

test('7.2: a code that is awaited when the life ends may still be typed', async () => {
  const { token, payer } = await begin({ tokenLifespan: 300 });
  await tollgate.advance(200_000);
  await pay(payer, uzcard);
  await tollgate.advance(150_000);
  assert.equal((await merchant.status(token.id)).status, 'VALIDATE');
  await code(payer);
  assert.equal((await merchant.status(token.id)).status, 'APPROVED');
});

test('8.2: a sixth card ends the payment with LIMIT_EXCEEDED', async () => {
  const { token, payer } = await begin();
  const { action, fields } = payer.filled({ number: uzcard, expiry: '11/28' });
  for (let tries = 1; tries <= 5; tries++) {
    await payer.request(action, fields);
    assert.equal((await merchant.status(token.id)).status, 'VALIDATE', `card ${tries}`);
    await (await payer.go()).submit('/again');
  }
  await payer.request(action, fields);
  assert.equal((await merchant.status(token.id)).error, 'LIMIT_EXCEEDED');
});

test('17.13: a paid token is not paid again, and two codes at once take the money once', async () => {
  const { token, payer } = await begin();
  const card = payer.filled({ number: uzcard, expiry: '11/28' });
  await pay(payer, uzcard);
  const { action } = payer.form('/otp');
  await Promise.all([payer.request(action, { code: '111111' }), payer.request(action, { code: '111111' })]);
  await until('the end', async () => (await merchant.status(token.id)).status === 'APPROVED');
  await payer.request(card.action, card.fields);
  const status = await merchant.status(token.id);
  assert.equal(status.status, 'APPROVED');
});

test('6.2: a token is deactivated, again and again, and its page says that it is over', async () => {
  const { token, payer } = await begin();
  for (const [method, path] of [
    ['DELETE', `${tokens}/${token.id}`],
    ['POST', `${tokens}/${token.id}/deactivate`],
  ]) {
    const { status, body } = await merchant.call(path!, { method: method! });
    assert.deepEqual([status, body.status, body.name], [200, 'DEACTIVATED', token.name]);
  }
  assert.equal((await merchant.status(token.id)).error, 'TOKEN_DEACTIVATED');
  await payer.go();
  assert.equal(payer.leftTo, 'https://kitob.example/cart');
  assert.deepEqual((await dossierOf(tollgate, token.id)).notices, [], 'no callback');
});

test('6.2: not while a card is under way, and not once it is paid', async () => {
  const { token, payer } = await begin();
  await pay(payer, uzcard);
  const path = `${tokens}/${token.id}`;
  assert.equal((await merchant.call(path, { method: 'DELETE' })).body.code, 'PAYMENT_IN_PROGRESS');
  await code(payer);
  assert.equal((await merchant.call(path, { method: 'DELETE' })).body.code, 'TOKEN_ALREADY_USED');
});

test('9: a callback that is refused comes again with the same bytes', async () => {
  const { token, payer } = await begin();
  receiver.statuses.push(500);
  await pay(payer, uzcard);
  await code(payer);
  const first = await callbackOf(token.id);
  await tollgate.advance(11_000);
  const all = () => receiver.received.filter(({ text }) => text === first.text);
  await until('the second try', () => all().length === 2);
  assert.deepEqual(
    all().map(({ headers }) => headers['x-attempt']),
    ['1', '2'],
  );
  assert.equal(new Set(all().map(({ headers }) => headers['x-request-id'])).size, 1);
});

test('12: a tax office that is closed fails no payment: the callback tells, and the receipt comes later', async () => {
  const office = (mode: string) =>
    fetch(`${tollgate.url}/sandbox/tax/outage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode }),
    });
  await office('down');
  const { token, payer } = await begin();
  await pay(payer, uzcard);
  await code(payer);
  assert.equal(payer.leftTo, 'https://kitob.example/paid?o=%41');
  const { text } = await callbackOf(token.id);
  const told = JSON.parse(text);
  const failed = { receiptId: null, terminalId: null, fiscalSign: null, qrCodeUrl: null, success: false };
  assert.deepEqual(
    [told.status, told.gnkDetail],
    ['APPROVED', { ...failed, message: 'the tax office does not answer' }],
  );
  await tollgate.advance(61_000);
  await until('another try', async () => (await attemptsOf(token.id)) === 2);
  await office('none');
  await tollgate.advance(301_000);
  const status = await until('the receipt', async () => {
    const now = await merchant.status(token.id);
    return now.gnkDetail.success && now;
  });
  assert.equal(typeof status.gnkDetail.receiptId, 'number');
  assert.equal(receiver.received.filter((notice) => notice.text.includes(token.id)).length, 1, 'told once');
});

/** How often the tax office was asked about a payment. */
const attemptsOf = async (token: string): Promise<number> => {
  const { view } = await dossierOf(tollgate, token);
  return view.receipts[0]!.tries;
};

test('the two books agree', () => booksAgree(tollgate));
