import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { StoredCard, View } from '../core/model.ts';
import { newId } from '../kit/ids.ts';
import { silentLog } from '../kit/log.ts';
import { openStore } from './index.ts';
import { approved, challenged, charge, conclude, follow, merchantId, now, type Sample } from './sample.ts';

const store = openStore({ url: await testDatabase(), log: silentLog });
await store.migrate();
after(() => store.close());

const { payments } = store;

const write = async ({ step, next }: Sample): Promise<View> => {
  assert.equal(await payments.record(step), 'written');
  return next;
};

/** Ids of another merchant whose payments have the same shape. */
const strange = () => ({ id: newId(8, now), paymentId: newId(8, now), merchantId: 8 });

// ── by operation ─────────────────────────────────────────────────────────────────────────────────────────────────────

test('a payment is found by any of its operations, with all that hangs from it', async () => {
  await write(charge());
  const paid = await write(conclude(await write(charge()), approved));
  const view = await write(follow(paid, 'refund', 1n));
  assert.equal(view.operations.length, 2);
  for (const { id } of view.operations) assert.deepEqual(await payments.findByOperation(merchantId, id), view);
});

test("another merchant's operation is not found, nor what is no operation", async () => {
  const { operations, payment } = await write(charge());
  const theirs = await write(charge(strange()));
  const no = ['', 'no id at all', newId(merchantId, now), payment.id, theirs.operations[0]!.id];
  for (const id of no) assert.equal(await payments.findByOperation(merchantId, id), undefined, id);
  assert.equal(await payments.findByOperation(8, operations[0]!.id), undefined);
  assert.deepEqual(await payments.findByOperation(8, theirs.operations[0]!.id), theirs);
});

// ── by a card that waits ─────────────────────────────────────────────────────────────────────────────────────────────

test('a payment is found by the card that waits for its payer; of several the latest', async () => {
  assert.equal(await payments.findChallenged(merchantId, 'waits'), undefined);
  const first = await write(challenged('waits'));
  await write(challenged('waits', strange()));
  await write(challenged('another'));
  await write(charge({ vaultRef: 'waits' }));
  assert.deepEqual(await payments.findChallenged(merchantId, 'waits'), first);
  const { step, next } = challenged('waits');
  const attempts = next.attempts.map((attempt) => ({ ...attempt, sentAt: now + 1 }));
  const second = await write({ step: { ...step, attempts }, next: { ...next, attempts } });
  await write(challenged('waits'));
  assert.deepEqual(await payments.findChallenged(merchantId, 'waits'), second);
});

test('a card whose challenge is over does not wait any more', async () => {
  const view = await write(challenged('over'));
  await write(conclude({ ...view, attempts: [{ ...view.attempts[0]!, state: 'sending' }] }, approved));
  assert.equal(await payments.findChallenged(merchantId, 'over'), undefined);
});

// ── stored cards ─────────────────────────────────────────────────────────────────────────────────────────────────────

const cardOf = (token: string, networkReference: string | null = null): StoredCard => ({
  token,
  shopId: null,
  vaultRef: `vault ${token}`,
  face: { brand: 'visa', first6: '444000', last4: '0010', expiry: '2039-01' },
  networkReference,
  customer: null,
});

const storing = async (card: StoredCard, ids = {}): Promise<StoredCard> => {
  const { step, next } = charge(ids);
  await write({ step: { ...step, storedCard: card }, next });
  return card;
};

test("an owner's cards are found by their tokens, in the order that was asked for", async () => {
  const [a, b, c] = [await storing(cardOf('TKA')), await storing(cardOf('TKB', '4711')), await storing(cardOf('TKC'))];
  await storing({ ...cardOf('TKB'), vaultRef: 'theirs' }, strange());
  await storing(cardOf('TKD'), strange());
  assert.deepEqual(await payments.storedCards(merchantId, ['TKC', 'TKA', 'TKB']), [c, a, b]);
  assert.deepEqual(await payments.storedCards(merchantId, ['', 'TKB', 'TKD', 'NU\0L', 'T"K\\A', 'TKA']), [b, a]);
  assert.deepEqual(await payments.storedCards(merchantId, []), []);
  assert.deepEqual(await payments.storedCard(merchantId, { token: 'TKB' }), b);
});

test('a forgotten card is gone, for its owner alone, and may be stored again', async () => {
  const card = await storing(cardOf('TKGONE'));
  const theirs = await storing({ ...card, vaultRef: 'their vault' }, strange());
  for (const token of ['', 'TKNONE', 'TK\0GONE']) assert.equal(await payments.forgetCard(merchantId, token), false);
  assert.equal(await payments.forgetCard(merchantId, 'TKGONE'), true);
  assert.equal(await payments.forgetCard(merchantId, 'TKGONE'), false);
  assert.equal(await payments.storedCard(merchantId, { token: 'TKGONE' }), undefined);
  assert.equal(await payments.storedCard(merchantId, { vaultRef: card.vaultRef }), undefined);
  assert.deepEqual(await payments.storedCards(8, ['TKGONE']), [theirs]);
  await storing(card);
  assert.deepEqual(await payments.storedCards(merchantId, ['TKGONE']), [card]);
});
