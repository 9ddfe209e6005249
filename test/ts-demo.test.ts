import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Order } from '../src/demo/orders.ts';
import { restClient } from '../src/demo/transaction-services.ts';
import { restTill } from '../src/demo/transaction-services-till.ts';
import { startTollgate, until } from './installation.ts';
import { Payer } from './payer.ts';
import { startReceiver } from './receiver.ts';
import { addTsMerchant } from './ts-merchant.ts';

// The demo shop's till, a client of its own, against the real gateway.

const tollgate = await startTollgate();
const receiver = await startReceiver();
const shop = await addTsMerchant(tollgate);

const { memberId, username, partnerId, key } = shop;
const client = restClient({ apiUrl: tollgate.url, memberId, username, partnerId, totype: 'Tollgate', key: () => key });
const till = restTill(client, `${receiver.url}/hook`, tollgate.url);

const orderOf = (number: string, mode: Order['mode'] = 'now'): Order => ({
  ...{ number, mode, till: till.name, words: till.words, visit: 'v', lines: [], currency: 'CZK', amountMinor: 80_550n },
  ...{ wallet: null, locale: 'en_US', checkout: null, steps: [], exchanges: [], notices: [], version: 0 },
  ...{ standing: null, refused: false, problem: null },
});

const noticeOf = async (order: string, status: string) => {
  const { headers, text } = await until(`${status} of ${order}`, () =>
    receiver.received.find((one) => one.text.includes(order) && one.text.includes(`"status":"${status}"`)),
  );
  return till.hear(headers, text);
};

test('an order is paid on the hosted page, told of, and refunded in part', async () => {
  const opened = await till.open(orderOf('LL-PAID'));
  assert.deepEqual([opened.problem, opened.standing?.tone], [null, 'waiting']);
  const { standing: before } = await till.query('LL-PAID');
  assert.deepEqual([before?.status, before?.tone], ['begun', 'waiting'], 'nobody has been at the page');
  const payer = await new Payer(opened.checkout!.href).go();
  await payer.pay({ number: '4111111111111111', code: '123' });
  const { standing } = await till.query('LL-PAID');
  assert.deepEqual(
    [standing?.status, standing?.tone, standing?.card, standing?.capturedMinor, standing?.paidMinor],
    ['capturesuccess', 'good', 'VISA 411111******1111', 80_550n, 80_550n],
  );
  const heard = await noticeOf('LL-PAID', 'capturesuccess');
  assert.deepEqual([heard.genuine, heard.reference], [true, 'LL-PAID']);
  assert.equal(till.hear({}, heard.body.replace('"Y"', '"N"')).genuine, false);
  assert.ok(!heard.signed.includes(key));
  const refunded = await till.refund(standing!.orderId!, 'LL-PAID-1', 550n);
  assert.equal(refunded.standing?.tone, 'good');
  assert.equal((await till.query('LL-PAID-1')).standing?.refundedMinor, 550n);
  assert.equal((await till.refund(standing!.orderId!, 'LL-PAID-2', 50n)).refused, true);
});

test('an order is paid on the page of a bank, and another from an account', async () => {
  const site = await till.open({ ...orderOf('LL-SITE'), wallet: 'NB/IDEAL' });
  const payer = await new Payer(site.checkout!.href).go();
  await payer.go(payer.page.url, { outcome: 'approve' });
  assert.deepEqual((await till.query('LL-SITE')).standing?.status, 'capturesuccess');
  const debit = await till.open({ ...orderOf('LL-IBAN'), wallet: 'SEPA/DIRECT_DEBIT' });
  const holder = await new Payer(debit.checkout!.href).go();
  await holder.go(holder.page.forms[0]!.action, { holder: 'Ada Lovelace', iban: 'DE09 1001 0010 1234 5678 93' });
  assert.deepEqual((await till.query('LL-IBAN')).standing?.tone, 'good');
});

test('an amount is held, and a part of it captured', async () => {
  const opened = await till.open(orderOf('LL-HELD', 'reserve'));
  const payer = await new Payer(opened.checkout!.href).go();
  await payer.pay({ number: '4111111111111111', code: '123' });
  const { standing } = await till.query('LL-HELD');
  assert.deepEqual([standing?.status, standing?.capturedMinor, standing?.paidMinor], ['authsuccessful', 0n, 80_550n]);
  assert.equal((await till.capture(standing!.orderId!, 'LL-HELD-1', 50_000n)).standing?.tone, 'good');
  assert.equal((await till.query('LL-HELD')).standing?.capturedMinor, 50_000n);
});

test('a gateway that is not there is silent, and nothing that is shown holds the key or a token', async () => {
  const lost = restClient({ apiUrl: 'http://127.0.0.1:9', memberId, username, partnerId, totype: 'x', key: () => key });
  const reply = await restTill(lost, '', '').query('LL-X');
  assert.deepEqual([reply.standing, reply.exchange.httpStatus], [null, null]);
  const fresh = restClient({ apiUrl: tollgate.url, memberId, username, partnerId, totype: 'x', key: () => key });
  const { exchange, logIns } = await restTill(fresh, '', '').open(orderOf('LL-SHOWN'));
  const shown = JSON.stringify([exchange, logIns]);
  assert.ok(logIns.length === 1 && !shown.includes(key) && !/eyJ/.test(shown));
});
