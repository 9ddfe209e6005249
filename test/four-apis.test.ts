import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addBigfishMerchant } from './bigfish-merchant.ts';
import { booksAgree } from './books.ts';
import { addGlobalpayMerchant } from './globalpay-merchant.ts';
import { startTollgate } from './installation.ts';
import { openPage } from './payer.ts';
import { addSpiralMerchant } from './spiral-merchant.ts';
import { addTsMerchant } from './ts-merchant.ts';

// One installation behind all four APIs at once: each takes a payment and gives a part of it back in its own words, and
// one ledger and the acquirer's book say the same of all of them.

const tollgate = await startTollgate();

const journeys: Readonly<Record<string, () => Promise<unknown>>> = {
  spiral: async () => {
    const merchant = await addSpiralMerchant(tollgate);
    const { reference, sessionId } = await merchant.openSession({ amt: 100 });
    await (await openPage(tollgate.url, sessionId)).pay({ number: '5123450000000008', expiry: '11/39' });
    const { orderId } = (await merchant.query(reference)).body;
    await merchant.put(merchant.newReference(), { cmd: 'REFUND', orderId, amt: 40 });
    const { status, paidAmt, refundedAmt } = (await merchant.query(reference)).body;
    return [status, paidAmt, refundedAmt];
  },
  globalpay: async () => {
    const merchant = await addGlobalpayMerchant(tollgate);
    const card = await merchant.boundCard('8600310000000018');
    const { body } = await merchant.init('3000000');
    await merchant.perform(body, card);
    await merchant.call(`/payments/v1/payment/revert/partial/${body.id}?percent=40&ext=RF-1`);
    const { status, paymentReverts } = await merchant.payment(body.id);
    return [status, paymentReverts[0].amount];
  },
  bigfish: async () => {
    const shop = await addBigfishMerchant(tollgate);
    const id = await shop.paid();
    await shop.of('Refund', id, { Amount: 490 });
    const { ResultCode, CommonData } = await shop.of('Details', id);
    return [ResultCode, CommonData.Amount, CommonData.RefundedAmount];
  },
  'transaction-services': async () => {
    const shop = await addTsMerchant(tollgate);
    const { paymentId } = await shop.pay();
    await shop.follow('RF', paymentId, '20.00');
    const { status, amount, refundAmount } = await shop.inquire(paymentId);
    return [status, amount, refundAmount];
  },
};

const expected: Readonly<Record<string, readonly unknown[]>> = {
  spiral: ['Approved', 100, 40],
  globalpay: ['PARTIAL_REVERT', 1_200_000],
  bigfish: ['SUCCESSFUL', '1490', '490'],
  'transaction-services': ['reversed', '50.00', '20.00'],
};

test('each API pays and refunds, all at once, and the books agree across them', async () => {
  const said = await Promise.all(Object.entries(journeys).map(async ([api, pay]) => [api, await pay()]));
  assert.deepEqual(Object.fromEntries(said), expected);
  const rows = await tollgate.installation.sql`
    select currency, sum(captured_minor)::int captured, sum(refunded_minor)::int refunded from tollgate.payments
    group by currency order by currency`;
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    [
      { currency: 'EUR', captured: 5_000, refunded: 2_000 },
      { currency: 'HKD', captured: 10_000, refunded: 4_000 },
      { currency: 'HUF', captured: 149_000, refunded: 49_000 },
      { currency: 'UZS', captured: 3_000_000, refunded: 1_200_000 },
    ],
  );
  await booksAgree(tollgate);
});
