import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import { referenceScope } from '../gateway/ports.ts';
import { merchantOf, newId, wireId } from '../kit/ids.ts';
import { silentLog } from '../kit/log.ts';
import { connect } from '../kit/postgres.ts';
import { openDirectory } from './directory.ts';
import { openStore } from './index.ts';
import { approved, charge, conclude, now, telling } from './sample.ts';

const url = await testDatabase();
const store = openStore({ url, log: silentLog });
const sql = connect(url, 1, 'test');
await store.migrate();
after(() => Promise.all([store.close(), sql.end()]));

const { administration, directory, payments } = store;

const route = {
  acquirer: 'test',
  account: 'ACCOUNT-1',
  brands: ['visa', 'jcb'],
  currencies: ['HKD'],
  minMinor: 1n,
  maxMinor: 2n ** 60n,
} as const;
const open = { ...route, brands: [], currencies: [], minMinor: null, maxMinor: null };

const merchant = await administration.addMerchant('Test "Mart" \\ 店', now);
const wanted = {
  merchantId: merchant.id,
  api: 'wire',
  wireName: 'testmart',
  settings: { b: 1, a: ['x'] },
  routes: [route, open],
  now,
};
const { shopId, made } = await administration.ensureShop(wanted);

test('merchants have numbers that fit an id', async () => {
  const other = await administration.addMerchant('Other', now);
  assert.deepEqual(await administration.merchants(), [merchant, other]);
  assert.equal(merchantOf(newId(other.id, now)), other.id);
});

test('a shop is found by its wire name and by its id, with routes in their order and no keys yet', async () => {
  assert.equal(made, true);
  const shop = await directory.shop('wire', 'testmart');
  const routes = shop!.routes.map(({ id: _, ...rest }) => rest);
  assert.deepEqual(
    { ...shop, routes },
    {
      id: shopId,
      merchantId: merchant.id,
      merchantName: 'Test "Mart" \\ 店',
      api: 'wire',
      wireName: 'testmart',
      state: 'active',
      settings: { b: 1, a: ['x'] },
      routes: [route, open],
      publicKeys: [],
    },
  );
  assert.deepEqual(await directory.shopById(shopId), shop);
  assert.equal(await directory.shop('other', 'testmart'), undefined);
  assert.equal(await directory.shopById(newId(1, now)), undefined);
  assert.equal(await directory.shopById('no id at all'), undefined);
});

test('a shop that is there stays as it is', async () => {
  const again = await administration.ensureShop({ ...wanted, settings: {}, routes: [] });
  assert.deepEqual(again, { shopId, made: false });
  const shop = await directory.shopById(shopId);
  assert.deepEqual([shop?.settings, shop?.routes.length], [wanted.settings, 2]);
});

test("a wire name cannot be another merchant's", async () => {
  const other = await administration.addMerchant('Thief', now);
  await assert.rejects(administration.ensureShop({ ...wanted, merchantId: other.id }), /another merchant's shop/);
});

test('two keys of a shop are active: a third retires the oldest, and the same one changes nothing', async () => {
  const clock = { now: () => 0 };
  const keysOf = async () => (await openDirectory(sql, clock).shopById(shopId))!.publicKeys;
  await administration.addPublicKey(shopId, 'key 1', now);
  await administration.addPublicKey(shopId, 'key 1', now + 1);
  assert.deepEqual(await keysOf(), ['key 1']);
  await administration.addPublicKey(shopId, 'key 2', now + 2);
  await administration.addPublicKey(shopId, 'key 1', now + 3);
  assert.deepEqual(await keysOf(), ['key 1', 'key 2']);
  await administration.addPublicKey(shopId, 'key 3', now + 4);
  assert.deepEqual(await keysOf(), ['key 2', 'key 3']);
  await administration.addPublicKey(shopId, 'key 1', now + 4);
  assert.deepEqual((await keysOf()).length, 2);
  assert.ok((await keysOf()).includes('key 1'));
  await assert.rejects(administration.addPublicKey(newId(1, now), 'key', now), /no shop/);
});

test('a shop is answered from memory for a few seconds, a miss never', async () => {
  let at = 0;
  const remembering = openDirectory(sql, { now: () => at });
  assert.equal(await remembering.shop('wire', 'late'), undefined);
  const late = await administration.ensureShop({ ...wanted, wireName: 'late' });
  assert.equal((await remembering.shop('wire', 'late'))?.id, late.shopId);
  await sql.unsafe(`update tollgate.shops set state = 'disabled' where id = $1`, [late.shopId]);
  at = 2_999;
  assert.equal((await remembering.shop('wire', 'late'))?.id, late.shopId);
  at = 3_000;
  assert.equal(await remembering.shop('wire', 'late'), undefined);
});

test("a merchant's active shops on an API are found, the oldest first, and remembered for a few seconds", async () => {
  const chain = await administration.addMerchant('Chain', now);
  let at = 0;
  const remembering = openDirectory(sql, { now: () => at });
  const make = (wireName: string, more: object = {}) =>
    administration.ensureShop({ ...wanted, merchantId: chain.id, wireName, ...more });
  const namesOf = async (api = 'wire', merchantId = chain.id) =>
    (await remembering.shopsOf(api, merchantId)).map((shop) => shop.wireName);
  assert.deepEqual(await namesOf(), []);
  await make('chain-2', { now: now + 1 });
  const { shopId: oldest } = await make('chain-1');
  await make('chain-3', { api: 'other' });
  assert.deepEqual(await namesOf(), ['chain-1', 'chain-2']);
  assert.deepEqual(await namesOf('other'), ['chain-3']);
  assert.deepEqual((await remembering.shopsOf('wire', chain.id))[0], await directory.shopById(oldest));
  await administration.changeShop(oldest, { state: 'disabled' });
  at = 2_999;
  assert.deepEqual(await namesOf(), ['chain-1', 'chain-2']);
  at = 3_000;
  assert.deepEqual(await namesOf(), ['chain-2']);
  await sql.unsafe(`update tollgate.merchants set state = 'disabled' where id = $1`, [chain.id]);
  at = 6_000;
  assert.deepEqual(await namesOf(), []);
});

test("a disabled merchant's shops take nothing new, and are found by what they have begun", async () => {
  const gone = await administration.addMerchant('Gone', now);
  const { shopId: theirs } = await administration.ensureShop({ ...wanted, merchantId: gone.id, wireName: 'gone' });
  await sql.unsafe(`update tollgate.merchants set state = 'disabled' where id = $1`, [gone.id]);
  assert.equal(await directory.shop('wire', 'gone'), undefined);
  assert.equal((await directory.shopById(theirs))?.wireName, 'gone');
});

test("a shop's switches and its state can be changed, each alone", async () => {
  const { shopId: changed } = await administration.ensureShop({ ...wanted, wireName: 'changed', settings: { a: 1 } });
  const row = async () => (await administration.shops()).find(({ id }) => id === changed)!;
  await administration.changeShop(changed, { settings: { a: 2 } });
  assert.deepEqual([(await row()).settings, (await row()).state], [{ a: 2 }, 'active']);
  await administration.changeShop(changed, { state: 'disabled' });
  assert.deepEqual([(await row()).settings, (await row()).state], [{ a: 2 }, 'disabled']);
  assert.equal(await directory.shop('wire', 'changed'), undefined);
});

test('payments are found by their id, an operation, either form, or a reference, newest first', async () => {
  const make = async (at: number, reference: string) => {
    const ids = { merchantId: merchant.id, shopId, id: newId(merchant.id, at), paymentId: newId(merchant.id, at) };
    const claims = [{ scope: referenceScope(shopId), value: reference }];
    const { step } = charge({ ...ids, reference, claims });
    assert.equal(await payments.record(step), 'written');
    return step;
  };
  const step = await make(now, 'INV-1');
  const found = [{ merchantId: merchant.id, paymentId: step.payment.id }];
  for (const text of [step.payment.id, wireId(step.payment.id), step.command, wireId(step.command), ' INV-1 ']) {
    assert.deepEqual(await administration.search(text, 9), found, text);
  }
  assert.deepEqual(await administration.search(step.payment.id.toUpperCase(), 9), found);
  assert.deepEqual(await administration.search('INV-', 9), []);
  assert.deepEqual(await administration.search(newId(merchant.id, now), 9), []);
  const second = await administration.ensureShop({ ...wanted, wireName: 'second' });
  const same = charge({
    merchantId: merchant.id,
    shopId: second.shopId,
    id: newId(merchant.id, now + 5),
    paymentId: newId(merchant.id, now + 5),
    claims: [{ scope: referenceScope(second.shopId), value: 'INV-1' }],
  });
  await payments.record(same.step);
  const both = [{ merchantId: merchant.id, paymentId: same.step.payment.id }, ...found];
  assert.deepEqual(await administration.search('INV-1', 9), both);
  assert.deepEqual(await administration.search('INV-1', 1), both.slice(0, 1));
});

test('a dossier has all that is on record about a payment', async () => {
  const first = charge();
  const paid = telling(conclude(first.next, approved), 1, 1, 'https://shop.example/');
  await payments.record(first.step);
  await payments.record({ ...paid.step, cases: [{ kind: 'mismatch', operation: 1, evidence: 'two books' }] });
  const { merchantId, id } = first.step.payment;
  const dossier = (await administration.dossier(merchantId, id))!;
  assert.deepEqual(dossier.view, paid.next);
  assert.deepEqual(dossier.postings, [{ ...paid.step.postings[0], entry: 2, line: 1, at: now }]);
  assert.deepEqual(
    dossier.events,
    [...first.step.events, ...paid.step.events].map((event) => ({ ...event, at: now })),
  );
  assert.deepEqual(
    dossier.notices.map(({ seq, state }) => [seq, state]),
    [[1, 'due']],
  );
  const raised = { kind: 'mismatch', operation: 1, evidence: 'two books', state: 'open', openedAt: now };
  assert.deepEqual(dossier.cases, [raised]);
  assert.equal(await administration.dossier(merchantId + 1, id), undefined);
});

test('the business clock moves forward only, for everybody', async () => {
  assert.equal(await administration.clockOffset(), 0);
  assert.equal(await administration.advanceClock(3_600_000), 3_600_000);
  assert.equal(await administration.advanceClock(1), 3_600_001);
  await assert.rejects(administration.advanceClock(-1), RangeError);
  assert.equal(await administration.clockOffset(), 3_600_001);
});

test('the first start decides for ever whether this is a sandbox', async () => {
  const claims = await Promise.all([administration.claimMode('sandbox'), administration.claimMode('live')]);
  assert.equal(claims[0], claims[1]);
  assert.equal(await administration.claimMode('sandbox'), claims[0]);
  assert.equal(await administration.claimMode('live'), claims[0]);
});

test('settings that can lose commits are named', async () => {
  assert.deepEqual(await administration.unsafeSettings(), []);
  const name = new URL(url).pathname.slice(1);
  await sql.unsafe(`alter database ${name} set synchronous_commit = off`);
  const reckless = openStore({ url, log: silentLog });
  assert.deepEqual(await reckless.administration.unsafeSettings(), ['synchronous_commit']);
  await reckless.close();
});
