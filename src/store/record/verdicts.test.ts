import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testDatabase } from '../../../test/database.ts';
import { referenceScope, type Step, type Verdict } from '../../gateway/ports.ts';
import { newId } from '../../kit/ids.ts';
import { silentLog } from '../../kit/log.ts';
import { connect } from '../../kit/postgres.ts';
import { openStore } from '../index.ts';
import { approved, charge, conclude, follow, merchantId, now, referenced, shopId } from '../sample.ts';

const url = await testDatabase();
const batches: number[] = [];
const store = openStore({ url, log: silentLog, onBatch: (stepCount) => batches.push(stepCount) });
const sql = connect(url, 1, 'test');
await store.migrate();
after(() => Promise.all([store.close(), sql.end()]));

const { payments } = store;

/** Steps that arrive in one turn travel together: the first batch takes half, the second the other half. */
const together = (steps: readonly Step[]): Promise<Verdict[]> =>
  Promise.all(steps.map((step) => payments.record(step)));

const viewOf = async (step: Step) => payments.find(step.payment.merchantId, step.payment.id);

const gate = async (version: number): Promise<string> => {
  const id = newId(merchantId, now);
  await sql.unsafe('insert into tollgate.gates values ($1, $2, $3, $4, $5)', [merchantId, id, 'link', version, 'open']);
  return id;
};

const gateVersion = async (id: string): Promise<number> =>
  (await sql.unsafe('select version from tollgate.gates where id = $1', [id]))[0]!.version;

test('a step is written whole', async () => {
  const { step, next } = referenced('whole');
  assert.equal(await payments.record(step), 'written');
  assert.deepEqual(await viewOf(step), next);
  const claim = { scope: referenceScope(shopId), value: 'whole' };
  assert.deepEqual(await payments.findByClaim(merchantId, claim), { view: next, command: step.command });
});

test('a second step of the same payment moves it on', async () => {
  const first = charge();
  const second = conclude(first.next, approved);
  assert.equal(await payments.record(first.step), 'written');
  assert.equal(await payments.record(second.step), 'written');
  assert.deepEqual(await viewOf(second.step), second.next);
});

test('a step decided on an older version is stale, and nothing of it is written', async () => {
  const first = charge();
  await payments.record(first.step);
  const approval = conclude(first.next, approved);
  const decline = conclude(first.next, { kind: 'declined' });
  assert.equal(await payments.record(approval.step), 'written');
  assert.equal(await payments.record(decline.step), 'stale');
  assert.deepEqual(await viewOf(approval.step), approval.next);
});

test('a step whose reference another command holds is taken, and nothing of it is written', async () => {
  const winner = referenced('twice');
  const loser = referenced('twice');
  assert.equal(await payments.record(winner.step), 'written');
  assert.equal(await payments.record(loser.step), 'taken');
  assert.equal(await viewOf(loser.step), undefined);
  const holder = await payments.findByClaim(merchantId, { scope: referenceScope(shopId), value: 'twice' });
  assert.equal(holder?.command, winner.step.command);
});

test('the same reference at another shop is another claim', async () => {
  const here = referenced('shared');
  const there = referenced('shared', { claims: [{ scope: referenceScope(newId(merchantId, now)), value: 'shared' }] });
  assert.deepEqual(await together([here.step, there.step]), ['written', 'written']);
});

test('one stale and one taken step cost the others of their batch nothing', async () => {
  const moved = charge();
  await payments.record(moved.step);
  const approval = conclude(moved.next, approved);
  await payments.record(approval.step);
  await payments.record(referenced('held').step);
  const good = Array.from({ length: 20 }, (_, i) => referenced(`mixed ${i}`));
  const stale = conclude(moved.next, { kind: 'declined' });
  const taken = referenced('held');
  batches.length = 0;
  const verdicts = await together([
    ...good.slice(0, 5).map(({ step }) => step),
    stale.step,
    ...good.slice(5, 15).map(({ step }) => step),
    taken.step,
    ...good.slice(15).map(({ step }) => step),
  ]);
  assert.deepEqual(batches, [11, 11]);
  assert.equal(verdicts[5], 'stale');
  assert.equal(verdicts[16], 'taken');
  assert.equal(verdicts.filter((verdict) => verdict === 'written').length, 20);
  for (const { step, next } of good) assert.deepEqual(await viewOf(step), next);
});

test('a step that wins one claim and loses another is taken, and gives back the one it won', async () => {
  const scope = referenceScope(shopId);
  await payments.record(referenced('torn 1').step);
  const torn = charge({ claims: ['torn 0', 'torn 1', 'torn 2'].map((value) => ({ scope, value })) });
  const others = Array.from({ length: 7 }, (_, i) => referenced(`beside torn ${i}`));
  const verdicts = await together([torn.step, ...others.map(({ step }) => step)]);
  assert.deepEqual(verdicts, ['taken', ...others.map(() => 'written')]);
  assert.equal(await viewOf(torn.step), undefined);
  assert.equal(await payments.record(referenced('torn 0').step), 'written');
});

test('repeating a command that was written finds it again', async () => {
  const { step } = referenced('repeated');
  assert.equal(await payments.record(step), 'written');
  assert.equal(await payments.record(step), 'written');
  const [{ count }] = (await sql.unsafe('select count(*)::int from tollgate.events where payment_id = $1', [
    step.payment.id,
  ])) as unknown as [{ count: number }];
  assert.equal(count, step.events.length);
});

test('a gate lets one step pass at a time, by its version', async () => {
  const id = await gate(4);
  const first = charge();
  const second = charge();
  assert.equal(await payments.record({ ...first.step, gates: [{ id, read: 4 }] }), 'written');
  assert.equal(await gateVersion(id), 5);
  assert.equal(await payments.record({ ...second.step, gates: [{ id, read: 4 }] }), 'stale');
  assert.equal(await viewOf(second.step), undefined);
  assert.equal(await gateVersion(id), 5);
  assert.equal(await payments.record({ ...second.step, gates: [{ id, read: 5 }] }), 'written');
});

test('a step that passes one gate and not the other is stale, and moves neither; its claim stays free', async () => {
  const [open, moved] = [await gate(1), await gate(2)];
  const { step } = referenced('behind gates');
  const gates = [open, moved].map((id) => ({ id, read: 1 }));
  const [verdict, beside] = await together([{ ...step, gates }, referenced('beside gates').step]);
  assert.deepEqual([verdict, beside], ['stale', 'written']);
  assert.deepEqual([await gateVersion(open), await gateVersion(moved)], [1, 2]);
  assert.equal(await payments.record(referenced('behind gates').step), 'written');
});

test('64 steps for one reference: exactly one is written', async () => {
  const steps = Array.from({ length: 64 }, () => referenced('contended').step);
  const other = openStore({ url, log: silentLog });
  const verdicts = await Promise.all(steps.map((step, i) => (i % 2 ? payments : other.payments).record(step)));
  await other.close();
  assert.equal(verdicts.filter((verdict) => verdict === 'written').length, 1);
  assert.equal(verdicts.filter((verdict) => verdict === 'taken').length, 63);
});

test('64 steps decided on one version of a payment: exactly one is written', async () => {
  const sale = charge();
  const paid = conclude(sale.next, approved);
  await payments.record(sale.step);
  await payments.record(paid.step);
  const refunds = Array.from({ length: 64 }, () => follow(paid.next, 'refund', 13_425n));
  const other = openStore({ url, log: silentLog });
  const verdicts = await Promise.all(refunds.map(({ step }, i) => (i % 2 ? payments : other.payments).record(step)));
  await other.close();
  assert.equal(verdicts.filter((verdict) => verdict === 'written').length, 1);
  assert.equal(verdicts.filter((verdict) => verdict === 'stale').length, 63);
  assert.deepEqual(await viewOf(sale.step), refunds[verdicts.indexOf('written')]!.next);
});

test('above the limit of waiting steps nothing is tried', async () => {
  const small = openStore({ url, log: silentLog, waitingMax: 3 });
  const steps = Array.from({ length: 5 }, () => charge().step);
  const verdicts = await Promise.all(steps.map((step) => small.payments.record(step)));
  await small.close();
  assert.deepEqual(verdicts, ['written', 'written', 'written', 'full', 'full']);
  assert.equal(await viewOf(steps[4]!), undefined);
});

test('a stored card is kept with the step, and seen again brings its present expiry', async () => {
  const face = { brand: 'visa', first6: '444000', last4: '0010', expiry: '2027-01' } as const;
  const card = { token: 'TK7Q2M9XK4ZB81LD', shopId, vaultRef: 'v-1', face, networkReference: '4711', customer: null };
  await payments.record({ ...charge().step, storedCard: card });
  assert.deepEqual(await payments.storedCard(merchantId, { token: card.token }), card);
  assert.deepEqual(await payments.storedCard(merchantId, { vaultRef: 'v-1' }), card);
  assert.deepEqual(await payments.storedCard(merchantId, { vaultRef: 'v-1', shopId }), card);
  assert.equal(await payments.storedCard(merchantId, { vaultRef: 'v-1', shopId: null }), undefined);
  assert.equal(await payments.storedCard(merchantId + 1, { token: card.token }), undefined);
  const renewed = { ...card, face: { ...face, expiry: '2031-01' }, networkReference: null, customer: null };
  const steps = [charge().step, charge().step].map((step) => ({ ...step, storedCard: renewed }));
  assert.deepEqual(await together(steps), ['written', 'written']);
  const kept = { ...renewed, networkReference: '4711', customer: null };
  assert.deepEqual(await payments.storedCard(merchantId, { token: card.token }), kept);
});
