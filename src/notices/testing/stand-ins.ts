import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { after } from 'node:test';
import type { Directory, LeasedNotice, NoticeVoice, Outbox, Shop } from '../../gateway/ports.ts';
import { outbound } from '../../kit/outbound.ts';
import { type DeliveryParts, deliverNotices } from '../index.ts';

// What the tests of this room stand on: an outbox in memory, one shop and its voice, and receivers over HTTP.

export interface Row {
  notice: LeasedNotice;
  state: string;
  leaseUntil: number;
  status?: number | null;
  note?: string | null;
}

export const start = 1_800_000_000_000;
export const clock = { at: start, now: () => clock.at };
export const realClock = { at: 5_000_000, now: () => realClock.at };

export const rows: Row[] = [];
export const leases: Parameters<Outbox['leaseNotices']>[0][] = [];

const endpointOf = (row: Row) => new URL(row.notice.url).origin;

export const outbox: Pick<Outbox, 'leaseNotices' | 'settleNotice'> = {
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

export const owe = (url: string, body = '{}'): Row => {
  const paymentId = `payment-${rows.length + 1}`;
  const about = { merchantId: 7, paymentId, seq: 1, operationId: 'operation', shopId: 'shop' };
  const row = { notice: { ...about, url, body, tries: 0, dueAt: start, fence: 0 }, state: 'due', leaseUntil: 0 };
  rows.push(row);
  return row;
};

export const shop = { id: 'shop', merchantId: 7, api: 'test', state: 'active' } as Shop;
export const shops: Shop[] = [];
export const directory = { shopById: async (id: string) => shops.find((each) => each.id === id) } as Directory;

export const voice: NoticeVoice = {
  api: 'test',
  compose: () => undefined,
  headers: async (_, body, at) => ({ 'X-Date': `${at}`, 'X-Signature': `${body.length} signed at ${at}` }),
  acknowledged: (status) => status === 200,
  pausesMs: [1_000, 2_000],
  timeoutMs: 150,
};

const client = outbound({ allowPrivate: true });
after(() => client.close());

export const tries: string[] = [];
export const lines: { text: string; fields: object }[] = [];
const line = (fields: object, text: string) => void lines.push({ text, fields });

export const deliver = (change: Partial<DeliveryParts> = {}) =>
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

export type Act = (response: ServerResponse, got: Got) => void;

/** A merchant's receiver; `act` answers, 200 unless it is given. */
export const receiver = async (act: Act = (response) => response.end()) => {
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

export const until = async (condition: () => boolean): Promise<void> => {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail('it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

/** Everything as it was at the start. */
export const reset = (): void => {
  for (const list of [rows, leases, tries, lines, shops]) list.length = 0;
  shops.push(shop);
  clock.at = start;
  realClock.at = 5_000_000;
};
