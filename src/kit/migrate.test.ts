import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { testDatabase } from '../../test/database.ts';
import { isMigrated, migrate } from './migrate.ts';
import { connect } from './postgres.ts';

const sql = connect(await testDatabase(), 4, 'test');
const directory = mkdtempSync(join(tmpdir(), 'migrations-'));
const folder = pathToFileURL(`${directory}/`);
after(async () => {
  await sql.end();
  rmSync(directory, { recursive: true });
});

const file = (name: string, text: string) => writeFileSync(join(directory, name), text);
const countOf = async (table: string): Promise<bigint> =>
  (await sql.unsafe<{ n: bigint }[]>(`select count(*) as n from ${table}`))[0]!.n;

test('files run once, in order, whoever starts how often', async () => {
  file('000001-table.sql', 'create table room.things (n int); create index on room.things (n);');
  file('000002-row.sql', 'insert into room.things values (1);');
  file('notes.txt', 'not a migration');
  assert.equal(await isMigrated(sql, 'room', folder), false);
  const counts = await Promise.all([1, 2, 3].map(() => migrate(sql, 'room', folder)));
  assert.deepEqual(counts.sort(), [0, 0, 2]);
  assert.equal(await countOf('room.things'), 1n);
  assert.equal(await isMigrated(sql, 'room', folder), true);
});

test('a new file runs alone', async () => {
  file('000003-more.sql', 'insert into room.things values (2);');
  assert.equal(await isMigrated(sql, 'room', folder), false);
  assert.equal(await migrate(sql, 'room', folder), 1);
  assert.equal(await countOf('room.things'), 2n);
});

test('a file that fails leaves nothing behind, nor does one that ran before it', async () => {
  file('000004-good.sql', 'insert into room.things values (3);');
  file('000005-bad.sql', 'insert into room.things values (4); select 1 / 0;');
  await assert.rejects(migrate(sql, 'room', folder), { code: '22012' });
  assert.equal(await countOf('room.things'), 2n);
  file('000005-bad.sql', 'select 1;');
  assert.equal(await migrate(sql, 'room', folder), 2);
});
