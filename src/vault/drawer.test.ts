import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import { connect } from '../kit/postgres.ts';
import { Secret } from '../kit/secret.ts';
import { openVault } from './index.ts';

const kek = new Secret(randomBytes(32).toString('base64'));
const clock = { at: Date.UTC(2026, 2, 3), now: () => clock.at };

const sql = connect(await testDatabase(), 8, 'test');
after(() => sql.end());
await openVault({ sql, kek, clock }).migrate();
const open = () => openVault({ sql, kek, clock }).drawer;

test('a secret is made once and is the same from then on, also in other processes', async () => {
  let made = 0;
  const make = () => {
    made++;
    return new Secret('-----BEGIN KEY-----\n鍵\n');
  };
  for (const drawer of [open(), open()]) {
    assert.equal((await drawer.ensure('signing', make)).reveal(), '-----BEGIN KEY-----\n鍵\n');
  }
  assert.equal(made, 1);
  assert.equal((await open().ensure('other', () => new Secret('x'))).reveal(), 'x');
});

test('processes that make the same secret at once get the same one', async () => {
  for (let round = 0; round < 10; round++) {
    const drawers = Array.from({ length: 6 }, open);
    const got = await Promise.all(drawers.map((drawer, n) => drawer.ensure(`race-${round}`, () => new Secret(`${n}`))));
    assert.equal(new Set(got.map((secret) => secret.reveal())).size, 1);
  }
});

test('a secret that cannot be made is not there, and may be made later', async () => {
  await assert.rejects(
    open().ensure('late', () => Promise.reject(new Error('no entropy'))),
    /no entropy/,
  );
  assert.equal((await open().ensure('late', async () => new Secret('now'))).reveal(), 'now');
});

test('a secret that was put is found, and takes the place of the one before', async () => {
  const [mine, theirs] = [open(), open()];
  assert.equal(await mine.find('put'), undefined);
  await mine.put('put', new Secret('one'));
  assert.equal((await mine.find('put'))?.reveal(), 'one');
  assert.equal((await theirs.find('put'))?.reveal(), 'one');
  await mine.put('put', new Secret('two 鍵'));
  assert.equal((await mine.find('put'))?.reveal(), 'two 鍵');
  assert.equal((await theirs.ensure('put', () => assert.fail('it was there'))).reveal(), 'two 鍵');
});

test('a secret that another process put is found within 3 s, and a first one at once', async () => {
  const [mine, theirs] = [open(), open()];
  assert.equal(await theirs.find('news'), undefined);
  await mine.put('news', new Secret('one'));
  assert.equal((await theirs.find('news'))?.reveal(), 'one');
  await mine.put('news', new Secret('two'));
  clock.at += 2_999;
  assert.equal((await theirs.find('news'))?.reveal(), 'one');
  clock.at += 1;
  assert.equal((await theirs.find('news'))?.reveal(), 'two');
});

test('a secret moved to another name, or changed, refuses to open', async () => {
  for (const name of ['a', 'b', 'c']) await open().ensure(name, () => new Secret(`value of ${name}`));
  await sql`update vault.secrets set (sealed, key_id) = (select sealed, key_id from vault.secrets where name = 'b')
    where name = 'a'`;
  await sql`update vault.secrets set sealed = set_bit(sealed, 150, 1 - get_bit(sealed, 150)) where name = 'c'`;
  for (const name of ['a', 'c']) {
    await assert.rejects(
      open().ensure(name, () => assert.fail('it was there')),
      /secret . does not open/,
    );
    await assert.rejects(open().find(name), /secret . does not open/);
  }
});
