import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differenceMaxMs, withAgreedTime } from './agreed-time.ts';
import type { Agenda, Lease, LeasedAttempt, Outbox, Surroundings } from './ports.ts';

const start = 1_800_000_000_000;
const lease: Lease = { dueBefore: start, realNow: start, leaseUntil: start + 30_000, limit: 32 };
const due: LeasedAttempt = { merchantId: 7, paymentId: 'payment', operation: 1, attempt: 1 };

/** A process and a database with clocks of their own; time passes for both. */
const worldOf = (aheadMs: number) => {
  const said: string[] = [];
  const world = { passed: 0, aheadMs, databaseAheadMs: 0, questions: 0, travelMs: 0, said };
  const surroundings = {
    realClock: { now: () => start + world.passed + world.aheadMs },
    elapsed: () => 5_000 + world.passed,
    log: {
      info: (_: object, text: string) => said.push(text),
      error: (fields: object) => said.push(JSON.stringify(fields)),
    },
  } as unknown as Surroundings;
  const agenda: Agenda = {
    leaseAttempts: async () => [due],
    leaseLinks: async () => [],
    leaseMandates: async () => [],
    leaseTasks: async () => [{ merchantId: 7, paymentId: 'payment', kind: 'expire' }],
    async now() {
      world.questions++;
      world.passed += world.travelMs / 2;
      const now = start + world.passed + world.databaseAheadMs;
      world.passed += world.travelMs / 2;
      return now;
    },
  };
  const outbox = { leaseNotices: async () => [{ seq: 1 }] } as unknown as Outbox;
  return { world, agreed: withAgreedTime({ agenda, outbox }, surroundings) };
};

const countOf = async ({ agreed }: ReturnType<typeof worldOf>) => {
  const { agenda, outbox } = agreed;
  const notices = outbox.leaseNotices({ ...lease, perEndpoint: 4 });
  const leased = await Promise.all([agenda.leaseAttempts(lease), agenda.leaseTasks(lease), notices]);
  return leased.flat().length;
};

test('what is due is leased while the clocks agree, and the database is asked now and then', async () => {
  const one = worldOf(1_500);
  assert.equal(await countOf(one), 3);
  const { questions } = one.world;
  one.world.passed += 9_000;
  assert.equal(await countOf(one), 3);
  assert.equal(one.world.questions, questions);
  one.world.passed += 2_000;
  assert.equal(await countOf(one), 3);
  assert.ok(one.world.questions > questions);
  assert.deepEqual(one.world.said, []);
});

for (const aheadMs of [3_600_000, -3_600_000, differenceMaxMs + 1, -differenceMaxMs - 1]) {
  test(`nothing is leased by a clock that is ${aheadMs} ms ahead, which is told once`, async () => {
    const one = worldOf(aheadMs);
    assert.equal(await countOf(one), 0);
    one.world.passed += 60_000;
    assert.equal(await countOf(one), 0);
    assert.deepEqual(one.world.said, [JSON.stringify({ aheadMs })]);
    one.world.aheadMs = 0;
    assert.equal(await countOf(one), 3);
    assert.equal(one.world.said.length, 2);
  });
}

test('a clock that is set is noticed at once, not when the database is asked again', async () => {
  const one = worldOf(0);
  assert.equal(await countOf(one), 3);
  one.world.passed += 1_000;
  one.world.aheadMs = 3_600_000;
  assert.equal(await countOf(one), 0);
});

test('a lease that was reckoned by a clock that is set during the question is not taken', async () => {
  const one = worldOf(3_600_000);
  const leased = one.agreed.agenda.leaseAttempts(lease);
  // The database has been asked; its answer has not come yet.
  one.world.aheadMs = 0;
  assert.deepEqual(await leased, []);
  assert.deepEqual(await one.agreed.agenda.leaseAttempts(lease), [due]);
});

test('the time that the question takes is no difference', async () => {
  const one = worldOf(0);
  one.world.travelMs = 30_000;
  assert.equal((await one.agreed.agenda.leaseAttempts(lease)).length, 1);
  assert.deepEqual(one.world.said, []);
});
