import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksAgree } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { runCommand } from './program.ts';
import { startReceiver } from './receiver.ts';
import { type Answer, addTsMerchant, md5 } from './ts-merchant.ts';

const tollgate = await startTollgate();
const receiver = await startReceiver();
const shop = await addTsMerchant(tollgate);
const tell = (...words: string[]) => runCommand(words, tollgate.environment);

test('8, 9.0, 12.1: an operator writes a chargeback down once; the member is told, and its books, lists and balance have it', async () => {
  const paid = await shop.pay({ notificationUrl: `${receiver.url}/notify` });
  const { paymentId } = paid;
  const told = (): Answer[] =>
    receiver.received.map(({ text }) => JSON.parse(text)).filter((one: Answer) => one.paymentId === paymentId);
  await until('the first notice', () => told().length === 1);
  const chargeback = (amount: string, reference: string) =>
    tell('payment', 'chargeback', paymentId, '--amount', amount, '--reference', reference, '--json');
  const done = await chargeback('20.00', 'CB-1');
  assert.deepEqual([done.code, done.stderr, JSON.parse(done.stdout).disputed], [0, '', '20.00']);
  const [, notice] = await until('the notice', () => told().length === 2 && told());
  assert.deepEqual([notice.status, notice.transactionStatus, notice.amount], ['chargeback', 'Y', '50.00']);
  assert.equal(notice.checksum, md5(paymentId, notice.merchantTransactionId, '50.00', 'Y', shop.key));
  assert.equal((await shop.inquire(paymentId)).status, 'chargeback');

  const refusals = await Promise.all([
    chargeback('20.00', 'CB-1'),
    chargeback('30.01', 'CB-2'),
    chargeback('nothing', 'CB-3'),
    tell('payment', 'chargeback', '999999999999999999', '--amount', '1.00', '--reference', 'CB-4'),
  ]);
  assert.deepEqual(
    refusals.map(({ code }) => code),
    [2, 2, 2, 2],
  );
  assert.match(refusals[0]!.stderr, /written down already/);
  assert.match(refusals[1]!.stderr, /not left/);

  assert.equal((await shop.follow('RF', paymentId, '10.00')).result.code, '20044');
  const today = new Intl.DateTimeFormat('en-GB').format(tollgate.installation.clock.now());
  const list = await shop.call('getTransactionList', {
    'authentication.memberId': shop.memberId,
    'authentication.checksum': shop.signed(),
    'pagination.fromdate': today,
    'pagination.todate': today,
    status: 'chargeback',
  });
  assert.deepEqual(
    list.transaction.map((row: Answer) => [row.systemPaymentId, row.captureamount, row.chargebackamount]),
    [[paymentId, '50.00', '20.00']],
  );
  const details = await shop.call('getTransactionDetails', {
    'authentication.memberId': shop.memberId,
    'authentication.checksum': shop.signed(),
    'date.from': today,
    'date.to': today,
  });
  assert.equal(details.transaction[0].chargebackamount, '20.00');
  const { result } = await shop.call(`getPayoutBalance/${shop.memberId}`, { 'authentication.memberId': shop.memberId });
  assert.equal(result.totalBalance, '30.00');
  const shown = await tell('payment', 'show', paymentId);
  assert.match(shown.stdout, /merchant +disputes +20\.00 EUR/, 'the payment is found by its paymentId, too');
});

test('the books agree after all of it', async () => {
  await booksAgree(tollgate);
});
