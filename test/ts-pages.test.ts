import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksAgree } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { Payer } from './payer.ts';
import { startReceiver } from './receiver.ts';
import { type Answer, addTsMerchant, type Fields, type TsMerchant } from './ts-merchant.ts';

// Several cards on one page, calls that only begin a payment, challenges that are a must, and what is told meanwhile.

const tollgate = await startTollgate();
const receiver = await startReceiver();
const shop = await addTsMerchant(tollgate);
const back = 'https://shop.example/return';
const card = { number: '4111111111111111', expiry: '12/30', code: '123' };
const no = { ...card, number: '4000000000000036' };

const page = (merchant: TsMerchant, more: Record<string, string> = {}): Promise<Payer> => {
  const order = merchant.newOrder();
  const address = `${tollgate.url}/transaction/Checkout`;
  return new Payer(address).go(address, {
    memberId: merchant.memberId,
    totype: 'Tollgate',
    amount: '50.00',
    currency: 'EUR',
    merchantTransactionId: order,
    merchantRedirectUrl: back,
    notificationUrl: `${receiver.url}/notify`,
    paymentMode: 'CC',
    paymentBrand: 'VISA',
    checksum: merchant.signedLast('Tollgate', '50.00', order, back),
    ...more,
  });
};
const told = (id: string): Answer[] =>
  receiver.received.map(({ text }) => JSON.parse(text) as Answer).filter(({ paymentId }) => paymentId === id);
const leaving = (payer: Payer) => payer.page.forms[0]!.fields;

test('7.4: three cards may be tried on the page; each that is declined is told, and one that pays pays once', async () => {
  const payer = await page(shop);
  await payer.pay(no);
  assert.ok(payer.seesCardForm);
  assert.match(payer.page.html, /role="alert">This card cannot be used/);
  await payer.pay(no);
  assert.ok(payer.seesCardForm);
  await payer.pay(card);
  const { status, paymentId } = leaving(payer);
  assert.equal(status, 'Y');
  const { status: long, amount } = await shop.inquire(paymentId!);
  assert.deepEqual([long, amount], ['capturesuccess', '50.00']);
  await until('the notice', () => told(paymentId!).length > 0);
  assert.deepEqual(
    told(paymentId!).map(({ status }) => status),
    ['capturesuccess'],
  );
});

test('7.4: the third card that is declined ends it, a failed challenge is a try, and the order can be used again', async () => {
  const payer = await page(shop);
  await payer.pay({ ...card, number: '4000000000000002' });
  await payer.confirm({ otp: '222222' });
  assert.ok(payer.seesCardForm);
  await payer.pay(no);
  assert.ok(payer.seesCardForm);
  await payer.pay(no);
  const { status, resultCode, merchantTransactionId } = leaving(payer);
  assert.deepEqual([status, resultCode], ['N', '11005']);
  assert.equal((await shop.pay({ merchantTransactionId })).result.code, '00001');
});

test('6.4: at a member that is hosted-page-only the answer is a redirect to our page, whatever card the call holds', async () => {
  const only = await addTsMerchant(tollgate, { hostedPageOnly: true });
  const more: Fields = { paymentMode: undefined, paymentBrand: undefined, 'card.number': undefined };
  const answer = await only.pay({ ...more, merchantRedirectUrl: back, notificationUrl: `${receiver.url}/notify` });
  assert.deepEqual([answer.transactionStatus, answer.result.code], ['P', '00002']);
  assert.equal((await only.inquire(answer.paymentId)).status, 'begun');
  const payer = await new Payer(answer.redirect.url).go();
  assert.ok(payer.seesCardForm);
  await payer.pay(no);
  await payer.pay({ ...card, number: '5549110920049586' });
  const { status, paymentId, paymentBrand, resourcePath } = leaving(payer);
  assert.deepEqual([status, paymentId, paymentBrand], ['Y', answer.paymentId, 'MC']);
  assert.match(resourcePath!, /REST\/v1\/payments\//);
  const again = { ...more, merchantTransactionId: answer.merchantTransactionId };
  assert.equal((await only.pay(again)).result.code, '20043');
  const typed = await only.pay({ 'card.number': '4000000000000036' });
  assert.deepEqual(
    [typed.transactionStatus, typed.card],
    ['P', undefined],
    'a card that the call holds is not charged',
  );
  assert.equal((await only.pay({ paymentMode: 'XX' })).result.code, '20005');
});

test('7.3: Only3D declines a card that is not enrolled with 10001, by call, by stored card and on the page; 3D goes on without', async () => {
  const notEnrolled = { 'card.number': '4000000000000010', merchantRedirectUrl: back };
  const declined = await shop.pay({ ...notEnrolled, attemptThreeD: 'Only3D' });
  assert.deepEqual([declined.result.code, declined.transactionStatus], ['10001', 'N']);
  assert.equal((await shop.inquire(declined.paymentId)).status, 'authfailed');
  assert.equal((await shop.pay({ ...notEnrolled, attemptThreeD: '3D' })).result.code, '00001');
  const own = { 'threeDSecure.eci': '05', 'threeDSecure.verificationId': 'v', 'threeDSecure.xid': 'x' };
  const proven = await shop.pay({ ...notEnrolled, ...own, attemptThreeD: 'Only3D' });
  assert.equal(proven.result.code, '00001', 'the shop has been at the issuer itself');
  const enrolled = await shop.pay({ attemptThreeD: 'Only3D', merchantRedirectUrl: back });
  assert.equal(enrolled.transactionStatus, '3D');
  await (await new Payer(enrolled.redirect.url).go()).confirm();
  assert.equal((await shop.inquire(enrolled.paymentId)).status, 'capturesuccess');
  const { registrationId } = await shop.pay({ ...notEnrolled, createRegistration: 'true' });
  const stored = await shop.call(`paywithtoken/${registrationId}`, {
    'authentication.memberId': shop.memberId,
    'authentication.checksum': shop.signed(registrationId, '5.00'),
    paymentType: 'DB',
    amount: '5.00',
    currency: 'EUR',
    attemptThreeD: 'Only3D',
  });
  assert.equal(stored.result.code, '10001');
  const payer = await page(shop, { attemptThreeD: 'Only3D' });
  for (let n = 0; n < 3; n++) await payer.pay({ ...card, number: '4000000000000010' });
  assert.equal(leaving(payer).resultCode, '10001');
});

test('8: P is told when a shopper is done and the end is not known, and never after the end; a call that answers P tells nobody', async () => {
  const notificationUrl = `${receiver.url}/notify`;
  const late = { 'card.number': '4000000000000077', merchantRedirectUrl: back, notificationUrl };
  const answered = await shop.pay(late);
  assert.equal(answered.transactionStatus, 'P');
  const challenged = await shop.pay({ ...late, attemptThreeD: '3D' });
  const payer = await new Payer(challenged.redirect.url).go();
  await payer.confirm();
  await until('P of the challenge', () => told(challenged.paymentId).length > 0);
  const onPage = await page(shop);
  await onPage.pay({ ...card, number: '4000000000000077' });
  const pending = () => receiver.received.map(({ text }) => JSON.parse(text) as Answer);
  const [first] = told(challenged.paymentId);
  assert.deepEqual([first.transactionStatus, first.status, first.result.code], ['P', 'authstarted', '00002']);
  assert.equal(pending().filter(({ transactionStatus }) => transactionStatus === 'P').length >= 1, true);
  await tollgate.advance(20_000);
  for (const id of [answered.paymentId, challenged.paymentId]) {
    await until(`the end of ${id}`, () => told(id).some(({ transactionStatus }) => transactionStatus === 'Y'));
  }
  assert.deepEqual(
    [answered, challenged].map(({ paymentId }) => told(paymentId).map(({ transactionStatus }) => transactionStatus)),
    [['Y'], ['P', 'Y']],
  );
  const quiet = await addTsMerchant(tollgate, { notifyIntermediate: false });
  const unheard = await quiet.pay({ ...late, attemptThreeD: '3D' });
  await (await new Payer(unheard.redirect.url).go()).confirm();
  await tollgate.advance(20_000);
  await until('its end', () => told(unheard.paymentId).length > 0);
  assert.deepEqual(
    told(unheard.paymentId).map(({ transactionStatus }) => transactionStatus),
    ['Y'],
  );
});

test('the books agree after all of it', async () => {
  await booksAgree(tollgate);
});
