import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { testDatabase } from '../../../test/database.ts';
import { arePossible, overcaptureOf } from '../../core/totals.ts';
import type { Step } from '../../gateway/ports.ts';
import { connect } from '../../kit/postgres.ts';
import { openStore } from '../index.ts';
import { approved, charge, conclude } from '../sample.ts';

const url = await testDatabase();
const alarms: object[] = [];
const log = { info: () => {}, warn: () => {}, error: (fields: object) => alarms.push(fields) };
const store = openStore({ url, log });
const sql = connect(url, 1, 'test');
await store.migrate();
after(() => Promise.all([store.close(), sql.end()]));

const { payments } = store;

interface Drawn {
  readonly authorizedMinor: bigint;
  readonly overcapturePercent: number;
  /** How much of it is captured by what is under way, per cent. */
  readonly heldShare: bigint;
}

/** A step as only a faulty rule could make it. */
const faulty = (step: Step, totals: Partial<Step['payment']>): Step => ({
  ...step,
  payment: { ...step.payment, ...totals },
});

for (const [fault, totals, constraint] of [
  ['captures more than was authorized', { authorizedMinor: 1n, capturedMinor: 2n }, 'captured_within_authorized'],
  ['holds more than was authorized', { authorizedMinor: 1n, authorizedHeldMinor: 2n }, 'captured_within_authorized'],
  ['refunds more than was captured', { refundedMinor: 1n }, 'refunded_within_captured'],
  ['holds more than was captured', { capturedHeldMinor: 1n }, 'refunded_within_captured'],
  ['goes below zero', { refundedMinor: -1n }, 'payments_refunded_minor_check'],
] as const) {
  test(`a step that ${fault} is refused by the table itself, and costs the others of its batch nothing`, async () => {
    const steps = Array.from({ length: 24 }, () => charge().step);
    const bad = faulty(charge().step, totals);
    alarms.length = 0;
    const outcomes = await Promise.allSettled([...steps, bad].map((step) => payments.record(step)));
    const refused = outcomes.pop();
    assert.ok(outcomes.every((outcome) => outcome.status === 'fulfilled' && outcome.value === 'written'));
    assert.equal(refused?.status, 'rejected');
    for (const step of steps) assert.ok(await payments.find(step.payment.merchantId, step.payment.id));
    assert.equal(await payments.find(bad.payment.merchantId, bad.payment.id), undefined);
    const { merchantId, id: paymentId } = bad.payment;
    const ids = { merchantId, paymentId, command: bad.command };
    assert.deepEqual(alarms, [{ alarm: 'step_refused', code: '23514', constraint, ...ids }]);
  });
}

test('the table lets so many percent more be captured of what is authorized, as core does', async () => {
  const large = 2n ** 63n / 200n;
  const standing = fc.record({
    authorizedMinor: fc.oneof(fc.bigInt({ min: 0n, max: 1_000n }), fc.bigInt({ min: 0n, max: large })),
    overcapturePercent: fc.nat(100),
    heldShare: fc.bigInt({ min: 0n, max: 100n }),
  });
  const writes = async ({ authorizedMinor, overcapturePercent, heldShare }: Drawn, more: bigint): Promise<boolean> => {
    const { step } = charge();
    const allMinor = authorizedMinor + overcaptureOf(authorizedMinor, overcapturePercent) + more;
    const authorizedHeldMinor = (allMinor * heldShare) / 100n;
    const totals = { authorizedMinor, authorizedHeldMinor, capturedMinor: allMinor - authorizedHeldMinor };
    const payment = { ...step.payment, ...totals, overcapturePercent, amountMinor: authorizedMinor };
    assert.equal(arePossible(payment), more === 0n);
    return (await Promise.allSettled([payments.record({ ...step, payment })]))[0]!.status === 'fulfilled';
  };
  await fc.assert(
    fc.asyncProperty(standing, async (drawn) => {
      assert.deepEqual([await writes(drawn, 0n), await writes(drawn, 1n)], [true, false]);
    }),
    { numRuns: 60 },
  );
});

for (const overcapturePercent of [-1, 101]) {
  test(`${overcapturePercent} percent more are refused by the table itself`, async () => {
    alarms.length = 0;
    await assert.rejects(payments.record(faulty(charge().step, { overcapturePercent })));
    assert.equal((alarms[0] as { constraint?: string }).constraint, 'overcapture_is_a_percentage');
  });
}

test('a verify with an amount is refused by the table itself', async () => {
  const { step } = charge();
  const operations = step.operations.map((operation) => ({ ...operation, kind: 'verify' as const }));
  alarms.length = 0;
  await assert.rejects(payments.record({ ...step, operations }));
  assert.equal((alarms[0] as { constraint?: string }).constraint, 'verify_moves_nothing');
});

test('what is told of a refusal shows no row', async () => {
  const bad = faulty(charge({ memo: 'planted memo' }).step, { refundedMinor: 987_654n });
  await assert.rejects(payments.record(bad), (error: Error) => {
    const told = `${error.stack} ${JSON.stringify(error)} ${JSON.stringify(alarms.at(-1))} ${error.cause ?? ''}`;
    assert.match(told, /23514/);
    assert.doesNotMatch(told, /planted memo|987654|Failing row/);
    return true;
  });
});

test('a step that lacks a value, or skips a version, never reaches a batch', async () => {
  const { step } = charge();
  const { currency: _, ...payment } = step.payment;
  await assert.rejects(payments.record({ ...step, payment } as unknown as Step), /currency .* has no value/);
  await assert.rejects(payments.record(faulty(step, { version: 5 })), /skips a version/);
  assert.equal(await payments.record(step), 'written');
});

test('a NUL character in what an acquirer says does not stop the outcome', async () => {
  const first = charge();
  await payments.record(first.step);
  const outcome = conclude(first.next, { ...approved, responseText: 'o\0k "quoted" \\ {}' });
  assert.equal(await payments.record(outcome.step), 'written');
  const view = await payments.find(first.step.payment.merchantId, first.step.payment.id);
  assert.equal(view?.attempts[0]?.responseText, 'o\uFFFDk "quoted" \\ {}');
});

test('the books only grow', async () => {
  const first = charge();
  await payments.record(first.step);
  await payments.record(conclude(first.next, approved).step);
  for (const table of ['postings', 'events']) {
    for (const change of [`update tollgate.${table} set line = 9`, `delete from tollgate.${table}`]) {
      await assert.rejects(sql.unsafe(change), { code: 'TG002' });
      await assert.rejects(sql.unsafe(`${change} where false`), { code: 'TG002' });
    }
    await assert.rejects(sql.unsafe(`truncate tollgate.${table}`), { code: 'TG002' });
  }
});
