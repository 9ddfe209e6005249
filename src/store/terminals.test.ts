import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import { noBatchTotals } from '../core/batch.ts';
import { type Batch, type Settlement, type Terminal, traceClaim } from '../gateway/ports/terminals.ts';
import { referenceScope } from '../gateway/ports.ts';
import { newId } from '../kit/ids.ts';
import { silentLog } from '../kit/log.ts';
import { connect } from '../kit/postgres.ts';
import { openStore } from './index.ts';
import { approved, charge, conclude, merchantId, now, referenced, shopId } from './sample.ts';

const url = await testDatabase();
const store = openStore({ url, log: silentLog });
const sql = connect(url, 1, 'test');
await store.migrate();
after(() => Promise.all([store.close(), sql.end()]));

const { terminals, payments } = store;
const shop = { id: shopId, merchantId };
let count = 0;

const terminalLike = (): Omit<Terminal, 'state'> => ({
  merchantId,
  id: newId(merchantId, now),
  shopId,
  account: 'H000000H0000001',
  number: `T${++count}`,
});

const added = async (): Promise<Terminal> => {
  const terminal = terminalLike();
  assert.equal(await terminals.add(terminal, now), true);
  return { ...terminal, state: 'active' };
};

const batchOf = (terminal: Terminal, number = '000001', method = 'VM'): Promise<Batch> =>
  terminals.batch(terminal, { method, number }, newId(merchantId, now), now);

/** A sale that passes the gate of its batch. */
const sell = async (batch: Batch, trace: string) => {
  const { step, next } = charge({ gateId: batch.id, claims: [traceClaim(batch.id, trace)] });
  const verdict = await payments.record({ ...step, gates: [{ id: batch.id, read: batch.version }] });
  return { verdict, next };
};

const settlementOf = (batch: Batch | null, changed: Partial<Settlement> = {}): Settlement => ({
  merchantId,
  id: newId(merchantId, now),
  shopId,
  batchId: batch?.id ?? null,
  reference: `SETTLE-${++count}`,
  requestHash: 'hash',
  memo: '{"v":1}',
  result: 'closed',
  reason: null,
  claimed: { ...noBatchTotals, saleMinor: 999_999_999_999n, saleCount: 2 },
  counted: { totals: { ...noBatchTotals, saleMinor: 9_007_199_254_740_993n, saleCount: 1 }, openCount: 3 },
  settledAt: now,
  ...changed,
});

const cleared = [{ debit: 'cleared:test', credit: 'acquirer:test', amountMinor: 26_850n, currency: 'HKD' }];

test('a terminal is found by shop, account and number while it is active', async () => {
  const terminal = await added();
  const { account, number } = terminal;
  assert.deepEqual(await terminals.find(shopId, account, number), terminal);
  assert.equal(await terminals.find(newId(merchantId, now), account, number), undefined);
  assert.equal(await terminals.find(shopId, 'another', number), undefined);
  assert.equal(await terminals.add({ ...terminal, id: newId(merchantId, now) }, now), false);
  assert.equal(await terminals.disable(shopId, account, number), true);
  assert.equal(await terminals.disable(shopId, account, number), false);
  assert.equal(await terminals.find(shopId, account, number), undefined);
  assert.equal(await terminals.add({ ...terminal, id: newId(merchantId, now) }, now), true);
  assert.deepEqual(await terminals.find(shopId, account, number), terminal, 'the same one again');
});

test('a batch is opened once by its first message, also by several at once', async () => {
  const terminal = await added();
  const all = await Promise.all(Array.from({ length: 8 }, () => batchOf(terminal)));
  for (const batch of all) assert.deepEqual(batch, all[0]);
  assert.deepEqual([all[0]!.version, all[0]!.state], [1, 'open']);
  const others = [await batchOf(terminal, '000002'), await batchOf(terminal, '000001', 'AMEX')];
  assert.equal(new Set([all[0]!.id, ...others.map(({ id }) => id)]).size, 3);
});

test('what passed the gate of a batch is what is in it, and passes one at a time', async () => {
  const batch = await batchOf(await added());
  const first = await sell(batch, '000001');
  assert.equal(first.verdict, 'written');
  assert.equal((await sell(batch, '000002')).verdict, 'stale');
  const later = await batchOf({ ...(await added()), id: batch.terminalId });
  assert.equal((await sell(later, '000001')).verdict, 'taken', 'a trace number is good for one');
  assert.equal((await sell(later, '000002')).verdict, 'written');
  await payments.record(conclude(first.next, approved).step);
  const views = await terminals.paymentsOf(batch);
  assert.deepEqual(views.map((view) => view.operations[0]!.state).toSorted(), ['acting', 'approved']);
});

test('a settlement closes its batch at the version that was counted, and posts what is cleared', async () => {
  const batch = await batchOf(await added());
  await sell(batch, '000001');
  assert.equal(await terminals.settle(settlementOf(batch), batch, cleared), 'stale');
  const counted = { ...batch, version: batch.version + 1 };
  const settlement = settlementOf(batch);
  assert.equal(await terminals.settle(settlement, counted, cleared), 'written');
  assert.deepEqual(await terminals.findSettlement(shop, settlement.reference), settlement);
  assert.deepEqual(await terminals.settlementsOf(batch.id), [settlement]);
  const posted = await sql.unsafe(
    'select debit, credit, amount_minor, currency from tollgate.postings where payment_id = $1',
    [settlement.id],
  );
  assert.deepEqual(
    posted.map((row) => ({ ...row })),
    [{ debit: 'cleared:test', credit: 'acquirer:test', amount_minor: 26_850n, currency: 'HKD' }],
  );
  assert.equal((await sell(counted, '000002')).verdict, 'stale', 'nothing passes any more');
  assert.equal(await terminals.settle(settlementOf(batch), counted, cleared), 'stale', 'a batch is closed once');
  const repeat = settlementOf(batch, { result: 'repeated', counted: null });
  assert.equal(await terminals.settle(repeat, counted, []), 'written');
});

test('of many settlements at once one closes the batch', async () => {
  const batch = await batchOf(await added());
  const verdicts = await Promise.all(
    Array.from({ length: 8 }, () => terminals.settle(settlementOf(batch), batch, cleared)),
  );
  assert.deepEqual(verdicts.toSorted(), [...Array(7).fill('stale'), 'written']);
});

test('a settlement takes its reference: of payments and settlements one has it, and who loses leaves nothing', async () => {
  const batch = await batchOf(await added());
  const { reference } = settlementOf(batch);
  assert.equal(await payments.record(referenced(reference).step), 'written');
  assert.equal(await terminals.settle(settlementOf(batch, { reference }), batch, cleared), 'taken');
  assert.equal((await batchOf({ ...(await added()), id: batch.terminalId })).state, 'open');
  const settlement = settlementOf(batch);
  await terminals.settle(settlement, batch, []);
  assert.equal(await payments.record(referenced(settlement.reference).step), 'taken');
  const claim = { scope: referenceScope(shopId), value: settlement.reference };
  assert.equal(await payments.findByClaim(merchantId, claim), undefined);
});

test('what differs is written down and leaves the batch open; of no terminal there is no batch', async () => {
  const batch = await batchOf(await added());
  assert.equal(await terminals.settle(settlementOf(batch, { result: 'differs' }), batch, []), 'written');
  assert.equal((await sell(batch, '000001')).verdict, 'written');
  const refused = settlementOf(null, { result: 'refused', reason: 'unknown_terminal', counted: null });
  assert.equal(await terminals.settle(refused, null, []), 'written');
  assert.deepEqual(await terminals.findSettlement(shop, refused.reference), refused);
});

test('the batches of a shop are listed with their terminals, the newest first', async () => {
  const terminal = await added();
  const own = newId(merchantId, now);
  const other = { ...terminal, id: newId(merchantId, now), shopId: own };
  await terminals.add(other, now);
  const first = await terminals.batch(other, { method: 'VM', number: '000001' }, newId(merchantId, now), now);
  const second = await terminals.batch(other, { method: 'VM', number: '000002' }, newId(merchantId, now), now + 1);
  assert.deepEqual(await terminals.batches(own, 10), [
    { ...second, terminal: other },
    { ...first, terminal: other },
  ]);
  assert.deepEqual(await terminals.list(own), [other]);
});
