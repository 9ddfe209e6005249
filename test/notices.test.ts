import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import type { NoticeRow, NoticeVoice, Outbox } from '../src/gateway/ports.ts';
import { newId } from '../src/kit/ids.ts';
import { silentLog } from '../src/kit/log.ts';
import { outbound } from '../src/kit/outbound.ts';
import { connect } from '../src/kit/postgres.ts';
import { type DeliveryParts, deliverNotices } from '../src/notices/index.ts';
import { openStore } from '../src/store/index.ts';
import { charge, now, telling } from '../src/store/sample.ts';
import { testDatabase } from './database.ts';
import { startReceiver } from './receiver.ts';

// The outbox in PostgreSQL and the loop that empties it, together.

const url = await testDatabase();
const store = openStore({ url, log: silentLog });
const sql = connect(url, 1, 'test');
await store.migrate();
after(() => Promise.all([store.close(), sql.end()]));

const { administration, outbox, payments } = store;
const { id: merchantId } = await administration.addMerchant('Testmart', now);
const about = { merchantId, api: 'test', wireName: 'testmart', settings: {}, routes: [], now };
const { shopId } = await administration.ensureShop(about);

const clock = { at: now, now: () => clock.at };
const realClock = { at: now, now: () => realClock.at };
const client = outbound({ allowPrivate: true });
after(() => client.close());

const voice: NoticeVoice = {
  api: 'test',
  compose: () => undefined,
  headers: async (_, __, at) => ({ Date: new Date(at).toISOString() }),
  acknowledged: (status) => status === 200,
  pausesMs: [60_000, 60_000],
  timeoutMs: 10_000,
};

/** A worker: a process of its own would share only the database with the others. */
const worker = (change: Partial<DeliveryParts> = {}) =>
  deliverNotices({
    outbox,
    directory: store.directory,
    voices: new Map([['test', voice]]),
    clock,
    realClock,
    outbound: client,
    log: silentLog,
    ...change,
  });

const tell = async (address: string): Promise<string> => {
  const paymentId = newId(merchantId, now);
  const { step } = telling(charge({ merchantId, shopId, paymentId }), 1, 1, address, clock.at);
  assert.equal(await payments.record(step), 'written');
  return paymentId;
};

const rowOf = async (paymentId: string): Promise<NoticeRow> =>
  (await outbox.listNotices({ limit: 1_000 })).find((row) => row.paymentId === paymentId)!;

const until = async (condition: () => boolean): Promise<void> => {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail('it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

beforeEach(async () => {
  clock.at = now;
  realClock.at = now;
  await sql.unsafe('truncate tollgate.notices');
});

test('a notice that fails twice arrives at the third try, dated anew each time', async () => {
  const { url, received, statuses } = await startReceiver();
  statuses.push(500, 302);
  const paymentId = await tell(`${url}/hook?x=1`);
  const { tick } = worker();
  for (const expected of ['due', 'due', 'delivered']) {
    assert.equal(await tick(), 1);
    assert.equal(await tick(), 0);
    assert.equal((await rowOf(paymentId)).state, expected);
    clock.at += 60_000;
    realClock.at += 61_000;
  }
  assert.deepEqual(new Set(received.map(({ path, text }) => `${path} ${text}`)), new Set(['/hook?x=1 {"seq":1}']));
  assert.equal(new Set(received.map(({ headers }) => headers.date)).size, 3);
  const row = await rowOf(paymentId);
  assert.deepEqual([row.tries, row.lastStatus, row.lastNote], [3, 200, null]);
});

test('a notice is abandoned after its last pause, and a replay starts a fresh series', async () => {
  const { url, received, statuses } = await startReceiver();
  statuses.push(500, 500, 500);
  const paymentId = await tell(url);
  const { tick } = worker();
  for (let n = 0; n < 4; n++) {
    await tick();
    clock.at += 60_000;
  }
  assert.deepEqual([(await rowOf(paymentId)).state, received.length], ['abandoned', 3]);
  assert.ok(await outbox.replayNotice(merchantId, paymentId, 1, clock.at));
  assert.equal(await tick(), 1);
  assert.equal((await rowOf(paymentId)).state, 'delivered');
});

test('workers side by side deliver each notice once', async () => {
  const receivers = await Promise.all([startReceiver(), startReceiver(), startReceiver()]);
  const told = await Promise.all(Array.from({ length: 60 }, (_, n) => tell(receivers[n % 3]!.url)));
  const abort = new AbortController();
  const loops = [worker(), worker(), worker()].map((each) => each.run(abort.signal));
  const count = () => receivers.reduce((sum, { received }) => sum + received.length, 0);
  await until(() => count() >= told.length);
  abort.abort();
  await Promise.all(loops);
  assert.equal(count(), told.length);
  assert.equal((await outbox.listNotices({ limit: 100, state: 'delivered' })).length, told.length);
});

test('what a killed worker held is delivered by another after half a minute, and its own late word counts nothing', async () => {
  const { url, received } = await startReceiver();
  const paymentId = await tell(url);
  let settle = () => Promise.resolve();
  const killed: Outbox = {
    ...outbox,
    settleNotice: async (...end) => {
      settle = () => outbox.settleNotice(...end);
      throw new Error('killed');
    },
  };
  assert.equal(await worker({ outbox: killed }).tick(), 0);
  realClock.at += 29_999;
  assert.equal(await worker().tick(), 0);
  realClock.at += 1;
  assert.equal(await worker().tick(), 1);
  await settle();
  const row = await rowOf(paymentId);
  assert.deepEqual([row.state, row.tries, received.length], ['delivered', 1, 2]);
});

test('a dead endpoint with many notices due holds up nobody else', async () => {
  let open = 0;
  const dead = createServer((socket) => {
    open++;
    socket.on('error', () => {}).on('close', () => open--);
  });
  await new Promise<void>((resolve) => dead.listen(0, '127.0.0.1', resolve));
  const stopped = new AbortController();
  after(() => dead.close());
  const address = `http://127.0.0.1:${(dead.address() as { port: number }).port}/`;
  await Promise.all(Array.from({ length: 100 }, () => tell(address)));
  const healthy = await startReceiver();
  await Promise.all(Array.from({ length: 40 }, () => tell(healthy.url)));
  const own = outbound({ allowPrivate: true });
  const loops = [worker({ outbound: own }), worker({ outbound: own })].map((each) => each.run(stopped.signal));
  await until(() => healthy.received.length === 40);
  assert.equal(open, 4);
  stopped.abort();
  own.close();
  await Promise.all(loops);
});
