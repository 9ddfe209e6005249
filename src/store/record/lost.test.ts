import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { testDatabase } from '../../../test/database.ts';
import type { Step } from '../../gateway/ports.ts';
import { silentLog } from '../../kit/log.ts';
import { connect } from '../../kit/postgres.ts';
import { openStore } from '../index.ts';
import { approved, charge, conclude, merchantId, referenced } from '../sample.ts';

/** A line that breaks around a commit loses nothing and writes nothing twice. */
const url = await testDatabase();
const sql = connect(url, 1, 'test');
after(() => sql.end());

/** A line to the database that can be cut just after a statement was handed over, or just before. */
const line = async () => {
  let cut: 'answer' | 'statement' | null = null;
  const lines = new Set<Socket>();
  const target = new URL(url);
  const server = createServer((near) => {
    const far = dial(Number(target.port), target.hostname);
    lines.add(near).add(far);
    const hangUp = () => {
      near.destroy();
      far.destroy();
    };
    near.on('error', hangUp).on('close', hangUp);
    far.on('error', hangUp).on('close', hangUp);
    near.on('data', (bytes) => {
      // The record statement is the only one that brings arrays of commands.
      if (cut === 'statement' && bytes.includes('{"')) {
        cut = null;
        hangUp();
      } else far.write(bytes);
    });
    far.on('data', (bytes) => {
      // `C` begins the word that a statement is complete, and with it committed.
      if (cut === 'answer' && bytes.includes('SELECT 0')) {
        cut = null;
        hangUp();
      } else near.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    cutNext: (what: 'answer' | 'statement') => {
      cut = what;
    },
    isCut: () => cut === null,
    cutAll: () => {
      for (const socket of lines) socket.destroy();
    },
    close: () => server.close(),
  };
};

const wire = await line();
const store = openStore({ url: wire.url, log: silentLog });
await store.migrate();
after(async () => {
  await store.close();
  wire.cutAll();
  wire.close();
});
const { payments } = store;

const eventCount = async (step: Step): Promise<number> =>
  (await sql.unsafe('select count(*)::int as n from tollgate.events where payment_id = $1', [step.payment.id]))[0]!.n;

for (const what of ['answer', 'statement'] as const) {
  test(`new payments whose ${what} was lost are written once`, async () => {
    const samples = Array.from({ length: 9 }, (_, i) => referenced(`${what} ${i}`));
    wire.cutNext(what);
    const verdicts = await Promise.all(samples.map(({ step }) => payments.record(step)));
    assert.ok(wire.isCut());
    assert.deepEqual(
      verdicts,
      samples.map(() => 'written'),
    );
    for (const { step, next } of samples) {
      assert.deepEqual(await payments.find(merchantId, step.payment.id), next);
      assert.equal(await eventCount(step), step.events.length);
    }
  });

  test(`an outcome whose ${what} was lost is written once`, async () => {
    const sale = charge();
    await payments.record(sale.step);
    const paid = conclude(sale.next, approved);
    wire.cutNext(what);
    assert.equal(await payments.record(paid.step), 'written');
    assert.ok(wire.isCut());
    assert.deepEqual(await payments.find(merchantId, sale.step.payment.id), paid.next);
    assert.equal(await eventCount(sale.step), sale.step.events.length + paid.step.events.length);
  });
}

test('a step whose answer was lost after another one moved the payment on is still found', async () => {
  const sale = charge();
  await payments.record(sale.step);
  const paid = conclude(sale.next, approved);
  const late = conclude(sale.next, { kind: 'declined' });
  wire.cutNext('answer');
  assert.deepEqual([await payments.record(paid.step), await payments.record(late.step)], ['written', 'stale']);
});

/** Waits until so many record statements wait for a lock, and answers their backends. */
const blocked = async (count: number): Promise<number[]> => {
  for (;;) {
    const rows = await sql.unsafe<{ pid: number }[]>(`select pid from pg_stat_activity where wait_event_type = 'Lock'
      and application_name = 'tollgate record' and datname = current_database()`);
    if (rows.length === count) return rows.map(({ pid }) => pid);
  }
};

test('a statement that goes on after its line is cut is found, though it was sent again meanwhile', async () => {
  const sale = charge();
  await payments.record(sale.step);
  const paid = conclude(sale.next, approved);
  const holder = connect(url, 1, 'holder');
  let verdict: Promise<string> | undefined;
  await holder.begin(async (tx) => {
    await tx.unsafe('select from tollgate.payments where id = $1 for update', [sale.step.payment.id]);
    verdict = payments.record(paid.step);
    await blocked(1);
    wire.cutAll();
    await blocked(2);
  });
  assert.equal(await verdict, 'written');
  assert.equal(await eventCount(sale.step), sale.step.events.length + paid.step.events.length);
  await holder.end();
});

test('a step whose backend was ended before it wrote is written by another one', async () => {
  const sale = charge();
  await payments.record(sale.step);
  const paid = conclude(sale.next, approved);
  const holder = connect(url, 1, 'holder');
  let verdict: Promise<string> | undefined;
  await holder.begin(async (tx) => {
    await tx.unsafe('select from tollgate.payments where id = $1 for update', [sale.step.payment.id]);
    verdict = payments.record(paid.step);
    await sql.unsafe('select pg_terminate_backend($1)', await blocked(1));
  });
  assert.equal(await verdict, 'written');
  await holder.end();
});

test('backends that are ended at any moment lose nothing and double nothing', async () => {
  let endedCount = 0;
  const killer = async () => {
    while (endedCount < 8) {
      const ended = await sql.unsafe(`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'tollgate record' and state = 'active' and datname = current_database() limit 1`);
      endedCount += ended.count;
    }
  };
  const killed = killer();
  let saleCount = 0;
  while (endedCount < 8) {
    const sales = Array.from({ length: 100 }, () => referenced(`ended ${++saleCount}`));
    const verdicts = await Promise.all(
      sales.map(async ({ step, next }) => [
        await payments.record(step),
        await payments.record(conclude(next, approved).step),
      ]),
    );
    assert.ok(verdicts.flat().every((verdict) => verdict === 'written'));
  }
  await killed;
  const [books] = await sql.unsafe(`select count(*)::int as postings, count(distinct p.payment_id)::int as payments
    from tollgate.postings p join tollgate.operations o using (payment_id) where o.reference like 'ended %'`);
  assert.deepEqual({ ...books }, { postings: saleCount, payments: saleCount });
});
