import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { startTollgate } from './installation.ts';
import { addSpiralMerchant, dateText, newKeys, type Request } from './spiral-merchant.ts';

// What is refused, in which order and words. The client throws at any answer that is not signed (section 2.2).

const tollgate = await startTollgate();
const merchant = await addSpiralMerchant(tollgate);
const other = await addSpiralMerchant(tollgate);

const sale = (reference: string, more: object = {}) => ({
  clientId: merchant.clientId,
  merchantRef: reference,
  cmd: 'SALE',
  type: 'VM',
  amt: 10,
  goodsName: 'Refill',
  cardToken: 'TKSIM00000000001',
  cardTokenSrc: 'SPIRAL',
  ...more,
});
const session = (reference: string, more: object = {}) => ({
  ...sale(reference),
  cmd: 'SALESESSION',
  failureUrl: 'https://shop.example/retry',
  webhookUrl: 'https://shop.example/hook',
  ...more,
});

const said = async (request: Request): Promise<string> => {
  const { status, body } = await merchant.send(request);
  return `${status} ${body.error ?? body.status}`;
};
const put = (reference: string, body: Request['body'], more: Partial<Request> = {}) =>
  said({ method: 'PUT', reference, body, ...more });

/** A sale under a reference of its own, with members changed; undefined takes one away. */
const sells = (more: object = {}) => {
  const reference = merchant.newReference();
  return put(reference, sale(reference, more));
};

test('4.3: the checks come in their order, and each fault hides the ones after it', async () => {
  const taken = merchant.newReference();
  assert.equal(await put(taken, sale(taken, { cmd: 'AUTH' })), '200 Approved');
  const { orderId } = (await merchant.query(taken)).body;
  const captured = merchant.newReference();
  assert.equal(await put(captured, { cmd: 'CAPTURE', orderId, amt: 10 }), '200 Approved');

  const bad = 'a_b';
  const now = () => dateText(Date.now());
  const old = dateText(Date.now() - 301_000);
  const refund = {
    clientId: 'nobody',
    merchantRef: 'other',
    cmd: 'refund',
    amt: '7',
    type: 'FPS',
    orderId: 'none',
    currency: 'USD',
  };
  const stairs: [string, Request][] = [
    [
      '404 Unknown resource',
      { method: 'DELETE', reference: bad, clientId: 'nobody', date: null, signature: null, body: '{' },
    ],
    [
      '401 Invalid signature',
      { method: 'PUT', reference: bad, clientId: 'nobody', date: null, signature: null, body: '{' },
    ],
    [
      '401 Invalid signature',
      { method: 'PUT', reference: bad, clientId: 'nobody', date: old, signature: null, body: '{' },
    ],
    [
      '401 Invalid signature',
      { method: 'PUT', reference: bad, clientId: 'nobody', date: 'today', signature: 'x', body: '{' },
    ],
    [
      '401 Request expired',
      { method: 'PUT', reference: bad, clientId: 'nobody', date: old, signature: 'x', body: '{' },
    ],
    [
      '401 Unknown client',
      { method: 'PUT', reference: bad, clientId: 'nobody', date: now(), signature: 'x', body: '{' },
    ],
    ['401 Invalid signature', { method: 'PUT', reference: bad, signature: 'x', body: '{' }],
    ['400 Invalid merchantRef', { method: 'PUT', reference: bad, body: '{' }],
    ['400 Invalid JSON', { method: 'PUT', reference: captured, body: '{' }],
    ['400 Missing field: cmd', { method: 'PUT', reference: captured, body: { ...refund, cmd: null } }],
    ['501 Operation not supported', { method: 'PUT', reference: captured, body: refund }],
    ['400 Invalid field: amt', { method: 'PUT', reference: captured, body: { ...refund, cmd: 'REFUND' } }],
    [
      '400 Path and body do not match: clientId',
      { method: 'PUT', reference: captured, body: { ...refund, cmd: 'REFUND', amt: 7 } },
    ],
  ];
  const next = { ...refund, cmd: 'REFUND', amt: 7, clientId: merchant.clientId };
  const own = { ...next, merchantRef: captured };
  const fresh = merchant.newReference();
  const free = { ...next, merchantRef: fresh, type: 'VM' };
  stairs.push(
    ['400 Path and body do not match: merchantRef', { method: 'PUT', reference: captured, body: next }],
    ['501 Operation not supported', { method: 'PUT', reference: captured, body: own }],
    ['400 Duplicate merchantRef', { method: 'PUT', reference: captured, body: { ...own, type: 'VM' } }],
    ['404 Unknown order', { method: 'PUT', reference: fresh, body: free }],
    ['400 Invalid field: type', { method: 'PUT', reference: fresh, body: { ...free, orderId, type: 'AMEX' } }],
    ['400 Invalid field: currency', { method: 'PUT', reference: fresh, body: { ...free, orderId } }],
    ['200 Declined', { method: 'PUT', reference: fresh, body: { ...free, orderId, currency: 'HKD', amt: 11 } }],
    [
      '400 Duplicate merchantRef',
      { method: 'PUT', reference: fresh, body: { ...free, orderId, currency: 'HKD', amt: 1 } },
    ],
  );
  for (const [index, [expected, request]] of stairs.entries())
    assert.equal(await said(request), expected, `stair ${index + 1}`);
});

test('4.3: of several faulty fields the first of their table is told', async () => {
  const body: Record<string, unknown> = session('x', {
    clientId: 1,
    merchantRef: 2,
    type: 3,
    amt: '4',
    goodsName: 'g'.repeat(129),
    goodsDesc: 'g'.repeat(513),
    channel: 'TV',
    successUrl: 'javascript:alert(1)',
    failureUrl: 'no scheme',
    webhookUrl: 'ftp://shop.example/',
    metadata: [1],
    currency: 'hkd',
  });
  const reference = merchant.newReference();
  const right: Record<string, unknown> = session(reference, {
    goodsDesc: 'd',
    channel: 'App',
    successUrl: 'about:blank',
    metadata: {},
    currency: 'CNY',
  });
  for (const name of [
    'clientId',
    'merchantRef',
    'type',
    'amt',
    'goodsName',
    'goodsDesc',
    'channel',
    'successUrl',
    'failureUrl',
    'webhookUrl',
    'metadata',
    'currency',
  ]) {
    assert.equal(await put(reference, body), `400 Invalid field: ${name}`);
    body[name] = right[name];
  }
  assert.equal(await put(reference, body), '200 Approved');
});

test('5.3: what a command needs and does not have is named; null and empty count as absent', async () => {
  const needs = {
    SALESESSION: ['type', 'amt', 'goodsName', 'failureUrl', 'webhookUrl'],
    AUTHSESSION: ['type', 'amt', 'goodsName', 'failureUrl', 'webhookUrl'],
    SALE: ['type', 'amt', 'goodsName', 'cardToken', 'cardTokenSrc'],
    AUTH: ['type', 'amt', 'goodsName', 'cardToken', 'cardTokenSrc'],
    CAPTURE: ['amt', 'orderId'],
    REFUND: ['amt', 'orderId'],
  };
  const reference = merchant.newReference();
  for (const [cmd, names] of Object.entries(needs)) {
    for (const name of names) {
      for (const absent of [undefined, null, '']) {
        const body = session(reference, { cmd, orderId: 'o', [name]: absent });
        assert.equal(await put(reference, body), `400 Missing field: ${name}`, `${cmd} with ${name} ${absent}`);
      }
    }
  }
  for (const absent of [{ clientId: null }, { merchantRef: '' }, { clientId: undefined, merchantRef: undefined }])
    assert.equal(await sells(absent), '200 Approved');
});

test('2.5: references as the table has them, for new transactions and for queries', async () => {
  const valid = ['A_123', '1795326136546719425', '179532613654671942582', 'a'.repeat(25), '-'];
  for (const reference of valid) assert.equal(await put(reference, sale(reference)), '200 Approved', reference);
  for (const reference of ['A_12', 'a_b', '_', 'a_', 'LINK-0007_01', 'a'.repeat(26), 'INV#1', 'ä', 'a b', 'a\n', 'a/b'])
    assert.equal(await put(reference, sale(reference)), '400 Invalid merchantRef', reference);
  for (const reference of ['LINK-0007_01', 'a_b', '_'])
    assert.equal(await said({ method: 'GET', reference }), '404 Unknown transaction', reference);
  for (const reference of ['INV#1', 'a'.repeat(26), 'ä'])
    assert.equal(await said({ method: 'GET', reference }), '400 Invalid merchantRef', reference);
});

test('2.4, 21: amounts are read from their decimal text', async () => {
  for (const [text, amt] of [
    ['0.30000000000000004', '0.3'],
    ['9999999999.99', '9999999999.99'],
    ['1e2', '100'],
    ['100.50', '100.5'],
    ['1.0', '1'],
  ] as const) {
    const reference = merchant.newReference();
    const answer = await merchant.send({
      method: 'PUT',
      reference,
      body: JSON.stringify(sale(reference)).replace('"amt":10', `"amt":${text}`),
    });
    assert.match(answer.text, new RegExp(`"amt":${amt},.*"paidAmt":${amt},`));
  }
  for (const text of ['1.234', '0', '-1', '10000000000', '1e400', '"10"', 'true', '[1]', '0.001', '{}'])
    assert.equal(
      await put(merchant.newReference(), `{"cmd":"CAPTURE","orderId":"o","amt":${text}}`),
      '400 Invalid field: amt',
      text,
    );
  for (const text of ['01', '+1', '.5', '1.', 'NaN', '0x10'])
    assert.equal(
      await put(merchant.newReference(), `{"cmd":"CAPTURE","orderId":"o","amt":${text}}`),
      '400 Invalid JSON',
      text,
    );
});

test('2.1: a body is JSON whatever its content type says, also none at all', async () => {
  for (const contentType of [
    null,
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'nonsense',
    'application/json; charset=big5',
  ]) {
    const reference = merchant.newReference();
    assert.equal(await put(reference, sale(reference), { contentType }), '200 Approved', String(contentType));
  }
  for (const body of [
    '',
    '[]',
    '"text"',
    'null',
    '{',
    '{}}',
    '{"cmd":"SALE",}',
    Buffer.from('{"cmd":"\xff"}', 'latin1'),
  ])
    assert.equal(await put(merchant.newReference(), body), '400 Invalid JSON');
  assert.equal(await said({ method: 'PUT', reference: merchant.newReference() }), '400 Invalid JSON');
  const reference = merchant.newReference();
  const twice = JSON.stringify(sale(reference)).replace('"amt":10', '"amt":"x","amt":10,"unknown":{"deep":[1]}');
  assert.equal(await put(reference, twice), '200 Approved');
});

test('2.1: 64 KiB are taken, and one byte more is not', async () => {
  const padded = (reference: string, length: number) => JSON.stringify(sale(reference)).padEnd(length, ' ');
  const [fits, exceeds] = [merchant.newReference(), merchant.newReference()];
  assert.equal(await put(fits, padded(fits, 65_536)), '200 Approved');
  assert.equal(await put(exceeds, padded(exceeds, 65_537)), '400 Invalid JSON');
  assert.equal(await put(exceeds, padded(exceeds, 300_000)), '400 Invalid JSON');
  assert.equal(await said({ method: 'GET', reference: exceeds }), '404 Unknown transaction');
});

test('2.1: a query may name a content type and have no body', async () => {
  const reference = merchant.newReference();
  await put(reference, sale(reference));
  for (const contentType of ['application/json', null, 'nonsense'])
    assert.equal(await said({ method: 'GET', reference, contentType }), '200 Approved');
});

test('3.4: who cannot prove who it is gets 401, signed over the path as it came', async () => {
  const reference = merchant.newReference();
  const get = (more: Partial<Request>) => said({ method: 'GET', reference, ...more });
  const date = dateText(Date.now());
  const invalid = '401 Invalid signature';
  const { clientId } = merchant;
  assert.equal(await get({ signature: null }), invalid);
  assert.equal(await get({ date: null }), invalid);
  assert.equal(await get({ signature: '' }), invalid);
  assert.equal(await get({ signature: 'AAAA' }), invalid);
  assert.equal(await get({ key: newKeys().privateKey }), invalid);
  assert.equal(await get({ key: other.account.privateKey }), invalid);
  assert.equal(await get({ clientId: other.clientId, key: merchant.account.privateKey }), invalid);
  assert.equal(await get({ signed: `${clientId}${reference}x${date}` }), invalid);
  assert.equal(await get({ date, signed: `${clientId}${date}` }), invalid);
  assert.equal(await get({ clientId: clientId.toUpperCase() }), '401 Unknown client');
  assert.equal(await get({ clientId: 'nobody' }), '401 Unknown client');
  assert.equal(await get({ clientId: "a'b%" }), '401 Unknown client');
  for (const wrong of [
    '2026-01-17',
    '2026-02-30T00:00:00Z',
    date.replace('Z', ''),
    date.replace('Z', '+00:00'),
    date.replace('T', ' '),
    `${Date.now()}`,
    date.replace('Z', '.1234567890Z'),
  ])
    assert.equal(await get({ date: wrong }), invalid, wrong);
  // The text of the header is signed, not what it means.
  const whole = date.replace('Z', '.000Z');
  assert.equal(await get({ date: whole }), '404 Unknown transaction');
  assert.equal(await get({ date: whole, signed: `${clientId}${reference}${date}` }), invalid);
});

test('3.4: a refused request leaves its reference free, and another body may follow its signature', async () => {
  const reference = merchant.newReference();
  const date = dateText(Date.now());
  assert.equal(await put(reference, sale(reference, { amt: 'x' }), { date }), '400 Invalid field: amt');
  assert.equal(await put(reference, sale(reference), { date }), '200 Approved');
  assert.equal(await put(reference, sale(reference), { date }), '400 Duplicate merchantRef');
});

test('3.4, 21: a date is good for 300 seconds to either side, and not a millisecond more', async () => {
  const at = Math.floor(Date.now() / 1_000) * 1_000;
  const date = dateText(at);
  for (const [now, expected] of [
    [at + 300_000, '404 Unknown transaction'],
    [at + 300_001, '401 Request expired'],
    [at - 300_000, '404 Unknown transaction'],
    [at - 300_001, '401 Request expired'],
  ] as const) {
    const clock = mock.method(Date, 'now', () => now);
    try {
      assert.equal(await said({ method: 'GET', reference: 'WINDOW-1', date }), expected);
    } finally {
      clock.mock.restore();
    }
  }
});

test('3.4: the window follows real time, however far the business clock was moved', async () => {
  await tollgate.advance(86_400_000);
  assert.equal(await said({ method: 'GET', reference: 'WINDOW-2' }), '404 Unknown transaction');
  assert.equal(
    await said({ method: 'GET', reference: 'WINDOW-2', date: dateText(Date.now() + 86_400_000) }),
    '401 Request expired',
  );
});

test('4.1, 5.1: what is not known or not enabled is 501', async () => {
  const narrow = await addSpiralMerchant(tollgate, { types: ['AMEX'], currencies: ['USD'] });
  const reference = merchant.newReference();
  for (const cmd of ['VOID', 'REVERSAL', 'QUERY', 'SETTLEMENT', 'sale', 'toString', '__proto__'])
    assert.equal(await put(reference, sale(reference, { cmd })), '501 Operation not supported', cmd);
  // FPS: this shop has no id that its money could go to.
  for (const type of ['FPS', 'JCB', 'nonsense'])
    assert.equal(await put(reference, session(reference, { type })), '501 Operation not supported', type);
  const disabled = await narrow.put(reference, { ...session(reference), clientId: narrow.clientId, currency: 'USD' });
  assert.deepEqual([disabled.status, disabled.body.error], [501, 'Operation not supported']);
  for (const [method, noun] of [
    ['PUT', 'softpos'],
    ['POST', 'softpos'],
    ['PUT', 'softPos'],
    ['PUT', 'settlement'],
    ['POST', 'settlement'],
  ] as const)
    assert.equal(
      await said({ method, noun, reference: 'X-001', body: { cmd: 'AUTH' } }),
      '501 Operation not supported',
    );
  const terminal = sale(reference, { cmd: 'AUTH', terminalId: '12345678', batchId: '000001' });
  assert.equal(await put(reference, terminal), '501 Operation not supported');
  assert.equal(await put(reference, sale(reference)), '200 Approved');
});

test('1.2: another method is 404 and signed, an unknown path is 404 without a signature', async () => {
  for (const method of ['POST', 'DELETE', 'PATCH'])
    assert.equal(await said({ method, reference: 'X-001', body: {} }), '404 Unknown resource');
  assert.equal(await said({ method: 'DELETE', reference: '' }), '404 Unknown resource');
  for (const path of [
    '/v1/merchants',
    '/v1/merchants/a/b/c',
    '/v1/nothing',
    '/v1/',
    '/merchants/a',
    '/v1/merchants/a%zz/transactions/b',
    '/v1/merchants/a/transactions/%ff?x=%zz',
    '/merchants/%/transactions/b',
    '/v1/sessions/%e0%a4%a',
    `/v1/merchants/${'a'.repeat(600)}/transactions/b`,
  ]) {
    const answer = await fetch(tollgate.url + path);
    const { dateTime, ...body } = (await answer.json()) as Record<string, string>;
    assert.deepEqual([path, answer.status, body], [path, 404, { status: 'NotValid', error: 'Unknown resource' }]);
    assert.match(dateTime!, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+0800$/);
    assert.equal(answer.headers.get('spiral-server-signature'), null);
  }
});

test('1.1, 2.1: the paths work without /v1 too, and percent-encoded', async () => {
  const reference = merchant.newReference();
  const { clientId } = merchant;
  const at = (path: string) => ({ method: 'PUT', reference, path, body: sale(reference) });
  assert.equal(await said(at(`/merchants/${clientId}/transactions/${reference}`)), '200 Approved');
  const encoded = [...reference].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join('');
  assert.equal(await said(at(`/v1/merchants/${clientId}/transactions/${encoded}`)), '400 Duplicate merchantRef');
});

test('2.2, 4.2: answers carry their headers in the exact letter case, the known of the request, and no CORS', async () => {
  const reference = merchant.newReference();
  const { body, headers } = await merchant.send({
    method: 'PUT',
    reference,
    body: sale(reference, { amt: 268.5, goodsName: null }),
  });
  const { dateTime, ...rest } = body;
  assert.match(dateTime, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+0800$/);
  assert.deepEqual(rest, {
    clientId: merchant.clientId,
    merchantRef: reference,
    cmd: 'SALE',
    type: 'VM',
    amt: 268.5,
    status: 'NotValid',
    error: 'Missing field: goodsName',
  });
  assert.equal(headers.get('content-type'), 'application/json');
  assert.match(headers.get('spiral-request-datetime')!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal(headers.get('access-control-allow-origin'), null);
  const { request } = await import('node:http');
  const raw = await new Promise<string[]>((resolve, reject) => {
    request(`${tollgate.url}/v1/merchants/nobody/transactions/X-001`, (answer) => resolve(answer.resume().rawHeaders))
      .once('error', reject)
      .end();
  });
  for (const name of ['Spiral-Request-Datetime', 'Spiral-Server-Signature']) assert.ok(raw.includes(name), name);
});

test('4.2: what could be a card number is not repeated, whatever its field', async () => {
  const number = '4440000009900010';
  const isSilent = async (body: string) => {
    const { status, text } = await merchant.send({ method: 'PUT', reference: merchant.newReference(), body });
    assert.notEqual(status, 200, body);
    assert.doesNotMatch(text.replace(/[^0-9]/g, ''), /44400000099000/, body);
    assert.doesNotMatch(text, /4\.44/, body);
  };
  for (const amt of [
    number,
    `-${number}`,
    `${number}.0`,
    '44400000099000.10',
    '0.4440000009900010',
    '4.44000000990001e15',
    '4440000009900010e-2',
  ])
    await isSilent(`{"cmd":"SALE","type":"VM","amt":${amt},"goodsName":"x"}`);
  for (const name of [
    'cmd',
    'type',
    'amt',
    'channel',
    'currency',
    'cardTokenSrc',
    'clientId',
    'merchantRef',
    'orderId',
  ])
    for (const written of [number, '4440 0000 0990 0010'])
      await isSilent(JSON.stringify(sale('x', { cmd: 'REFUND', orderId: 'o', [name]: written })));
});

test('2.5: a reference of sixteen digits may look like a card number', async () => {
  const reference = '4440000009900010';
  assert.equal(await put(reference, sale(reference)), '200 Approved');
  assert.equal((await merchant.query(reference)).body.merchantRef, reference);
});

test('5.2: an order number of sixteen digits in an address may look like a card number as well', async () => {
  const reference = merchant.newReference();
  const successUrl = 'https://shop.example/done/4440000009900010';
  assert.equal(await put(reference, session(reference, { successUrl })), '200 Approved');
});

test('4.1: a fault of our own is 500, signed, without detail, and nothing was charged', async () => {
  const { sql } = tollgate.installation;
  const before = (await tollgate.assembly.sandbox!.book.entries()).length;
  const reference = merchant.newReference();
  await sql.unsafe('alter table tollgate.payments rename to payments_gone');
  try {
    assert.equal(await put(reference, sale(reference)), '500 Unexpected error');
  } finally {
    await sql.unsafe('alter table tollgate.payments_gone rename to payments');
  }
  assert.equal((await tollgate.assembly.sandbox!.book.entries()).length, before);
  assert.equal(await put(reference, sale(reference)), '200 Approved');
});
