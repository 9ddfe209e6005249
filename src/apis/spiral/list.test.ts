import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Operation, View } from '../../core/model.ts';
import { type OperationState, operationStates } from '../../core/states.ts';
import { processedStates, statusOf } from './codes.ts';
import { readObject } from './json.ts';
import { placeFrom, readList, tokenText } from './list.ts';
import { isSignedBy } from './signature.ts';
import { type Answer, gatewayPublicKey, startTestServer, type TestServer } from './testing/server.ts';
import { vector } from './testing/vector.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
  for (const reference of ['B-001', 'A-001', 'a-001']) await server.call('PUT', reference, sale);
});
after(() => server.close());

const range = { dateTimeStart: '2026-01-17T00:00:00Z', dateTimeEnd: '2026-01-17T23:59:59Z' };
const path = '/v1/merchants/testmart/transactions';
const sale = { cmd: 'SALE', type: 'VM', amt: 1, goodsName: 'x', cardToken: 'TK00000000000000', cardTokenSrc: 'SPIRAL' };

const readOf = (members: object) => readList(readObject(JSON.stringify(members))!, 'testmart');

/** What is wrong with a request, or the page that it asks for. */
const read = (members: object) => {
  const asked = readOf(members);
  return 'http' in asked ? `${asked.http} ${asked.error}` : asked;
};

/** Status and error of an answer whose signature was checked: over the client and its date (section 3.3). */
const signed = (answer: Answer): string => {
  const dateTime = answer.headers['spiral-request-datetime']!;
  const signature = answer.headers['spiral-server-signature']!;
  const over = { clientId: 'testmart', merchantRef: '', dateTime };
  assert.ok(isSignedBy([gatewayPublicKey], over, signature), answer.body);
  const body = JSON.parse(answer.body);
  assert.equal(body.clientId, 'testmart');
  assert.equal(Object.hasOwn(body, 'merchantRef'), false);
  return answer.status === 200 ? `200 ${body.txns.length}` : `${answer.status} ${body.status} ${body.error}`;
};

const ask = async (method: string, body?: unknown, more = {}) => signed(await server.call(method, '', body, more));

test('V5 is let in, and its answer one second later carries V6 (sections 3.3, 21)', async () => {
  const { valid } = JSON.parse(vector('signatures.json')) as { valid: { name: string; signature: string }[] };
  const signature = (name: string) => valid.find((one) => one.name === name)!.signature;
  const at = server.now;
  server.now = Date.parse('2026-01-18T00:05:01Z');
  try {
    const headers = {
      'spiral-request-datetime': '2026-01-18T00:05:00Z',
      'spiral-client-signature': signature('V5'),
    };
    const body = JSON.stringify({ dateTimeStart: '2026-01-10T00:00:00Z', dateTimeEnd: '2026-01-10T23:59:59Z' });
    const answer = await server.send({ method: 'POST', path, headers, body });
    assert.equal(answer.body, '{"clientId":"testmart","dateTime":"2026-01-18 08:05:01+0800","txns":[]}');
    assert.equal(answer.headers['spiral-server-signature'], signature('V6'));
    assert.equal(answer.headers['content-type'], 'application/json');
  } finally {
    server.now = at;
  }
});

test('processed are exactly the states whose records are Approved or Declined (section 16.2)', () => {
  const states = Object.keys(operationStates) as OperationState[];
  const unpaid = { payment: { capturedMinor: 0n, amountMinor: 1n } } as unknown as View;
  const listed = states.filter((state) => ['Approved', 'Declined'].includes(statusOf(unpaid, { state } as Operation)));
  assert.deepEqual(processedStates, listed);
  assert.ok(listed.includes('refused'));
  for (const state of listed) assert.deepEqual(operationStates[state], [], `${state} is not final`);
});

test('every alias gives the same list (section 1.2)', async () => {
  const wanted = { ...range, limit: 2 };
  const first = (await server.call('POST', '', wanted)).body;
  assert.deepEqual(
    JSON.parse(first).txns.map((record: { merchantRef: string }) => record.merchantRef),
    ['A-001', 'B-001'],
  );
  const query = `?${new URLSearchParams(wanted as unknown as Record<string, string>)}`;
  for (const prefix of ['/v1/merchants', '/merchants']) {
    for (const noun of ['transactions', 'reconciliation']) {
      const alias = `${prefix}/testmart/${noun}`;
      for (const method of ['POST', 'PUT', 'GET']) {
        const answer = await server.call(method, '', wanted, { path: alias });
        assert.equal(answer.body, first, `${method} ${alias}`);
        assert.equal(signed(answer), '200 2');
      }
      assert.equal((await server.call('GET', '', undefined, { path: alias + query })).body, first, alias);
      for (const method of ['DELETE', 'PATCH', 'HEAD', 'OPTIONS']) {
        const { status, headers } = await server.call(method, '', undefined, { path: alias });
        assert.equal(status, 404, method);
        assert.ok(headers['spiral-server-signature']);
      }
    }
  }
  const { nextToken } = JSON.parse(first);
  const next = new URLSearchParams({ ...range, nextToken });
  for (const answer of [
    await server.call('POST', '', { ...range, nextToken }),
    await server.call('GET', '', undefined, { path: `${path}?${next}` }),
    await server.call('GET', '', undefined, { path: `${path}?${String(next).replaceAll('+', '%20')}` }),
  ]) {
    assert.equal(signed(answer), '200 1');
    assert.equal(JSON.parse(answer.body).txns[0].merchantRef, 'a-001');
    assert.equal(Object.hasOwn(JSON.parse(answer.body), 'nextToken'), false);
  }
});

test('a GET takes its fields from a body if it has one, else from the query (section 1.2)', async () => {
  const query = (text: string) => ask('GET', undefined, { path: `${path}?${text}` });
  const start = 'dateTimeStart=2026-01-17T00:00:00Z';
  const good = `${start}&dateTimeEnd=2026-01-17T23:59:59Z`;
  assert.equal(await query(good), '200 3');
  assert.equal(await query(`${good}&limit=1`), '200 1');
  assert.equal(await query(`${good}&limit=&nextToken=`), '200 3');
  assert.equal(await query(`limit=1&limit=2&${good}`), '200 2');
  assert.equal(await query(`limit=1&${good}&x=a?b&limit=2`), '200 2');
  assert.equal(await query(start), '400 NotValid Missing field: dateTimeEnd');
  assert.equal(await query(''), '400 NotValid Missing field: dateTimeStart');
  for (const limit of ['0', '101', '1.5', '+1', '1e1', 'x', '٣', '9'.repeat(400)])
    assert.equal(await query(`${good}&limit=${encodeURIComponent(limit)}`), '400 NotValid Invalid field: limit', limit);
  assert.equal(await query(`${good}&nextToken=%zz?%`), '400 NotValid Invalid field: nextToken');
  const path2 = `${path}?${good}&limit=1`;
  assert.equal(await ask('GET', range, { path: path2 }), '200 3');
  assert.equal(await ask('GET', { limit: 1 }, { path: path2 }), '400 NotValid Missing field: dateTimeStart');
  assert.equal(await ask('GET', '[]', { path: path2 }), '400 NotValid Invalid JSON');
  assert.equal(await ask('GET', ' ', { path: path2 }), '400 NotValid Invalid JSON');
  assert.equal(await ask('GET', '', { path: path2, headers: { 'content-type': 'application/json' } }), '200 1');
  assert.equal(await ask('POST', undefined, { path: path2 }), '400 NotValid Invalid JSON');
});

test('bodies are JSON objects of up to 64 KiB, with any method (section 2.1)', async () => {
  const of = (bytes: number) => JSON.stringify(range).padEnd(bytes, ' ');
  for (const method of ['POST', 'PUT', 'GET']) {
    assert.equal(await ask(method, of(65_536)), '200 3', method);
    assert.equal(await ask(method, of(65_537)), '400 NotValid Invalid JSON', method);
    assert.equal(await ask(method, of(500_000)), '400 NotValid Invalid JSON', method);
    assert.equal(await ask(method, '{'), '400 NotValid Invalid JSON');
    const invalid = Buffer.from('{"limit":"\xff"}', 'latin1');
    assert.equal(await ask(method, undefined, { body: invalid }), '400 NotValid Invalid JSON');
    const chunked = { 'transfer-encoding': 'chunked' };
    assert.equal(await ask(method, range, { headers: chunked }), '200 3', method);
    assert.equal(await ask(method, range, { headers: { 'content-type': 'nonsense' } }), '200 3', method);
  }
  const twice = JSON.stringify(range).replace('{', '{"dateTimeEnd":1,"limit":null,"unknown":[{}],"nextToken":"",');
  assert.equal(await ask('POST', twice), '200 3');
});

test('the checks come in the order of section 4.3, the fields in that of section 16.1', async () => {
  const body: Record<string, unknown> = { limit: 0, nextToken: 'x' };
  assert.equal(
    signed(await server.send({ method: 'POST', path, body: JSON.stringify(body) })),
    '401 NotValid Invalid signature',
  );
  for (const [name, bad, good] of [
    ['dateTimeStart', 'yesterday', range.dateTimeStart],
    ['dateTimeEnd', '2026-01-16T23:59:59Z', range.dateTimeEnd],
  ] as const) {
    for (const absent of [undefined, null, '']) {
      body[name] = absent;
      assert.equal(await ask('POST', body), `400 NotValid Missing field: ${name}`);
    }
    for (const wrong of [bad, 1, true, {}, [], '2026-02-30T00:00:00Z', '2026-01-17', '2026-01-17 00:00:00+0800']) {
      body[name] = wrong;
      assert.equal(await ask('POST', body), `400 NotValid Invalid field: ${name}`);
    }
    body[name] = good;
  }
  assert.equal(await ask('POST', body), '400 NotValid Invalid field: limit');
  body.limit = 1;
  assert.equal(await ask('POST', body), '400 NotValid Invalid field: nextToken');
  delete body.nextToken;
  assert.equal(await ask('POST', body), '200 1');
});

test('a limit is a whole number from 1 to 100, and 50 where none is given (section 16.1)', () => {
  const limitOf = (limit: unknown) => {
    const asked = readOf({ ...range, limit });
    return 'http' in asked ? asked.error : asked.limit;
  };
  assert.equal(limitOf(undefined), 50);
  assert.equal(limitOf(null), 50);
  for (const limit of [1, 50, 100]) assert.equal(limitOf(limit), limit);
  for (const limit of [0, -1, 101, 1.5, 1e300, '5', true, [], {}]) assert.equal(limitOf(limit), 'Invalid field: limit');
});

test('both ends count, in whole seconds (section 16.1)', () => {
  const secondsOf = (dateTimeStart: string, dateTimeEnd: string) => {
    const asked = read({
      dateTimeStart: `2026-01-17T00:00:${dateTimeStart}Z`,
      dateTimeEnd: `2026-01-17T00:00:${dateTimeEnd}Z`,
    });
    const midnight = Date.parse('2026-01-17T00:00:00Z') / 1_000;
    return typeof asked === 'string' ? asked : [asked.fromSecond - midnight, asked.toSecond - midnight];
  };
  assert.deepEqual(secondsOf('10', '10'), [10, 10]);
  assert.deepEqual(secondsOf('10.000', '10.999'), [10, 10]);
  // What was created in second 10 counts as created at its beginning, which this range does not have.
  assert.deepEqual(secondsOf('10.001', '12.5'), [11, 12]);
  assert.equal(secondsOf('10.5', '10.4'), '400 Invalid field: dateTimeEnd');
});

test('a token is taken back however it is spaced, and nothing else is (section 16.2)', () => {
  const place = { second: Date.parse('2026-01-17T03:39:52Z') / 1_000, reference: 'LINK-0007_01' };
  const token = tokenText('testmart', place);
  assert.deepEqual(placeFrom('testmart', token), place);
  assert.deepEqual(placeFrom('testmart', JSON.stringify(JSON.parse(token))), place);
  const changed = (more: object) => JSON.stringify({ ...JSON.parse(token), ...more });
  for (const bad of [
    'x',
    '{}',
    '[]',
    'null',
    '1',
    `${token}x`,
    token.slice(1),
    changed({ clientId: 'hebbe' }),
    changed({ clientId: 'TESTMART' }),
    changed({ clientId: ['testmart'] }),
    changed({ merchantRef: '' }),
    changed({ merchantRef: 1 }),
    changed({ merchantRef: 'a\0' }),
    changed({ merchantRef: 'x'.repeat(26) }),
    changed({ dateTime: '2026-01-17 11:39:52+0800' }),
    changed({ dateTime: 1 }),
    changed({ dateTime: null }),
  ]) {
    assert.equal(placeFrom('testmart', bad), undefined, bad);
    assert.equal(read({ ...range, nextToken: bad }), '400 Invalid field: nextToken', bad);
  }
  assert.equal(read({ ...range, nextToken: JSON.parse(token) }), '400 Invalid field: nextToken');
});

test('an error repeats what is known of the request (section 4.2)', async () => {
  const { body } = await server.call('POST', '', { cmd: 'LIST', limit: 1 });
  const { dateTime, ...rest } = JSON.parse(body);
  assert.equal(dateTime, '2026-01-17 11:39:52+0800');
  const error = 'Missing field: dateTimeStart';
  assert.deepEqual(rest, { clientId: 'testmart', cmd: 'LIST', status: 'NotValid', error });
});

test('a gateway at fault is 500, signed, and says nothing (section 4.1)', async () => {
  const { list } = server.gateway;
  server.gateway.list = () => Promise.reject(new Error('secret detail'));
  try {
    assert.equal(await ask('POST', range), '500 NotValid Unexpected error');
  } finally {
    server.gateway.list = list;
  }
});
