import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { beforeEach, test } from 'node:test';
import type { Outbox } from '../gateway/ports.ts';
import {
  type Act,
  deliver,
  leases,
  lines,
  outbox,
  owe,
  type Row,
  receiver,
  reset,
  rows,
  until,
  voice,
} from './testing/stand-ins.ts';

beforeEach(reset);

/** Runs the loop while `during` lasts. */
const running = async (delivery: ReturnType<typeof deliver>, during: () => Promise<void>): Promise<void> => {
  const abort = new AbortController();
  const whole = delivery.run(abort.signal);
  await during();
  abort.abort();
  await whole;
};

test('a dead endpoint holds its few places and nobody else waits for it', async () => {
  const open = new Set<ServerResponse>();
  let most = 0;
  const dead = await receiver((response) => {
    open.add(response);
    most = Math.max(most, open.size);
  });
  const healthy = await receiver();
  for (let n = 0; n < 40; n++) owe(dead.url);
  for (let n = 0; n < 40; n++) owe(healthy.url);
  const patient = { ...voice, timeoutMs: 15_000 };
  const delivery = deliver({ concurrency: 8, voices: new Map([['test', patient]]) });
  await running(delivery, async () => {
    await until(() => healthy.got.length === 40 && dead.got.length === 4);
    for (const response of open) response.end();
    open.clear();
    await until(() => dead.got.length >= 8);
    assert.equal(most, 4);
    rows.length = 0;
    for (const response of open) response.end();
  });
});

test('it never has more under way than its places', async () => {
  let open = 0;
  let most = 0;
  const act: Act = (response) => {
    most = Math.max(most, ++open);
    // Longer than the loop needs to look several times.
    setTimeout(() => {
      open--;
      response.end();
    }, 40);
  };
  const receivers = await Promise.all([receiver(act), receiver(act), receiver(act)]);
  for (let n = 0; n < 20; n++) owe(receivers[n % 3]!.url);
  await running(deliver({ concurrency: 5, idleMs: 1 }), () =>
    until(() => rows.every(({ state }) => state === 'delivered')),
  );
  assert.ok(most <= 5, `${most}`);
  assert.ok(leases.every(({ limit }) => limit >= 1 && limit <= 5));
});

test('woken, it looks at once, and then rests; left alone, it looks again after its pause', async () => {
  const { url } = await receiver();
  const sleepy = deliver({ idleMs: 1_000_000 });
  await running(sleepy, async () => {
    await until(() => leases.length === 1);
    const row = owe(url);
    sleepy.wake();
    await until(() => row.state === 'delivered');
    // Once more for the place that became free; the pauses between looks are 10 ms.
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(leases.length, 3);
  });
  await running(deliver({ idleMs: 20 }), async () => {
    const row = owe(url);
    await until(() => row.state === 'delivered');
  });
});

test('a place that becomes free is taken at once', async () => {
  const { url } = await receiver();
  const all = [owe(url), owe(url), owe(url)];
  const sleepy = deliver({ idleMs: 1_000_000, perEndpoint: 1 });
  await running(sleepy, () => until(() => all.every(({ state }) => state === 'delivered')));
});

test('a notice cut while the loop is looking is not missed', async () => {
  const { url } = await receiver();
  let row: Row | undefined;
  const raced = {
    ...outbox,
    leaseNotices: async (lease: Parameters<Outbox['leaseNotices']>[0]) => {
      const leased = await outbox.leaseNotices(lease);
      if (!row) {
        row = owe(url);
        sleepy.wake();
      }
      return leased;
    },
  };
  const sleepy = deliver({ idleMs: 1_000_000, outbox: raced as unknown as Outbox });
  await running(sleepy, () => until(() => row?.state === 'delivered'));
});

test('many wakes do not become many looks', async () => {
  const delivery = deliver({ idleMs: 1_000_000 });
  const started = Date.now();
  await running(delivery, async () => {
    await until(() => {
      delivery.wake();
      return leases.length >= 5;
    });
  });
  assert.ok(Date.now() - started >= 30);
});

test('an outbox that cannot be read for a while is read again', async () => {
  const { url } = await receiver();
  let broken = 2;
  const outage = {
    ...outbox,
    leaseNotices: (lease: Parameters<Outbox['leaseNotices']>[0]) =>
      broken-- > 0 ? Promise.reject(new Error('marked')) : outbox.leaseNotices(lease),
  };
  const row = owe(url);
  await running(deliver({ outbox: outage as unknown as Outbox }), () => until(() => row.state === 'delivered'));
  assert.equal(lines.length, 2);
  assert.doesNotMatch(JSON.stringify(lines), /marked/);
});

test('told to stop, it takes nothing more and lets what is under way come to its end', async () => {
  const open: ServerResponse[] = [];
  const { url, got } = await receiver((response) => void open.push(response));
  const first = owe(url);
  const abort = new AbortController();
  const delivery = deliver({ voices: new Map([['test', { ...voice, timeoutMs: 15_000 }]]) });
  let ended = false;
  const whole = delivery.run(abort.signal).then(() => {
    ended = true;
  });
  await until(() => open.length === 1);
  abort.abort();
  const second = owe(url);
  delivery.wake();
  const drained = delivery.drain();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(ended, false);
  open[0]!.end();
  await Promise.all([whole, drained]);
  assert.deepEqual([first.state, second.state, second.leaseUntil, got.length], ['delivered', 'due', 0, 1]);
});

test('a signal that has come already is heard', async () => {
  owe('http://127.0.0.1:1/');
  await deliver().run(AbortSignal.abort());
  assert.equal(leases.length, 0);
});

test('draining also waits for a look under way and what it started', async () => {
  const { url } = await receiver();
  const row = owe(url);
  const delivery = deliver();
  void delivery.tick();
  await delivery.drain();
  assert.equal(row.state, 'delivered');
});
