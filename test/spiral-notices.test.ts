import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, mock, test } from 'node:test';
import { dossierOf } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { openPage } from './payer.ts';
import { Program, runCommand } from './program.ts';
import { startReceiver } from './receiver.ts';
import { addSpiralMerchant } from './spiral-merchant.ts';

// What a merchant's receiver sees of W1 (section 14), from whole journeys. The first server delivers by itself; the
// second leaves that to a worker in a process of its own.

const minuteMs = 60_000;

const tollgate = await startTollgate({ TOLLGATE_TRUST_PROXY: '1' });
const merchant = await addSpiralMerchant(tollgate);

const noticesOf = async (reference: string, from = tollgate) => (await dossierOf(from, reference)).notices;

/** A session that its payer cancelled: one notice is owed. */
const owed = async (webhookUrl: string, by = merchant) => {
  const { reference, sessionId } = await by.openSession({ webhookUrl });
  await (await openPage(by.account.url, sessionId)).cancel();
  return reference;
};

test('14.3: whatever is not 200 is a failure; the third try arrives, with the same body and a date and signature of its own', async () => {
  const receiver = await startReceiver();
  receiver.statuses.push(500, 204);
  const reference = await owed(`${receiver.url}/hook?a=1`);
  const tried = async (count: number) => {
    await until(`try ${count}`, async () => (await noticesOf(reference))[0]?.tries === count);
    assert.equal(receiver.received.length, count);
  };
  await tried(1);
  await tollgate.advance(15 * minuteMs - 20_000);
  // A cycle of another notice shows that the worker has looked and found nothing.
  const other = await startReceiver();
  await owed(other.url);
  await until('another notice', () => other.received.length === 1);
  assert.equal(receiver.received.length, 1);
  await tollgate.advance(20_000);
  await tried(2);
  const real = Date.now;
  const later = mock.method(Date, 'now', () => real() + 3_000);
  try {
    await tollgate.advance(15 * minuteMs);
    await tried(3);
  } finally {
    later.mock.restore();
  }
  const [notice] = await noticesOf(reference);
  assert.deepEqual([notice!.state, notice!.lastStatus], ['delivered', 200]);
  assert.deepEqual(new Set(receiver.received.map(({ path }) => path)), new Set(['/hook?a=1']));
  assert.equal(new Set(receiver.received.map(({ text }) => text)).size, 1);
  for (const each of receiver.received) assert.ok(merchant.isGenuine(each));
  const [first, , third] = receiver.received.map(({ headers }) => String(headers['spiral-request-datetime']));
  assert.ok(Date.parse(third!) - Date.parse(first!) >= 3_000);
  const { sessionId, ...record } = (await merchant.query(reference)).body;
  assert.deepEqual(JSON.parse(receiver.received[2]!.text), record);
  await tollgate.advance(60 * minuteMs);
  assert.equal(receiver.received.length, 3);
});

test('14.3: nine tries, fifteen minutes apart, then it is given up until an operator replays it', async () => {
  const receiver = await startReceiver();
  receiver.statuses.push(...Array(9).fill(503));
  const reference = await owed(receiver.url);
  for (let count = 1; count <= 9; count++) {
    await until(`try ${count}`, async () => (await noticesOf(reference))[0]?.tries === count);
    assert.equal((await noticesOf(reference))[0]!.state, count < 9 ? 'due' : 'abandoned');
    await tollgate.advance(15 * minuteMs);
  }
  await tollgate.advance(24 * 60 * minuteMs);
  const [{ paymentId, seq } = assert.fail()] = await noticesOf(reference);
  const replay = () => runCommand(['notice', 'replay', `${paymentId}.${seq}`], tollgate.environment);
  receiver.statuses.push(500);
  assert.equal((await replay()).code, 0);
  await until('the tenth try', () => receiver.received.length === 10);
  await until('its failure on record', async () => (await noticesOf(reference))[0]!.lastStatus === 500);
  assert.equal((await noticesOf(reference))[0]!.state, 'due', 'a replay is a series of its own');
  assert.equal((await replay()).code, 0);
  await until('the delivery', async () => (await noticesOf(reference))[0]!.state === 'delivered');
  assert.equal(receiver.received.length, 11);
});

test('14.3: redirects are not followed', async () => {
  const inside = await startReceiver();
  const receiver = createServer((request, response) => {
    request.resume();
    response.writeHead(307, { location: `${inside.url}/inside` }).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  after(() => receiver.close());
  const reference = await owed(`http://127.0.0.1:${(receiver.address() as { port: number }).port}/hook`);
  await until('the first try', async () => (await noticesOf(reference))[0]?.tries === 1);
  assert.deepEqual([(await noticesOf(reference))[0]!.lastStatus, inside.received.length], [307, 0]);
});

test('14.3: a merchant whose receiver is dead delays no other merchant', async () => {
  const dead = createServer(() => {});
  await new Promise<void>((resolve) => dead.listen(0, '127.0.0.1', resolve));
  after(() => {
    dead.closeAllConnections();
    dead.close();
  });
  const address = `http://127.0.0.1:${(dead.address() as { port: number }).port}`;
  // More than are delivered at once to all.
  await Promise.all(Array.from({ length: 40 }, () => owed(address)));
  const healthy = await startReceiver();
  const other = await addSpiralMerchant(tollgate);
  const startedAt = Date.now();
  await owed(healthy.url, other);
  await until('the notice', () => healthy.received.length === 1);
  assert.ok(Date.now() - startedAt < 5_000, 'a dead receiver holds a try for ten seconds');
});

test('14.3: a worker that is killed while it delivers delays a notice by its lease, half a minute', async () => {
  const idle = await startTollgate({ TOLLGATE_WORKERS: 'off', TOLLGATE_TRUST_PROXY: '1' });
  const shop = await addSpiralMerchant(idle);
  const received: string[] = [];
  let hangs = true;
  const receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      received.push(text);
      if (!hangs) response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  after(() => {
    receiver.closeAllConnections();
    receiver.close();
  });
  const reference = await owed(`http://127.0.0.1:${(receiver.address() as { port: number }).port}`, shop);
  assert.equal((await noticesOf(reference, idle))[0]!.tries, 0);

  const worker = await new Program(['work'], idle.environment).runs();
  await until('the worker to deliver', () => received.length === 1);
  const { signal } = await worker.kill('SIGKILL');
  assert.equal(signal, 'SIGKILL');
  const killedAt = Date.now();
  const leaseUntil = async () => {
    const [row] = await idle.installation.sql.unsafe<{ at: bigint }[]>('select lease_until at from tollgate.notices');
    return Number(row!.at);
  };
  const heldMs = (await leaseUntil()) - killedAt;
  assert.ok(heldMs > 0 && heldMs <= 30_000, `${heldMs} ms`);

  // The next worker is this process: it delivers what is free, and not what is held.
  hangs = false;
  idle.assembly.work();
  const other = await startReceiver();
  await owed(other.url, shop);
  await until('another notice', () => other.received.length === 1);
  assert.equal(received.length, 1);
  // Leases are real time: it is taken off this one in place of waiting.
  await idle.installation.sql.unsafe('update tollgate.notices set lease_until = lease_until - $1::bigint', [heldMs]);
  await until('the notice', async () => (await noticesOf(reference, idle))[0]!.state === 'delivered');
  assert.equal(received.length, 2);
  assert.equal(received[0], received[1]);
});
