import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { globalpayClient } from './globalpay.ts';
import { globalpayTill } from './globalpay-till.ts';
import { goods } from './goods.ts';
import { Orders } from './orders.ts';

const password = 'Choy#9-Fonar';
const secret = 'lantern-callback-secret';

const callback = '{"externalId":"LL-0000000001","name":"Choy – чай"}';
/** By `openssl dgst -sha256 -hmac` of the callback's bytes. */
const signature = 'cee9799b6a920e79bd112b05b266b3a88711e949002feb53fc47bc6590ca5d39';

describe('the shop at GLOBAL PAY', () => {
  /** Path and bearer of every request, in order. */
  let asked: string[] = [];
  let bodies: Record<string, unknown>[] = [];
  /** The access token that is good now; a log-in makes the next. */
  let good = 0;
  let refreshes = true;
  let letsIn = true;
  let answer: { status: number; body: object } = { status: 200, body: {} };

  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const said = JSON.parse(text || '{}');
    const bearer = request.headers.authorization?.slice('Bearer '.length);
    asked.push([request.method, request.url, ...(bearer ? [bearer] : [])].join(' '));
    bodies.push(said);
    const tell = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    const letIn = () => {
      good++;
      return tell(200, { access_token: `at.${good}`, refresh_token: `rt.${good}`, expires_in: 3600 });
    };
    if (request.url?.endsWith('/auth/refresh')) {
      return refreshes && said.refresh_token === `rt.${good}` ? letIn() : tell(400, { detail: 'no such token' });
    }
    if (request.url?.endsWith('/auth')) {
      const isRight = letsIn && said.username === 'demo' && said.password === password;
      return isRight ? letIn() : tell(401, { detail: 'who is this?' });
    }
    return bearer === `at.${good}` ? tell(answer.status, answer.body) : tell(401, { detail: 'token has run out' });
  });

  const newClient = (at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`) =>
    globalpayClient({
      apiUrl: at,
      login: 'demo',
      password: () => password,
      callbackSecret: () => secret,
      serviceId: 412,
    });

  const newTill = () => globalpayTill(newClient(), 'https://shop.test');

  const newOrder = (locale = 'uz') => {
    const { name, currency, words } = newTill();
    const lines = [
      { good: goods[0]!, quantity: 1 },
      { good: goods[1]!, quantity: 2 },
    ];
    const about = {
      till: name,
      words,
      visit: 'v',
      lines,
      currency,
      amountMinor: 71_120_000n,
      mode: 'now',
      wallet: null,
      locale,
    };
    return new Orders().place(about as Parameters<Orders['place']>[0]);
  };

  before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  after(() => server.close());
  beforeEach(() => {
    asked = [];
    bodies = [];
    good = 0;
    refreshes = true;
    letsIn = true;
    answer = { status: 200, body: {} };
  });

  test('logs in once and keeps the token', async () => {
    const client = newClient();
    await Promise.all([client.get('/a'), client.get('/b')]);
    await client.get('/c');
    assert.deepEqual(asked.sort(), ['GET /a at.1', 'GET /b at.1', 'GET /c at.1', 'POST /checkout/v1/merchant/auth']);
  });

  test('renews a token that has run out, and asks again with the new one', async () => {
    const client = newClient();
    await client.get('/a');
    good = 1.5;
    refreshes = false;
    const { exchange, logIns } = await client.get('/b');
    assert.equal(exchange.httpStatus, 200);
    assert.deepEqual(
      logIns.map(({ path }) => path),
      ['/checkout/v1/merchant/auth/refresh', '/checkout/v1/merchant/auth'],
    );
    assert.deepEqual(asked.slice(-3), [
      'POST /checkout/v1/merchant/auth/refresh',
      'POST /checkout/v1/merchant/auth',
      'GET /b at.2.5',
    ]);
  });

  test('a refresh token spares the password', async () => {
    const client = newClient();
    await client.get('/a');
    answer = { status: 401, body: {} };
    await client.get('/b');
    assert.deepEqual(asked.slice(-3), ['GET /b at.1', 'POST /checkout/v1/merchant/auth/refresh', 'GET /b at.2']);
  });

  test('shows no bearer, password or token in any exchange', async () => {
    const client = newClient();
    const first = await client.post('/a', { name: 'order' });
    answer = { status: 401, body: {} };
    const second = await client.post('/a', { name: 'order' });
    const shown = JSON.stringify([first.logIns, first.exchange, second.logIns, second.exchange]);
    assert.doesNotMatch(shown, /[ar]t\.\d|Choy#9/);
    assert.equal(first.logIns[0]!.requestBody, '{"username":"demo","password":"***"}');
    assert.equal(first.exchange.requestHeaders.Authorization, 'Bearer ***');
    assert.equal(first.exchange.requestBody, '{"name":"order"}');
  });

  test('a refused log-in is a refusal, since nothing was asked; no answer is silence', async () => {
    letsIn = false;
    const { logIns, refused, problem, exchange } = await newTill().refund('id', 'LL-1-R1', 1n);
    assert.deepEqual([logIns, refused, problem], [[], true, 'who is this? (HTTP 401)']);
    assert.equal(exchange.path, '/checkout/v1/merchant/auth');
    assert.deepEqual(asked, ['POST /checkout/v1/merchant/auth']);
    assert.equal((await newClient('http://127.0.0.1:1').get('/a')).kind, 'silent');
  });

  test('opens a payment token with what the tax office is told of each good', async () => {
    answer = { status: 200, body: { id: 'token-1', userRedirectUrl: 'https://pay.test/checkout/pay/token-1' } };
    const order = newOrder();
    const { checkout, standing } = await newTill().open(order);
    assert.deepEqual(checkout, { href: 'https://pay.test/checkout/pay/token-1?lang=uz', library: null });
    assert.equal(standing?.tone, 'waiting');
    const { items, requestFields, successRedirectUrl, failRedirectUrl, ...body } = bodies.at(-1)!;
    assert.deepEqual(body, {
      name: `Lantern & Leaf ${order.number}`,
      description: 'Celadon teapot, 2 × Jasmine tea',
      externalId: order.number,
      externalServiceId: 412,
    });
    assert.deepEqual(requestFields, [
      { name: 'amount', value: '71120000' },
      { name: 'currency', value: 'UZS' },
    ]);
    assert.equal(successRedirectUrl, `https://shop.test/demo/orders/${order.number}?back=success`);
    assert.equal(failRedirectUrl, `https://shop.test/demo/orders/${order.number}?back=failure`);
    const told = items as { title: string; price: number; count: number; code: string }[];
    assert.deepEqual(
      told.map(({ title, price, count, code }) => [title, price, count, code]),
      [
        ['Celadon teapot', 42_960_000, 1, goods[0]!.mxikCode],
        ['Jasmine tea', 14_080_000, 2, goods[1]!.mxikCode],
      ],
    );
    assert.equal((await newTill().open(newOrder('en_US'))).checkout?.href.split('?')[1], 'lang=en');
  });

  test('asks by the payment token, and finds a refund among the payment’s', async () => {
    answer = { status: 200, body: { id: 'token-1', userRedirectUrl: 'https://pay.test/p' } };
    const till = newTill();
    const { number } = await till.open(newOrder()).then(() => ({ number: String(bodies.at(-1)!.externalId) }));
    answer.body = {
      id: 'payment-1',
      status: 'PARTIAL_REVERT',
      amount: 71_120_000,
      card: { cardNumber: '860031******0018', processingType: 'UZCARD' },
      gnkDetail: { qrCodeUrl: 'https://tax.test/r/1' },
      paymentReverts: [{ externalId: `${number}-R1`, amount: 10_000_000 }],
    };
    const { standing } = await till.query(number);
    assert.match(asked.at(-1)!, /^GET \/checkout\/v1\/payment\/servicetoken\/token-1 /);
    const { tone, card, paidMinor, refundedMinor, orderId, receiptUrl } = standing!;
    assert.deepEqual(
      { tone, card, paidMinor, refundedMinor, orderId, receiptUrl },
      {
        tone: 'good',
        card: 'UZCARD 860031******0018',
        paidMinor: 71_120_000n,
        refundedMinor: 10_000_000n,
        orderId: 'payment-1',
        receiptUrl: 'https://tax.test/r/1',
      },
    );
    assert.equal((await till.query(`${number}-R1`)).standing?.tone, 'good');
    assert.equal((await till.query(`${number}-R2`)).standing?.tone, 'waiting', 'it may yet be carried out');
  });

  test('refunds an amount by the payment’s id, under a reference of its own', async () => {
    await newTill().refund('payment-1', 'LL-0000000001-R1', 10_000_000n);
    assert.match(asked.at(-1)!, /^POST \/payments\/v2\/payment\/revert /);
    assert.deepEqual(bodies.at(-1), { id: 'payment-1', externalId: 'LL-0000000001-R1', amount: 10_000_000 });
  });

  test('takes a callback whose HMAC is right, byte for byte, and no other', () => {
    const till = newTill();
    const heard = till.hear({ 'x-signature': signature }, callback);
    assert.deepEqual([heard.genuine, heard.reference], [true, 'LL-0000000001']);
    const other = createHmac('sha256', 'another secret').update(callback).digest('hex');
    const forged: [Record<string, string>, string][] = [
      [{}, callback],
      [{ 'x-signature': '' }, callback],
      [{ 'x-signature': other }, callback],
      [{ 'x-signature': signature.slice(0, -1) }, callback],
      [{ 'x-signature': `${signature}00` }, callback],
      [{ 'x-signature': signature }, `${callback} `],
      [{ 'x-signature': signature }, 'no json'],
      [{ 'x-signature': signature }, 'null'],
    ];
    for (const [headers, body] of forged) assert.equal(till.hear(headers, body).genuine, false, body);
  });
});

test('every good has a code of 17 digits for the tax office, and no two the same', () => {
  for (const { mxikCode } of goods) assert.match(mxikCode, /^\d{17}$/);
  assert.equal(new Set(goods.map(({ mxikCode }) => mxikCode)).size, goods.length);
});
