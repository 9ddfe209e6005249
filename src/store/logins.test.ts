import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, beforeEach, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { LoginToken } from '../gateway/ports.ts';
import { silentLog } from '../kit/log.ts';
import { connect, type Sql } from '../kit/postgres.ts';
import { openStore } from './index.ts';
import { openLogins } from './logins.ts';
import { now } from './sample.ts';
import { keepTokens } from './statements/keep-tokens.ts';

const url = await testDatabase();
const store = openStore({ url, log: silentLog });
/** Another process of the installation. */
const other = openStore({ url, log: silentLog });
const sql = connect(url, 4, 'test');
await store.migrate();
after(() => Promise.all([store.close(), other.close(), sql.end()]));

const { logins, administration } = store;
const api = 'wire';
const realNow = 1_000_000;
const hour = 3_600_000;

const merchant = await administration.addMerchant('Test Mart', now);
const stranger = await administration.addMerchant('Stranger', now);
const login = { merchantId: merchant.id, api, name: 'testmart', hash: 'hash 1', now };

let tokenCount = 0;
const token = (wanted: Partial<LoginToken> = {}): LoginToken => ({
  kind: 'access',
  hash: createHash('sha256').update(`${tokenCount++}`).digest('hex'),
  merchantId: merchant.id,
  session: randomUUID(),
  expiresAt: realNow + hour,
  ...wanted,
});

const kept = async (wanted: Partial<LoginToken> = {}): Promise<LoginToken> => {
  const made = token(wanted);
  await logins.keepTokens(api, [made]);
  return made;
};

const found = ({ kind, hash }: LoginToken, at = realNow, by = logins) => by.token(api, kind, hash, at);

const setState = (table: 'merchants' | 'logins', state: 'active' | 'disabled', id: number | string) =>
  sql.unsafe(`update tollgate.${table} set state = $1 where ${table === 'logins' ? 'name' : 'id'} = $2`, [state, id]);

beforeEach(async () => {
  await sql.unsafe('truncate tollgate.logins, tollgate.login_tokens');
  await administration.setLogin(login);
});

// ── names and passwords ──────────────────────────────────────────────────────────────────────────────────────────────

test('a login is found by API and name, exactly as it was written', async () => {
  assert.deepEqual(await logins.find(api, 'testmart'), { merchantId: merchant.id, hash: 'hash 1' });
  for (const name of ['Testmart', 'testmart ', '', 'test\0mart', '\0']) {
    assert.equal(await logins.find(api, name), undefined, JSON.stringify(name));
  }
  assert.equal(await logins.find('other', 'testmart'), undefined);
});

test('a login gets another password at once', async () => {
  await administration.setLogin({ ...login, hash: 'hash 2' });
  assert.deepEqual(await logins.find(api, 'testmart'), { merchantId: merchant.id, hash: 'hash 2' });
});

test("a login's name cannot be another merchant's on the same API; on another API it can", async () => {
  const theirs = { ...login, merchantId: stranger.id, hash: 'theirs' };
  await assert.rejects(administration.setLogin(theirs), /another merchant's login/);
  assert.equal((await logins.find(api, 'testmart'))?.hash, 'hash 1');
  await administration.setLogin({ ...theirs, api: 'other' });
  assert.equal((await logins.find('other', 'testmart'))?.merchantId, stranger.id);
  await assert.rejects(administration.setLogin({ ...login, merchantId: 999_999, name: 'nobody' }));
});

test('a disabled login, or one of a disabled merchant, is not found', async () => {
  await setState('logins', 'disabled', 'testmart');
  assert.equal(await logins.find(api, 'testmart'), undefined);
  await administration.setLogin(login);
  await setState('merchants', 'disabled', merchant.id);
  assert.equal(await logins.find(api, 'testmart'), undefined);
  await setState('merchants', 'active', merchant.id);
  assert.ok(await logins.find(api, 'testmart'));
});

// ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────────

test('tokens are found as they were kept, each as its own kind on its own API, in every process', async () => {
  const session = randomUUID();
  const pair = [token({ session }), token({ session, kind: 'refresh', expiresAt: realNow + 24 * hour })];
  await logins.keepTokens(api, pair);
  for (const one of pair) {
    assert.deepEqual(await found(one), one);
    assert.deepEqual(await found(one, realNow, other.logins), one);
    assert.equal(await found({ ...one, kind: one.kind === 'access' ? 'refresh' : 'access' }), undefined);
    assert.equal(await logins.token('other', one.kind, one.hash, realNow), undefined);
  }
  assert.equal(await found(token()), undefined);
});

test('a token ends on time, remembered or not', async () => {
  const short = await kept({ expiresAt: realNow + 2_000 });
  assert.ok(await found(short, realNow + 1_999));
  assert.equal(await found(short, realNow + 2_000), undefined);
  assert.equal(await found(short, realNow + 2_000, other.logins), undefined);
});

test('a disabled merchant has no tokens', async () => {
  const mine = await kept();
  await setState('merchants', 'disabled', merchant.id);
  assert.equal(await found(mine), undefined);
  await setState('merchants', 'active', merchant.id);
  assert.ok(await found(mine));
});

test('a token that was just made is found at once, though it was looked for before', async () => {
  const late = token();
  assert.equal(await found(late), undefined);
  await logins.keepTokens(api, [late]);
  assert.deepEqual(await found(late), late);
});

test('tokens of one merchant on one API are revoked, at once where it happens and within 5 s elsewhere', async () => {
  const pair = [await kept(), await kept({ kind: 'refresh' })] as const;
  const theirs = await kept({ merchantId: stranger.id });
  const elsewhere = token();
  await logins.keepTokens('other', [elsewhere]);
  for (const by of [logins, other.logins]) for (const one of pair) assert.ok(await found(one, realNow, by));
  assert.equal(await administration.revokeTokens(merchant.id, api), 2);
  for (const one of pair) assert.equal(await found(one), undefined);
  assert.ok(await found(pair[0], realNow + 4_999, other.logins));
  assert.equal(await found(pair[0], realNow + 5_000, other.logins), undefined);
  assert.ok(await found(theirs));
  assert.ok(await logins.token('other', 'access', elsewhere.hash, realNow));
  assert.equal(await administration.revokeTokens(merchant.id, api), 0);
});

test('a refresh token is never answered from memory: with one that was revoked nobody gets new tokens', async () => {
  const refresh = await kept({ kind: 'refresh' });
  assert.ok(await found(refresh, realNow, other.logins));
  await administration.revokeTokens(merchant.id, api);
  assert.equal(await found(refresh, realNow, other.logins), undefined);
});

test('another password ends all tokens; another login of the merchant does not', async () => {
  const mine = await kept();
  await administration.setLogin({ ...login, name: 'second' });
  assert.ok(await found(mine));
  await administration.setLogin({ ...login, hash: 'hash 2' });
  assert.equal(await found(mine), undefined);
});

test('an answer that was under way while tokens were revoked is not remembered', async () => {
  const mine = await kept();
  const [read, revoked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = Object.assign(Object.create(sql), {
    unsafe: async (...parameters: Parameters<Sql['unsafe']>) => {
      const rows = await sql.unsafe(...parameters);
      read.resolve();
      await revoked.promise;
      return rows;
    },
  });
  const opened = openLogins(slow);
  const asked = found(mine, realNow, opened.logins);
  await read.promise;
  await administration.revokeTokens(merchant.id, api);
  opened.forgetAll();
  revoked.resolve();
  assert.ok(await asked);
  assert.equal(await found(mine, realNow, opened.logins), undefined);
});

test('what is past its end is purged, in as many statements as it takes', async () => {
  await sql.unsafe(`insert into tollgate.login_tokens
    select md5(n::text) || md5(n::text), 'wire', 'access', 1, gen_random_uuid(), 1000 + n from generate_series(1, 2500) n`);
  const mine = await kept();
  assert.equal(await logins.purge(1_000), 0);
  assert.equal(await logins.purge(1_010), 10);
  assert.equal(await logins.purge(realNow), 2_490);
  assert.ok(await found(mine));
});

// ── what tokens are given for ────────────────────────────────────────────────────────────────────────────────────────

test('tokens are kept while their grounds stand', async () => {
  const onPassword = token({ kind: 'refresh' });
  await logins.keepTokens(api, [onPassword], { name: 'testmart', hash: 'hash 1' });
  assert.ok(await found(onPassword));
  const [access, refresh] = [token(), token({ kind: 'refresh' })];
  await administration.setLogin({ ...login, name: 'second' });
  await logins.keepTokens(api, [access, refresh], { refresh: onPassword.hash });
  for (const one of [onPassword, access, refresh]) assert.ok(await found(one));
});

test('no tokens are kept when another password was set, the login disabled, or the refresh token revoked', async () => {
  const refresh = await kept({ kind: 'refresh' });
  await administration.setLogin({ ...login, hash: 'hash 2' });
  const late = [token(), token(), token(), token()] as const;
  await logins.keepTokens(api, [late[0]], { name: 'testmart', hash: 'hash 1' });
  await logins.keepTokens(api, [late[1]], { refresh: refresh.hash });
  await logins.keepTokens(api, [late[2]], { refresh: (await kept()).hash });
  await setState('logins', 'disabled', 'testmart');
  await logins.keepTokens(api, [late[3]], { name: 'testmart', hash: 'hash 2' });
  for (const one of late) assert.equal(await found(one), undefined);
});

/** Whether somebody waits for a lock that another one holds. */
const isWaitedFor = async (): Promise<boolean> =>
  (await sql.unsafe("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))
    .count > 0;

const endings: Readonly<Record<string, () => Promise<unknown>>> = {
  'all tokens are revoked': () => administration.revokeTokens(merchant.id, api),
  'the login gets another password': () => administration.setLogin({ ...login, hash: 'hash 2' }),
  'another login of the merchant gets another password': () => administration.setLogin({ ...login, name: 'second' }),
};

for (const [what, end] of Object.entries(endings)) {
  test(`tokens that are being written while ${what} are ended, too`, async () => {
    await administration.setLogin({ ...login, name: 'second' });
    const refresh = await kept({ kind: 'refresh' });
    const late = token();
    let ending: Promise<unknown> | undefined;
    await sql.begin(async (tx) => {
      await keepTokens(tx as unknown as Sql, api, [late], { refresh: refresh.hash });
      ending = end();
      while (!(await isWaitedFor())) await new Promise((resolve) => setImmediate(resolve));
    });
    await ending;
    for (const one of [refresh, late]) assert.equal(await found(one), undefined);
  });
}

test('however logins, refreshes and revocations meet, no token outlives another password', async () => {
  for (let round = 0; round < 20; round++) {
    await administration.setLogin({ ...login, name: 'second' });
    await administration.setLogin({ ...login, hash: `old ${round}` });
    const refresh = await kept({ kind: 'refresh' });
    const late = Array.from({ length: 12 }, () => token());
    const keeping = late.map((one, n) => {
      const grounds = n % 2 === 0 ? { name: 'testmart', hash: `old ${round}` } : { refresh: refresh.hash };
      return (n % 3 === 0 ? other : store).logins.keepTokens(api, [one], grounds);
    });
    await Promise.all([...keeping, administration.setLogin({ ...login, hash: `new ${round}` })]);
    for (const one of late) assert.equal(await found(one), undefined);
  }
});
