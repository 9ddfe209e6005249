import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksAgree } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { Payer } from './payer.ts';
import { startReceiver } from './receiver.ts';
import { type Answer, addTsMerchant, type Fields, md5 } from './ts-merchant.ts';

// Asynchronous payments (sections 5.4, 7.2): a shopper pays on the page of a bank, a wallet or a seller of vouchers.

const tollgate = await startTollgate();
const receiver = await startReceiver();
const shop = await addTsMerchant(tollgate);
const notify = `${receiver.url}/notify`;

const noCard = { 'card.number': '', 'card.expiryMonth': '', 'card.expiryYear': '', 'card.cvv': '' };
const pay = (more: Fields = {}): Promise<Answer> =>
  shop.pay({
    ...noCard,
    amount: '12.50',
    paymentMode: 'EW',
    paymentBrand: 'SKRILL',
    merchantRedirectUrl: 'https://shop.example/return',
    notificationUrl: notify,
    ...more,
  });

const notices = (id: string): Answer[] =>
  receiver.received.map(({ text }) => JSON.parse(text) as Answer).filter(({ paymentId }) => paymentId === id);
const told = (id: string, status: string): Promise<Answer> =>
  until(`${status} of ${id}`, () => notices(id).find((one) => one.status === status));

/** A shopper at the outside page: `redirect.url` is all that a browser needs. */
const visit = async (answer: Answer): Promise<Payer> => {
  const shopper = await new Payer(answer.redirect.url).go();
  assert.match(shopper.page.url.pathname, /^\/sandbox\/wallet\/[0-9a-f]{32}$/);
  return shopper;
};

const decide = (shopper: Payer, outcome: 'approve' | 'decline' | 'cancel' | 'open'): Promise<Payer> =>
  shopper.go(shopper.page.url, { outcome });

test('6.4, 7.2: a wallet by name: P with a redirect; paid there, the shopper is back at the shop and it is told', async () => {
  const answer = await pay();
  assert.deepEqual(
    [answer.result.code, answer.transactionStatus, answer.paymentBrand, answer.paymentMode, answer.amount],
    ['00002', 'P', 'SKRILL', 'EW', '12.50'],
  );
  assert.deepEqual(answer.redirect, { url: answer.redirect.url, method: 'GET', parameters: [] });
  assert.equal(answer.card, undefined);
  const open = await shop.inquire(answer.paymentId);
  assert.deepEqual([open.status, open.transactionStatus], ['authstarted', 'P']);

  const shopper = await visit(answer);
  assert.match(shopper.page.html, /SKRILL[\s\S]*EUR 12\.50/);
  await decide(shopper, 'approve');
  const [form] = shopper.page.forms;
  assert.equal(form!.action.href, 'https://shop.example/return');
  const { status, paymentId, checksum } = form!.fields;
  assert.deepEqual([status, paymentId], ['Y', answer.paymentId]);
  assert.equal(checksum, md5(answer.paymentId, answer.merchantTransactionId, '12.50', 'Y', shop.key));

  const done = await told(answer.paymentId, 'capturesuccess');
  assert.deepEqual([done.transactionStatus, done.paymentBrand, done.paymentMode], ['Y', 'SKRILL', 'EW']);
  const refunded = await shop.follow('RF', answer.paymentId, '2.50');
  assert.equal(refunded.result.code, '00005');
  await booksAgree(tollgate);
});

test('7.2: refused there it fails, given up there or here it is cancelled; each frees the order', async () => {
  for (const [outcome, status, short] of [
    ['decline', 'authfailed', 'N'],
    ['cancel', 'cancelled', 'C'],
  ] as const) {
    const answer = await pay();
    await decide(await visit(answer), outcome);
    const end = await told(answer.paymentId, status);
    assert.equal(end.transactionStatus, short);
    const again = await pay({ merchantTransactionId: answer.merchantTransactionId });
    assert.equal(again.transactionStatus, 'P');
  }
  const left = await pay();
  const shopper = await visit(left);
  await decide(shopper, 'open');
  assert.match(shopper.page.html, /We are waiting|Skrill/);
  await shopper.cancel();
  await told(left.paymentId, 'cancelled');
});

test('7.2, 16.8: left open, the page waits and leads back there; the shop hears P, and the end later', async () => {
  const answer = await pay({ paymentMode: 'NB', paymentBrand: 'IDEAL' });
  const shopper = await visit(answer);
  const there = shopper.page.url;
  await decide(shopper, 'open');
  assert.match(shopper.page.url.pathname, /^\/transaction\/Redirect\/[0-9a-f]{32}\/return$/);
  assert.ok(shopper.page.html.includes(`href="${there.pathname}"`) || shopper.page.html.includes(there.href));
  assert.match(shopper.page.html, /iDEAL/);
  await tollgate.advance(31 * 60_000);
  const end = await told(answer.paymentId, 'failed');
  assert.deepEqual([end.transactionStatus, end.remark], ['N', 'expired']);
  await decide(await new Payer(there.href).go(), 'approve');
  assert.equal((await shop.inquire(answer.paymentId)).transactionStatus, 'N', 'what is closed takes no money');
  await booksAgree(tollgate);
});

test('5.4: modes and brands are names that terminals have: any will do', async () => {
  const terminals = [
    { id: '7', mode: 'BC', brand: 'COIN_X', currency: 'EUR' },
    { id: '8', mode: 'PV', brand: 'PAYSAFECARD' },
    { id: '9', mode: 'UPI', brand: 'UPI', wallet: 'site:vpa-host' },
  ];
  const other = await addTsMerchant(tollgate, { terminals });
  const at = (more: Fields) => other.pay({ ...noCard, ...more });
  assert.equal((await at({ paymentMode: 'bc', paymentBrand: 'coin_x' })).transactionStatus, 'P');
  assert.match((await visit(await at({ paymentMode: 'UPI', paymentBrand: 'UPI' }))).page.html, /VPA-HOST/);
  assert.equal((await at({ paymentMode: 'BC', paymentBrand: 'COIN_Y' })).result.code, '20005');
});

test('5.1: the number of a voucher goes to whoever sells them, and is kept nowhere', async () => {
  const answer = await pay({ paymentMode: 'PV', paymentBrand: 'PAYSAFECARD', voucherNumber: '7234567890123456' });
  const shopper = await visit(answer);
  assert.match(shopper.page.html, /voucherNumber …3456/);
  const { sql } = tollgate.installation;
  const memos = await sql.unsafe(`select memo from tollgate.operations where memo like '%7234567890123456%'`);
  assert.equal(memos.length, 0);
  assert.equal(
    (await pay({ paymentMode: 'PV', paymentBrand: 'PAYSAFECARD', voucherNumber: '1'.repeat(21) })).result.code,
    '30095',
  );
});

test('12.3: what is paid elsewhere is paid at once: PA is 20052, and the hosted page does not offer it', async () => {
  assert.equal((await pay({ paymentType: 'PA' })).result.code, '20052');
  assert.equal((await pay({ paymentType: 'PA', paymentBrand: 'ALIPAY' })).result.code, '20052');
});

test('7.4: the hosted page leads to a site as well', async () => {
  const order = `SITE-${process.pid}`;
  const url = 'https://shop.example/return';
  const fields = {
    memberId: shop.memberId,
    totype: 'Tollgate',
    amount: '9.00',
    currency: 'EUR',
    merchantTransactionId: order,
    merchantRedirectUrl: url,
    paymentMode: 'NB',
    paymentBrand: 'SOFORT',
    checksum: md5(shop.memberId, 'Tollgate', '9.00', order, url, shop.key),
  };
  const page = `${tollgate.url}/transaction/Checkout`;
  const shopper = await new Payer(page).go(page, fields);
  assert.match(shopper.page.html, /SOFORT/);
  await decide(shopper, 'approve');
  assert.equal(shopper.page.forms[0]!.fields.status, 'Y');
  const noHold = { ...fields, merchantTransactionId: `${order}-2`, transactionType: 'PA' };
  const checksum = md5(shop.memberId, 'Tollgate', '9.00', `${order}-2`, url, shop.key);
  const refused = await new Payer(page).go(page, { ...noHold, checksum });
  assert.equal(refused.page.forms[0]!.fields.resultCode, '20005');
});
