import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testDatabase } from '../../../test/database.ts';
import type { Claim, View } from '../../core/model.ts';
import { newId } from '../../kit/ids.ts';
import { silentLog } from '../../kit/log.ts';
import { connect } from '../../kit/postgres.ts';
import { openStore, type Store } from '../index.ts';
import { approved, charge, conclude, follow, merchantId, now, type Sample } from '../sample.ts';

/** Writers of several processes over few payments, claims and gates. */
const storeCount = 4;
/** Several a store, so that batches have several steps, whose order then matters. */
const writerCount = 48;
const paymentCount = 24;
const roundCount = 80;
/** Few references that all fight for, or many that only some do. */
const referenceCounts = [12, 4_000];

const url = await testDatabase();
const sql = connect(url, 1, 'test');
after(() => sql.end());

const stores = Array.from({ length: storeCount }, () => openStore({ url, log: silentLog, readConnectionCount: 2 }));
await stores[0]!.migrate();

/** The same choices in every run, so that a failure can be looked at again. */
const chooser = (seed: number) => (below: number) => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};

const paid = async ({ payments }: Store): Promise<string> => {
  const sale = charge({ amountMinor: 1_000_000n });
  assert.equal(await payments.record(sale.step), 'written');
  assert.equal(await payments.record(conclude(sale.next, approved).step), 'written');
  return sale.step.payment.id;
};

/** Brings an outcome in, however often the payment moves on meanwhile. Answers how often it was stale. */
const bringIn = async ({ payments }: Store, paymentId: string, outcome: (view: View) => Sample): Promise<number> => {
  for (let staleCount = 0; ; staleCount++) {
    const { step } = outcome((await payments.find(merchantId, paymentId))!);
    if ((await payments.record(step)) === 'written') return staleCount;
  }
};

test('contended steps deadlock nobody, and the books agree with the totals', { timeout: 60_000 }, async () => {
  const paymentIds = await Promise.all(Array.from({ length: paymentCount }, () => paid(stores[0]!)));
  const gateIds = Array.from({ length: 4 }, () => newId(merchantId, now));
  for (const id of gateIds) {
    await sql.unsafe('insert into tollgate.gates values ($1, $2, $3, $4, $5)', [merchantId, id, 'link', 1, 'open']);
  }
  const counts = { written: 0, stale: 0, taken: 0, full: 0 };

  const claimsOf = (choose: (below: number) => number): Claim[] => {
    const references = referenceCounts[choose(2)]!;
    const values = new Set(Array.from({ length: 1 + choose(3) }, () => `${choose(references)}`));
    return [...values].map((value) => ({ scope: 'ref', value }));
  };

  const refund = async (store: Store, choose: (below: number) => number) => {
    const paymentId = paymentIds[choose(paymentCount)]!;
    const view = (await store.payments.find(merchantId, paymentId))!;
    const claims = choose(2) ? claimsOf(choose) : [];
    const asked = follow(view, 'refund', BigInt(1 + choose(50)), { claims });
    const verdict = await store.payments.record(asked.step);
    counts[verdict]++;
    if (verdict !== 'written') return;
    const operation = asked.next.operations.length;
    const evidence = choose(4) ? approved : ({ kind: 'declined' } as const);
    counts.stale += await bringIn(store, paymentId, (now) => conclude(now, evidence, { operation }));
    counts.written++;
  };

  const sale = async (store: Store, choose: (below: number) => number) => {
    counts[await store.payments.record(charge({ claims: claimsOf(choose) }).step)]++;
  };

  const gated = async (store: Store, choose: (below: number) => number) => {
    const ids = gateIds.filter(() => choose(2) === 0);
    const versions = await sql.unsafe<{ id: string; version: number }[]>('select id, version from tollgate.gates');
    const gates = ids.map((id) => ({ id, read: versions.find((gate) => gate.id === id)!.version }));
    counts[await store.payments.record({ ...charge().step, gates })]++;
  };

  const kinds = [refund, refund, refund, sale, sale, gated];
  await Promise.all(
    Array.from({ length: writerCount }, async (_, i) => {
      const store = stores[i % storeCount]!;
      const choose = chooser(i + 1);
      for (let round = 0; round < roundCount; round++) await kinds[choose(kinds.length)]!(store, choose);
    }),
  );
  // PostgreSQL writes a session's counters down when the session ends, at the latest.
  await Promise.all(stores.map((store) => store.close()));
  const [{ deadlocks }] = (await sql.unsafe(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  )) as unknown as [{ deadlocks: number }];
  assert.equal(deadlocks, 0);
  assert.ok(counts.written > 1_500 && counts.stale > 100 && counts.taken > 100, JSON.stringify(counts));
  assert.equal(counts.full, 0);

  const wrong = await sql.unsafe(`
    select p.id from tollgate.payments p cross join lateral (
      select coalesce(sum(amount_minor) filter (where credit = 'merchant'), 0) as into_merchant,
        coalesce(sum(amount_minor) filter (where debit = 'merchant'), 0) as out_of_merchant
      from tollgate.postings where merchant_id = p.merchant_id and payment_id = p.id) b cross join lateral (
      select coalesce(sum(amount_minor) filter (where kind = 'refund' and state = 'approved'), 0) as refunded,
        count(*) filter (where state = 'acting' and kind = 'refund') as hanging, count(*) as operations
      from tollgate.operations where merchant_id = p.merchant_id and payment_id = p.id) o cross join lateral (
      select count(distinct entry) as entries from tollgate.events
      where merchant_id = p.merchant_id and payment_id = p.id) e
    where into_merchant <> captured_minor or out_of_merchant <> refunded_minor or refunded <> refunded_minor
      or captured_held_minor <> 0 or hanging <> 0 or entries <> version`);
  assert.deepEqual([...wrong], []);
  const [{ claims, holders }] = (await sql.unsafe(`
    select count(*)::int as claims, count(o.id)::int as holders from tollgate.claims c left join tollgate.operations o
      on o.merchant_id = c.merchant_id and o.payment_id = c.payment_id and o.id = c.command`)) as unknown as [
    { claims: number; holders: number },
  ];
  assert.equal(claims, holders);
});
