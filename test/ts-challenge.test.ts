import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTollgate, until } from './installation.ts';
import { Payer } from './payer.ts';
import { startReceiver } from './receiver.ts';
import { type Answer, addTsMerchant, md5, type TsMerchant } from './ts-merchant.ts';

// What shoppers do, where they go, and what shops are told (sections 7.1 to 7.3, 7.5, 8).

const tollgate = await startTollgate();
const receiver = await startReceiver();
const shop = await addTsMerchant(tollgate);
const notify = `${receiver.url}/notify`;

const back = { merchantRedirectUrl: 'https://shop.example/return?o=1', notificationUrl: notify };
const threeD = (more: Record<string, string> = {}) =>
  shop.pay({ 'card.number': '4000000000000002', paymentType: 'PA', ...back, ...more });

const noticesOf = (id: string): Answer[] =>
  receiver.received.map(({ text }) => JSON.parse(text) as Answer).filter(({ paymentId }) => paymentId === id);
const noticeOf = (id: string, status: string): Promise<Answer> =>
  until(`${status} of ${id}`, () => noticesOf(id).find((told) => told.status === status));

const shopperAt = (answer: Answer) => new Payer(answer.redirect.url).go();

/** The fields with which the browser goes back to the shop, and how. */
const returned = async (answer: Answer): Promise<{ method: string; url: string; fields: Record<string, string> }> => {
  const name = answer.redirect.url.split('/').at(-1);
  const response = await fetch(`${tollgate.url}/transaction/Return/${name}`, { redirect: 'manual' });
  if (response.status === 303) {
    const url = new URL(response.headers.get('location')!);
    return { method: 'GET', url: url.href, fields: Object.fromEntries(url.searchParams) };
  }
  assert.equal(response.status, 200);
  const { forms } = await new Payer(`${tollgate.url}/transaction/Return/${name}`).go().then(({ page }) => page);
  return { method: 'POST', url: forms[0]!.action.href, fields: { ...forms[0]!.fields } };
};

const c12 = ({ key }: TsMerchant, told: Answer, status: string): string =>
  md5(told.paymentId, told.merchantTransactionId, told.amount, status, key);

test('7.3: a challenge: 3D with a redirect that works by plain GET; passed, it pays', async () => {
  const answer = await threeD({ customParameters: 'blue' });
  assert.deepEqual([answer.result.code, answer.transactionStatus, answer.remark], ['00019', '3D', '']);
  const { url, method, target, parameters } = answer.redirect;
  assert.deepEqual([method, target], ['POST', '_self']);
  assert.deepEqual(
    parameters.map(({ name }: Answer) => name),
    ['PaReq', 'MD', 'TermUrl'],
  );
  assert.equal(parameters[1].value, answer.paymentId);
  assert.ok(url.startsWith(`${tollgate.url}/transaction/`));
  const open = await shop.inquire(answer.paymentId);
  assert.deepEqual([open.status, open.transactionStatus], ['authstarted_3D', 'P']);
  const shopper = await shopperAt(answer);
  await shopper.confirm();
  const done = await shop.inquire(answer.paymentId);
  assert.deepEqual([done.status, done.transactionStatus], ['authsuccessful', 'Y']);
  const { method: how, url: where, fields } = await returned(answer);
  assert.deepEqual([how, where], ['POST', 'https://shop.example/return?o=1']);
  const { checksum, timestamp, bankCode, bankDescription, ...rest } = fields;
  assert.equal(checksum, c12(shop, answer, 'Y'));
  assert.match(timestamp!, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.deepEqual(rest, {
    paymentId: answer.paymentId,
    trackingid: answer.paymentId,
    merchantTransactionId: answer.merchantTransactionId,
    desc: answer.merchantTransactionId,
    status: 'Y',
    amount: '50.00',
    currency: 'EUR',
    tmpl_amount: '50.00',
    tmpl_currency: 'EUR',
    descriptor: 'Acme 1',
    firstName: 'Ada',
    lastName: 'Lovelace',
    firstname: 'Ada',
    lastname: 'Lovelace',
    resultCode: '00001',
    resultDescription: 'Transaction succeeded',
    remark: 'Approved',
    paymentMode: 'CC',
    paymentBrand: 'VISA',
    cardBin: '400000',
    cardLast4Digits: '0002',
    custEmail: 'ada@shop.example',
    custAccountId: '',
    custMerchantId: '',
    custBankId: '',
    eci: '',
    token: '',
    registrationId: '',
    mandateId: '',
    commissionPaidToUser: '',
    MP_1: 'blue',
    resourcePath: `/transactionServices/REST/v1/payments/${answer.paymentId}`,
  });
});

test('7.2: a client that posts the parameters to the redirect gets to the issuer as well', async () => {
  const answer = await threeD();
  const fields = Object.fromEntries(answer.redirect.parameters.map(({ name, value }: Answer) => [name, value]));
  const shopper = await new Payer(answer.redirect.url).go(answer.redirect.url, fields);
  await shopper.confirm();
  assert.equal((await shop.inquire(answer.paymentId)).transactionStatus, 'Y');
});

test('7.3, 12.2: a failed challenge is authfailed, 10001; its order id can be used again', async () => {
  const answer = await threeD();
  await (await shopperAt(answer)).confirm({ otp: '000000' });
  const told = await noticeOf(answer.paymentId, 'authfailed');
  assert.deepEqual([told.transactionStatus, told.result.code], ['N', '10001']);
  assert.equal(told.checksum, c12(shop, answer, 'N'));
  const again = await shop.pay({ merchantTransactionId: answer.merchantTransactionId });
  assert.equal(again.transactionStatus, 'Y');
});

test('7.3: who gives up at the issuer has cancelled as well, and the order can be paid again', async () => {
  const answer = await threeD();
  await (await shopperAt(answer)).confirm({ outcome: 'cancel' });
  const told = await noticeOf(answer.paymentId, 'cancelled');
  assert.deepEqual([told.transactionStatus, told.result.code], ['C', '00006']);
  const again = await shop.pay({ merchantTransactionId: answer.merchantTransactionId });
  assert.equal(again.transactionStatus, 'Y');
});

test('7.3: a shopper who gives up: cancelled, C, and the shop is told so', async () => {
  const answer = await threeD({ redirectMethod: 'get' });
  await (await shopperAt(answer)).cancel();
  const told = await noticeOf(answer.paymentId, 'cancelled');
  assert.deepEqual([told.transactionStatus, told.result.code], ['C', '00006']);
  const { method, url, fields } = await returned(answer);
  assert.equal(method, 'GET');
  assert.ok(url.startsWith('https://shop.example/return?o=1&paymentId='));
  assert.deepEqual([fields.status, fields.checksum], ['C', c12(shop, answer, 'C')]);
});

test('7.2: nobody comes within 30 minutes: failed, expired', async () => {
  const answer = await threeD();
  await tollgate.advance(31 * 60_000);
  const told = await shop.inquire(answer.paymentId);
  assert.deepEqual([told.status, told.transactionStatus, told.remark], ['failed', 'N', 'expired']);
  await noticeOf(answer.paymentId, 'failed');
});

test('7.3: Direct asks nobody; 3D asks wherever the issuer knows a challenge; other values are 30095', async () => {
  assert.equal((await threeD({ attemptThreeD: 'direct' })).transactionStatus, 'Y');
  assert.equal((await shop.pay({ attemptThreeD: '3D' })).transactionStatus, '3D');
  assert.equal((await shop.pay()).transactionStatus, 'Y');
  assert.equal((await shop.pay({ 'card.number': '4000000000000010', attemptThreeD: '3D' })).transactionStatus, 'Y');
  assert.equal((await shop.pay({ attemptThreeD: '2D' })).result.code, '30095');
  const terminals = [{ id: '1', mode: 'CC', brand: 'VISA', threeD: false }];
  const plain = await addTsMerchant(tollgate, { terminals });
  assert.equal((await plain.pay({ 'card.number': '4000000000000002', attemptThreeD: '3D' })).transactionStatus, 'Y');
  assert.equal((await plain.pay({ attemptThreeD: 'Only3D' })).result.code, '20052');
});

test('7.3: a shop that has asked the issuer itself is not sent there again, and its eci comes back', async () => {
  const own = { 'threeDSecure.eci': '05', 'threeDSecure.verificationId': 'AAAB', 'threeDSecure.xid': 'x-1' };
  const { paymentId, transactionStatus } = await threeD(own);
  assert.equal(transactionStatus, 'Y');
  assert.equal((await shop.inquire(paymentId)).eci, '05');
});

test('7.2: a wallet: P with a redirect; the shopper pays there', async () => {
  const answer = await shop.pay({
    paymentMode: 'EW',
    paymentBrand: 'alipay',
    currency: 'HKD',
    'card.number': '',
    'card.expiryMonth': '',
    'card.expiryYear': '',
    'card.cvv': '',
    ...back,
  });
  assert.deepEqual([answer.result.code, answer.transactionStatus, answer.paymentBrand], ['00002', 'P', 'ALIPAY']);
  assert.deepEqual(answer.redirect, { url: answer.redirect.url, method: 'GET', parameters: [] });
  assert.equal((await shopperAt(answer)).page.status, 200);
  const open = await shop.inquire(answer.paymentId);
  assert.deepEqual([open.status, open.transactionStatus], ['authstarted', 'P']);
  assert.deepEqual(open.card, {
    bin: '',
    last4Digits: '',
    lastFourDigits: '',
    holder: '',
    expiryMonth: '',
    expiryYear: '',
  });
});

test('8: a notification tells all, in texts, and is signed; also to the address of the member', async () => {
  const own = `${receiver.url}/own`;
  const other = await addTsMerchant(tollgate, { notificationUrl: own });
  const fields = other.paymentFields({ notificationUrl: notify });
  const { paymentId } = await other.call('payments', fields);
  const told = await noticeOf(paymentId, 'capturesuccess');
  const { timestamp, bankReferenceId, ...rest } = told;
  assert.deepEqual(rest, {
    paymentId,
    status: 'capturesuccess',
    paymentType: 'DB',
    paymentBrand: 'VISA',
    paymentMode: 'CC',
    firstName: 'Ada',
    lastName: 'Lovelace',
    amount: '50.00',
    currency: 'EUR',
    descriptor: told.descriptor,
    merchantTransactionId: fields.merchantTransactionId,
    remark: 'Approved',
    transactionStatus: 'Y',
    tmpl_amount: '50.00',
    tmpl_currency: 'EUR',
    eci: '',
    checksum: md5(paymentId, fields.merchantTransactionId!, '50.00', 'Y', other.key),
    result: { code: '00001', description: 'Transaction succeeded', bankCode: '00', bankDescription: 'approved' },
    card: {
      bin: '411111',
      last4Digits: '1111',
      lastFourDigits: '1111',
      holder: 'Ada Lovelace',
      expiryMonth: '12',
      expiryYear: '2030',
    },
    customer: { email: 'ada@shop.example', id: '', bankId: '' },
    terminalId: '3001',
  });
  const here = await until('both addresses', () => {
    const found = receiver.received.filter(({ text }) => JSON.parse(text).paymentId === paymentId);
    return found.length === 2 ? found : undefined;
  });
  assert.deepEqual(here.map(({ path }) => path).sort(), ['/notify', '/own']);
  assert.equal(here[0]!.headers['content-type'], 'application/json; charset=utf-8');
  assert.equal(here[0]!.text, here[1]!.text);
});

test('8: capture, refund and reversal are told with the amount of the payment; a refused one is not', async () => {
  const captured = await shop.pay({ paymentType: 'PA', notificationUrl: notify });
  await shop.follow('CP', captured.paymentId, '20.00');
  const told = await noticeOf(captured.paymentId, 'capturesuccess');
  assert.deepEqual([told.amount, told.checksum], ['50.00', c12(shop, captured, 'Y')]);
  await shop.follow('RF', captured.paymentId, '10.50');
  const refunded = await noticeOf(captured.paymentId, 'reversed');
  assert.deepEqual(
    [refunded.refundAmount, refunded.amount, refunded.checksum],
    ['10.50', '50.00', c12(shop, captured, 'Y')],
  );
  const held = await shop.pay({ paymentType: 'PA', notificationUrl: notify });
  await shop.follow('RV', held.paymentId, '20.00', { 'authentication.checksum': shop.signed(held.paymentId, '20.00') });
  const parted = await until('the part', () => noticesOf(held.paymentId).find((one) => one.reversedAmount));
  assert.deepEqual([parted.status, parted.reversedAmount], ['authsuccessful', '20.00']);
  await shop.follow('RV', held.paymentId);
  assert.equal((await noticeOf(held.paymentId, 'authcancelled')).checksum, c12(shop, held, 'C'));
  const stuck = await shop.pay({ notificationUrl: notify, 'card.number': '4000000000000101' });
  await noticeOf(stuck.paymentId, 'capturesuccess');
  assert.equal((await shop.follow('RF', stuck.paymentId, '50.00')).result.code, '10006');
  assert.equal(noticesOf(stuck.paymentId).length, 1);
});

test('8: what was not answered with 2xx is sent again, the same body', async () => {
  receiver.statuses.push(500);
  const { paymentId } = await shop.pay({ notificationUrl: notify });
  const at = () => receiver.received.filter(({ text }) => JSON.parse(text).paymentId === paymentId);
  await until('the first try', () => at().length === 1);
  await until('the second try', async () => {
    await tollgate.advance(61_000);
    return at().length === 2;
  });
  assert.equal(at()[0]!.text, at()[1]!.text);
});

test('13.2: an answer that comes late: pending, and then told', async () => {
  const late = await shop.pay({ 'card.number': '4000000000000077', notificationUrl: notify });
  assert.deepEqual([late.result.code, late.transactionStatus], ['00002', 'P']);
  await until('the inquiry', async () => {
    await tollgate.advance(20_000);
    return (await shop.inquire(late.paymentId)).transactionStatus === 'Y';
  });
  await noticeOf(late.paymentId, 'capturesuccess');
  const silent = await shop.pay({ 'card.number': '4000000000000127', notificationUrl: notify });
  assert.equal(silent.transactionStatus, 'P');
  await until('the end', async () => {
    await tollgate.advance(60_000);
    return (await shop.inquire(silent.paymentId)).status === 'failed';
  });
  assert.equal((await noticeOf(silent.paymentId, 'failed')).result.code, '10001');
});

test('7.5: a page of nobody, and of another API, is not found', async () => {
  for (const path of ['/transaction/Return/x', `/transaction/Return/${'0'.repeat(32)}`, '/transaction/Redirect/%00']) {
    assert.equal((await fetch(tollgate.url + path)).status, 404, path);
  }
});
