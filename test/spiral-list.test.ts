import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { startTollgate, until } from './installation.ts';
import { openPage } from './payer.ts';
import { type Answer, addSpiralMerchant, dateText, type SpiralMerchant } from './spiral-merchant.ts';

// The reconciliation list (section 16). The client throws at any answer that is not signed over client and date (3.3).

const tollgate = await startTollgate();
const merchant = await addSpiralMerchant(tollgate, { patienceMs: 300 });
/** A client is a shop: the merchant's own second one is as foreign as anybody's. */
const strangers = [await addSpiralMerchant(tollgate), await addSpiralMerchant(tollgate, {}, merchant)];

// Records are of the business clock, which this file moves forward by less than two days.
const dayMs = 86_400_000;
const range = { dateTimeStart: dateText(Date.now() - dayMs), dateTimeEnd: dateText(Date.now() + 2 * dayMs) };

interface Listed {
  readonly merchantRef: string;
  readonly clientId: string;
  readonly status: string;
}

const list = (body: object | string, by = merchant): Promise<Answer> =>
  by.send({ method: 'POST', reference: '', body });

/** The whole list of a range, page by page; `between` is done after each page. */
const walk = async (by: SpiralMerchant, more: object = {}, between: () => Promise<unknown> = async () => {}) => {
  const records: Listed[] = [];
  for (let nextToken: string | undefined; ; ) {
    const { status, body } = await list({ ...range, ...more, nextToken }, by);
    assert.equal(status, 200, JSON.stringify(body));
    records.push(...body.txns);
    assert.notEqual(body.nextToken ?? 'none', nextToken);
    nextToken = body.nextToken;
    if (nextToken === undefined) return records;
    await between();
  }
};

const goods = { type: 'VM', goodsName: 'Refill', cardTokenSrc: 'SPIRAL' };

const charge = async (by: SpiralMerchant, token = 'TKSIM00000000001', more: object = {}) => {
  const reference = by.newReference();
  const { body } = await by.put(reference, { cmd: 'SALE', amt: 10, ...goods, cardToken: token, ...more });
  return { reference, orderId: body.orderId as string };
};

const refund = (by: SpiralMerchant, orderId: string, amt: number, reference = by.newReference()) =>
  by.put(reference, { cmd: 'REFUND', orderId, amt });

/** As section 16.2 sorts: creation second, then the bytes of the reference. */
const isSorted = (records: readonly { dateTime: string; merchantRef: string }[]) =>
  records.every((record, i) => {
    const before = records[i - 1];
    if (!before || before.dateTime < record.dateTime) return true;
    return (
      before.dateTime === record.dateTime &&
      Buffer.compare(Buffer.from(before.merchantRef), Buffer.from(record.merchantRef)) < 0
    );
  });

test('16.2: all that came to a result is listed as E2 has it, and nothing else', async () => {
  const references: string[] = [];
  const keep = <T extends { reference: string }>(made: T): T => {
    references.push(made.reference);
    return made;
  };
  const paid = keep(await charge(merchant));
  keep(await charge(merchant, 'TKSIM00000000005'));
  keep(await charge(merchant, 'TK00000000000000'));
  for (const amt of [4, 7]) {
    const reference = merchant.newReference();
    keep({ reference });
    await refund(merchant, paid.orderId, amt, reference);
  }
  const authorized = keep(await charge(merchant, undefined, { cmd: 'AUTH' }));
  const captured = merchant.newReference();
  keep({ reference: captured });
  await merchant.put(captured, { cmd: 'CAPTURE', orderId: authorized.orderId, amt: 3 });
  const session = keep(await merchant.openSession());
  await (await openPage(tollgate.url, session.sessionId)).pay({
    number: '4440000009900010',
    expiry: '01/39',
    code: '100',
  });
  const cancelled = keep(await merchant.openSession());
  await (await openPage(tollgate.url, cancelled.sessionId)).cancel();
  const expired = keep(await merchant.openSession());
  await tollgate.advance(45 * 60_000);
  const waiting = keep(await merchant.openSession());
  const unknown = keep(await charge(merchant, 'TKSIM00000000504'));

  const records = await Promise.all(references.map(async (ref) => (await merchant.query(ref)).body));
  const statuses = new Map(records.map((record) => [record.merchantRef, record.status]));
  assert.equal(statuses.get(cancelled.reference), 'Cancelled');
  assert.equal(statuses.get(expired.reference), 'Timeout');
  assert.equal(statuses.get(waiting.reference), 'Unconfirmed');
  assert.equal(statuses.get(unknown.reference), 'Unconfirmed');
  const processed = records.filter(({ status }) => status === 'Approved' || status === 'Declined');
  assert.equal(processed.length, references.length - 4);
  const byReference = (a: Listed, b: Listed) => (a.merchantRef < b.merchantRef ? -1 : 1);
  const listed = await walk(merchant);
  assert.ok(isSorted(listed as never));
  assert.deepEqual(
    listed.toSorted(byReference),
    processed.map((record) => ({ ...record, gatewayRef: record.merchantRef })).toSorted(byReference),
  );

  // What was open enters at the place of its creation, behind whoever has read past it.
  await charge(merchant);
  await tollgate.advance(10_000);
  await until(
    'the end of the open sale',
    async () => (await merchant.query(unknown.reference)).body.status === 'Approved',
  );
  const later = await walk(merchant);
  assert.deepEqual(later.slice(0, listed.length), listed);
  assert.equal(later[listed.length]!.merchantRef, unknown.reference);
  assert.equal(later.length, listed.length + 2);
});

test('16.2, 23: page by page every record comes once, while this client and others go on paying', async () => {
  const client = await addSpiralMerchant(tollgate);
  const before = await Promise.all(
    Array.from({ length: 24 }, (_, i) => charge(client, i % 3 === 0 ? 'TKSIM00000000005' : undefined)),
  );
  let isWalking = true;
  const others = strangers.map(async (stranger) => {
    while (isWalking) await charge(stranger);
  });
  const during: string[] = [];
  for (const limit of [1, 7]) {
    const records = await walk(client, { limit }, async () => {
      if (during.length < 60) during.push((await charge(client)).reference);
    });
    const references = records.map(({ merchantRef }) => merchantRef);
    assert.equal(new Set(references).size, references.length);
    assert.ok(isSorted(records as never));
    const known = new Set([...before.map(({ reference }) => reference), ...during]);
    assert.deepEqual(
      references.filter((reference) => !known.has(reference)),
      [],
    );
    assert.deepEqual(
      before.filter(({ reference }) => !references.includes(reference)),
      [],
    );
    assert.ok(records.every(({ clientId }) => clientId === client.clientId));
  }
  isWalking = false;
  await Promise.all(others);
  const whole = await walk(client);
  assert.equal(whole.length, before.length + during.length);
  for (const stranger of strangers) {
    const theirs = await walk(stranger);
    assert.ok(theirs.length > 0);
    assert.ok(theirs.every(({ clientId }) => clientId === stranger.clientId));
  }
});

test('16.1: both ends of a range belong to it, to the second', async () => {
  const client = await addSpiralMerchant(tollgate);
  const { reference } = await charge(client);
  const { requestedAt } = await tollgate.installation.store.payments
    .listOperations(client.shopId, { states: ['approved'], fromSecond: 0, toSecond: 1e11, after: null, limit: 1 })
    .then(({ entries }) => entries[0]!.operation);
  const second = (offset: number) => dateText((Math.floor(requestedAt / 1_000) + offset) * 1_000);
  const within = async (from: string, to: string) => {
    const { body } = await list({ dateTimeStart: from, dateTimeEnd: to }, client);
    return body.txns.map(({ merchantRef }: Listed) => merchantRef);
  };
  assert.deepEqual(await within(second(0), second(0)), [reference]);
  assert.deepEqual(await within(second(-1), second(0)), [reference]);
  assert.deepEqual(await within(second(0), second(1)), [reference]);
  assert.deepEqual(await within(second(1), second(2)), []);
  assert.deepEqual(await within(second(-2), second(-1)), []);
});

test("16.2: a token is its client's alone, and good for as long as anybody likes", async () => {
  const client = await addSpiralMerchant(tollgate);
  for (let i = 0; i < 3; i++) await charge(client);
  const { nextToken } = (await list({ ...range, limit: 1 }, client)).body;
  assert.match(
    nextToken,
    new RegExp(`^{"merchantRef": "[\\w-]+", "clientId": "${client.clientId}", "dateTime": "[\\dT:-]+Z"}$`),
  );
  const rest = await list({ ...range, nextToken }, client);
  assert.equal(rest.body.txns.length, 2);
  assert.equal((await list({ ...range, nextToken }, client)).body.txns.length, 2);
  for (const stranger of strangers) {
    const { status, body } = await list({ ...range, nextToken }, stranger);
    assert.equal(`${status} ${body.status} ${body.error}`, '400 NotValid Invalid field: nextToken');
  }
});

test('1.2: the list answers to all its names', async () => {
  const expected = (await list({ ...range, limit: 2 })).body.txns;
  assert.equal(expected.length, 2);
  const { clientId } = merchant;
  const query = new URLSearchParams({ ...range, limit: '2' });
  for (const noun of ['transactions', 'reconciliation']) {
    for (const method of ['POST', 'PUT']) {
      const { body } = await merchant.send({ method, noun, reference: '', body: { ...range, limit: 2 } });
      assert.deepEqual(body.txns, expected, `${method} ${noun}`);
    }
    for (const prefix of ['/v1', '']) {
      const path = `${prefix}/merchants/${clientId}/${noun}?${query}`;
      assert.deepEqual((await merchant.send({ method: 'GET', reference: '', path })).body.txns, expected, path);
    }
  }
});

test('3.4, 4: who may not, and what is wrong, in signed answers', async () => {
  const said = async (answer: Promise<Answer>) => {
    const { status, body } = await answer;
    assert.equal(Object.hasOwn(body, 'merchantRef'), false);
    return `${status} ${body.status} ${body.error}`;
  };
  const post = (more: object) => said(merchant.send({ method: 'POST', reference: '', body: range, ...more }));
  const date = dateText(Date.now());
  assert.equal(await post({ signature: null }), '401 NotValid Invalid signature');
  assert.equal(await post({ date: null }), '401 NotValid Invalid signature');
  assert.equal(await post({ date, signed: `${merchant.clientId}x${date}` }), '401 NotValid Invalid signature');
  assert.equal(await post({ key: strangers[0]!.account.privateKey }), '401 NotValid Invalid signature');
  assert.equal(await post({ date: dateText(Date.now() - 301_000) }), '401 NotValid Request expired');
  assert.equal(await post({ clientId: 'nobody' }), '401 NotValid Unknown client');
  assert.equal(await post({ body: '{' }), '400 NotValid Invalid JSON');
  assert.equal(await post({ body: undefined }), '400 NotValid Invalid JSON');
  assert.equal(await post({ body: {} }), '400 NotValid Missing field: dateTimeStart');
  assert.equal(await post({ body: { ...range, limit: 101 } }), '400 NotValid Invalid field: limit');
  assert.equal(await post({ method: 'DELETE' }), '404 NotValid Unknown resource');
});

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    ' ',
    '\0',
    '\ud800',
    '0',
    '-1',
    '1e9',
    'NaN',
    '9'.repeat(400),
    [],
    {},
    '__proto__',
  ),
  fc.constantFrom<unknown>(0, -0, -1, 1, 100, 101, 1e308, 1.5, 9_007_199_254_740_992, [[[[[]]]]], { a: { b: [null] } }),
  fc.constantFrom(
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999999Z',
    '1969-12-31T23:59:59Z',
    '2026-02-30T00:00:00Z',
  ),
  fc.constantFrom('{}', '[]', 'null', '{"merchantRef": "", "clientId": "", "dateTime": ""}', '{"merchantRef": 1}'),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 4 }),
);

const token = fc.record({
  merchantRef: fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{1,25}$/), odd),
  clientId: fc.oneof(fc.constant(merchant.clientId), odd),
  dateTime: fc.oneof(fc.constantFrom('0000-01-01T00:00:00Z', '9999-12-31T23:59:59.9Z', range.dateTimeStart), odd),
});

test('2.1, 4: whatever stands in whichever field, the answer is 200 or 400, and signed', async () => {
  const request = fc.record(
    {
      dateTimeStart: fc.oneof(fc.constant(range.dateTimeStart), odd),
      dateTimeEnd: fc.oneof({ weight: 2, arbitrary: fc.constant(range.dateTimeEnd) }, { weight: 1, arbitrary: odd }),
      limit: fc.oneof(fc.constantFrom(1, 50, 100), odd),
      nextToken: fc.oneof(
        token.map((members) => JSON.stringify(members)),
        odd,
      ),
      clientId: odd,
    },
    { requiredKeys: [] },
  );
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(request, fc.boolean(), async (body, byQuery) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(body))
        query.append(name, typeof value === 'string' ? value : `${JSON.stringify(value)}`);
      const path = `/v1/merchants/${merchant.clientId}/reconciliation?${query}`;
      const answer = byQuery ? await merchant.send({ method: 'GET', reference: '', path }) : await list(body);
      seen.add(answer.status);
      assert.ok(answer.status === 200 || answer.status === 400, answer.text);
      if (answer.status === 200) assert.ok(Array.isArray(answer.body.txns));
      else
        assert.match(answer.body.error, /^(?:Missing|Invalid) field: (?:dateTimeStart|dateTimeEnd|limit|nextToken)$/);
    }),
    { numRuns: 400 },
  );
  assert.deepEqual([...seen].sort(), [200, 400]);
});
