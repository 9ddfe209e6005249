import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { View } from '../core/model.ts';
import type { LeasedNotice } from '../gateway/ports.ts';
import { silentLog } from '../kit/log.ts';
import { connect, type Sql } from '../kit/postgres.ts';
import { openStore } from './index.ts';
import { approved, charge, conclude, follow, merchantId, now, type Sample, shopId, telling } from './sample.ts';
import { leaseNotices } from './statements/lease-notices.ts';

const url = await testDatabase();
const store = openStore({ url, log: silentLog });
const sql = connect(url, 1, 'test');
await store.migrate();
after(() => Promise.all([store.close(), sql.end()]));
beforeEach(async () => {
  await sql.unsafe('truncate tollgate.notices');
});

const { payments, outbox } = store;
const realNow = 1_000_000;
const lease = { dueBefore: now, realNow, leaseUntil: realNow + 30_000, limit: 100, perEndpoint: 4 };
const url1 = 'https://shop.example/hooks?x=1';
const unanswered = { status: null, note: null };

const write = async ({ step, next }: Sample): Promise<View> => {
  assert.equal(await payments.record(step), 'written');
  return next;
};

const told = (address: string, dueAt = now): Promise<View> => write(telling(charge(), 1, 1, address, dueAt));

const namesOf = (notices: readonly LeasedNotice[]) => notices.map(({ paymentId, seq }) => `${paymentId} ${seq}`);

test('a notice is written with its step and leased with all that a sender needs', async () => {
  const view = await told(url1);
  assert.deepEqual(await outbox.leaseNotices({ ...lease, dueBefore: now - 1 }), []);
  const [notice] = await outbox.leaseNotices(lease);
  assert.deepEqual(notice, {
    merchantId,
    paymentId: view.payment.id,
    seq: 1,
    operationId: view.operations[0]!.id,
    shopId,
    url: url1,
    body: '{"seq":1}',
    tries: 0,
    dueAt: now,
    fence: 1,
  });
});

test('nobody else gets a leased notice until the lease is over, and then the fence has grown', async () => {
  await told(url1);
  await outbox.leaseNotices(lease);
  assert.deepEqual(await outbox.leaseNotices({ ...lease, realNow: realNow + 29_999 }), []);
  const [again] = await outbox.leaseNotices({ ...lease, realNow: realNow + 30_000 });
  assert.equal(again?.fence, 2);
});

test('the end of a try counts only under the lease it was made', async () => {
  const { payment } = await told(url1);
  const [late] = await outbox.leaseNotices(lease);
  const [mine] = await outbox.leaseNotices({ ...lease, realNow: realNow + 30_000 });
  await outbox.settleNotice(late!, { state: 'delivered' }, { status: 200, note: null });
  const [open] = await outbox.listNotices({ limit: 9 });
  assert.deepEqual([open?.state, open?.tries, open?.lastStatus], ['due', 0, null]);
  await outbox.settleNotice(mine!, { state: 'due', dueAt: now + 900_000 }, { status: 500, note: 'oops' });
  const [row] = await outbox.listNotices({ limit: 9 });
  assert.deepEqual(row, {
    merchantId,
    paymentId: payment.id,
    seq: 1,
    operationId: mine!.operationId,
    url: url1,
    state: 'due',
    tries: 1,
    dueAt: now + 900_000,
    lastStatus: 500,
    lastNote: 'oops',
  });
  assert.deepEqual(await outbox.leaseNotices(lease), []);
  const [next] = await outbox.leaseNotices({ ...lease, dueBefore: now + 900_000 });
  assert.equal(next?.tries, 1);
  await outbox.settleNotice(next!, { state: 'abandoned' }, unanswered);
  assert.deepEqual(await outbox.listNotices({ limit: 9, state: 'due' }), []);
  assert.equal((await outbox.listNotices({ limit: 9, state: 'abandoned' })).length, 1);
});

test('a newer notice of an operation replaces an older one that is not acknowledged, in the same commit', async () => {
  const first = await told(url1);
  const [underWay] = await outbox.leaseNotices(lease);
  await write(telling(conclude(first, approved), 2, 1, url1));
  assert.deepEqual(
    (await outbox.listNotices({ limit: 9 })).map(({ seq, state }) => [seq, state]),
    [
      [2, 'due'],
      [1, 'replaced'],
    ],
  );
  await outbox.settleNotice(underWay!, { state: 'due', dueAt: now }, unanswered);
  assert.deepEqual(namesOf(await outbox.leaseNotices(lease)), [`${first.payment.id} 2`]);
});

test('a mail takes the place of no notice by HTTP, and the other way round', async () => {
  const mailto = 'mailto:till%40shop.example';
  const first = await told(url1);
  await write(telling(conclude(first, approved), 2, 1, mailto));
  assert.deepEqual(
    (await outbox.listNotices({ limit: 9 })).map(({ url, state }) => [url, state]),
    [
      [mailto, 'due'],
      [url1, 'due'],
    ],
  );
});

test('a notice of another operation, or one that was delivered, is not replaced', async () => {
  const first = await told(url1);
  const [sent] = await outbox.leaseNotices(lease);
  await outbox.settleNotice(sent!, { state: 'delivered' }, { status: 200, note: null });
  const paid = await write(telling(conclude(first, approved), 2, 1, url1));
  await write(telling(follow(paid, 'refund', 1n), 3, 2, url1));
  assert.deepEqual(
    (await outbox.listNotices({ limit: 9 })).map(({ seq, state }) => [seq, state]),
    [
      [3, 'due'],
      [2, 'due'],
      [1, 'delivered'],
    ],
  );
});

test('notices of one payment go one at a time, in their order', async () => {
  const paid = await write(conclude(await write(charge()), approved));
  const first = await write(telling(follow(paid, 'refund', 1n), 1, 2, url1));
  await write(telling(follow(first, 'refund', 1n), 2, 3, url1));
  const [one, ...none] = await outbox.leaseNotices(lease);
  assert.deepEqual([one?.seq, none], [1, []]);
  assert.deepEqual(await outbox.leaseNotices(lease), []);
  await outbox.settleNotice(one!, { state: 'delivered' }, { status: 200, note: null });
  assert.deepEqual(
    (await outbox.leaseNotices(lease)).map(({ seq }) => seq),
    [2],
  );
});

test('an endpoint is a shop and the scheme, host and port of the address: no more than its share is on the way', async () => {
  for (const path of ['a', 'b', 'c', 'd', 'e', 'f']) await told(`https://one.example/${path}`);
  await told('https://one.example:8443/a');
  await told('http://one.example/a');
  const leased = await outbox.leaseNotices(lease);
  assert.deepEqual(leased.map(({ url: to }) => new URL(to).origin).sort(), [
    'http://one.example',
    'https://one.example',
    'https://one.example',
    'https://one.example',
    'https://one.example',
    'https://one.example:8443',
  ]);
  assert.deepEqual(await outbox.leaseNotices(lease), []);
  const sent = leased.find(({ url: to }) => to.startsWith('https://one.example/'))!;
  await outbox.settleNotice(sent, { state: 'delivered' }, { status: 200, note: null });
  assert.equal((await outbox.leaseNotices(lease)).length, 1);
});

test('a dead endpoint with many due notices starves nobody, and is not read through', async () => {
  await told('https://dead.example/', now - 1_000_000);
  await sql.unsafe(`insert into tollgate.notices
      (merchant_id, payment_id, seq, operation, shop_id, endpoint, url, body, due_at, created_at)
    select merchant_id, payment_id, i, operation, shop_id, endpoint, url, body, due_at + i, created_at
    from tollgate.notices, generate_series(2, 5000) i`);
  const alive = await told('https://alive.example/');
  await sql.begin(async (tx) => {
    const leased = await leaseNotices(tx as unknown as Sql, lease);
    assert.ok(namesOf(leased).includes(`${alive.payment.id} 1`));
    const [read] = await tx.unsafe<{ rows: bigint }[]>(`select idx_tup_fetch + seq_tup_read as rows
      from pg_stat_xact_user_tables where schemaname = 'tollgate' and relname = 'notices'`);
    assert.ok(read!.rows < 40n, `${read!.rows} rows were read`);
  });
});

test('workers that lease at the same time never hold the same notice', async () => {
  const addresses = Array.from({ length: 120 }, (_, i) => `https://shop${i % 40}.example/`);
  await Promise.all(addresses.map((address) => told(address)));
  const other = openStore({ url, log: silentLog });
  const takes = Array.from({ length: 30 }, (_, i) =>
    (i % 2 ? outbox : other.outbox).leaseNotices({ ...lease, limit: 7 }),
  );
  const leased = namesOf((await Promise.all(takes)).flat());
  const rest = namesOf(await outbox.leaseNotices({ ...lease, limit: 1_000 }));
  await other.close();
  // More than one of them took something; how many, is a matter of who is quick.
  assert.ok(leased.length > 7);
  assert.equal(new Set([...leased, ...rest]).size, leased.length + rest.length);
  assert.equal(leased.length + rest.length, 120);
});

test('a replay makes a notice due again, with a fresh series of tries, and outdates a try under way', async () => {
  const { payment } = await told(url1);
  const [first] = await outbox.leaseNotices(lease);
  await outbox.settleNotice(first!, { state: 'abandoned' }, { status: 404, note: null });
  assert.equal(await outbox.replayNotice(merchantId, payment.id, 1, now + 5), true);
  assert.equal(await outbox.replayNotice(merchantId, payment.id, 2, now + 5), false);
  const [again] = await outbox.leaseNotices({ ...lease, dueBefore: now + 5 });
  assert.deepEqual([again?.tries, again?.dueAt, again?.body], [0, now + 5, first?.body]);
  await outbox.replayNotice(merchantId, payment.id, 1, now);
  await outbox.settleNotice(again!, { state: 'delivered' }, { status: 200, note: null });
  assert.equal((await outbox.leaseNotices(lease)).length, 1);
});

test('the lag is how long the oldest due notice has waited', async () => {
  assert.equal(await outbox.noticeLag(now), 0);
  await told('https://a.example/', now + 700);
  await told('https://b.example/', now + 300);
  assert.equal(await outbox.noticeLag(now), 0);
  assert.equal(await outbox.noticeLag(now + 1_000), 700);
  const [oldest] = await outbox.leaseNotices({ ...lease, dueBefore: now + 300 });
  await outbox.settleNotice(oldest!, { state: 'delivered' }, { status: 200, note: null });
  assert.equal(await outbox.noticeLag(now + 1_000), 300);
});
