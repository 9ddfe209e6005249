import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, beforeEach, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import { connect } from '../kit/postgres.ts';
import { Secret } from '../kit/secret.ts';
import { openVault, type VaultOptions } from './index.ts';
import { blockUses, Keys, usesMax } from './keys.ts';
import { Ring } from './ring.ts';

const newKek = () => new Secret(randomBytes(32).toString('base64'));
const kek = newKek();
const day = 86_400_000;
const start = Date.UTC(2026, 2, 3, 12);
const clock = { at: start, now: () => clock.at };
const never = start + 1_000 * day;

const sql = connect(await testDatabase(), 8, 'test');
after(() => sql.end());

const open = (options: Partial<VaultOptions> = {}) => openVault({ sql, kek, clock, ...options });

const numberOf = (n: number) => new Secret(String(4_000_000_000_000_000 + n));

const dataKeys = async () => [
  ...(await sql<{ day: string; uses: bigint }[]>`
    select day, uses from vault.keys where purpose = 'cards' order by day, uses`),
];

beforeEach(async () => {
  clock.at = start;
  await sql`drop schema if exists vault cascade`;
  await open().migrate();
});

test('each day of the business clock has its key, and cards of all days open', async () => {
  const vault = open();
  const refs: string[] = [];
  for (let n = 0; n < 3; n++) {
    refs.push(await vault.cards.seal(7, numberOf(n), never));
    clock.at += day;
  }
  const days = (await dataKeys()).map((row) => row.day);
  assert.deepEqual(days, ['2026-03-03', '2026-03-04', '2026-03-05']);
  const later = open();
  for (const [n, ref] of refs.entries()) {
    assert.equal((await later.cards.reveal(7, ref, 'charge'))?.reveal(), numberOf(n).reveal());
  }
});

test('a process reserves uses by the block, and seals without writing a count', async () => {
  const vault = open();
  for (let n = 0; n < 10; n++) await vault.cards.seal(7, numberOf(n), never);
  assert.deepEqual(await dataKeys(), [{ day: '2026-03-03', uses: BigInt(blockUses) }]);
  await open().cards.seal(7, numberOf(0), never);
  assert.deepEqual(await dataKeys(), [{ day: '2026-03-03', uses: BigInt(2 * blockUses) }]);
});

test('a block that is used up is followed by another, and no seal is left uncounted', async () => {
  const keys = new Keys(sql, new Ring(kek, undefined), clock);
  await Promise.all(Array.from({ length: blockUses }, () => keys.take('cards')));
  assert.deepEqual(await dataKeys(), [{ day: '2026-03-03', uses: BigInt(blockUses) }]);
  await Promise.all([keys.take('cards'), keys.take('cards')]);
  assert.deepEqual(await dataKeys(), [{ day: '2026-03-03', uses: BigInt(2 * blockUses) }]);
});

test('a key that has been used 2^24 times is followed by another on the same day', async () => {
  assert.equal(usesMax, 16_777_216);
  await open().cards.seal(7, numberOf(0), never);
  await sql`update vault.keys set uses = ${usesMax - blockUses} where purpose = 'cards'`;
  await open().cards.seal(7, numberOf(1), never);
  await open().cards.seal(7, numberOf(2), never);
  assert.deepEqual(
    (await dataKeys()).map(({ uses }) => uses),
    [BigInt(blockUses), BigInt(usesMax)],
  );
});

test('processes that make the first keys at once all read what the others sealed', async () => {
  for (let round = 0; round < 5; round++) {
    await sql`delete from vault.keys`;
    await sql`delete from vault.cards`;
    const vaults = Array.from({ length: 6 }, () => open());
    const refs = await Promise.all(vaults.map((vault, n) => vault.cards.seal(7, numberOf(n), never)));
    const again = await Promise.all(vaults.map((vault, n) => vault.cards.seal(7, numberOf((n + 1) % 6), never)));
    assert.deepEqual(again, [...refs.slice(1), refs[0]], 'all have the same fingerprint key');
    for (const vault of [...vaults, open()]) {
      for (const [n, ref] of refs.entries()) {
        assert.equal((await vault.cards.reveal(7, ref, 'charge'))?.reveal(), numberOf(n).reveal());
      }
    }
  }
});

test('a fingerprint says nothing without its key: another installation has another for the same number', async () => {
  const fingerprints: string[] = [];
  for (let installation = 0; installation < 2; installation++) {
    await sql`delete from vault.keys`;
    await open().cards.seal(installation, numberOf(0), never);
    const [row] = await sql`select fingerprint from vault.cards where owner = ${installation}`;
    fingerprints.push(row!.fingerprint.toString('hex'));
  }
  assert.notEqual(fingerprints[0], fingerprints[1]);
});

test('cards and secrets are sealed under keys of their own', async () => {
  const vault = open();
  await vault.cards.seal(7, numberOf(0), never);
  await vault.drawer.ensure('name', () => new Secret('value'));
  const purposes = await sql`select purpose from vault.keys order by purpose`;
  assert.deepEqual(
    purposes.map(({ purpose }) => purpose),
    ['cards', 'fingerprint', 'secrets'],
  );
});

test('a wrapped key that was changed, or stands in for another, does not open', async () => {
  const ref = await open().cards.seal(7, numberOf(0), never);
  await sql`update vault.keys set wrapped = (select wrapped from vault.keys where purpose = 'fingerprint')
    where purpose = 'cards'`;
  await assert.rejects(open().cards.reveal(7, ref, 'charge'), /does not open: its row was changed/);
});

test('a lost key is an error that names it', async () => {
  const ref = await open().cards.seal(7, numberOf(0), never);
  await sql`delete from vault.keys where purpose = 'cards'`;
  await assert.rejects(open().cards.reveal(7, ref, 'charge'), /key [0-9a-f-]{36} of the vault is missing/);
});

// ── the key-encryption key ───────────────────────────────────────────────────────────────────────────────────────────

test('a wrong key-encryption key is an error at start that says so', async () => {
  const ref = await open().cards.seal(7, numberOf(0), never);
  const wrong = open({ kek: newKek() });
  const says = /wrong key-encryption key: the vault needs the one with id [0-9a-f]{16} and was given [0-9a-f]{16}$/;
  await assert.rejects(wrong.migrate(), says);
  await assert.rejects(wrong.cards.reveal(7, ref, 'charge'), says);
  await assert.rejects(wrong.cards.seal(7, numberOf(0), never), says);
  assert.equal(await open().migrate(), 0);
});

test('what is no key of 32 bytes opens no vault', () => {
  assert.throws(() => open({ kek: new Secret('c2hvcnQ=') }), /has 32 bytes/);
});

/** Seals something of everything, over three days. */
const fill = async () => {
  const vault = open();
  const refs: string[] = [];
  for (let n = 0; n < 3; n++) {
    refs.push(await vault.cards.seal(7, numberOf(n), never));
    clock.at += day;
  }
  await vault.drawer.ensure('name', () => new Secret('value'));
  return refs;
};

const readsAll = async (vault: ReturnType<typeof openVault>, refs: readonly string[]) => {
  for (const [n, ref] of refs.entries()) {
    assert.equal((await vault.cards.reveal(7, ref, 'charge'))?.reveal(), numberOf(n).reveal());
    assert.equal(await vault.cards.seal(7, numberOf(n), never), ref, 'the fingerprint key is the same');
  }
  const value = await vault.drawer.ensure('name', () => assert.fail('it was there'));
  assert.equal(value.reveal(), 'value');
};

test('a new key-encryption key wraps all keys anew and changes nothing that is sealed', async () => {
  const refs = await fill();
  const sealed = () => sql`select owner, ref, key_id, sealed from vault.cards order by ref`;
  const sealedBefore = await sealed();
  const next = newKek();
  assert.equal(await open().rewrap(next), 5);
  assert.deepEqual(await sealed(), sealedBefore);
  assert.equal(await open({ kek: next }).migrate(), 0);
  await readsAll(open({ kek: next }), refs);
  await assert.rejects(open().migrate(), /wrong key-encryption key/);
  assert.equal(await open({ kek: next }).rewrap(next), 0);
});

test('a change of the key-encryption key that was cut off is readable as it stands, and goes on where it stopped', async () => {
  const refs = await fill();
  const next = newKek();
  const ids = (await sql`select id from vault.keys order by id`).map(({ id }) => id);
  for (const stop of [2, 4]) {
    await sql.unsafe(`
      create function vault.cut() returns trigger language plpgsql as $$ begin raise 'cut off'; end $$;
      create trigger cut before update of wrapped on vault.keys for each row when (old.id = '${ids[stop]}')
        execute function vault.cut()`);
    await assert.rejects(open({ kek: next, formerKek: kek }).rewrap(next), /cut off/);
    await sql`drop function vault.cut() cascade`;

    const both = open({ kek: next, formerKek: kek });
    assert.equal(await both.migrate(), 0);
    await readsAll(both, refs);
    await assert.rejects(open({ kek: next }).migrate(), /wrong key-encryption key/);
    const kekIds = await sql`select kek_id, count(*) as count from vault.keys where id in ${sql(ids)} group by 1`;
    assert.deepEqual(kekIds.map(({ count }) => Number(count)).sort(), [5 - stop, stop].sort());
  }
  assert.equal(await open({ kek: next, formerKek: kek }).rewrap(next), 1);
  assert.equal(await open({ kek: next }).migrate(), 0);
  await readsAll(open({ kek: next }), refs);
});

test('keys made while a rotation goes on are under the new one', async () => {
  await fill();
  const next = newKek();
  const during = open({ kek: next, formerKek: kek });
  clock.at += day;
  await during.cards.seal(7, numberOf(9), never);
  assert.equal(await open({ kek: next, formerKek: kek }).rewrap(next), 5);
  assert.equal(await open({ kek: next }).migrate(), 0);
});

test('two who wrap anew at once do it once', async () => {
  const refs = await fill();
  const next = newKek();
  const counts = await Promise.all([open().rewrap(next), open().rewrap(next)]);
  assert.equal(counts[0]! + counts[1]!, 5);
  await readsAll(open({ kek: next }), refs);
});
