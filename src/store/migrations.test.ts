import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import { attemptStates, operationStates, paymentStates } from '../core/states.ts';
import { silentLog } from '../kit/log.ts';
import { connect } from '../kit/postgres.ts';
import { openStore } from './index.ts';

const url = await testDatabase();
const stores = Array.from({ length: 4 }, () => openStore({ url, log: silentLog }));
const sql = connect(url, 1, 'test');
after(() => Promise.all([...stores.map((store) => store.close()), sql.end()]));

const files = readdirSync(new URL('./migrations/', import.meta.url));

test('a store is ready once all migrations are applied, and not before', async () => {
  assert.equal(await stores[0]!.ready(), false);
  const counts = await Promise.all(stores.map((store) => store.migrate()));
  assert.deepEqual(counts.sort(), [0, 0, 0, files.length]);
  assert.equal(await stores[0]!.migrate(), 0);
  assert.equal(await stores[0]!.ready(), true);
  await sql.unsafe('delete from tollgate.migrations where name = $1', [files.at(-1)!]);
  assert.equal(await stores[0]!.ready(), false);
});

test('a store whose database cannot be reached is not ready', async () => {
  const nowhere = openStore({ url: 'postgres://nobody@127.0.0.1:1/nothing', log: silentLog });
  assert.equal(await nowhere.ready(), false);
  await nowhere.close();
});

for (const [table, states] of [
  ['payments', paymentStates],
  ['operations', operationStates],
  ['attempts', attemptStates],
] as const) {
  test(`the ${table} table takes the states that core knows, and no others`, async () => {
    const [check] = await sql.unsafe<{ text: string }[]>(`select pg_get_constraintdef(oid) as text
      from pg_constraint where conname = '${table}_state_check'`);
    const taken = [...check!.text.matchAll(/'(\w+)'::text/g)].map(([, state]) => state!);
    assert.deepEqual(taken.sort(), Object.keys(states).sort());
  });
}

test('an index other than the key starts with another column than the merchant', async () => {
  const wrong = await sql.unsafe(`select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where c.relnamespace = 'tollgate'::regnamespace and not i.indisprimary and a.attname in ('merchant_id', 'owner')`);
  assert.deepEqual([...wrong], []);
});
