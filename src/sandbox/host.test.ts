import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startSandboxWorld } from '../../test/sandbox-world.ts';

const world = await startSandboxWorld();
const { book, advance } = world;

type Fields = Readonly<Record<string, unknown>>;

const head = (patch: Fields = {}) => ({
  account: `M${randomUUID().slice(0, 8)}`,
  reference: randomUUID(),
  amount: '268.50',
  currency: 'HKD',
  ...patch,
});
const sale = (number: string, patch: Fields = {}) => ({
  ...head(),
  card: { number, expiry: '0139', code: '123' },
  initiator: 'payer',
  returnUrl: 'https://pay.example/return',
  description: null,
  ...patch,
});
const send = (message: string, body: object) => world.post(`/sandbox/acquirer/${message}`, body);
const about = (paid: { account: string; reference: string }, patch: Fields = {}) =>
  head({ account: paid.account, original: paid.reference, ...patch });
/** Waits for a line that breaks off. */
const broken = (message: string, body: object) => assert.rejects(send(message, body));

test('a sale is echoed with a masked card, an approval code of six digits and the words of the host', async () => {
  const message = sale('4440000009900010');
  const { status, body } = await send('sale', message);
  assert.equal(status, 200);
  assert.match(body.approvalCode as string, /^\d{6}$/);
  assert.match(body.time as string, /^\d{4}-\d\d-\d\dT.*Z$/);
  assert.match(body.hostReference as string, /^SB\d{12}$/);
  assert.match(body.networkReference as string, /^7\d{14}$/);
  const { approvalCode, time, hostReference, networkReference, ...rest } = body;
  assert.deepEqual(rest, {
    reference: message.reference,
    account: message.account,
    amount: '268.50',
    currency: 'HKD',
    card: '444000xxxxxx0010',
    wallet: null,
    status: 'approved',
    code: '00',
    text: 'approved',
    storable: true,
  });
});

test('amounts are text in major units: numbers, signs and too many decimals are no message, or no valid amount', async () => {
  for (const amount of [268.5, '-1.00', '1e2', '.5', '', null]) {
    assert.equal((await send('sale', sale('4440000009900010', { amount }))).status, 400);
  }
  for (const [amount, currency] of [
    ['268.501', 'HKD'],
    ['268.5', 'JPY'],
    ['1.2345', 'KWD'],
  ]) {
    const { body } = await send('sale', sale('4440000009900010', { amount, currency }));
    assert.deepEqual([body.status, body.code], ['declined', '13']);
  }
});

test('an unknown field, a wrong check digit and a number that is no number are told apart', async () => {
  assert.equal((await send('sale', sale('4440000009900010', { tip: '1.00' }))).status, 400);
  assert.equal((await send('sale', sale('4440 0000 0990 0010'))).status, 400);
  assert.equal((await send('sale', sale('4440000009900011'))).body.code, '14');
});

test('a reference is known for ever: the first result again, or a conflict when it names something else', async () => {
  const message = sale('4440000009900010');
  const first = await send('sale', message);
  assert.deepEqual(await send('sale', message), first);
  assert.deepEqual(await send('sale', { ...message, amount: '0268.5' }), first, 'the same amount, written otherwise');
  for (const patch of [{ amount: '268.51' }, { currency: 'USD' }, { account: 'another' }]) {
    assert.equal((await send('sale', { ...message, ...patch })).status, 409);
  }
  assert.equal((await send('authorize', message)).status, 409);
  const refund = about(message);
  const refunded = await send('refund', refund);
  assert.equal(refunded.body.status, 'approved');
  assert.deepEqual(await send('refund', refund), refunded);
  assert.equal((await send('refund', { ...refund, amount: '1.00' })).status, 409);
  assert.equal((await book.entries(message.account)).length, 2);
});

test('messages that arrive together are booked once each, and one reference sent fifty times is one sale', async () => {
  const account = 'crowd';
  const same = sale('4440000009900010', { account });
  const many = Array.from({ length: 200 }, () => sale('4440000009900010', { account, amount: '1.00' }));
  const answers = await Promise.all([...many, ...Array(50).fill(same)].map((message) => send('sale', message)));
  assert.ok(answers.every(({ body }) => body.status === 'approved'));
  assert.equal(new Set(answers.map(({ body }) => body.hostReference)).size, 201);
  assert.deepEqual(await book.totals(account), [
    { account, currency: 'HKD', authorized: '468.50', captured: '468.50', refunded: '0.00', paidOut: '0.00' },
  ]);
});

test('an account sees and moves only what is its own', async () => {
  const mine = sale('4440000009900010');
  await send('sale', mine);
  const foreign = head({ reference: mine.reference });
  assert.equal((await send('inquire', foreign)).body.status, 'not_found');
  for (const message of ['refund', 'reverse']) {
    const { body } = await send(message, head({ original: mine.reference }));
    assert.deepEqual([body.status, body.code], ['declined', '25']);
  }
  assert.equal((await book.entry(mine.reference))?.reversedBy, null);
});

test('classes that decline a capture, a refund or a release decline nothing else', async () => {
  for (const [number, message] of [
    ['4000000000000093', 'capture'],
    ['4000000000000101', 'refund'],
    ['4000000000000119', 'release'],
  ] as const) {
    const authorized = sale(number, { amount: '3.00' });
    assert.equal((await send('authorize', authorized)).body.status, 'approved');
    for (const other of ['capture', 'release', 'refund'] as const) {
      const { body } = await send(other, about(authorized, { amount: '1.00' }));
      if (other === message) assert.deepEqual([body.status, body.code], ['declined', '57']);
      // Where captures fail there is nothing to refund.
      else assert.equal(body.status, message === 'capture' && other === 'refund' ? 'declined' : 'approved');
    }
  }
});

test('what was captured or refunded stands in the way of a reversal until it is reversed itself', async () => {
  const authorized = sale('4440000009900010');
  await send('authorize', authorized);
  const capture = about(authorized);
  await send('capture', capture);
  const refund = about(authorized, { amount: '8.50' });
  await send('refund', refund);
  const reverse = async (target: { account: string; reference: string }) =>
    (await send('reverse', about(target))).body.status;
  assert.equal(await reverse(authorized), 'declined');
  assert.equal(await reverse(capture), 'declined');
  assert.equal(await reverse(refund), 'approved');
  assert.equal(await reverse(capture), 'approved');
  assert.equal(await reverse(authorized), 'approved');
  const { account } = authorized;
  assert.deepEqual(await book.totals(account), [], 'nothing stands');
  assert.equal((await send('capture', about(authorized))).body.status, 'declined');
});

test('up to 20 % more than what is still reserved is captured, also in parts, and no more than that is released', async () => {
  const codes = async (...messages: readonly (readonly [message: string, amount: string])[]) => {
    const authorized = sale('4440000009900010', { amount: '10.03' });
    await send('authorize', authorized);
    const told: unknown[] = [];
    for (const [message, amount] of messages) told.push((await send(message, about(authorized, { amount }))).body.code);
    return [told.join(' '), (await book.totals(authorized.account))[0]!] as const;
  };
  const whole = await codes(['capture', '12.04'], ['capture', '12.03'], ['capture', '0.01'], ['release', '0.01']);
  assert.equal(whole[0], '13 00 13 13');
  assert.deepEqual([whole[1].authorized, whole[1].captured], ['10.03', '12.03']);
  const parts = await codes(['capture', '10.00'], ['release', '0.04'], ['capture', '2.04'], ['capture', '2.03']);
  assert.equal(parts[0], '00 13 13 00');
  const after = await codes(
    ['release', '5.03'],
    ['capture', '6.01'],
    ['capture', '6.00'],
    ['refund', '6.01'],
    ['refund', '6.00'],
  );
  assert.equal(after[0], '00 13 00 13 00');
  assert.deepEqual(after[1], { ...after[1], authorized: '5.00', captured: '6.00', refunded: '6.00' });
});

test('a sale is neither captured nor released, and nothing follows what does not exist or was declined', async () => {
  const paid = sale('4440000009900010');
  await send('sale', paid);
  for (const message of ['capture', 'release']) assert.equal((await send(message, about(paid))).body.code, '12');
  const declined = sale('4000000000000028');
  await send('sale', declined);
  assert.equal((await send('refund', about(declined))).body.code, '12');
  const { body } = await send('refund', head({ original: randomUUID() }));
  assert.deepEqual([body.status, body.code], ['declined', '25']);
});

test('LATE-OK and LATE-NO are booked but not answered; inquiries hear of them 4.5 s later', async () => {
  for (const [number, end] of [
    ['4000000000000077', 'approved'],
    ['4000000000000085', 'declined'],
  ] as const) {
    const message = sale(number);
    const { account, reference, amount, currency } = message;
    const asked = async () => (await send('inquire', { account, reference, amount, currency })).body.status;
    await broken('sale', message);
    assert.equal(await asked(), 'pending');
    assert.deepEqual(await book.totals(account), []);
    assert.equal((await send('refund', about(message))).body.code, '12', 'nothing to refund yet');
    advance(3_000);
    assert.equal(await asked(), 'pending');
    advance(1_500);
    assert.equal(await asked(), end);
    assert.equal((await book.totals(account)).length, end === 'approved' ? 1 : 0);
  }
});

test('a lost order that was taken back is told as such, and its money does not move', async () => {
  const late = sale('4000000000000077');
  await broken('sale', late);
  assert.equal((await send('reverse', about(late))).body.status, 'approved');
  advance(5_000);
  const { account, reference, amount, currency } = late;
  assert.equal((await send('inquire', { account, reference, amount, currency })).body.status, 'reversed');
  assert.deepEqual(await book.totals(account), []);
});

test('SILENT takes the line and books nothing; 01/37 is a host error and books nothing', async () => {
  const silent = sale('4000000000000127');
  const hangUp = new AbortController();
  const line = fetch(`${world.url}/sandbox/acquirer/sale`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(silent),
    signal: hangUp.signal,
  });
  const host = sale('4440000009900010', { card: { number: '4440000009900010', expiry: '0137' } });
  assert.deepEqual(await send('sale', host), { status: 500, body: { error: 'system malfunction' } });
  assert.equal(await Promise.race([line, send('inquire', head())]).then((won) => won.status), 200);
  hangUp.abort();
  await assert.rejects(line);
  for (const { reference } of [silent, host]) assert.equal(await book.entry(reference), undefined);
});

test('NO-REPEAT and LOST-REPEAT pay with the payer present and fail for the merchant alone', async () => {
  const alone = { initiator: 'merchant', returnUrl: null };
  for (const number of ['4000000000000143', '4000000000000150']) {
    assert.equal((await send('sale', sale(number))).body.status, 'approved');
  }
  assert.equal((await send('sale', sale('4000000000000143', alone))).body.code, '57');
  const lost = sale('4000000000000150', alone);
  await broken('sale', lost);
  advance(4_500);
  const { account, reference, amount, currency } = lost;
  assert.equal((await send('inquire', { account, reference, amount, currency })).body.code, '68');
});

test('NO-STORE is approved with the word that the card may not be kept', async () => {
  assert.equal((await send('sale', sale('4000000000000135'))).body.storable, false);
});

test('two readings of the book agree: totals, and the sum of the entries that stand', async () => {
  const account = 'two readings';
  const paid = sale('4440000009900010', { account: 'two-readings', currency: 'KWD', amount: '1.234' });
  await send('sale', paid);
  await send('refund', about(paid, { currency: 'KWD', amount: '0.234' }));
  await send('sale', sale('4440000009900010', { account: 'two-readings', currency: 'JPY', amount: '500' }));
  await send('sale', sale('4000000000000028', { account: 'two-readings' }));
  assert.deepEqual(
    (await book.entries('two-readings')).map(({ kind, amount, status }) => `${kind} ${amount} ${status}`),
    ['sale 1.234 approved', 'refund 0.234 approved', 'sale 500 approved', 'sale 268.50 declined'],
  );
  assert.deepEqual(await book.totals('two-readings'), [
    { account: 'two-readings', currency: 'JPY', authorized: '500', captured: '500', refunded: '0', paidOut: '0' },
    {
      account: 'two-readings',
      currency: 'KWD',
      authorized: '1.234',
      captured: '1.234',
      refunded: '0.234',
      paidOut: '0.000',
    },
  ]);
  assert.deepEqual(await book.totals(account), []);
});

test('the schema holds no card number', async () => {
  const number = '4508750015741019';
  const message = sale(number, { card: { number, expiry: '0139', code: '987', holder: 'A. Payer' } });
  await send('sale', message);
  const rows = await world.sql.unsafe(
    'select to_jsonb(t)::text as row from sandbox.transactions t where reference = $1',
    [message.reference],
  );
  assert.equal(rows.length, 1);
  assert.ok(!rows[0]!.row.includes(number) && !rows[0]!.row.includes('"987"'));
});
