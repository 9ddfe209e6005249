import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from '../src/commands/index.ts';
import type { Mandate } from '../src/core/mandates.ts';
import { createMandates } from '../src/gateway/mandates.ts';
import { tryClaim } from '../src/gateway/ports/mandates.ts';
import { wireId } from '../src/kit/ids.ts';
import { booksAgree } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { startReceiver } from './receiver.ts';
import { addTsMerchant } from './ts-merchant.ts';

// Charges that the gateway makes by itself, for a series that was begun through transaction-services.

// One card below gets no answer, so nobody waits long for it.
const patience = { TOLLGATE_ACQUIRER_TIMEOUT_MS: '2500' };
const first = await startTollgate(patience);
const { DATABASE_URL, TOLLGATE_DATA } = first.environment;
const second = await startTollgate({ DATABASE_URL: DATABASE_URL!, TOLLGATE_DATA: TOLLGATE_DATA!, ...patience });
const receiver = await startReceiver();
const shop = await addTsMerchant(first);
const { installation } = first;
const { sql } = installation;
const { book } = first.assembly.sandbox!;
const dayMs = 86_400_000;

/** Runs a command of the operator's program; answers what it prints with `--json`. */
const run = async (words: string, parameters: readonly string[], options: Readonly<Record<string, string>> = {}) => {
  const command = commands.find((one) => one.words === words)!;
  const { value, lines } = await command.run({ installation, parameters, options });
  assert.ok(lines.length > 0);
  // biome-ignore lint/suspicious/noExplicitAny: it is read as an operator's script would read it.
  return value as any;
};

const named = ['transaction-services', shop.memberId] as const;

/** A series that was begun with a card; answers the order that began it. */
const begin = async (number = '4111111111111111', more = {}): Promise<string> => {
  const fields = shop.paymentFields({ recurringType: 'INITIAL', 'card.number': number, ...more });
  const { result } = await shop.call('payments', fields);
  assert.equal(result.code, '00001', JSON.stringify(result));
  return fields.merchantTransactionId!;
};

const localAt = (ms: number): string => new Date(installation.clock.now() + ms).toISOString().slice(0, 19);
const localNow = (): string => localAt(60_000);

const add = async (payment: string, options: Readonly<Record<string, string>> = {}) => {
  const usual = { payment, amount: '9.99', every: 'month', first: localNow() };
  return (await run('mandate add', named, { ...usual, ...options })) as { mandate: { id: string } };
};

const show = (id: string) => run('mandate show', [...named, id]);

const isAtRest = async (id: string, period: number, attempt = 1) =>
  until(`period ${period}, try ${attempt}`, async () => {
    const shown = await show(id);
    return shown.standing.state !== 'active' || (shown.standing.period === period && shown.standing.attempt === attempt)
      ? shown
      : undefined;
  });

/** Both clocks, one a little later than the other. */
const advance = async (ms: number) => {
  await first.advance(ms);
  await second.advance(0);
};

/** The order id of a charge. */
const orderOf = (stem: string, id: string, period: number) => `${stem}-M${wireId(id).slice(0, 6)}.${period}`;

const charges = async (stem: string) =>
  (
    await sql.unsafe<{ reference: string; state: string; amount: string }[]>(
      `select o.reference, p.state, p.amount_minor::text amount from tollgate.operations o
      join tollgate.payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
      where o.ordinal = 1 and o.reference like $1 order by o.requested_at`,
      [`${stem}-M%`],
    )
  ).map((row) => ({ ...row }));

test('a mandate is charged once a period, as a repeat of the first payment, and its merchant is told', async () => {
  const stem = await begin(undefined, { notificationUrl: `${receiver.url}/repeat` });
  const told = () => receiver.received.filter(({ path }) => path === '/repeat');
  await until('the first notice', () => told().length === 1);
  const { mandate } = await add(stem, { times: '3' });
  for (let period = 1; period <= 3; period++) {
    await advance(period === 1 ? 61_000 : 32 * dayMs);
    await isAtRest(mandate.id, period + 1);
    await until('the notice', () => told().length === 1 + period);
  }
  const { standing, periods, tries } = await show(mandate.id);
  assert.equal(standing.state, 'ended');
  assert.deepEqual(
    periods.map(({ period, outcome }: { period: number; outcome: string }) => [period, outcome]),
    [1, 2, 3].map((period) => [period, 'charged']),
  );
  assert.equal(tries.length, 3);
  const rows = await charges(stem);
  assert.deepEqual(
    rows.map(({ reference, state, amount }) => [reference, state, amount]),
    [1, 2, 3].map((period) => [orderOf(stem, mandate.id, period), 'approved', '999']),
  );
  const body = JSON.parse(told().at(-1)!.text);
  assert.deepEqual(
    [body.merchantTransactionId, body.amount, body.transactionStatus],
    [orderOf(stem, mandate.id, 3), '9.99', 'Y'],
  );
  await advance(400 * dayMs);
  assert.equal((await charges(stem)).length, 3, 'nothing after the end');
});

test('two gateways whose clocks pass a due time together charge it once, 14 times over', async () => {
  const stem = await begin();
  const { mandate } = await add(stem, { every: 'day' });
  const before = (await book.entries()).filter(({ status }) => status === 'approved').length;
  await advance(61_000);
  for (let period = 1; period <= 14; period++) {
    await isAtRest(mandate.id, period + 1);
    await Promise.all([first.advance(dayMs), second.advance(0)]);
  }
  await isAtRest(mandate.id, 16);
  await run('mandate cancel', [...named, mandate.id]);
  const rows = await charges(stem);
  assert.equal(rows.length, 15);
  assert.equal(new Set(rows.map(({ reference }) => reference)).size, 15);
  const after = (await book.entries()).filter(({ status }) => status === 'approved').length;
  assert.equal(after - before, 15, 'charges in the book of the acquirer');
});

test('a soft decline is tried again by the plan; then the period is given up', async () => {
  // This card declines each repeat.
  const stem = await begin('4000000000000143');
  const { mandate } = await add(stem, { every: 'year' });
  await advance(61_000);
  for (const [index, days] of [1, 3, 5, 7].entries()) {
    await isAtRest(mandate.id, 1, index + 2);
    await advance(days * dayMs + 1_000);
  }
  const { periods, tries, standing } = await isAtRest(mandate.id, 2);
  assert.deepEqual([periods.length, periods[0].outcome, tries.length], [1, 'given_up', 5]);
  assert.equal(standing.state, 'active');
  await run('mandate cancel', [...named, mandate.id]);
});

test('a registration that was deleted stops it for good; a change counts from the next charge on', async () => {
  const stem = await begin();
  const { mandate } = await add(stem);
  const changed = await run('mandate change', [...named, mandate.id], { amount: '12.50', times: '5' });
  assert.equal(changed.mandate.periodCountMax, 5);
  await advance(61_000);
  await isAtRest(mandate.id, 2);
  assert.equal((await charges(stem))[0]!.amount, '1250');
  const [row] = await sql.unsafe(
    `select o.card_token, o.merchant_id from tollgate.operations o where o.reference = $1 and o.ordinal = 1`,
    [stem],
  );
  assert.equal(await installation.store.payments.forgetCard(row!.merchant_id, row!.card_token), true);
  await advance(32 * dayMs);
  const { standing, periods } = await isAtRest(mandate.id, 3);
  assert.deepEqual([standing.state, standing.reason], ['stopped', 'invalid_token']);
  assert.equal(periods.at(-1).outcome, 'given_up');
  await assert.rejects(run('mandate cancel', [...named, mandate.id]), /the mandate is stopped/);
});

test('what was missed is not made up for: only the newest period is charged', async () => {
  const stem = await begin();
  const { mandate } = await add(stem);
  await sql.unsafe('update tollgate.shops set state = $2 where id = $1', [shop.shopId, 'disabled']);
  installation.store.directory.forget();
  second.installation.store.directory.forget();
  await advance(100 * dayMs);
  await isAtRest(mandate.id, 4);
  assert.deepEqual(await charges(stem), []);
  await sql.unsafe('update tollgate.shops set state = $2 where id = $1', [shop.shopId, 'active']);
  installation.store.directory.forget();
  second.installation.store.directory.forget();
  await advance(61_000);
  const { periods } = await isAtRest(mandate.id, 5);
  assert.deepEqual(
    periods.map(({ outcome }: { outcome: string }) => outcome),
    ['missed', 'missed', 'missed', 'charged'],
  );
  await run('mandate cancel', [...named, mandate.id]);
});

test('a charge whose worker died after it was on record is carried on, not made anew; one that is stale moves nothing', async () => {
  const stem = await begin();
  const { mandate } = (await add(stem)) as { mandate: Mandate };
  const api = first.assembly.apis.find(({ mandates }) => mandates)!.mandates!;
  const own = (await installation.store.directory.shop(...named))!;
  const initial = (await installation.store.payments.find(own.merchantId, mandate.originPaymentId))!;
  const request = api.request(own, initial, { mandate, period: 1, attempt: 1 });
  const claims = [...request.claims, tryClaim(mandate.id, 1, 1)];
  const opened = await first.assembly.gateway.gateway.open(api.through(own, initial), { ...request, claims });
  assert.ok(opened.kind !== 'refused');
  const before = (await book.entries()).length;
  const read = (await installation.store.mandates.find(own.merchantId, mandate.id))!;
  await advance(61_000);
  const { tries } = await isAtRest(mandate.id, 2);
  assert.deepEqual(
    tries.map(({ paymentId, state }: { paymentId: string; state: string }) => [paymentId, state]),
    [[opened.view.payment.id, 'approved']],
  );
  assert.equal((await book.entries()).length, before + 1);
  const progress = { standing: read.standing, ends: [{ period: 1, outcome: 'missed' }] } as const;
  assert.equal(await installation.store.mandates.progress(read, progress, installation.clock.now()), false);
  await assert.rejects(
    sql.unsafe(`insert into tollgate.mandate_periods values ($1, $2, 1, 'charged', 0)`, [own.merchantId, mandate.id]),
    /duplicate key/,
  );
  await run('mandate cancel', [...named, mandate.id]);
});

test('while the end of a charge is not known the next period waits, and what was charged is no period that was missed', async () => {
  // Its repeats get no answer, and inquiries tell only later.
  const stem = await begin('4000000000000150');
  const { mandate } = await add(stem, { every: 'day' });
  await first.advance(61_000);
  await until('the charge', async () => (await charges(stem))[0]?.state === 'acting');
  const row = (await installation.store.mandates.find(shop.merchantId, mandate.id))!;
  await advance(dayMs + 1_000);
  const { periods, tries } = await until('its end', async () => {
    await advance(61_000);
    const shown = await show(mandate.id);
    return shown.standing.period > row.standing.period ? shown : undefined;
  });
  assert.deepEqual([periods[0].outcome, tries[0].state], ['given_up', 'declined']);
  await run('mandate cancel', [...named, mandate.id]);
});

test('a worker that read a mandate before it was changed or cancelled begins no charge by what it read', async () => {
  const voice = first.assembly.apis.find(({ mandates }) => mandates)!.mandates!;
  const voices = new Map([['transaction-services', voice]]);
  const { gateway } = first.assembly;
  for (const what of ['change', 'cancel'] as const) {
    const stem = await begin();
    const { mandate } = await add(stem, { first: localAt(3_600_000) });
    const read = (await installation.store.mandates.find(shop.merchantId, mandate.id))!;
    const stale = { ...read, mandate: { ...read.mandate, schedule: { ...read.mandate.schedule, firstDueAt: 0 } } };
    const leaseMandates = async () => [{ ...stale, mandate: { ...stale.mandate, periodCountMax: 1 } }];
    await run(`mandate ${what}`, [...named, mandate.id], what === 'change' ? { amount: '12.50' } : {});
    await createMandates(gateway, installation.store.mandates, { leaseMandates }, voices).tick();
    assert.deepEqual(await charges(stem), [], what);
    if (what === 'change') await run('mandate cancel', [...named, mandate.id]);
  }
});

test('two mandates of one payment are charged each for itself', async () => {
  const stem = await begin();
  const both = [await add(stem), await add(stem, { amount: '1.00' })];
  await advance(61_000);
  for (const { mandate } of both) await isAtRest(mandate.id, 2);
  assert.deepEqual((await charges(stem)).map(({ amount, state }) => [amount, state]).sort(), [
    ['100', 'approved'],
    ['999', 'approved'],
  ]);
  for (const { mandate } of both) await run('mandate cancel', [...named, mandate.id]);
});

test('what an operator cannot ask for', async () => {
  const stem = await begin();
  const single = shop.paymentFields();
  await shop.call('payments', single);
  const cases: readonly (readonly [RegExp, Readonly<Record<string, string>>])[] = [
    [/names 0 payments/, { payment: 'nothing' }],
    [/began no series/, { payment: single.merchantTransactionId! }],
    [/--amount is no amount of EUR/, { amount: '9.999' }],
    [/--amount is no amount of EUR/, { amount: '0.00' }],
    [/--every is a period/, { every: 'fortnight' }],
    [/--every is a period/, { every: '0-days' }],
    [/--first is no local date/, { first: '2026-02-30T09:00' }],
    [/--first is over already/, { first: '2020-01-01T09:00' }],
    [/--zone is no time zone/, { zone: 'Europe/Atlantis' }],
    [/--times is a number/, { times: '0' }],
    [/--until is a date/, { until: 'soon' }],
    [/--until is before --first/, { until: '2020-01-01' }],
  ];
  for (const [says, options] of cases) await assert.rejects(add(stem, options), says, JSON.stringify(options));
  await assert.rejects(run('mandate show', [...named, 'nothing']), /has no mandate nothing/);
  await assert.rejects(run('mandate list', ['spiral', 'nobody']), /there is no shop/);
});

test('the books agree', () => booksAgree(first));
