import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { after, beforeEach, test } from 'node:test';
import type { Directory, LeasedNotice, NoticeVoice, Outbox, Shop } from '../gateway/ports.ts';
import { outbound } from '../kit/outbound.ts';
import { type DeliveryParts, deliverNotices } from './index.ts';

// ── an outbox in memory, a shop, a voice, receivers ──────────────────────────────────────────────────────────────────

interface Row {
  notice: LeasedNotice;
  state: string;
  leaseUntil: number;
  status?: number | null;
  note?: string | null;
}

const start = 1_800_000_000_000;
const clock = { at: start, now: () => clock.at };
const realClock = { at: 5_000_000, now: () => realClock.at };

let rows: Row[] = [];
let leases: Parameters<Outbox['leaseNotices']>[0][] = [];

const endpointOf = (row: Row) => new URL(row.notice.url).origin;

const outbox: Pick<Outbox, 'leaseNotices' | 'settleNotice'> = {
  async leaseNotices(lease) {
    leases.push(lease);
    const held = (row: Row) => row.state === 'due' && row.leaseUntil > lease.realNow;
    const leased: LeasedNotice[] = [];
    for (const row of rows) {
      const busy = rows.filter((other) => held(other) && endpointOf(other) === endpointOf(row)).length;
      const free = row.state === 'due' && row.notice.dueAt <= lease.dueBefore && !held(row);
      if (!free || busy >= lease.perEndpoint || leased.length >= lease.limit) continue;
      row.leaseUntil = lease.leaseUntil;
      row.notice = { ...row.notice, fence: row.notice.fence + 1 };
      leased.push(row.notice);
    }
    return leased;
  },
  async settleNotice(notice, end, answer) {
    const row = rows.find((each) => each.notice.paymentId === notice.paymentId)!;
    if (row.notice.fence !== notice.fence) return;
    const dueAt = end.state === 'due' ? end.dueAt : row.notice.dueAt;
    Object.assign(row, answer, { state: end.state, leaseUntil: 0 });
    row.notice = { ...row.notice, dueAt, tries: row.notice.tries + 1 };
  },
};

const owe = (url: string, body = '{}'): Row => {
  const paymentId = `payment-${rows.length + 1}`;
  const about = { merchantId: 7, paymentId, seq: 1, operationId: 'operation', shopId: 'shop' };
  const row = { notice: { ...about, url, body, tries: 0, dueAt: start, fence: 0 }, state: 'due', leaseUntil: 0 };
  rows.push(row);
  return row;
};

const shop = { id: 'shop', merchantId: 7, api: 'test', state: 'active' } as Shop;
let shops: Shop[] = [shop];
const directory = { shopById: async (id: string) => shops.find((each) => each.id === id) } as Directory;

const voice: NoticeVoice = {
  api: 'test',
  compose: () => undefined,
  headers: async (_, body, at) => ({ 'X-Date': `${at}`, 'X-Signature': `${body.length} signed at ${at}` }),
  acknowledged: (status) => status === 200,
  pausesMs: [1_000, 2_000],
  timeoutMs: 150,
};

const client = outbound({ allowPrivate: true });
after(() => client.close());

let tries: string[] = [];
let lines: { text: string; fields: object }[] = [];
const line = (fields: object, text: string) => void lines.push({ text, fields });

const deliver = (change: Partial<DeliveryParts> = {}) =>
  deliverNotices({
    outbox: outbox as Outbox,
    directory,
    voices: new Map([['test', voice]]),
    clock,
    realClock,
    outbound: client,
    log: { info: line, warn: line, error: line },
    onTry: (api, outcome) => tries.push(`${api} ${outcome}`),
    idleMs: 20,
    ...change,
  });

interface Got {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Act = (response: ServerResponse, got: Got) => void;

/** A merchant's receiver; `act` answers, 200 unless it is given. */
const receiver = async (act: Act = (response) => response.end()) => {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const message = { headers: request.headers, body };
    got.push(message);
    act(response, message);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}/hook`, got };
};

const until = async (condition: () => boolean): Promise<void> => {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail('it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

beforeEach(() => {
  rows = [];
  leases = [];
  tries = [];
  lines = [];
  shops = [shop];
  clock.at = start;
  realClock.at = 5_000_000;
});

// ── one try ──────────────────────────────────────────────────────────────────────────────────────────────────────────

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

test('a shop that is gone or disabled is told nothing more', async () => {
  const { url, got } = await receiver();
  for (const now of [[], [{ ...shop, state: 'disabled' as const }]]) {
    shops = now;
    const row = owe(url);
    await deliver().tick();
    assert.deepEqual([row.state, row.note], ['abandoned', 'the shop is gone or disabled']);
  }
  assert.deepEqual([got.length, ...tries], [0, 'none abandoned', 'test abandoned']);
});

test('no line of the log has an address, a body or a header in it', async () => {
  const { url } = await receiver((response) => response.writeHead(500).end('marked answer'));
  owe(`${url}?token=marked`, '{"marked":1}');
  shops = [shop, { ...shop, id: 'odd', api: 'odd' }];
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

// ── the loop ─────────────────────────────────────────────────────────────────────────────────────────────────────────

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
    rows = [];
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
