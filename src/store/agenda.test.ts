import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import { silentLog } from '../kit/log.ts';
import { connect } from '../kit/postgres.ts';
import { openStore } from './index.ts';
import { approved, charge, conclude, merchantId, now, open } from './sample.ts';

const url = await testDatabase();
const store = openStore({ url, log: silentLog });
const sql = connect(url, 1, 'test');
await store.migrate();
after(() => Promise.all([store.close(), sql.end()]));
beforeEach(async () => {
  await sql.unsafe('truncate tollgate.tasks');
  await sql.unsafe('update tollgate.attempts set due_at = null');
});

const { payments, agenda } = store;
/** Real time has nothing to do with business time. */
const realNow = 1_000_000;
const lease = { dueBefore: now + 3_600_000, realNow, leaseUntil: realNow + 30_000, limit: 100 };

const begun = async (count: number): Promise<string[]> => {
  const steps = Array.from({ length: count }, () => charge().step);
  await Promise.all(steps.map((step) => payments.record(step)));
  return steps.map((step) => step.payment.id);
};

test('an attempt falls due when its sender has not brought the outcome in time', async () => {
  const [paymentId] = await begun(1);
  assert.deepEqual(await agenda.leaseAttempts({ ...lease, dueBefore: now + 9_999 }), []);
  const [leased] = await agenda.leaseAttempts({ ...lease, dueBefore: now + 10_000 });
  assert.deepEqual(leased, { merchantId, paymentId, operation: 1, attempt: 1 });
});

test('an attempt whose outcome is in is not due', async () => {
  const { step, next } = charge();
  await payments.record(step);
  await payments.record(conclude(next, approved).step);
  assert.deepEqual(await agenda.leaseAttempts(lease), []);
});

test('nobody else gets what is leased, until the lease is over', async () => {
  await begun(3);
  assert.equal((await agenda.leaseAttempts(lease)).length, 3);
  assert.deepEqual(await agenda.leaseAttempts({ ...lease, realNow: realNow + 29_999 }), []);
  assert.equal((await agenda.leaseAttempts({ ...lease, realNow: realNow + 30_000 })).length, 3);
});

test('a new due time ends the lease', async () => {
  const { step, next } = charge();
  await payments.record(step);
  assert.equal((await agenda.leaseAttempts(lease)).length, 1);
  await payments.record(conclude(next, { kind: 'unknown', doubt: 'silence' }).step);
  assert.equal((await agenda.leaseAttempts(lease)).length, 1);
});

test('workers that lease at the same time never hold the same attempt', async () => {
  const paymentIds = await begun(200);
  const other = openStore({ url, log: silentLog });
  const takes = Array.from({ length: 40 }, (_, i) =>
    (i % 2 ? agenda : other.agenda).leaseAttempts({ ...lease, limit: 9 }),
  );
  const leased = (await Promise.all(takes)).flat().map(({ paymentId }) => paymentId);
  const rest = (await agenda.leaseAttempts({ ...lease, limit: 1_000 })).map(({ paymentId }) => paymentId);
  await other.close();
  assert.ok(leased.length > 100);
  assert.deepEqual([...leased, ...rest].sort(), paymentIds.sort());
});

test('a worker does not wait for a payment under way', async () => {
  const [locked, free] = await begun(2);
  await sql.begin(async (tx) => {
    await tx.unsafe('update tollgate.attempts set inquiries = 1 where payment_id = $1', [locked!]);
    assert.deepEqual(
      (await agenda.leaseAttempts(lease)).map(({ paymentId }) => paymentId),
      [free],
    );
  });
});

test('a checkout has its expiry set, leased once, moved and taken away', async () => {
  const { step } = open();
  await payments.record(step);
  const mine = { merchantId, paymentId: step.payment.id, kind: 'expire' };
  assert.deepEqual(await agenda.leaseTasks({ ...lease, dueBefore: now + 599_999 }), []);
  assert.deepEqual(await agenda.leaseTasks(lease), [mine]);
  assert.deepEqual(await agenda.leaseTasks(lease), []);
  const payment = { ...step.payment, version: 2 };
  const nothing = { operations: [], attempts: [], checkout: null, tasksIn: [], claims: [] };
  const moved = { ...step, ...nothing, payment, read: 1, tasksIn: [{ kind: 'expire', dueAt: now + 900_000 }] as const };
  assert.equal(await payments.record(moved), 'written');
  assert.deepEqual(await agenda.leaseTasks({ ...lease, dueBefore: now + 899_999 }), []);
  assert.deepEqual(await agenda.leaseTasks({ ...lease, dueBefore: now + 900_000 }), [mine]);
  const over = { ...step, ...nothing, payment: { ...payment, version: 3 }, read: 2, tasksOut: ['expire'] as const };
  assert.equal(await payments.record(over), 'written');
  assert.deepEqual(await agenda.leaseTasks({ ...lease, realNow: realNow + 60_000 }), []);
});
