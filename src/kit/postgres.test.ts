import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { testDatabase } from '../../test/database.ts';
import { arrayText, connect } from './postgres.ts';

const sql = connect(await testDatabase(), 1, 'test');
after(() => sql.end());

const arrived = async (type: string, values: Parameters<typeof arrayText>[0]): Promise<unknown[]> => {
  const rows = await sql.unsafe(`select v from unnest($1::${type}[]) v`, [arrayText(values)]);
  return rows.map((row) => row.v);
};

test('texts arrive as they were, whatever is in them', async () => {
  const texts = fc.array(fc.option(fc.string({ unit: 'binary' })), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(texts, async (values) => {
      assert.deepEqual(
        await arrived('text', values),
        values.map((value) => value?.replaceAll('\0', '\uFFFD') ?? null),
      );
    }),
  );
});

for (const text of ['', 'NULL', 'null', '{', '}', ',', '"', '\\', '\\"', ' a ', 'a\nb', "'; --", '店😀']) {
  test(`the text ${JSON.stringify(text)} arrives as it was`, async () => {
    assert.deepEqual(await arrived('text', [text, null, text]), [text, null, text]);
  });
}

test('numbers arrive as they were: 32 bits as number, 64 bits as bigint', async () => {
  assert.deepEqual(await arrived('int', [0, -1, 2 ** 31 - 1, null]), [0, -1, 2 ** 31 - 1, null]);
  const wide = [0n, -(2n ** 63n), 2n ** 63n - 1n];
  assert.deepEqual(await arrived('bigint', wide), wide);
  assert.deepEqual(await arrived('bigint', [Date.UTC(2026, 0, 1)]), [1_767_225_600_000n]);
});

test('an empty array has no rows', async () => {
  assert.deepEqual(await arrived('text', []), []);
});

test('a session gives up what takes too long, and keeps its plans', async () => {
  const settings = await sql.unsafe(`select name, setting from pg_settings where name in
    ('statement_timeout', 'lock_timeout', 'plan_cache_mode', 'idle_in_transaction_session_timeout') order by name`);
  assert.deepEqual(
    settings.map(({ name, setting }) => `${name} ${setting}`),
    [
      'idle_in_transaction_session_timeout 10000',
      'lock_timeout 2000',
      'plan_cache_mode force_generic_plan',
      'statement_timeout 10000',
    ],
  );
});
