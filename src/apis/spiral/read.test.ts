import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Fault, faults } from './codes.ts';
import { readObject } from './json.ts';
import { chargeRequest, isFault, openRequest, readTransaction, type Transaction } from './read.ts';
import { settingsOf } from './settings.ts';
import { testCardOf } from './test-tokens.ts';
import { testShop } from './testing/server.ts';

const path = { clientId: 'testmart', merchantRef: 'INV-1' };

const session = {
  cmd: 'SALESESSION',
  type: 'VM',
  amt: 268.5,
  goodsName: 'Desk lamp',
  failureUrl: 'https://shop.example/retry?o=17',
  webhookUrl: 'https://shop.example/hooks/spiral',
};
const direct = {
  cmd: 'SALE',
  type: 'VM',
  amt: 55,
  goodsName: 'Refill',
  cardToken: 'TK7Q2M9XK4ZB81LD',
  cardTokenSrc: 'SPIRAL',
};
const refund = { cmd: 'REFUND', amt: 1, orderId: '3f1d6a52-0f0e-4c59-9d2e-7b1a55c0a101' };

type Body = Readonly<Record<string, unknown>>;

const read = (body: Body | string, settings: Record<string, unknown> = {}): Transaction | Fault => {
  const members = readObject(typeof body === 'string' ? body : JSON.stringify(body))!;
  return readTransaction(members, path, settingsOf(testShop(settings)));
};

const accepted = (body: Body | string, settings: Record<string, unknown> = {}): Transaction => {
  const transaction = read(body, settings);
  if (isFault(transaction)) assert.fail(`${transaction.error} for ${JSON.stringify(body)}`);
  return transaction;
};

const without = (body: Body, name: string): Body =>
  Object.fromEntries(Object.entries(body).filter(([n]) => n !== name));

test('required fields of each command (section 5.3)', () => {
  const needs: [Body, string[]][] = [
    [session, ['cmd', 'type', 'amt', 'goodsName', 'failureUrl', 'webhookUrl']],
    [{ ...session, cmd: 'AUTHSESSION' }, ['cmd', 'type', 'amt', 'goodsName', 'failureUrl', 'webhookUrl']],
    [direct, ['cmd', 'type', 'amt', 'goodsName', 'cardToken', 'cardTokenSrc']],
    [{ ...direct, cmd: 'AUTH' }, ['cmd', 'type', 'amt', 'goodsName', 'cardToken', 'cardTokenSrc']],
    [refund, ['cmd', 'amt', 'orderId']],
    [{ ...refund, cmd: 'CAPTURE' }, ['cmd', 'amt', 'orderId']],
  ];
  for (const [body, names] of needs) {
    accepted(body);
    for (const name of names) {
      assert.deepEqual(read(without(body, name)), faults.missingField(name), `${body.cmd} without ${name}`);
      assert.deepEqual(read({ ...body, [name]: '' }), faults.missingField(name), `${body.cmd} with empty ${name}`);
      assert.deepEqual(read({ ...body, [name]: null }), faults.missingField(name), `${body.cmd} with null ${name}`);
    }
  }
});

test('fields that a command ignores may hold anything (section 5.3)', () => {
  const transaction = accepted({ ...session, cardToken: 7, cardTokenSrc: 'X', orderId: 7, duration: 'x', colour: 7 });
  assert.equal(transaction.cardToken, null);
  assert.equal(transaction.orderId, null);
  assert.equal(accepted({ ...direct, successUrl: 7 }).successUrl, null);
  assert.equal(accepted({ ...refund, failureUrl: 7, cardToken: 7 }).failureUrl, null);
});

test('values that a field does not take (section 5.2)', () => {
  const wrong: [string, unknown[]][] = [
    ['cmd', [7, true, {}]],
    ['clientId', [7]],
    ['merchantRef', [7, ['INV-1']]],
    ['type', [7, {}]],
    ['amt', ['268.5', 0, -1, 1.234, 10_000_000_000, true, {}]],
    ['goodsName', [7, 'x'.repeat(129), {}]],
    ['goodsDesc', [7, 'x'.repeat(513)]],
    ['channel', ['DESK', 7]],
    [
      'successUrl',
      ['shop.example', '/done', 'https://shop.example/a b', 'javascript:alert(1)', 'DATA:text/html,x', 'blob:x', 7],
    ],
    ['failureUrl', ['vbscript:x', 'file:///etc/passwd', 'https://shop.example/\n', `https://${'x'.repeat(2_048)}`]],
    ['webhookUrl', ['ftp://shop.example/', 'about:blank', 'https://', 'http:shop', 7]],
    ['metadata', [7, true, ['a'], { a: 'x'.repeat(4_096) }]],
    ['currency', ['hkd', 'EUR', 'HK', 7]],
  ];
  for (const [name, values] of wrong) {
    for (const value of values) {
      assert.deepEqual(
        read({ ...session, [name]: value }),
        faults.invalidField(name),
        `${name}: ${JSON.stringify(value)}`,
      );
    }
  }
  assert.deepEqual(read({ ...direct, cardToken: 7 }), faults.invalidField('cardToken'));
  assert.deepEqual(read({ ...direct, cardToken: 'x'.repeat(4_097) }), faults.invalidField('cardToken'));
  assert.deepEqual(read({ ...direct, cardTokenSrc: 'spiral' }), faults.invalidField('cardTokenSrc'));
  assert.deepEqual(read({ ...refund, orderId: 7 }), faults.invalidField('orderId'));
});

test('values that a field does take (section 5.2)', () => {
  const right: [string, unknown[]][] = [
    ['goodsName', ['x', '椅'.repeat(128), '💡'.repeat(128)]],
    ['goodsDesc', ['x'.repeat(512)]],
    ['channel', ['WEB', 'APP', 'web', 'App']],
    [
      'successUrl',
      ['about:blank', 'myapp://done', 'https://shop.example/完?a=1#x', 'https://shop.example/?next=javascript:x'],
    ],
    ['webhookUrl', ['http://127.0.0.1:9/x', 'HTTPS://shop.example']],
    ['metadata', ['text', {}, { a: [1, { b: null }] }, { a: 'x'.repeat(4_000) }]],
    ['currency', ['HKD', 'CNY', 'USD', 'MOP']],
    ['clientId', ['testmart']],
    ['merchantRef', ['INV-1']],
  ];
  for (const [name, values] of right) for (const value of values) accepted({ ...session, [name]: value });
});

test('the amount is read from its decimal text (section 2.4)', () => {
  const amt = (text: string) => accepted(JSON.stringify(session).replace('268.5', text)).amountMinor;
  assert.equal(amt('0.30000000000000004'), 30n);
  assert.equal(amt('9999999999.99'), 999_999_999_999n);
  assert.equal(amt('1e2'), 10_000n);
});

test('metadata is kept in the form in which it came (section 5.2)', () => {
  const metadata = '{ "b":1e2, "a":"\\u4e2d" }';
  assert.equal(
    accepted(JSON.stringify({ ...session, metadata: 0 }).replace('"metadata":0', `"metadata":${metadata}`)).metadata,
    metadata,
  );
});

test('the first fault is told, in the order of section 4.3', () => {
  // Each body has every fault from here on; the one that is told is mended in the next.
  const steps: [Body, Fault][] = [
    [{ clientId: 'other', amt: 0, channel: 'x', orderId: 7 }, faults.missingField('cmd')],
    [{ cmd: 'VOID', clientId: 'other', amt: 0, channel: 'x' }, faults.notSupported],
    [{ cmd: 'SALESESSION', clientId: 7, merchantRef: 7, amt: 0, channel: 'x' }, faults.invalidField('clientId')],
    [
      { cmd: 'SALESESSION', clientId: 'other', merchantRef: 7, amt: 0, channel: 'x' },
      faults.invalidField('merchantRef'),
    ],
    [{ cmd: 'SALESESSION', clientId: 'other', merchantRef: 'O', amt: 0, channel: 'x' }, faults.missingField('type')],
    [{ cmd: 'SALESESSION', clientId: 'other', merchantRef: 'O', type: 'X', amt: 0 }, faults.invalidField('amt')],
    [{ cmd: 'SALESESSION', clientId: 'other', merchantRef: 'O', type: 'X', amt: 1 }, faults.missingField('goodsName')],
    [{ ...session, clientId: 'other', merchantRef: 'O', type: 'X', metadata: 7 }, faults.invalidField('metadata')],
    [{ ...session, clientId: 'other', merchantRef: 'O', type: 'X' }, faults.pathMismatch('clientId')],
    [{ ...session, clientId: 'testmart', merchantRef: 'O', type: 'X' }, faults.pathMismatch('merchantRef')],
    [{ ...session, clientId: 'testmart', merchantRef: 'INV-1', type: 'X' }, faults.notSupported],
  ];
  for (const [body, fault] of steps) assert.deepEqual(read(body), fault, JSON.stringify(body));
});

test('commands outside the list of E1 are not supported (section 5.1)', () => {
  for (const cmd of ['VOID', 'REVERSAL', 'QUERY', 'SETTLEMENT', 'sale', 'constructor', '__proto__']) {
    assert.deepEqual(read({ ...session, cmd }), faults.notSupported, cmd);
  }
});

test('types are compared without case and echoed; others, and those switched off, are not supported (section 9)', () => {
  assert.equal(accepted({ ...session, type: 'UnionPay' }).type, 'UnionPay');
  for (const type of ['PAYME', 'AlipayHK', 'ALIPAYCN', 'Alipay', 'WECHAT', 'octopus']) {
    assert.equal(accepted({ ...session, type }).type, type);
  }
  for (const type of ['JCB', 'constructor']) assert.deepEqual(read({ ...session, type }), faults.notSupported, type);
  assert.deepEqual(read({ ...session, type: 'AMEX' }, { types: ['VM'] }), faults.notSupported);
});

test('card data comes as token and source, both or neither (sections 5.2, 5.5)', () => {
  const wallet = { ...without(without(direct, 'cardToken'), 'cardTokenSrc'), type: 'WECHAT' };
  assert.deepEqual(read({ ...wallet, cardToken: 'x' }), faults.missingField('cardTokenSrc'));
  assert.deepEqual(read({ ...wallet, cardTokenSrc: 'SPIRAL' }), faults.missingField('cardToken'));
  assert.equal(accepted(wallet).type, 'WECHAT');
});

test('wallets have no authorization (section 5.5)', () => {
  assert.deepEqual(read({ ...session, cmd: 'AUTHSESSION', type: 'PAYME' }), faults.notSupported);
  const wallet = { ...without(without(direct, 'cardToken'), 'cardTokenSrc'), type: 'PAYME' };
  assert.deepEqual(read({ ...wallet, cmd: 'AUTH' }), faults.notSupported);
});

test('FPS needs the id that its money goes to, and moves two currencies (section 5.4)', () => {
  const bill = { ...session, type: 'FPS' };
  assert.deepEqual(read(bill), faults.notSupported);
  const ours = { fpsId: '9990001' };
  assert.deepEqual(read({ ...bill, currency: 'USD' }, ours), faults.invalidField('currency'));
  for (const currency of ['HKD', 'CNY']) assert.equal(accepted({ ...bill, currency }, ours).currency, currency);
});

test('a bill by FPS can be good for 1 to 365 days; elsewhere the field is not read (section 5.2)', () => {
  const bill = { ...session, type: 'FPS' };
  const ours = { fpsId: '9990001' };
  assert.equal(accepted({ ...bill, duration: 30 }, ours).duration, 30);
  assert.equal(accepted(bill, ours).duration, null);
  for (const duration of [0, 366, 1.5, '3', -1]) {
    assert.deepEqual(read({ ...bill, duration }, ours), faults.invalidField('duration'), String(duration));
  }
  assert.equal(accepted({ ...session, duration: 'soon' }).duration, null);
});

test('a request for the gateway takes the reference and keeps no card number (sections 2.5, 5.2)', () => {
  const body = {
    ...session,
    goodsName: 'for 4440 0000 0990 0010',
    goodsDesc: '4440000009900010',
    metadata: { pan: '4440000009900010' },
  };
  const request = openRequest(testShop(), 'INV-1', accepted(body), 1_000);
  assert.deepEqual(request.claims, [{ scope: 'ref:shop-1', value: 'INV-1' }]);
  assert.equal(request.checkout.expiresAt, 1_000 + 30 * 60_000);
  assert.deepEqual(request.checkout.brands, ['visa', 'mastercard']);
  assert.match(request.memo!, /^\{"v":1,/);
  assert.equal(request.memo!.match(/444000xxxxxx0010/g)!.length, 3);
  assert.doesNotMatch(
    JSON.stringify(request, (_, v) => (typeof v === 'bigint' ? String(v) : v)),
    /9900010/,
  );
});

test('the request hash tells two bodies apart', () => {
  const hash = (body: Body) => openRequest(testShop(), 'INV-1', accepted(body), 0).requestHash;
  const [first, ...others] = [
    session,
    { ...session, amt: 268.51 },
    { ...session, cmd: 'AUTHSESSION' },
    { ...session, webhookUrl: 'https://shop.example/other' },
    { ...session, metadata: { a: 1 } },
    { ...session, currency: 'USD' },
  ].map(hash);
  assert.match(first!, /^[0-9a-f]{64}$/);
  assert.equal(first, hash({ ...session }));
  assert.equal(others.includes(first!), false);
});

test('what is not one of our tokens never reaches the gateway or the record (section 17)', () => {
  const bodies = [
    { ...direct, cardToken: '4440000009900010' },
    { ...direct, cardToken: 'wallet-payload', cardTokenSrc: 'APPLE_PAY' },
    { ...direct, cardToken: 'TK7Q2M9XK4ZB81LD', cardTokenSrc: 'GOOGLE_PAY' },
  ];
  for (const body of bodies) {
    const transaction = accepted(body);
    const request = chargeRequest(testShop(), 'INV-1', transaction);
    assert.deepEqual(request.card, { token: '' });
    assert.equal(request.memo!.includes(body.cardToken), false);
  }
  const request = chargeRequest(testShop(), 'INV-1', accepted(direct));
  assert.deepEqual(request.card, { token: 'TK7Q2M9XK4ZB81LD' });
  assert.match(request.memo!, /"cardToken":"TK7Q2M9XK4ZB81LD","cardTokenSrc":"SPIRAL"/);
});

test('fixed tokens of the sandbox stand for its card with the expiry of their row (section 20)', () => {
  const rows: [string, string][] = [
    ['TKSIM00000000001', '2039-01'],
    ['TKSIM00000000005', '2039-05'],
    ['TKSIM00000000051', '2039-06'],
    ['TKSIM00000000054', '2027-04'],
    ['TKSIM00000000502', '2037-01'],
    ['TKSIM00000000504', '2028-08'],
  ];
  const card = (body: Body) => testCardOf(accepted(body)) as { face: { expiry: string; last4: string } } | undefined;
  for (const [cardToken, expiry] of rows) {
    assert.equal(card({ ...direct, cardToken })!.face.expiry, expiry);
    assert.equal(card({ ...direct, cardToken })!.face.last4, '0010');
  }
  assert.equal(card(direct), undefined);
  assert.equal(card({ ...direct, cardToken: 'constructor' }), undefined);
  assert.equal(card({ ...direct, cardToken: rows[0]![0], type: 'AMEX' }), undefined);
  assert.equal(card({ ...direct, cardToken: '{"data":"…"}', cardTokenSrc: 'GOOGLE_PAY' })!.face.expiry, '2039-01');
});
