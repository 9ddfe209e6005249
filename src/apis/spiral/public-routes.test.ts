import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from './testing/server.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const session = {
  cmd: 'SALESESSION',
  type: 'VM',
  amt: 268.5,
  goodsName: 'Desk lamp',
  failureUrl: 'about:blank',
  webhookUrl: 'https://shop.example/hooks/spiral',
};

const get = (path: string) => server.send({ method: 'GET', path });

const opened = async (merchantRef: string, more: object = {}): Promise<string> =>
  JSON.parse((await server.call('PUT', merchantRef, { ...session, ...more })).body).sessionId;

test('E8 tells of a session to anybody who knows its id (section 7)', async () => {
  const sessionId = await opened('E8-001', { successUrl: 'https://shop.example/done?o=17' });
  const answer = await server.send({
    method: 'GET',
    path: `/v1/sessions/${sessionId}?deviceType=MOBILE`,
    headers: { 'cache-control': 'no-cache', connection: 'close' },
  });
  assert.equal(answer.status, 200);
  assert.deepEqual(JSON.parse(answer.body), {
    sessionId,
    dateTime: '2026-01-17 11:39:52+0800',
    type: 'VM',
    amt: 268.5,
    merchantRef: 'E8-001',
    goodsName: 'Desk lamp',
    status: 'Unconfirmed',
    successUrl: 'https://shop.example/done?o=17',
    merchantName: 'Test Mart',
  });
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.equal(answer.headers['access-control-allow-origin'], '*');
  assert.equal(answer.headers['cache-control'], 'no-store');
});

test('the + of an id may be spelled either way; other device types get the same; HEAD works (sections 2.1, 7)', async () => {
  const sessionId = await opened('E8-002');
  const plain = await get(`/v1/sessions/${sessionId}`);
  assert.equal(plain.status, 200);
  assert.equal((await get(`/v1/sessions/${encodeURIComponent(sessionId)}?deviceType=WEB`)).body, plain.body);
  assert.equal((await server.send({ method: 'HEAD', path: `/v1/sessions/${sessionId}` })).status, 200);
  assert.equal(JSON.parse(plain.body).successUrl, '');
});

test('a session is found by its whole id only (section 5.4)', async () => {
  const sessionId = await opened('E8-003');
  const wrong = [
    sessionId.replace(/^MPGS[0-9a-f]/, (start) => start.slice(0, -1) + (start.endsWith('0') ? '1' : '0')),
    sessionId.replace('MPGS', 'CK'),
    sessionId.replace('E8-003', 'E8-00'),
    sessionId.replace('+', ' '),
    `${sessionId}0`,
    'x',
  ];
  for (const id of wrong) {
    const answer = await get(`/v1/sessions/${encodeURIComponent(id)}`);
    assert.equal(answer.status, 404, id);
    assert.deepEqual(JSON.parse(answer.body), { sessionId: id, status: 'NotValid', error: 'Unknown session' });
    assert.equal(answer.headers['access-control-allow-origin'], '*');
  }
  const { body } = await get('/v1/sessions/4440000009900010');
  assert.equal(JSON.parse(body).sessionId, '444000xxxxxx0010');
});

test('a payment that is no session has no session page (section 5.4)', async () => {
  const sale = {
    cmd: 'SALE',
    type: 'VM',
    amt: 1,
    goodsName: 'x',
    cardToken: 'TK7Q2M9XK4ZB81LD',
    cardTokenSrc: 'SPIRAL',
  };
  const { txnId } = JSON.parse((await server.call('PUT', 'E8-004', sale)).body);
  assert.equal((await get(`/v1/sessions/MPGS${txnId.slice(0, 8)}testmart+E8-004`)).status, 404);
});

test('prefixes by type (section 5.4)', async () => {
  const prefixes: [string, string][] = [
    ['vm', 'MPGS'],
    ['UnionPay', 'UP'],
    ['AMEX', 'CK'],
    ['Diners', 'CK'],
  ];
  for (const [type, prefix] of prefixes) {
    const sessionId = await opened(`P-${type}-001`, { type });
    assert.match(sessionId, new RegExp(`^${prefix}[0-9a-f]{8}testmart\\+P-${type}-001$`));
    assert.equal(JSON.parse((await get(`/v1/sessions/${sessionId}`)).body).type, type);
  }
});

test('E9 is one script for any page (section 11)', async () => {
  const answer = await get('/js/v2/spiralpg.min.js?x=1');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'application/javascript; charset=utf-8');
  assert.equal(answer.headers['access-control-allow-origin'], '*');
  assert.equal(answer.headers['cache-control'], 'public, max-age=300');
  assert.equal((await get('/js/v1/spiralpg.min.js')).body, answer.body);
  assert.equal((await server.send({ method: 'HEAD', path: '/js/v2/spiralpg.min.js' })).status, 200);
});

test('E10 is a page without inline script, and a link where there are no scripts (section 13)', async () => {
  const answer = await get('/js/v2/spiralpg.html?sessionID=MPGS9ab3c7e4testmart%2BINV-20260117-01&locale=zh_HK');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
  assert.match(answer.headers['content-security-policy']!, /script-src 'self'/);
  assert.match(answer.body, /<script src="\/js\/v2\/spiralpg\.min\.js"><\/script>/);
  assert.doesNotMatch(answer.body, /<script>|onload=/);
  assert.match(answer.body, /href="\/pay\/MPGS9ab3c7e4testmart%2BINV-20260117-01\?locale=zh_HK&#38;view=app"/);
  assert.equal((await get('/js/v2/spiralpg.webview.js')).status, 200);
});

test('nothing of its query reaches the page as markup', async () => {
  const evil = encodeURIComponent('"><script>alert(1)</script>');
  const { body } = await get(`/js/v2/spiralpg.html?sessionID=${evil}&sessionID=x&locale=${evil}`);
  assert.doesNotMatch(body, /<script>alert/);
});

test('who asks too often is told to wait; signed calls never are (section 7)', async () => {
  const answers = await Promise.all(Array.from({ length: 601 }, () => get('/v1/sessions/x')));
  const limited = answers.find(({ status }) => status === 429)!;
  assert.equal(JSON.parse(limited.body).status, 'NotValid');
  assert.equal((await server.call('GET', 'NOPE-1')).status, 404);
});
