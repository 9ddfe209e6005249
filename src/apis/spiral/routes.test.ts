import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { isSignedBy } from './signature.ts';
import {
  type Answer,
  gatewayPublicKey,
  type Sent,
  signatureHeaders,
  startTestServer,
  type TestServer,
  testShop,
} from './testing/server.ts';
import { vector } from './testing/vector.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const dateTime = '2026-01-17T03:39:51Z';
const session = {
  cmd: 'SALESESSION',
  type: 'VM',
  amt: 268.5,
  goodsName: 'Desk lamp',
  failureUrl: 'https://shop.example/retry',
  webhookUrl: 'https://shop.example/hooks/spiral',
};
const refund = { cmd: 'REFUND', amt: 1, orderId: '3f1d6a52-0f0e-4c59-9d2e-7b1a55c0a101' };

/** Status and error of an answer, whose signature over these ids was checked. */
const signedAnswer = (answer: Answer, clientId: string, merchantRef: string): string => {
  const at = answer.headers['spiral-request-datetime']!;
  const signature = answer.headers['spiral-server-signature']!;
  assert.ok(isSignedBy([gatewayPublicKey], { clientId, merchantRef, dateTime: at }, signature), answer.body);
  assert.equal(answer.headers['content-type'], 'application/json');
  const body = JSON.parse(answer.body);
  if (answer.status !== 200) {
    assert.equal(body.clientId, clientId || undefined);
    assert.equal(body.merchantRef, merchantRef || undefined);
    assert.equal(typeof body.dateTime, 'string');
  }
  return body.error ? `${answer.status} ${body.error}` : `${answer.status} ${body.status}`;
};

const call = async (method: string, merchantRef: string, body?: unknown, more?: Partial<Sent>) =>
  signedAnswer(await server.call(method, merchantRef, body, more), 'testmart', merchantRef);

const get = async (headers: Record<string, string>, clientId = 'testmart', merchantRef = 'INV-20260117-01') => {
  const path = `/v1/merchants/${encodeURIComponent(clientId)}/transactions/${encodeURIComponent(merchantRef)}`;
  return signedAnswer(await server.send({ method: 'GET', path, headers }), clientId, merchantRef);
};

const { signature: v1 } = JSON.parse(vector('signatures.json')).valid[0] as { signature: string };
const { signature: v2 } = JSON.parse(vector('signatures.json')).valid[1] as { signature: string };

test('V1 is let in, and its answer one second later carries V2 (sections 3.3, 21)', async () => {
  const path = '/v1/merchants/testmart/transactions/INV-20260117-01';
  const headers = { 'SPIRAL-request-datetime': dateTime, 'spiral-CLIENT-signature': v1, 'Spiral-Client-Id': 'x' };
  const answer = await server.send({ method: 'GET', path, headers });
  assert.equal(answer.status, 404);
  assert.equal(answer.headers['spiral-server-signature'], v2);
});

test('the names of the two headers have the letter case of section 2.2', async () => {
  for (const answer of [
    await server.call('GET', 'NOPE-1'),
    await server.send({ method: 'GET', path: '/v1/merchants/a/transactions/b' }),
  ]) {
    assert.ok(answer.rawHeaders.includes('Spiral-Request-Datetime'));
    assert.ok(answer.rawHeaders.includes('Spiral-Server-Signature'));
  }
});

test('who is not let in (section 3.4)', async () => {
  const good = signatureHeaders('testmart', 'INV-20260117-01', dateTime);
  assert.equal(await get(good), '404 Unknown transaction');
  assert.equal(await get({}), '401 Invalid signature');
  assert.equal(await get({ ...good, 'spiral-request-datetime': '' }), '401 Invalid signature');
  assert.equal(await get({ ...good, 'spiral-client-signature': '' }), '401 Invalid signature');
  assert.equal(await get({ ...good, 'spiral-client-signature': 'AAAA' }), '401 Invalid signature');
  assert.equal(await get({ ...good, 'spiral-request-datetime': '2026-01-17T03:39:52Z' }), '401 Invalid signature');
  assert.equal(await get(signatureHeaders('testmart', 'INV-20260117-01', 'yesterday')), '401 Invalid signature');
  assert.equal(await get(good, 'testmart', 'INV-20260117-02'), '401 Invalid signature');
  assert.equal(await get(signatureHeaders('nobody', 'A', dateTime), 'nobody', 'A'), '401 Unknown client');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const foreign = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  assert.equal(
    await get(signatureHeaders('testmart', 'A', dateTime, foreign), 'testmart', 'A'),
    '401 Invalid signature',
  );
});

test('V4: the date-time is signed as it is spelled (section 3.3)', async () => {
  const fraction = '2026-01-17T03:39:51.558Z';
  assert.equal(await get(signatureHeaders('testmart', 'A', fraction), 'testmart', 'A'), '404 Unknown transaction');
});

test('a signature is good for 300 seconds either way (sections 3.4, 21)', async () => {
  const headers = signatureHeaders('testmart', 'A', dateTime);
  const at = async (now: string) => {
    server.now = Date.parse(now);
    return get(headers, 'testmart', 'A');
  };
  try {
    assert.equal(await at('2026-01-17T03:44:51Z'), '404 Unknown transaction');
    assert.equal(await at('2026-01-17T03:44:52Z'), '401 Request expired');
    assert.equal(await at('2026-01-17T03:34:51Z'), '404 Unknown transaction');
    assert.equal(await at('2026-01-17T03:34:50Z'), '401 Request expired');
    server.shops = [testShop({ signatureWindowSeconds: 10 })];
    assert.equal(await at('2026-01-17T03:40:01Z'), '404 Unknown transaction');
    assert.equal(await at('2026-01-17T03:40:02Z'), '401 Request expired');
  } finally {
    server.shops = [testShop()];
    server.now = Date.parse('2026-01-17T03:39:52Z');
  }
});

test('ids glued together reach no other client (section 3.3)', async () => {
  const headers = signatureHeaders('testmart', '1INV-1', dateTime);
  server.shops.push({ ...testShop(), id: 'shop-2', wireName: 'testmart1' });
  try {
    // The signed text is the same, and so is the key only because this test shares it.
    assert.equal(await get(headers, 'testmart1', 'INV-1'), '404 Unknown transaction');
    server.shops[1] = { ...server.shops[1]!, publicKeys: [gatewayPublicKey] };
    assert.equal(await get(headers, 'testmart1', 'INV-1'), '401 Invalid signature');
  } finally {
    server.shops = [testShop()];
  }
});

test('the check order of section 4.3, from path to order', async () => {
  const bad = 'A_12';
  const unsigned = { method: 'PUT', path: `/v1/merchants/testmart/transactions/${bad}`, body: 'x' };
  assert.equal(signedAnswer(await server.send(unsigned), 'testmart', bad), '401 Invalid signature');
  assert.equal(await call('PUT', bad, 'x'), '400 Invalid merchantRef');
  assert.equal(await call('PUT', 'A-1', 'x'), '400 Invalid JSON');
  assert.equal(await call('PUT', 'A-1', { amt: 'x' }), '400 Missing field: cmd');
  assert.equal(
    await call('PUT', 'A-1', { ...refund, type: 'FPS', merchantRef: 'B' }),
    '400 Path and body do not match: merchantRef',
  );
  assert.equal(await call('PUT', 'A-1', { ...refund, type: 'FPS' }), '501 Operation not supported');
  assert.equal(await call('PUT', 'A-1', { ...refund, type: 'VM' }), '404 Unknown order');
  assert.equal(await call('PUT', 'A-1', session), '200 Approved');
  assert.equal(await call('PUT', 'A-1', { ...refund, type: 'FPS' }), '501 Operation not supported');
  assert.equal(await call('PUT', 'A-1', { ...refund, type: 'VM' }), '400 Duplicate merchantRef');
  assert.equal(await call('PUT', 'A-1', session), '400 Duplicate merchantRef');
});

test('type and currency must be those of the order (section 5.3)', async () => {
  const { orderId } = JSON.parse((await server.call('PUT', 'O-001', session)).body);
  const asked = { ...refund, orderId };
  assert.equal(await call('PUT', 'O-002', { ...asked, type: 'AMEX' }), '400 Invalid field: type');
  assert.equal(await call('PUT', 'O-002', { ...asked, currency: 'USD' }), '400 Invalid field: currency');
  assert.equal(await call('PUT', 'O-002', { ...asked, type: 'vm', currency: 'HKD' }), '200 Declined');
});

test('an order of another client is unknown (section 2.5)', async () => {
  const { orderId } = JSON.parse((await server.call('PUT', 'F-001', session)).body);
  server.shops = [{ ...testShop(), id: 'shop-2', merchantId: 1 }];
  try {
    assert.equal(await call('PUT', 'F-002', { ...refund, orderId }), '404 Unknown order');
    assert.equal(await call('GET', 'F-001'), '404 Unknown transaction');
  } finally {
    server.shops = [testShop()];
  }
  for (const text of ['x', orderId.slice(1), `${orderId}0`, '../etc', orderId.replace('-8', '-4')]) {
    assert.equal(await call('PUT', 'F-002', { ...refund, orderId: text }), '404 Unknown order', text);
  }
  assert.equal(await call('PUT', 'F-002', { ...refund, orderId: orderId.toUpperCase() }), '200 Declined');
});

test('a body is JSON whatever its content type says (section 2.1)', async () => {
  const send = (merchantRef: string, headers?: Record<string, string>, body: unknown = session) =>
    call('PUT', merchantRef, body, headers ? { headers } : undefined);
  assert.equal(await send('C-001'), '200 Approved');
  assert.equal(await send('C-002', { 'content-type': 'application/json' }), '200 Approved');
  assert.equal(await send('C-003', { 'content-type': 'application/x-www-form-urlencoded' }), '200 Approved');
  assert.equal(await send('C-004', { 'content-type': 'no media type' }), '200 Approved');
  assert.equal(await send('C-005', { 'content-type': 'application/json; charset="' }), '200 Approved');
  assert.equal(
    await call('PUT', 'C-006', undefined, { body: Buffer.from(`\ufeff${JSON.stringify(session)}`) }),
    '200 Approved',
  );
});

test('an empty GET may say that it is JSON (section 2.1)', async () => {
  const headers = { 'content-type': 'application/json' };
  assert.equal(await call('GET', 'NOPE-1', undefined, { headers }), '404 Unknown transaction');
});

test('what is no JSON object of up to 64 KiB (section 2.1)', async () => {
  const of = (bytes: number) => {
    const text = JSON.stringify({ ...session, filling: '' });
    return text.replace('"filling":""', `"filling":"${'x'.repeat(bytes - text.length)}"`);
  };
  assert.equal(await call('PUT', 'J-001', of(65_537)), '400 Invalid JSON');
  assert.equal(await call('PUT', 'J-001', of(500_000)), '400 Invalid JSON');
  assert.equal(await call('PUT', 'J-001', ''), '400 Invalid JSON');
  assert.equal(await call('PUT', 'J-001'), '400 Invalid JSON');
  assert.equal(await call('PUT', 'J-001', '[]'), '400 Invalid JSON');
  assert.equal(
    await call('PUT', 'J-001', undefined, { body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) }),
    '400 Invalid JSON',
  );
  assert.equal(await call('PUT', 'J-001', of(65_536)), '200 Approved');
});

test('a query takes any reference that may exist (section 2.5)', async () => {
  assert.equal(await call('GET', 'LINK-0007_01'), '404 Unknown transaction');
  assert.equal(
    await get(signatureHeaders('testmart', 'INV#1', dateTime), 'testmart', 'INV#1'),
    '400 Invalid merchantRef',
  );
  const long = 'x'.repeat(300);
  assert.equal(await get(signatureHeaders('testmart', long, dateTime), 'testmart', long), '400 Invalid merchantRef');
  assert.equal(await get({}, 'émile', 'x'), '401 Invalid signature');
});

test('everything is served without the prefix as well (section 1.1)', async () => {
  const path = '/merchants/testmart/transactions/NOPE-1';
  assert.equal(await call('GET', 'NOPE-1', undefined, { path }), '404 Unknown transaction');
});

test('every word for what terminals say is known, and lets in only who has signed (section 1.2)', async () => {
  for (const [method, noun] of [
    ['PUT', 'softpos/R-001'],
    ['POST', 'softPos/R-001'],
    ['POST', 'settlement/R-001'],
    ['PUT', 'softpos/R-001/settlement'],
  ] as const) {
    const path = `/v1/merchants/testmart/${noun}`;
    assert.equal(await call(method, 'R-001', {}, { path }), '400 Missing field: cmd');
    const unsigned = await server.send({ method, path });
    assert.equal(signedAnswer(unsigned, 'testmart', 'R-001'), '401 Invalid signature');
  }
});

test('a known path with another method is 404, signed like its endpoint (section 1.2)', async () => {
  for (const method of ['POST', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
    assert.equal(await call(method, 'A-001'), '404 Unknown resource', method);
  }
  const path = '/v1/merchants/testmart/transactions';
  assert.equal(await call('DELETE', '', undefined, { path }), '404 Unknown resource');
  const head = await server.call('HEAD', 'A-001');
  assert.equal(head.status, 404);
  assert.ok(head.headers['spiral-server-signature']);
});

test('an unknown path is 404 without a signature (section 1.2)', async () => {
  for (const path of [
    '/v1',
    '/v1/x',
    '/v1/merchants/testmart',
    '/merchants/testmart/transactions/A/B',
    '/v1/merchants/testmart/transactions/A/',
  ]) {
    const answer = await server.call('GET', 'A', undefined, { path });
    assert.equal(answer.status, 404, path);
    assert.equal(answer.headers['spiral-server-signature'], undefined);
    const { dateTime: at, ...body } = JSON.parse(answer.body);
    assert.equal(at, '2026-01-17 11:39:52+0800');
    assert.deepEqual(body, { status: 'NotValid', error: 'Unknown resource' });
  }
});

test('a fault of ours is 500, signed, and says nothing (section 4.1)', async () => {
  server.gateway.instead = () => {
    throw new Error('secret detail');
  };
  try {
    const answer = await server.call('PUT', 'E-001', session);
    assert.equal(signedAnswer(answer, 'testmart', 'E-001'), '500 Unexpected error');
    assert.doesNotMatch(answer.body, /detail/);
  } finally {
    server.gateway.instead = undefined;
  }
});

test('a gateway that is full says when to come again, signed', async () => {
  server.gateway.instead = () => ({ kind: 'refused', refusal: { reason: 'busy' } });
  try {
    const answer = await server.call('PUT', 'B-001', session);
    assert.equal(signedAnswer(answer, 'testmart', 'B-001'), '503 Busy');
    assert.equal(answer.headers['retry-after'], '1');
  } finally {
    server.gateway.instead = undefined;
  }
});

test('no signed endpoint has CORS headers (section 3.1)', async () => {
  const answer = await server.call('GET', 'NOPE-1', undefined, { headers: { origin: 'https://shop.example' } });
  assert.equal(answer.headers['access-control-allow-origin'], undefined);
});

test('patience, tokens and currency reach the gateway (sections 2.1, 2.4)', async () => {
  server.shops = [testShop({ patienceMs: 200, tokenization: false })];
  try {
    const sale = {
      cmd: 'SALE',
      type: 'AMEX',
      amt: 1,
      goodsName: 'x',
      cardToken: 'TK7Q2M9XK4ZB81LD',
      cardTokenSrc: 'SPIRAL',
    };
    await server.call('PUT', 'G-001', { ...sale, currency: 'MOP' });
    const charge = server.gateway.requests.charge.at(-1)!;
    assert.equal(charge.patienceMs, 200);
    assert.equal(charge.currency, 'MOP');
    assert.deepEqual(charge.brands, ['amex']);
    await server.call('PUT', 'G-002', session);
    const open = server.gateway.requests.open.at(-1)!;
    assert.equal(open.checkout.keepsCard, false);
    assert.equal(open.currency, 'HKD');
  } finally {
    server.shops = [testShop()];
  }
});

test('fixed tokens and wallet payloads charge the test card in the sandbox, and nothing elsewhere (sections 5.5, 20)', async () => {
  const sandbox = await startTestServer(true);
  const sale = { cmd: 'SALE', type: 'VM', amt: 1, goodsName: 'x' };
  const tokens: [string, string][] = [
    ['TKSIM00000000001', 'SPIRAL'],
    ['{"data":"x"}', 'APPLE_PAY'],
    ['payload', 'GOOGLE_PAY'],
  ];
  try {
    for (const [cardToken, cardTokenSrc] of tokens) {
      const body = { ...sale, cardToken, cardTokenSrc };
      const charged = JSON.parse((await sandbox.call('PUT', `T-${cardTokenSrc.replace('_', '-')}`, body)).body);
      assert.equal(charged.resp, 'APPROVED');
      assert.equal(charged.pan, '444000xxxxxx0010');
      assert.equal(charged.cardToken, cardToken);
      const live = JSON.parse((await server.call('PUT', `T-${cardTokenSrc.replace('_', '-')}`, body)).body);
      assert.equal(live.resp, 'INVALID_TOKEN');
    }
    const record = JSON.parse((await sandbox.call('GET', 'T-SPIRAL')).body);
    assert.equal(record.cardToken, 'TKSIM00000000001');
  } finally {
    await sandbox.close();
  }
});
