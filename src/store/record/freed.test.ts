import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testDatabase } from '../../../test/database.ts';
import { referenceScope } from '../../gateway/ports.ts';
import { silentLog } from '../../kit/log.ts';
import { connect } from '../../kit/postgres.ts';
import { openStore } from '../index.ts';
import { approved, charge, conclude, merchantId, shopId } from '../sample.ts';

const url = await testDatabase();
const store = openStore({ url, log: silentLog });
const sql = connect(url, 1, 'test');
await store.migrate();
after(() => Promise.all([store.close(), sql.end()]));

const { payments } = store;
const claimOf = (reference: string) => ({ scope: referenceScope(shopId), value: reference });
const sale = (reference: string, everywhere?: string) =>
  charge({
    reference,
    claims: [claimOf(reference), ...(everywhere ? [{ scope: 'number', value: everywhere, everywhere: true }] : [])],
    freesReference: true,
  });
const holderOf = async (reference: string) => (await payments.findByClaim(merchantId, claimOf(reference)))?.command;

test('a reference whose payment failed can be taken again; while it is open it cannot', async () => {
  const first = sale('again');
  assert.equal(await payments.record(first.step), 'written');
  assert.equal(await payments.record(sale('again').step), 'taken');
  const failed = conclude(first.next, { kind: 'declined' });
  assert.equal(await payments.record(failed.step), 'written');
  assert.equal(await holderOf('again'), undefined);
  const second = sale('again');
  assert.equal(await payments.record(second.step), 'written');
  assert.equal(await holderOf('again'), second.step.command);
  assert.equal(await payments.record(sale('again').step), 'taken');
});

test('one that was approved stays taken', async () => {
  const first = sale('kept');
  await payments.record(first.step);
  await payments.record(conclude(first.next, approved).step);
  assert.equal(await payments.record(sale('kept').step), 'taken');
});

test('a failure that is stale lets go of nothing', async () => {
  const first = sale('stale');
  await payments.record(first.step);
  const [approval, decline] = [conclude(first.next, approved), conclude(first.next, { kind: 'declined' })];
  assert.equal(await payments.record(approval.step), 'written');
  assert.equal(await payments.record(decline.step), 'stale');
  assert.equal(await holderOf('stale'), first.step.command);
});

test('what another command has taken since is not let go of', async () => {
  const first = sale('late');
  await payments.record(first.step);
  const failed = conclude(first.next, { kind: 'declined' });
  await payments.record(failed.step);
  const second = sale('late');
  await payments.record(second.step);
  // The same word of the first payment once more, on its newer version: nothing of the second may change.
  const again = { ...failed.step, read: 2, payment: { ...failed.step.payment, version: 3 }, events: [] };
  assert.equal(await payments.record(again), 'written');
  assert.equal(await holderOf('late'), second.step.command);
});

test('what is let go of counts for no claim that was won, even where the step goes by the name of the holder', async () => {
  const first = sale('own name');
  await payments.record(first.step);
  const { step } = conclude(first.next, { kind: 'declined' });
  assert.equal(await payments.record({ ...step, command: first.step.command }), 'written');
  assert.equal(await holderOf('own name'), undefined);
});

test('the table itself lets go of a claim only where its payment says so, and of nothing else about it', async () => {
  const bound = sale('bound');
  await payments.record({ ...bound.step, payment: { ...bound.step.payment, freesReference: false } });
  const freed = { ...claimOf('bound'), holder: bound.step.command };
  const { step } = conclude(bound.next, { kind: 'declined' });
  await assert.rejects(payments.record({ ...step, freed: [freed] }), /23514 held_claim_stays/);
  assert.equal(await holderOf('bound'), bound.step.command);

  const first = sale('moved');
  await payments.record(first.step);
  for (const change of ["value = value || '2'", 'command = gen_random_uuid()', 'payment_id = gen_random_uuid()']) {
    for (const held of ['true', 'false']) {
      const text = `update tollgate.claims set held = ${held}, ${change} where command = $1`;
      await assert.rejects(sql.unsafe(text, [first.step.command]), { constraint_name: 'held_claim_stays' }, change);
    }
  }
  assert.equal(await holderOf('moved'), first.step.command);
});

test('of two that want a freed reference at once one gets it', async () => {
  for (let round = 0; round < 20; round++) {
    const first = sale(`race ${round}`);
    await payments.record(first.step);
    await payments.record(conclude(first.next, { kind: 'declined' }).step);
    const verdicts = await Promise.all([1, 2, 3].map(() => payments.record(sale(`race ${round}`).step)));
    assert.deepEqual(verdicts.toSorted(), ['taken', 'taken', 'written']);
  }
});

test('a claim of the whole installation finds its payment for its own merchant alone', async () => {
  const { step, next } = sale('numbered', '123456789012345678');
  await payments.record(step);
  const claim = { scope: 'number', value: '123456789012345678', everywhere: true };
  assert.deepEqual((await payments.findByClaim(merchantId, claim))?.view, next);
  assert.equal(await payments.findByClaim(merchantId + 1, claim), undefined);
});
