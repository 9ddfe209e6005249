import assert from 'node:assert/strict';
import { createServer, connect as dial, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import { connect, type Sql, transaction } from './postgres.ts';

const url = new URL(await testDatabase());

/** Every line through here, both ends. */
const sockets = new Set<Socket>();
const proxy = createServer((near) => {
  const far = dial(Number(url.port), url.hostname);
  for (const [socket, other] of [
    [near, far],
    [far, near],
  ] as const) {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
    socket.pipe(other);
  }
});
await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
const through = new URL(url);
through.port = String((proxy.address() as { port: number }).port);
const sql = connect(through.href, 1, 'test');
after(async () => {
  await sql.end({ timeout: 1 });
  proxy.close();
});

const cut = () => {
  for (const socket of sockets) socket.resetAndDestroy();
};

test('a line that breaks within a transaction is an error of that transaction, and the next one is well', async () => {
  for (let round = 0; round < 20; round++) {
    const broken = transaction(sql, async (tx) => {
      await tx.unsafe('select 1');
      const slow = tx.unsafe('select pg_sleep(5)');
      setTimeout(cut, 5 + round);
      await slow;
    });
    await assert.rejects(broken, (error: { code?: string }) => typeof error.code === 'string');
    const startedAt = performance.now();
    const next = transaction(sql, (tx) => tx.unsafe<{ n: number }[]>('select 7 n'));
    assert.equal((await next)[0]!.n, 7);
    assert.ok(performance.now() - startedAt < 5_000, 'the driver waited for its own time-out');
  }
});

test('what the work throws is what the caller hears, and nothing of it stays', async () => {
  await sql.unsafe('create table kept (n int)');
  await assert.rejects(
    transaction(sql, async (tx) => {
      await tx.unsafe('insert into kept values (1)');
      throw new RangeError('no');
    }),
    RangeError,
  );
  await assert.rejects(
    transaction(sql, (tx) => tx.unsafe('select 1 / 0')),
    (error: { code?: string }) => error.code === '22012',
  );
  assert.equal((await sql.unsafe('select from kept')).length, 0);
});

test('statements beside transactions are written for good, and transactions keep to themselves', async () => {
  const busy = connect(url.href, 3, 'test');
  await busy.unsafe('create table beside (n int)');
  const failures: unknown[] = [];
  // One after another in each row, so that they meet lines in every state.
  const inRow = async (count: number, one: (n: number) => Promise<unknown>) => {
    for (let n = 0; n < count; n++) await one(n).catch((error) => failures.push(error.code ?? error.name));
  };
  const insert = (on: Sql, n: number) => on.unsafe('insert into beside values ($1)', [n], { prepare: true });
  await Promise.all([
    ...Array.from({ length: 6 }, () => inRow(50, (n) => insert(busy, n))),
    ...Array.from({ length: 3 }, () => inRow(20, (n) => transaction(busy, (tx) => insert(tx, 2_000 + n)))),
    ...Array.from({ length: 3 }, () =>
      inRow(20, (n) =>
        transaction(busy, async (tx) => {
          await insert(tx, 1_000 + n);
          throw new RangeError('no');
        }),
      ),
    ),
  ]);
  assert.deepEqual([...new Set(failures)], ['RangeError']);
  assert.equal(failures.length, 60);
  await busy.end();
  const rows = await sql.unsafe<{ kind: number; count: number }[]>(
    'select n / 1000 kind, count(*)::int count from beside group by 1 order by 1',
  );
  assert.deepEqual(
    rows.map(({ kind, count }) => [kind, count]),
    [
      [0, 300],
      [2, 60],
    ],
  );
});
