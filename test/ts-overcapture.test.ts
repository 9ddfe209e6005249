import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksAgree, dossierOf } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { Payer } from './payer.ts';
import { runCommand } from './program.ts';
import { startReceiver } from './receiver.ts';
import { type Answer, addTsMerchant, type Fields, md5 } from './ts-merchant.ts';

// Captures of more than was authorised (sections 3.1 and 12.3).

const tollgate = await startTollgate();
const receiver = await startReceiver();
const shop = await addTsMerchant(tollgate, { overCapturePercent: 10, multipleRefunds: true });

const said = ({ result, transactionStatus }: Answer) => [result.code, transactionStatus];
const held = async (amount = '50.00', merchant = shop, more: Fields = {}): Promise<string> => {
  const answer = await merchant.pay({ paymentType: 'PA', amount, ...more });
  assert.deepEqual(said(answer), ['00001', 'Y'], JSON.stringify(answer));
  return answer.paymentId;
};
const codesOf = async (id: string, merchant: typeof shop, ...asked: readonly (readonly [string, string?])[]) => {
  const codes: string[] = [];
  for (const [type, amount] of asked) codes.push((await merchant.follow(type, id, amount)).result.code);
  return codes;
};

test('12.3, 12.4: up to 10 % more is captured, once; all of it can be given back; the payment stays as it was made', async () => {
  const notificationUrl = `${receiver.url}/notify`;
  const fields = shop.paymentFields({ paymentType: 'PA', amount: '50.00', notificationUrl });
  const { paymentId: id } = await shop.call('payments', fields);
  const { timestamp, paymentType, ...refusal } = await shop.follow('CP', id, '55.01');
  assert.deepEqual([refusal.paymentId, refusal.result.code], ['-', '20071']);
  const captured = await shop.follow('CP', id, '55.00');
  assert.deepEqual([captured.amount, ...said(captured)], ['55.00', '00004', 'Y']);
  const after = await shop.inquire(id);
  assert.deepEqual([after.status, after.amount, after.reversedAmount], ['capturesuccess', '50.00', undefined]);
  const codes = await codesOf(id, shop, ['CP', '1.00'], ['RV'], ['RF', '55.01'], ['RF', '5.00'], ['RF', '50.00']);
  assert.deepEqual(codes, ['20044', '20045', '20064', '00005', '00005']);
  assert.deepEqual(await codesOf(id, shop, ['RF', '0.01']), ['20064']);
  const { status, amount, refundAmount } = await shop.inquire(id);
  assert.deepEqual([status, amount, refundAmount], ['reversed', '50.00', '55.00']);
  const { postings } = await dossierOf(tollgate, fields.merchantTransactionId!);
  assert.deepEqual(
    postings.map(({ debit, credit, amountMinor }) => `${debit} ${credit} ${amountMinor}`),
    ['acquirer:sandbox merchant 5500', 'merchant acquirer:sandbox 500', 'merchant acquirer:sandbox 5000'],
  );
  const told = await until('the notices', () => {
    const all = receiver.received.map(({ text }) => JSON.parse(text) as Answer);
    return all.some((notice) => notice.refundAmount === '55.00') && all;
  });
  for (const notice of told) {
    const signed = md5(id, fields.merchantTransactionId!, '50.00', 'Y', shop.key);
    assert.deepEqual([notice.amount, notice.checksum], ['50.00', signed]);
  }
});

test('12.3: so much more than what is still held: a reversal takes its share of it, and is given none', async () => {
  const id = await held();
  const codes = await codesOf(
    id,
    shop,
    ['RV', '50.01'],
    ['RV', '20.00'],
    ['RV', '30.01'],
    ['CP', '33.01'],
    ['CP', '33.00'],
  );
  assert.deepEqual(codes, ['40002', '00006', '40002', '20071', '00004']);
  const { status, amount, reversedAmount } = await shop.inquire(id);
  assert.deepEqual([status, amount, reversedAmount], ['capturesuccess', '50.00', '20.00']);
});

test('12.3: a fraction of the minor unit does not count', async () => {
  assert.deepEqual(await codesOf(await held('0.99'), shop, ['CP', '1.09'], ['CP', '1.08']), ['20071', '00004']);
  assert.deepEqual(await codesOf(await held('0.09'), shop, ['CP', '0.10'], ['CP', '0.09']), ['20071', '00004']);
});

test('12.3: a capture of less lets go of the rest as ever', async () => {
  const fields = shop.paymentFields({ paymentType: 'PA', amount: '50.00' });
  const { paymentId: id } = await shop.call('payments', fields);
  const codes = await codesOf(id, shop, ['CP', '30.00'], ['CP', '3.00'], ['RF', '30.01']);
  assert.deepEqual(codes, ['00004', '20044', '20064']);
  await until('the release', async () => {
    const { payment } = (await dossierOf(tollgate, fields.merchantTransactionId!)).view;
    return payment.authorizedMinor === 3_000n && payment.authorizedHeldMinor === 0n;
  });
});

test('12.7: what a capture leaves room for is for that one alone, not for another at the same time', async () => {
  for (const amounts of [
    ['50.00', '5.00', '5.00'],
    ['5.00', '50.00', '1.00'],
  ]) {
    const id = await held();
    const all = await Promise.all(amounts.map((amount) => shop.follow('CP', id, amount)));
    assert.deepEqual(all.map(({ result }) => result.code).sort(), ['00004', '20044', '20044']);
  }
});

test('9.3: a capture that the acquirer declined can be tried again, or all of it reversed', async () => {
  const id = await held('50.00', shop, { 'card.number': '4000000000000093' });
  assert.deepEqual(said(await shop.follow('CP', id, '55.00')), ['10005', 'N']);
  assert.deepEqual(await codesOf(id, shop, ['CP', '55.01'], ['CP', '55.00']), ['20071', '10005']);
  const all = await shop.follow('RV', id);
  assert.deepEqual([all.amount, ...said(all)], ['50.00', '00006', 'Y']);
});

test('12.3: what the acquirer does not take is refused before it is asked', async () => {
  const bold = await addTsMerchant(tollgate, { overCapturePercent: 100 });
  const fields = bold.paymentFields({ paymentType: 'PA', amount: '50.00' });
  const { paymentId: id } = await bold.call('payments', fields);
  assert.deepEqual(
    await codesOf(id, bold, ['CP', '100.01'], ['CP', '100.00'], ['CP', '60.01']),
    Array(3).fill('20071'),
  );
  const { view } = await dossierOf(tollgate, fields.merchantTransactionId!);
  assert.equal(view.operations.length, 1);
  assert.deepEqual(await codesOf(id, bold, ['CP', '60.00']), ['00004']);
});

test('3.1: a payment keeps what its member had when it was made; out of the box it is nothing', async () => {
  const plain = await addTsMerchant(tollgate);
  const id = await held('50.00', plain);
  const { administration, directory } = tollgate.installation.store;
  const change = async (overCapturePercent: number) => {
    const { settings } = (await administration.shops()).find((one) => one.id === plain.shopId)!;
    await administration.changeShop(plain.shopId, { settings: { ...settings, overCapturePercent } });
    directory.forget();
  };
  await change(10);
  const later = await held('50.00', plain);
  await change(0);
  assert.deepEqual(await codesOf(id, plain, ['CP', '50.01'], ['CP', '50.00']), ['20071', '00004']);
  assert.deepEqual(await codesOf(later, plain, ['CP', '55.01'], ['CP', '55.00']), ['20071', '00004']);
});

test('6.12, 7.4: the same on the hosted page and with a stored card', async () => {
  const address = `${tollgate.url}/transaction/Checkout`;
  const back = 'https://shop.example/return';
  const order = shop.newOrder();
  const payer = await new Payer(address).go(address, {
    memberId: shop.memberId,
    totype: 'Tollgate',
    amount: '50.00',
    currency: 'EUR',
    merchantTransactionId: order,
    merchantRedirectUrl: back,
    paymentMode: 'CC',
    paymentBrand: 'VISA',
    transactionType: 'PA',
    checksum: shop.signedLast('Tollgate', '50.00', order, back),
  });
  await payer.pay({ number: '4111111111111111', expiry: '12/30', code: '123' });
  const { paymentId } = payer.page.forms[0]!.fields;
  assert.deepEqual(await codesOf(paymentId!, shop, ['CP', '55.01'], ['CP', '55.00']), ['20071', '00004']);

  const { registrationId } = await shop.pay({ createRegistration: 'true' });
  const byCard = await shop.call(`paywithtoken/${registrationId}`, {
    'authentication.memberId': shop.memberId,
    'authentication.checksum': shop.signed(registrationId, '50.00'),
    paymentType: 'PA',
    amount: '50.00',
    currency: 'EUR',
  });
  assert.deepEqual(await codesOf(byCard.paymentId, shop, ['CP', '55.01'], ['CP', '55.00']), ['20071', '00004']);
});

test('operators see that a payment can be captured for more, and of others nothing of the kind', async () => {
  const shown = async (paymentType: string): Promise<string> => {
    const { merchantTransactionId } = await shop.pay({ paymentType, amount: '50.00' });
    return (await runCommand(['payment', 'show', merchantTransactionId], tollgate.environment)).stdout;
  };
  assert.match(await shown('PA'), /^can be captured for 10 % more than is authorized/m);
  assert.doesNotMatch(await shown('DB'), /can be captured/);
});

test('a sale is not given back for more than it was', async () => {
  const { paymentId } = await shop.pay({ amount: '50.00' });
  assert.deepEqual(await codesOf(paymentId, shop, ['RF', '50.01'], ['RF', '50.00']), ['20064', '00005']);
});

test('the books agree', () => booksAgree(tollgate));

test('12.3: after seven days nothing is let go of what was captured for more', async () => {
  const [captured, left] = [await held(), await held()];
  assert.deepEqual(await codesOf(captured, shop, ['CP', '55.00']), ['00004']);
  await tollgate.advance(7 * 86_400_000 + 60_000);
  await until('the lapse', async () => (await shop.inquire(left)).status === 'authcancelled');
  const { sql } = tollgate.installation;
  await until('the end of all timers', async () => (await sql`select from tollgate.tasks`).length === 0);
  const { status, amount, reversedAmount } = await shop.inquire(captured);
  assert.deepEqual([status, amount, reversedAmount], ['capturesuccess', '50.00', undefined]);
});
