import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { startTollgate } from './installation.ts';
import { openPage } from './payer.ts';
import { addSpiralMerchant } from './spiral-merchant.ts';

// E7, the reconciliation list (section 16), over HTTP and PostgreSQL.

const tollgate = await startTollgate();
const merchant = await addSpiralMerchant(tollgate);
const stranger = await addSpiralMerchant(tollgate);

const visa = '4440000009900010';
const dateText = (at: number) => new Date(at).toISOString().replace(/\.\d+/, '');
const dayMs = 86_400_000;

interface Page {
  readonly nextToken?: string;
  readonly txns: readonly Record<string, unknown>[];
}

const range = () => ({ dateTimeStart: dateText(Date.now() - dayMs), dateTimeEnd: dateText(Date.now() + dayMs) });

const listOf = async (client: typeof merchant, body: object): Promise<Page> => {
  const answer = await client.send({ method: 'POST', reference: '', body });
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
};

/** All pages of a range, one after the other; `between` happens after each. */
const walk = async (client: typeof merchant, whole: object, limit: number, between = async () => {}) => {
  const seen: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await listOf(client, { ...whole, limit, ...(nextToken !== undefined && { nextToken }) });
    assert.ok(page.txns.length <= limit);
    seen.push(...page.txns.map(({ merchantRef }) => String(merchantRef)));
    nextToken = page.nextToken;
    await between();
  } while (nextToken !== undefined);
  return seen;
};

const direct = (token: string) => ({
  cmd: 'SALE',
  type: 'VM',
  amt: 1.5,
  goodsName: 'x',
  cardToken: token,
  cardTokenSrc: 'SPIRAL',
});

/** A session that is paid with a card on the page. */
const paid = async (client: typeof merchant, number: string): Promise<string> => {
  const { reference, sessionId } = await client.openSession();
  const payer = await openPage(tollgate.url, sessionId);
  await payer.pay({ number, expiry: '01/39', code: '314' });
  return reference;
};

const tokenOf = async (client: typeof merchant): Promise<string> =>
  (await client.query(await paid(client, visa))).body.cardToken;

test('16.2: what came to a result is listed as E2 has it, with gatewayRef; what did not is not', async () => {
  const open = (await merchant.openSession()).reference;
  const approved = await paid(merchant, visa);
  const { cardToken, orderId } = (await merchant.query(approved)).body;
  const sold = merchant.newReference();
  await merchant.put(sold, direct(cardToken));
  const refunded = merchant.newReference();
  await merchant.put(refunded, { cmd: 'REFUND', orderId, amt: 1 });
  const refused = merchant.newReference();
  await merchant.put(refused, { cmd: 'REFUND', orderId, amt: 9_999 });
  const unknown = merchant.newReference();
  await merchant.put(unknown, direct('TK00000000000000'));
  await paid(stranger, visa);

  const { txns, nextToken } = await listOf(merchant, range());
  assert.equal(nextToken, undefined);
  const listed = txns.map(({ merchantRef }) => merchantRef);
  assert.deepEqual([...listed].sort(), [approved, sold, refunded, refused, unknown].sort());
  assert.ok(!listed.includes(open));
  for (const record of txns) {
    const { gatewayRef, ...rest } = record;
    assert.equal(gatewayRef, record.merchantRef);
    assert.deepEqual(rest, (await merchant.query(String(record.merchantRef))).body);
  }
  const placeOf = ({ dateTime, merchantRef }: Record<string, unknown>) => `${dateTime} ${merchantRef}`;
  assert.deepEqual(txns.map(placeOf), txns.map(placeOf).sort());
});

test('16, 23.11: pages of one give every record once, while both clients keep paying', async () => {
  const token = await tokenOf(merchant);
  const strangers = await tokenOf(stranger);
  for (let i = 0; i < 12; i++) await merchant.put(merchant.newReference(), direct(token));
  const before = await walk(merchant, range(), 100);
  assert.ok(before.length > 12);
  // What is paid during the walk falls into its first seconds as well, so that pages change under it.
  const until = { ...range(), dateTimeEnd: dateText(Date.now() + 2_000) };
  const seen = await walk(merchant, until, 1, async () => {
    await Promise.all([
      merchant.put(merchant.newReference(), direct(token)),
      stranger.put(stranger.newReference(), direct(strangers)),
    ]);
  });
  assert.equal(new Set(seen).size, seen.length, 'a record came twice');
  for (const reference of before) assert.ok(seen.includes(reference), `${reference} is missing`);
  assert.ok(seen.length > before.length);
});

test('16.1: a range has its own records only', async () => {
  assert.deepEqual(
    (await listOf(merchant, { dateTimeStart: '2020-01-01T00:00:00Z', dateTimeEnd: '2020-12-31T23:59:59Z' })).txns,
    [],
  );
});

test('4: whatever stands in whichever field, the answer is signed and never a 500', async () => {
  const odd = fc.oneof(
    fc.constantFrom(
      null,
      true,
      '',
      ' ',
      '\0',
      '\ud800',
      0,
      -1,
      1e308,
      1.5,
      [],
      {},
      [[[[]]]],
      '__proto__',
      'x'.repeat(3_000),
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.jsonValue({ maxDepth: 4 }),
  );
  const names = ['dateTimeStart', 'dateTimeEnd', 'limit', 'nextToken', 'clientId', 'cmd'];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), odd, fc.constantFrom('POST', 'PUT'), async (name, value, method) => {
      const answer = await merchant.send({ method, reference: '', body: { ...range(), [name]: value } });
      assert.ok([200, 400].includes(answer.status), `${answer.status} for ${name} ${JSON.stringify(value)}`);
    }),
    { numRuns: 150 },
  );
  assert.deepEqual(
    tollgate.logLines.filter((line) => line.includes('a request failed')),
    [],
  );
});
