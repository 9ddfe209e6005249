import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bigfishClient } from '../src/demo/bigfish.ts';
import { bigfishTill } from '../src/demo/bigfish-till.ts';
import type { Order } from '../src/demo/orders.ts';
import { addBigfishMerchant } from './bigfish-merchant.ts';
import { startTollgate } from './installation.ts';
import { Payer } from './payer.ts';

// The demo shop's till at BIG FISH, over HTTP, with nobody's browser in between.

const tollgate = await startTollgate();
const { storeName, apiKey } = await addBigfishMerchant(tollgate);
const client = bigfishClient({ apiUrl: tollgate.url, storeName, apiKey: () => apiKey });
const till = bigfishTill(client, `${tollgate.url}/demo/hooks/bigfish`, tollgate.url);
const card = { number: '4000000000000051', code: '123' };

let count = 0;
const orderOf = (mode: Order['mode']) =>
  ({ number: `LL-DEMO${++count}`, visit: 'V1', amountMinor: 149_000n, mode, locale: 'en_US' }) as Order;

test('9.6: the shop sends a link, and learns by which transaction it was paid', async () => {
  assert.ok(till.links);
  const order = orderOf('link');
  const { checkout, problem } = await till.open(order);
  assert.equal(problem, null);
  assert.equal((await till.queryLink(order.number)).standing!.status, 'PENDING');
  const payer = await new Payer(checkout!.href).go();
  await (await payer.go(payer.page.forms.at(-1)!.action, { type: 'OTPSimple' })).pay(card);
  const { standing } = await till.queryLink(order.number);
  assert.deepEqual([standing!.status, standing!.tone], ['SUCCESSFUL', 'good']);
  const paid = (await till.query(standing!.paidBy!)).standing!;
  assert.deepEqual([paid.paidMinor, paid.orderId], [149_000n, standing!.paidBy]);
  // A link keeps no card.
  assert.equal(paid.cardToken, null);
  assert.equal((await till.refund(paid.orderId!, 'R', 49_000n)).problem, null);
  assert.equal((await till.query(standing!.paidBy!)).standing!.refundedMinor, 49_000n);
});

test('9.4: the card of an order is charged once more', async () => {
  const order = orderOf('now');
  const payer = await new Payer((await till.open(order)).checkout!.href).go();
  await payer.pay(card);
  const { cardToken } = (await till.query(order.number)).standing!;
  const again = orderOf('now');
  const { standing } = await till.charge(again, cardToken!);
  assert.deepEqual([standing!.status, standing!.paidMinor, standing!.cardToken], ['SUCCESSFUL', 149_000n, cardToken]);
});

test('5.17: what the gateway refuses is told', async () => {
  const wrong = { ...orderOf('link'), amountMinor: 0n };
  const { refused, problem } = await till.open(wrong);
  assert.deepEqual([refused, problem], [true, 'WrongParameter: Hibás paraméter (Amount)']);
});
