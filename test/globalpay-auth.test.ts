import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, addGlobalpayMerchant } from './globalpay-merchant.ts';
import { startTollgate } from './installation.ts';

// GLOBAL PAY: who may call, and what a refusal looks like (sections 3, 5, 11, 14.1, 14.2), over the whole gateway.

const tollgate = await startTollgate({ TOLLGATE_TRUST_PROXY: '1' });
const merchant = await addGlobalpayMerchant(tollgate);
const other = await addGlobalpayMerchant(tollgate);
const auth = '/checkout/v1/merchant/auth';

/** The body of section 11, whole, and the trace that leads to the log. */
const isFault = (
  { status, body, headers }: Answer,
  wanted: { status: number; code: string; path: string; gate?: boolean },
) => {
  assert.deepEqual([status, body.code, body.path], [wanted.status, wanted.code, wanted.path]);
  const keys = ['detail', 'code', 'path', 'timestamp', 'trace', ...(wanted.gate ? ['status'] : [])];
  assert.deepEqual(Object.keys(body).sort(), keys.sort());
  assert.match(body.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.match(body.trace, /^[0-9a-f]{32}$/);
  assert.equal(headers.get('x-trace-id'), body.trace);
  assert.ok(tollgate.logLines.some((line) => line.includes(body.trace) && line.includes(wanted.code)));
};

test('5.1: the right pair yields all four documented fields in their types', async () => {
  const { status, body, headers } = await merchant.logIn();
  assert.equal(status, 200);
  assert.match(headers.get('content-type')!, /^application\/json/);
  assert.deepEqual(
    [typeof body.access_token, body.expires_in, typeof body.refresh_token, body.refresh_expires_in],
    ['string', 3_600, 'string', 86_400],
  );
  assert.deepEqual([body.token_type, body['not-before-policy'], body.scope], ['Bearer', 0, 'profile email']);
  assert.match(body.access_token, /^\S{30,4096}$/);
});

test('5.1: keys have aliases, and a form does as well', async () => {
  const { login, password } = merchant;
  for (const body of [
    { login, password },
    { oauth_username: login, oauth_password: password },
  ]) {
    assert.equal((await merchant.call(auth, { token: null, body })).status, 200);
  }
  const form = new URLSearchParams({ username: login, password }).toString();
  const contentType = 'application/x-www-form-urlencoded';
  assert.equal((await merchant.call(auth, { token: null, body: form, contentType })).status, 200);
});

test('5.1: a wrong half is 401 with one text, a missing one 400', async () => {
  const wrong = [
    { username: merchant.login, password: 'wrong-password' },
    { username: 'nobody', password: merchant.password },
  ];
  const details = [];
  for (const body of wrong) {
    const answer = await merchant.call(auth, { token: null, body });
    isFault(answer, { status: 401, code: 'UNAUTHORIZED', path: auth });
    details.push(answer.body.detail);
  }
  assert.deepEqual(details, Array(2).fill('User is not authorized'));
  const missing = await merchant.call(auth, { token: null, body: { username: merchant.login } });
  isFault(missing, { status: 400, code: 'VALIDATION_ERROR', path: auth });
  assert.equal(missing.body.detail, 'password: must not be empty');
  isFault(await merchant.call(auth, { token: null, body: '{"username"' }), {
    status: 400,
    code: 'VALIDATION_ERROR',
    path: auth,
  });
});

test('5.2: a refresh yields a working token, again and again, and the kinds are not mixed', async () => {
  const { body: first } = await merchant.logIn();
  const path = `${auth}/refresh`;
  const ways = [
    { body: { refresh_token: first.refresh_token } },
    { body: { refreshToken: first.refresh_token } },
    { token: first.refresh_token, body: '' },
  ];
  for (const way of ways) {
    const { status, body } = await merchant.call(path, { token: null, ...way });
    assert.equal(status, 200);
    assert.equal(body.session_state, first.session_state);
    assert.notEqual(body.refresh_token, first.refresh_token);
    const asked = await merchant.call('/checkout/v1/payment/x', { method: 'GET', token: body.access_token });
    assert.equal(asked.status, 404);
  }
  const mixed = await merchant.call(path, { token: null, body: { refresh_token: first.access_token } });
  isFault(mixed, { status: 401, code: 'UNAUTHORIZED', path });
  const turned = await merchant.call('/checkout/v1/payment/x', { method: 'GET', token: first.refresh_token });
  isFault(turned, { status: 401, code: 'UNAUTHORIZED', path: '/checkout/v1/payment/x' });
  isFault(await merchant.call(path, { token: null, body: {} }), { status: 400, code: 'VALIDATION_ERROR', path });
});

test('14.1: the Gate logs in at its own address and in the older form', async () => {
  assert.equal((await merchant.logIn('/payments/v1/merchant/auth')).status, 200);
  const path = '/realms/globalpay/protocol/openid-connect/token';
  const grant = { client_id: 'cards', client_secret: 'any', scope: 'openid' };
  const form = (fields: Record<string, string>) => ({
    token: null,
    body: new URLSearchParams({ ...grant, ...fields }).toString(),
    contentType: 'application/x-www-form-urlencoded',
  });
  const { status, body } = await merchant.call(
    path,
    form({ grant_type: 'password', username: merchant.login, password: merchant.password }),
  );
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body).sort(), [
    'access_token',
    'expires_in',
    'id_token',
    'not-before-policy',
    'refresh_expires_in',
    'refresh_token',
    'scope',
    'session_state',
    'token_type',
  ]);
  const again = await merchant.call(path, form({ grant_type: 'refresh_token', refresh_token: body.refresh_token }));
  assert.equal(again.status, 200);
});

test('3.2: without a good bearer 401; the scheme is read in any case', async () => {
  const path = '/checkout/v1/user-service-tokens';
  for (const token of [null, 'at.nothing', 'x']) {
    isFault(await merchant.call(path, { token, body: {} }), { status: 401, code: 'UNAUTHORIZED', path });
  }
  const { body } = await merchant.logIn();
  const response = await fetch(`${tollgate.url}/payments/v1/payment/x`, {
    headers: { authorization: `bEARER ${body.access_token}` },
  });
  assert.equal(response.status, 404);
});

test('3.2: checks go from the outside in: path and method, bearer, body, object', async () => {
  const path = '/checkout/v1/user-service-tokens';
  const unreadable = { body: '{', contentType: 'application/json' };
  isFault(await merchant.call('/checkout/v2/nothing', { token: null, ...unreadable }), {
    status: 404,
    code: 'URL_NOT_FOUND',
    path: '/checkout/v2/nothing',
  });
  isFault(await merchant.call(path, { method: 'GET', token: null }), { status: 404, code: 'URL_NOT_FOUND', path });
  isFault(await merchant.call(path, { token: null, ...unreadable }), { status: 401, code: 'UNAUTHORIZED', path });
  isFault(await merchant.call(path, unreadable), { status: 400, code: 'VALIDATION_ERROR', path });
  isFault(await merchant.call(path, { body: 'a=b', contentType: 'text/plain' }), {
    status: 400,
    code: 'VALIDATION_ERROR',
    path,
  });
  const big = { body: JSON.stringify({ name: 'x'.repeat(300_000) }) };
  isFault(await merchant.call(path, big), { status: 400, code: 'VALIDATION_ERROR', path });
  for (const gatePath of ['/payments/v1/payment/11111111-2222-4333-8444-555555555555', '/cards/v1/nothing']) {
    const code = gatePath.startsWith('/cards') ? 'URL_NOT_FOUND' : 'ENTITY_NOT_FOUND';
    isFault(await merchant.call(gatePath, { method: 'GET' }), { status: 404, code, path: gatePath, gate: true });
  }
});

test('3.1: a body without a type is JSON, and a path may end in a slash', async () => {
  const body = JSON.stringify(merchant.tokenBody());
  assert.equal((await merchant.call('/checkout/v1/user-service-tokens', { body, contentType: null })).status, 200);
  assert.equal((await merchant.call('/checkout/v1/user-service-tokens/', { body: merchant.tokenBody() })).status, 200);
});

test('3.2: what belongs to another merchant is not found', async () => {
  const { id } = await merchant.createToken();
  for (const [method, path] of [
    ['GET', `/checkout/v1/payment/servicetoken/${id}`],
    ['DELETE', `/checkout/v1/user-service-tokens/${id}`],
  ]) {
    isFault(await other.call(path!, { method: method! }), { status: 404, code: 'ENTITY_NOT_FOUND', path: path! });
  }
  const path = '/checkout/v1/user-service-tokens';
  const foreign = await other.call(path, { body: { ...other.tokenBody(), externalServiceId: merchant.serviceId } });
  isFault(foreign, { status: 404, code: 'ENTITY_NOT_FOUND', path });
});

test('tokens that are revoked open nothing any more', async () => {
  const own = await addGlobalpayMerchant(tollgate);
  const path = '/checkout/v1/payment/x';
  assert.equal((await own.call(path, { method: 'GET' })).status, 404);
  assert.ok((await tollgate.installation.store.administration.revokeTokens(own.merchantId, 'globalpay')) >= 2);
  assert.equal((await own.call(path, { method: 'GET' })).status, 401);
});

test('no log line holds a password or a token', async () => {
  const { body } = await merchant.logIn();
  const log = tollgate.logLines.join('');
  for (const secret of [merchant.password, 'wrong-password', body.access_token, body.refresh_token]) {
    assert.ok(!log.includes(secret));
  }
});

test('5.1: guessing is slowed down, for each address on its own', async () => {
  const from = async (address: string) => {
    const response = await fetch(tollgate.url + auth, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({ username: merchant.login }),
    });
    return { status: response.status, body: (await response.json()) as { code: string; detail: string } };
  };
  const answers = [];
  for (let tries = 0; tries < 32; tries++) answers.push(await from('203.0.113.7'));
  assert.deepEqual([answers[0]!.status, answers[31]!.status], [400, 401]);
  assert.match(answers[31]!.body.detail, /wait a minute/);
  assert.equal((await from('203.0.113.8')).status, 400);
});
