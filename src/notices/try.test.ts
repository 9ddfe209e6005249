import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, beforeEach, test } from 'node:test';
import type { NoticeVoice, Outbox } from '../gateway/ports.ts';
import { outbound } from '../kit/outbound.ts';
import type { DeliveryParts } from './index.ts';
import {
  type Act,
  clock,
  deliver,
  directory,
  leases,
  lines,
  outbox,
  owe,
  realClock,
  receiver,
  reset,
  rows,
  shop,
  shops,
  start,
  tries,
  until,
  voice,
} from './testing/stand-ins.ts';

beforeEach(reset);

test('a notice arrives byte for byte as it was stored, with the headers that its API gives it', async () => {
  const { url, got } = await receiver();
  const body = '{"amt":268.50, "b":1e2,"名":"燈\\u0007"}';
  const row = owe(url, body);
  assert.equal(await deliver().tick(), 1);
  assert.equal(got[0]!.body, body);
  assert.equal(got[0]!.headers['x-signature'], `${body.length} signed at 5000000`);
  assert.deepEqual([row.state, row.status, row.note], ['delivered', 200, null]);
  assert.deepEqual(tries, ['test delivered']);
});

test('due times follow the business clock, leases the real one', async () => {
  owe('http://127.0.0.1:9/').notice = { ...rows[0]!.notice, dueAt: start + 1 };
  const { tick } = deliver({ concurrency: 9, perEndpoint: 2, leaseMs: 25_000 });
  assert.equal(await tick(), 0);
  assert.deepEqual(leases, [{ dueBefore: start, realNow: 5_000_000, leaseUntil: 5_025_000, limit: 9, perEndpoint: 2 }]);
});

test('each try is dated and signed anew, its body is the same, and after the last pause it is abandoned', async () => {
  const { url, got } = await receiver((response) => response.writeHead(500).end('no thanks'));
  const row = owe(url, '{"a":1}');
  const { tick } = deliver();
  for (const [dueAt, state] of [
    [start + 1_000, 'due'],
    [start + 3_000, 'due'],
    [start + 3_000, 'abandoned'],
  ] as const) {
    assert.equal(await tick(), 1);
    assert.equal(await tick(), 0);
    assert.deepEqual([row.state, row.notice.dueAt, row.status, row.note], [state, dueAt, 500, 'not acknowledged']);
    clock.at = dueAt;
    realClock.at += 60_000;
  }
  assert.deepEqual(
    got.map(({ headers }) => headers['x-date']),
    ['5000000', '5060000', '5120000'],
  );
  assert.deepEqual(new Set(got.map(({ body }) => body)), new Set(['{"a":1}']));
  assert.deepEqual(tries, ['test failed', 'test failed', 'test abandoned']);
});

test('a receiver that fails twice is told at the third try', async () => {
  let count = 0;
  const { url } = await receiver((response) => response.writeHead(++count < 3 ? 503 : 200).end());
  const row = owe(url);
  const { tick } = deliver();
  for (let n = 0; n < 3; n++) {
    await tick();
    clock.at = row.notice.dueAt;
  }
  assert.deepEqual([row.state, row.notice.tries], ['delivered', 3]);
});

const ends: Record<string, [act: Act, status: number | null, note: string]> = {
  'another success': [(response) => response.writeHead(204).end(), 204, 'not acknowledged'],
  'a redirect': [(response) => response.writeHead(302, { Location: '/elsewhere' }).end(), 302, 'not acknowledged'],
  silence: [() => {}, null, 'timeout'],
  'half an answer': [(response) => response.writeHead(200).write('x'), 200, 'timeout'],
  'a cut line': [(response) => response.socket!.destroy(), null, 'reset'],
};

for (const [what, [act, status, note]] of Object.entries(ends)) {
  test(`${what} is no acknowledgement`, async () => {
    const { url, got } = await receiver(act);
    const row = owe(url);
    assert.equal(await deliver().tick(), 1);
    assert.deepEqual([row.state, row.status, row.note, got.length], ['due', status, note, 1]);
  });
}

test('what acknowledges is for the API to say', async () => {
  const { url } = await receiver((response) => response.writeHead(202).end());
  const row = owe(url);
  const lenient = { ...voice, acknowledged: (status: number) => status < 300 };
  await deliver({ voices: new Map([['test', lenient]]) }).tick();
  assert.equal(row.state, 'delivered');
});

test('a receiver that says 200 and then talks without end has acknowledged', async () => {
  const { url } = await receiver((response) => response.end('x'.repeat(1_000_000)));
  const row = owe(url);
  await deliver().tick();
  assert.deepEqual([row.state, row.status], ['delivered', 200]);
});

test('an address that is refused is a failed try that tells nothing of what is there', async () => {
  const row = owe('http://127.0.0.1:1/');
  const guarded = outbound({ allowPrivate: false, allowHttp: true });
  after(() => guarded.close());
  await deliver({ outbound: guarded }).tick();
  assert.deepEqual([row.state, row.status, row.note], ['due', null, 'address refused: port']);
});

test('nobody listens: nothing was sent, and it will be tried again', async () => {
  const row = owe('http://127.0.0.1:1/');
  await deliver().tick();
  assert.deepEqual([row.state, row.status, row.note], ['due', null, 'connect, nothing sent']);
});

test('a shop that is gone is told nothing more; a disabled one is still told what it is owed', async () => {
  const { url, got } = await receiver();
  const states = [];
  for (const now of [[], [{ ...shop, state: 'disabled' as const }]]) {
    shops.splice(0, shops.length, ...now);
    const row = owe(url);
    await deliver().tick();
    states.push(row.state);
  }
  assert.deepEqual(states, ['abandoned', 'delivered']);
  assert.deepEqual([got.length, ...tries], [1, 'none abandoned', 'test delivered']);
});

test('no line of the log has an address, a body or a header in it', async () => {
  const { url } = await receiver((response) => response.writeHead(500).end('marked answer'));
  owe(`${url}?token=marked`, '{"marked":1}');
  shops.push({ ...shop, id: 'odd', api: 'odd' });
  owe(`${url}?token=marked`, '{"marked":1}').notice = { ...rows[1]!.notice, shopId: 'odd' };
  await deliver().tick();
  assert.equal(lines.length, 2);
  assert.doesNotMatch(JSON.stringify(lines), /marked|127\.0\.0\.1|signed/);
});

// ── leases ───────────────────────────────────────────────────────────────────────────────────────────────────────────

test('a worker that was held up until its lease would end during the try sends nothing', async () => {
  const { url, got } = await receiver();
  const row = owe(url);
  const slow: NoticeVoice = {
    ...voice,
    headers: async () => {
      realClock.at += 30_000 - 150 - 999;
      return {};
    },
  };
  assert.equal(await deliver({ voices: new Map([['test', slow]]) }).tick(), 0);
  assert.deepEqual([row.state, row.notice.tries, got.length], ['due', 0, 0]);
  realClock.at = row.leaseUntil;
  assert.equal(await deliver().tick(), 1);
  assert.equal(row.state, 'delivered');
});

test('a result is brought under the fence of its own lease', async () => {
  const open: ServerResponse[] = [];
  const { url } = await receiver((response) => void open.push(response));
  const row = owe(url);
  const late = deliver().tick();
  await until(() => open.length === 1);
  row.notice = { ...row.notice, fence: 2 };
  open[0]!.end();
  await late;
  assert.deepEqual([row.state, row.notice.tries, row.status], ['due', 0, undefined]);
});

test('no try gets longer than 15 s, and a lease must leave room for that', async () => {
  const timeouts: number[] = [];
  const patient = { ...voice, timeoutMs: 60_000 };
  const counted: DeliveryParts['outbound'] = {
    post: async (_, { timeoutMs }) => {
      timeouts.push(timeoutMs);
      return { kind: 'answered', status: 200, body: '' };
    },
    close: () => {},
  };
  owe('http://shop.example/');
  await deliver({ voices: new Map([['test', patient]]), outbound: counted }).tick();
  owe('http://shop.example/');
  await deliver({ outbound: counted }).tick();
  assert.deepEqual(timeouts, [15_000, 150]);
  assert.throws(() => deliver({ leaseMs: 19_999 }), RangeError);
});

const breaks: Record<string, Partial<DeliveryParts>> = {
  'the directory cannot be read': {
    directory: { ...directory, shopById: () => Promise.reject(new Error('marked')) },
  },
  'a signature cannot be made': {
    voices: new Map([['test', { ...voice, headers: () => Promise.reject(new Error('marked')) }]]),
  },
  'nobody speaks for the API': { voices: new Map() },
  'the outcome cannot be written': {
    outbox: { ...outbox, settleNotice: () => Promise.reject(new Error('marked')) } as unknown as Outbox,
  },
};

for (const [what, change] of Object.entries(breaks)) {
  test(`when ${what}, the notice stays due until its lease runs out`, async () => {
    const { url } = await receiver();
    const row = owe(url);
    assert.equal(await deliver(change).tick(), 0);
    assert.deepEqual([row.state, row.notice.tries, lines.length], ['due', 0, 1]);
    assert.doesNotMatch(JSON.stringify(lines), /marked/);
    assert.equal(await deliver().tick(), 0);
    realClock.at += 30_000;
    assert.equal(await deliver().tick(), 1);
    assert.equal(row.state, 'delivered');
  });
}
