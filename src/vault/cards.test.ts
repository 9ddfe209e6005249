import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, beforeEach, test } from 'node:test';
import { inspect } from 'node:util';
import { testDatabase } from '../../test/database.ts';
import { connect, type Sql } from '../kit/postgres.ts';
import { Secret } from '../kit/secret.ts';
import { openVault, type VaultOptions } from './index.ts';

const number = new Secret('4929123456781234');
const other = new Secret('5555341244441115');
const kek = new Secret(randomBytes(32).toString('base64'));
const start = Date.UTC(2026, 2, 3, 12);
const clock = { at: start, now: () => clock.at };
const hour = 3_600_000;

const url = await testDatabase();
const sql = connect(url, 8, 'test');
after(() => sql.end());

/** The vault as another process would open it. */
const asProcess = (connection: Sql, options: Partial<VaultOptions> = {}) =>
  openVault({ sql: connection, kek, clock, ...options });

const vault = asProcess(sql);
await vault.migrate();

const rowCount = async (table: 'cards' | 'codes'): Promise<number> =>
  (await sql.unsafe(`select from vault.${table}`)).count;

beforeEach(async () => {
  clock.at = start;
  await sql`delete from vault.cards`;
  await sql`delete from vault.codes`;
});

test('a sealed number comes back whole, for a stated purpose that is counted', async () => {
  const purposes: string[] = [];
  const counting = asProcess(sql, { onReveal: (purpose) => purposes.push(purpose) });
  const ref = await counting.cards.seal(7, number, clock.at + hour);
  assert.equal((await counting.cards.reveal(7, ref, 'charge'))?.reveal(), number.reveal());
  assert.equal((await counting.cards.reveal(7, ref, 'challenge'))?.reveal(), number.reveal());
  assert.equal(await counting.cards.reveal(7, 'nothing', 'charge'), undefined);
  assert.deepEqual(purposes, ['charge', 'challenge']);
});

test('the same number of the same owner has one reference; another number or owner has another', async () => {
  const ref = await vault.cards.seal(7, number, clock.at + hour);
  assert.equal(await vault.cards.seal(7, number, clock.at + hour), ref);
  assert.equal(await asProcess(sql).cards.seal(7, number, clock.at + hour), ref);
  const refs = [ref, await vault.cards.seal(8, number, clock.at), await vault.cards.seal(7, other, clock.at)];
  assert.equal(new Set(refs).size, 3);
});

test('a reference is random: after the number was forgotten it gets another one', async () => {
  const ref = await vault.cards.seal(7, number, clock.at + hour);
  await vault.cards.purge(clock.at + hour);
  assert.notEqual(await vault.cards.seal(7, number, clock.at + hour), ref);
});

test('what is no whole card number is not sealed, and not shown', async () => {
  for (const wrong of ['', '4929123', '49291234567812345678', '4929 1234 5678 1234', 'x929123456781234']) {
    await assert.rejects(
      vault.cards.seal(7, new Secret(wrong), clock.at + hour),
      (error) => wrong === '' || !inspect(error).includes(wrong),
    );
  }
});

test('an owner reaches no card of another', async () => {
  const ref = await vault.cards.seal(7, number, clock.at + hour);
  assert.equal(await vault.cards.reveal(8, ref, 'charge'), undefined);
  assert.equal(await vault.cards.keep(8, ref), false);
});

test('processes that seal the same number at once get the same reference, and it opens', async () => {
  const connections = [connect(url, 4, 'test'), connect(url, 4, 'test')];
  const vaults = connections.map((connection) => asProcess(connection));
  for (let round = 0; round < 10; round++) {
    const digits = new Secret(`40000000000${10_000 + round}`);
    const seals = Array.from({ length: 16 }, (_, i) => vaults[i % 2]!.cards.seal(7, digits, clock.at + hour + i));
    const refs = await Promise.all(seals);
    assert.equal(new Set(refs).size, 1);
    assert.equal((await vault.cards.reveal(7, refs[0]!, 'charge'))?.reveal(), digits.reveal());
  }
  assert.equal(await rowCount('cards'), 10);
  await Promise.all(connections.map((connection) => connection.end()));
});

test('sealing takes one statement once the keys of the day are at hand', async () => {
  const statements: string[] = [];
  const counted = Object.assign(Object.create(sql), {
    unsafe: (...parameters: Parameters<Sql['unsafe']>) => {
      statements.push(parameters[0]);
      return sql.unsafe(...parameters);
    },
  });
  const warm = asProcess(counted);
  await warm.cards.seal(7, number, clock.at + hour);
  statements.length = 0;
  await warm.cards.seal(7, other, clock.at + hour);
  assert.equal(statements.length, 1);
  assert.match(statements[0]!, /insert into vault.cards/);
});

// ── how long ─────────────────────────────────────────────────────────────────────────────────────────────────────────

test('a number that was not kept is gone at its end, purged or not', async () => {
  const ref = await vault.cards.seal(7, number, clock.at + hour);
  clock.at += hour - 1;
  assert.ok(await vault.cards.reveal(7, ref, 'charge'));
  assert.equal(await vault.cards.purge(clock.at), 0);
  clock.at += 1;
  assert.equal(await vault.cards.reveal(7, ref, 'charge'), undefined);
  assert.equal(await vault.cards.keep(7, ref), false);
  assert.equal(await vault.cards.purge(clock.at), 1);
  assert.equal(await rowCount('cards'), 0);
});

test('a kept number stays, however often it is kept or sealed again', async () => {
  const ref = await vault.cards.seal(7, number, clock.at + hour);
  assert.equal(await vault.cards.keep(7, ref), true);
  assert.equal(await vault.cards.keep(7, ref), true);
  assert.equal(await vault.cards.seal(7, number, clock.at + hour), ref);
  clock.at += 1_000 * hour;
  assert.equal(await vault.cards.purge(clock.at), 0);
  assert.equal((await vault.cards.reveal(7, ref, 'charge'))?.reveal(), number.reveal());
});

test('a kept number that was released is forgotten after its end, unless it is kept again', async () => {
  const ref = await vault.cards.seal(7, number, clock.at + hour);
  const again = await vault.cards.seal(7, other, clock.at + hour);
  for (const kept of [ref, again]) {
    await vault.cards.keep(7, kept);
    await vault.cards.release(7, kept, clock.at + 2 * hour);
  }
  clock.at += 2 * hour - 1;
  assert.equal((await vault.cards.reveal(7, ref, 'charge'))?.reveal(), number.reveal());
  assert.equal(await vault.cards.keep(7, again), true);
  clock.at += 1;
  assert.equal(await vault.cards.reveal(7, ref, 'charge'), undefined);
  assert.equal(await vault.cards.keep(7, ref), false);
  assert.equal(await vault.cards.purge(clock.at), 1);
  assert.equal((await vault.cards.reveal(7, again, 'charge'))?.reveal(), other.reveal());
});

test('a number that is not kept has its end already: a release moves it neither earlier nor later', async () => {
  const ref = await vault.cards.seal(7, number, clock.at + 2 * hour);
  await vault.cards.release(7, ref, clock.at + hour);
  await vault.cards.release(7, ref, clock.at + 9 * hour);
  assert.equal(await vault.cards.purge(clock.at + 2 * hour - 1), 0);
  assert.equal(await vault.cards.purge(clock.at + 2 * hour), 1);
  await vault.cards.release(7, ref, clock.at + 9 * hour);
  assert.equal(await vault.cards.reveal(7, ref, 'charge'), undefined);
});

test("an owner releases no number of another's, and sealing after a release moves the end later", async () => {
  const ref = await vault.cards.seal(7, number, clock.at + hour);
  await vault.cards.keep(7, ref);
  await vault.cards.release(8, ref, clock.at);
  assert.equal(await vault.cards.purge(clock.at + 9 * hour), 0);
  await vault.cards.release(7, ref, clock.at + hour);
  assert.equal(await vault.cards.seal(7, number, clock.at + 3 * hour), ref);
  assert.equal(await vault.cards.purge(clock.at + hour), 0);
  assert.equal(await vault.cards.purge(clock.at + 3 * hour), 1);
});

test('sealing again moves an end later, never earlier', async () => {
  const ref = await vault.cards.seal(7, number, clock.at + 2 * hour);
  await vault.cards.seal(7, number, clock.at + hour);
  assert.equal(await vault.cards.purge(clock.at + hour), 0);
  await vault.cards.seal(7, number, clock.at + 3 * hour);
  assert.equal(await vault.cards.purge(clock.at + 2 * hour), 0);
  assert.equal(await vault.cards.purge(clock.at + 3 * hour), 1);
  assert.equal(await vault.cards.reveal(7, ref, 'charge'), undefined);
});

test('purge forgets all that is past, in as many statements as it takes', async () => {
  await sql`insert into vault.cards select 9, 'r' || n, int4send(n), 1, 'k', '\\x00', 1000 from generate_series(1, 2500) n`;
  await sql`insert into vault.codes select 9, 's' || n, '\\x00', 1000 from generate_series(1, 1500) n`;
  await vault.cards.seal(7, number, clock.at + hour);
  await vault.cards.sealCode(7, 'slot', new Secret('123'), clock.at + hour);
  assert.equal(await vault.cards.purge(clock.at), 4_000);
  assert.equal(await vault.cards.purge(clock.at + hour), 2);
});

// ── tampering ────────────────────────────────────────────────────────────────────────────────────────────────────────

const tampering: Record<string, (mine: string, theirs: string) => Promise<unknown>> = {
  'the seal of another card of the same owner': (mine, theirs) =>
    sql`update vault.cards set (sealed, key_id) = (select sealed, key_id from vault.cards where ref = ${theirs})
      where ref = ${mine}`,
  'another owner': (mine) => sql`update vault.cards set owner = 8 where ref = ${mine}`,
  'another reference': (mine) => sql`update vault.cards set ref = 'elsewhere' where ref = ${mine}`,
  'another data key': async (mine) => {
    clock.at += 24 * hour;
    const ref = await vault.cards.seal(9, number, clock.at + hour);
    return sql`update vault.cards set expires_at = null, key_id = (select key_id from vault.cards where ref = ${ref})
      where ref = ${mine}`;
  },
  'one bit more': (mine) =>
    sql`update vault.cards set sealed = set_bit(sealed, 100, 1 - get_bit(sealed, 100)) where ref = ${mine}`,
  'nothing sealed': (mine) => sql`update vault.cards set sealed = '' where ref = ${mine}`,
};

for (const [what, tamper] of Object.entries(tampering)) {
  test(`a row that was given ${what} refuses to open`, async () => {
    const mine = await vault.cards.seal(7, number, clock.at + hour);
    await tamper(mine, await vault.cards.seal(7, other, clock.at + hour));
    const [row] = await sql`select owner, ref from vault.cards where ref in (${mine}, 'elsewhere')`;
    await assert.rejects(vault.cards.reveal(row!.owner, row!.ref, 'charge'), (error) => {
      assert.match(`${error}`, /does not open/);
      return !/4929|\d{6,}/.test(inspect(error, true, 9).replace(/\n.*/gs, ''));
    });
  });
}

test('the seal of one owner is of no use in a row of another', async () => {
  const mine = await vault.cards.seal(7, number, clock.at + hour);
  const theirs = await vault.cards.seal(8, number, clock.at + hour);
  await sql`update vault.cards set (sealed, key_id) = (select sealed, key_id from vault.cards where ref = ${theirs})
    where ref = ${mine}`;
  await assert.rejects(vault.cards.reveal(7, mine, 'charge'), /does not open/);
});

// ── security codes ───────────────────────────────────────────────────────────────────────────────────────────────────

test('a security code opens once, with its own key', async () => {
  const key = await vault.cards.sealCode(7, 'attempt-1', new Secret('837'), clock.at + hour);
  assert.equal((await asProcess(sql).cards.openCode(7, 'attempt-1', key))?.reveal(), '837');
  assert.equal(await vault.cards.openCode(7, 'attempt-1', key), undefined);
  assert.equal(await rowCount('codes'), 0);
});

test('of many who open a code at once, one gets it', async () => {
  const key = await vault.cards.sealCode(7, 'attempt-1', new Secret('837'), clock.at + hour);
  const got = await Promise.all(Array.from({ length: 8 }, () => vault.cards.openCode(7, 'attempt-1', key)));
  assert.equal(got.filter((code) => code !== undefined).length, 1);
});

test('a wrong key opens nothing and costs the payer nothing', async () => {
  const key = await vault.cards.sealCode(7, 'attempt-1', new Secret('837'), clock.at + hour);
  const foreign = await vault.cards.sealCode(7, 'attempt-2', new Secret('111'), clock.at + hour);
  for (const wrong of [foreign, new Secret(''), new Secret('x'), new Secret(randomBytes(32).toString('base64url'))]) {
    assert.equal(await vault.cards.openCode(7, 'attempt-1', wrong), undefined);
  }
  assert.equal((await vault.cards.openCode(7, 'attempt-1', key))?.reveal(), '837');
});

test('a code opens for its owner and slot only, whatever row it was moved to', async () => {
  const key = await vault.cards.sealCode(7, 'attempt-1', new Secret('837'), clock.at + hour);
  assert.equal(await vault.cards.openCode(8, 'attempt-1', key), undefined);
  assert.equal(await vault.cards.openCode(7, 'attempt-2', key), undefined);
  await sql`insert into vault.codes select 8, slot, sealed, expires_at from vault.codes`;
  await sql`insert into vault.codes select owner, 'attempt-2', sealed, expires_at from vault.codes where owner = 7`;
  assert.equal(await vault.cards.openCode(8, 'attempt-1', key), undefined);
  assert.equal(await vault.cards.openCode(7, 'attempt-2', key), undefined);
});

test('a code is gone at its end, purged or not', async () => {
  const key = await vault.cards.sealCode(7, 'attempt-1', new Secret('837'), clock.at + hour);
  clock.at += hour;
  assert.equal(await vault.cards.openCode(7, 'attempt-1', key), undefined);
  assert.equal(await vault.cards.purge(clock.at), 1);
});

test('a code sealed again in its slot takes the place of the first', async () => {
  const first = await vault.cards.sealCode(7, 'attempt-1', new Secret('837'), clock.at + hour);
  const second = await vault.cards.sealCode(7, 'attempt-1', new Secret('838'), clock.at + hour);
  assert.equal(await vault.cards.openCode(7, 'attempt-1', first), undefined);
  assert.equal((await vault.cards.openCode(7, 'attempt-1', second))?.reveal(), '838');
});

// ── what a thief of the database finds ───────────────────────────────────────────────────────────────────────────────

/** Every row of every table of the schema, as text and as the bytes behind the text. */
const dump = async (): Promise<string> => {
  const tables = await sql`select table_name as name from information_schema.tables where table_schema = 'vault'`;
  assert.deepEqual(tables.map(({ name }) => name).sort(), ['cards', 'codes', 'keys', 'migrations', 'secrets']);
  let text = '';
  for (const { name } of tables) {
    for (const { row } of await sql.unsafe(`select t::text as row from vault.${name} t`)) {
      text += `${row}\n`;
      for (const [, hex] of row.matchAll(/\\x([0-9a-f]*)/g)) text += `${Buffer.from(hex, 'hex').toString('latin1')}\n`;
    }
  }
  return text;
};

/** All ways in which base64 shows a text that stands somewhere inside of another. */
const base64Of = (text: string): string[] =>
  [0, 1, 2].map((shift) => {
    const whole = Buffer.from('\0'.repeat(shift) + text).toString('base64');
    return whole.slice(shift === 0 ? 0 : 4, Math.floor((shift + text.length) / 3) * 4);
  });

const tracesOf = (text: string): string[] => [
  ...Array.from({ length: text.length - 7 }, (_, i) => text.slice(i, i + 8)),
  Buffer.from(text).toString('hex'),
  BigInt(`0x${Buffer.from(text).toString('hex')}`).toString(),
  BigInt(text).toString(16),
  ...base64Of(text),
];

test('the tables hold no trace of a number, a code, a secret or a key', async () => {
  const code = '8374629105';
  const ref = await vault.cards.seal(7, number, clock.at + hour);
  await vault.cards.keep(7, ref);
  const key = await vault.cards.sealCode(7, 'attempt-1', new Secret(code), clock.at + hour);
  const secret = '90817263544536271809';
  await vault.drawer.ensure('marked', () => new Secret(secret));
  const found = await dump();
  assert.ok(found.includes(ref) && found.includes('attempt-1') && found.includes('marked'));
  for (const trace of [...tracesOf(number.reveal()), ...tracesOf(code), ...tracesOf(secret)]) {
    assert.ok(!found.includes(trace), trace);
  }
  for (const held of [Buffer.from(key.reveal(), 'base64url'), Buffer.from(kek.reveal(), 'base64')]) {
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const) {
      assert.ok(!found.includes(held.toString(encoding)), encoding);
    }
  }
});

test('the search for traces would find them', async () => {
  await sql`insert into vault.codes values (1, ${number.reveal()}, ${Buffer.from(number.reveal())}, 0)`;
  const found = await dump();
  assert.ok(tracesOf(number.reveal()).filter((trace) => found.includes(trace)).length >= 9);
  for (const part of base64Of(number.reveal())) {
    assert.ok(['', 'a', 'ab'].some((before) => btoa(`${before}${number.reveal()}zzz`).includes(part)));
  }
});

test('a number that many keep at once is kept for each of them', async () => {
  for (let round = 0; round < 5; round++) {
    const ref = await vault.cards.seal(900 + round, new Secret('4111111111111111'), clock.now() + 60_000);
    const all = await Promise.all(Array.from({ length: 8 }, () => vault.cards.keep(900 + round, ref)));
    assert.deepEqual(new Set(all), new Set([true]));
  }
});
