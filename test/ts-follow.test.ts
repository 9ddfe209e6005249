import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksAgree } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { type Answer, addTsMerchant } from './ts-merchant.ts';

// Captures, reversals, refunds and inquiries (sections 6.5 to 6.8, 12.1 to 12.7).

const tollgate = await startTollgate();
const shop = await addTsMerchant(tollgate);

const said = ({ result, transactionStatus }: Answer) => [result.code, transactionStatus];
const stands = async (id: string) => {
  const { status, transactionStatus } = await shop.inquire(id);
  return [status, transactionStatus];
};
const held = async (more: Record<string, string> = {}): Promise<string> => {
  const answer = await shop.pay({ paymentType: 'PA', amount: '80.00', ...more });
  assert.deepEqual(said(answer), ['00001', 'Y'], JSON.stringify(answer));
  return answer.paymentId;
};
const paid = async (more: Record<string, string> = {}): Promise<string> => {
  const answer = await shop.pay(more);
  assert.deepEqual(said(answer), ['00001', 'Y'], JSON.stringify(answer));
  return answer.paymentId;
};
const refused = ({ timestamp, result, ...rest }: Answer) => {
  assert.match(timestamp, /^\d{4}-/);
  return { ...rest, code: result.code };
};

test('6.5, 12.3: a capture of all that is held', async () => {
  const id = await held();
  assert.deepEqual(await stands(id), ['authsuccessful', 'Y']);
  const { timestamp, ...answer } = await shop.follow('CP', id, '80.00');
  assert.deepEqual(answer, {
    paymentId: id,
    paymentType: 'CP',
    amount: '80.00',
    currency: 'EUR',
    descriptor: 'Acme 1',
    result: {
      code: '00004',
      description: 'Transaction captured successfully',
      bankCode: '00',
      bankDescription: 'approved',
    },
    transactionStatus: 'Y',
  });
  assert.deepEqual(await stands(id), ['capturesuccess', 'Y']);
});

test('12.3: a part is captured, the rest is let go of; there is one capture; above what is held 20071', async () => {
  const id = await held();
  assert.deepEqual(refused(await shop.follow('CP', id, '80.01')), { paymentId: '-', paymentType: 'CP', code: '20071' });
  assert.deepEqual(said(await shop.follow('CP', id, '30.00', { currency: 'eur' })), ['00004', 'Y']);
  assert.deepEqual(refused(await shop.follow('CP', id, '1.00')), { paymentId: '-', paymentType: 'CP', code: '20044' });
  const { amount, status } = await shop.inquire(id);
  assert.deepEqual([amount, status], ['80.00', 'capturesuccess']);
  assert.deepEqual(said(await shop.follow('RF', id, '30.01')), ['20064', undefined]);
  assert.deepEqual(said(await shop.follow('RF', id, '30.00')), ['00005', 'Y']);
});

test('12.3: only an authorisation is captured', async () => {
  assert.equal((await shop.follow('CP', await paid(), '50.00')).result.code, '20044');
});

test('6.6, 12.5: a reversal of all; a second one is 20067, a capture 20044; its order id is free again', async () => {
  const fields = shop.paymentFields({ paymentType: 'PA' });
  const { paymentId: id } = await shop.call('payments', fields);
  const { timestamp, ...answer } = await shop.follow('RV', id);
  assert.deepEqual(answer, {
    paymentId: id,
    paymentType: 'RV',
    amount: '50.00',
    currency: 'EUR',
    descriptor: 'Acme 1',
    result: {
      code: '00006',
      description: 'Transaction cancelled successfully',
      bankCode: '00',
      bankDescription: 'approved',
    },
    transactionStatus: 'Y',
  });
  assert.deepEqual(await stands(id), ['authcancelled', 'C']);
  assert.deepEqual(refused(await shop.follow('RV', id)), { paymentId: '-', paymentType: 'RV', code: '20067' });
  assert.equal((await shop.follow('CP', id, '50.00')).result.code, '20044');
  assert.deepEqual(said(await shop.call('payments', fields)), ['00001', 'Y']);
});

test('12.5: a part is reversed, signed either way, and then the rest; above what is held 40002', async () => {
  const id = await held();
  const part = { 'authentication.checksum': shop.signed(id), amount: '30.00' };
  assert.deepEqual(said(await shop.follow('RV', id, undefined, part)), ['00006', 'Y']);
  const after = await shop.inquire(id);
  assert.deepEqual([after.status, after.reversedAmount, after.amount], ['authsuccessful', '30.00', '80.00']);
  assert.deepEqual(refused(await shop.follow('RV', id, '50.01')), { paymentId: '-', paymentType: 'RV', code: '40002' });
  const signedToo = { 'authentication.checksum': shop.signed(id, '20.00') };
  assert.deepEqual(said(await shop.follow('RV', id, '20.00', signedToo)), ['00006', 'Y']);
  assert.deepEqual(said(await shop.follow('CP', id, '30.01')), ['20071', undefined]);
  const rest = await shop.follow('RV', id);
  assert.deepEqual([rest.amount, ...said(rest)], ['30.00', '00006', 'Y']);
  assert.deepEqual(await stands(id), ['authcancelled', 'C']);
});

test('12.5: what is captured, or was a DB, is not reversed: 20045', async () => {
  const id = await held();
  await shop.follow('CP', id, '80.00');
  assert.equal((await shop.follow('RV', id)).result.code, '20045');
  assert.equal((await shop.follow('RV', await paid())).result.code, '20045');
});

test('6.7, 12.4: a refund of a part; a second one is 10006, whatever its amount', async () => {
  const id = await paid();
  const { timestamp, ...answer } = await shop.follow('RF', id, '10.50', { paymentId: id });
  assert.deepEqual(answer, {
    paymentId: id,
    paymentType: 'RF',
    amount: '10.50',
    currency: 'EUR',
    descriptor: 'Acme 1',
    result: {
      code: '00005',
      description: 'Transaction refunded successfully',
      bankCode: '00',
      bankDescription: 'approved',
    },
    transactionStatus: 'Y',
  });
  const after = await shop.inquire(id);
  assert.deepEqual(
    [after.status, after.refundAmount, after.amount, after.transactionStatus],
    ['reversed', '10.50', '50.00', 'Y'],
  );
  assert.deepEqual(refused(await shop.follow('RF', id, '1.00')), { paymentId: '-', paymentType: 'RF', code: '10006' });
});

test('1.2: the aliases refund, capture, reverse, cancel and getStatus', async () => {
  const [one, two, three, four] = [await paid(), await held(), await held(), await held()];
  const alias = (name: string, type: string, id: string, amount?: string) =>
    shop.follow(type, id, amount, { paymentType: undefined }, `${name}/${id}`);
  assert.deepEqual(said(await alias('refund', 'RF', one, '50.00')), ['00005', 'Y']);
  assert.deepEqual(said(await alias('capture', 'CP', two, '80.00')), ['00004', 'Y']);
  assert.deepEqual(said(await alias('reverse', 'RV', three)), ['00006', 'Y']);
  assert.deepEqual(said(await alias('cancel', 'RV', four)), ['00006', 'Y']);
  assert.deepEqual(said(await alias('getStatus', 'IN', four)), ['00026', 'C']);
  assert.equal((await shop.follow('CP', one, '1.00', {}, `refund/${one}`)).result.code, '30044');
});

test('12.4: switches: no refunds 20063, no parts 10006, several refunds, a window 30068', async () => {
  const refundAt = async (settings: object, amounts: readonly string[], days = 0) => {
    const other = await addTsMerchant(tollgate, { ...settings });
    const { paymentId } = await other.pay();
    if (days > 0) await tollgate.advance(days * 86_400_000);
    const codes: string[] = [];
    for (const amount of amounts) codes.push((await other.follow('RF', paymentId, amount)).result.code);
    return codes;
  };
  assert.deepEqual(await refundAt({ refunds: false }, ['50.00']), ['20063']);
  assert.deepEqual(await refundAt({ partialRefunds: false }, ['10.00', '50.01', '50.00']), ['10006', '20064', '00005']);
  assert.deepEqual(await refundAt({ multipleRefunds: true }, ['20.00', '30.01', '30.00', '0.01']), [
    '00005',
    '20064',
    '00005',
    '20064',
  ]);
  assert.deepEqual(await refundAt({ refundDays: 2 }, ['50.00'], 3), ['30068']);
});

test('9.3: refused by the acquirer: 10005, 10006 and 10007 with the real id; the payment stands as before', async () => {
  const capture = await held({ 'card.number': '4000000000000093' });
  assert.deepEqual(said(await shop.follow('CP', capture, '80.00')), ['10005', 'N']);
  assert.deepEqual(await stands(capture), ['capturefailed', 'N']);
  assert.deepEqual(said(await shop.follow('RV', capture)), ['00006', 'Y'], 'the hold stood');
  const refund = await paid({ 'card.number': '4000000000000101' });
  const told = await shop.follow('RF', refund, '50.00');
  assert.deepEqual([told.paymentId, ...said(told)], [refund, '10006', 'N']);
  assert.deepEqual(await stands(refund), ['capturesuccess', 'Y']);
  assert.deepEqual(said(await shop.follow('RF', refund, '10.00')), ['10006', 'N'], 'a refused one does not count');
  const release = await held({ 'card.number': '4000000000000119' });
  assert.deepEqual(said(await shop.follow('RV', release)), ['10007', 'N']);
  assert.deepEqual(await stands(release), ['authsuccessful', 'Y']);
});

test('12.7: of parallel captures one is made, and of parallel refunds one, though all would fit', async () => {
  const id = await held();
  const captures = await Promise.all([1, 2, 3].map(() => shop.follow('CP', id, '60.00')));
  assert.deepEqual(captures.map(({ result }) => result.code).sort(), ['00004', '20044', '20044']);
  const refunds = await Promise.all([1, 2, 3].map(() => shop.follow('RF', id, '20.00')));
  assert.deepEqual(refunds.map(({ result }) => result.code).sort(), ['00005', '10006', '10006']);
});

test('10.3: order of checks on a payment', async () => {
  const id = await held();
  const code = async (type: string, path: string, amount?: string, more: Record<string, string | undefined> = {}) =>
    (await shop.follow(type, path, amount, more)).result.code;
  assert.equal(await code('CP', 'abc', '1.00'), '30036');
  assert.equal(await code('CP', id, '1.00', { paymentType: undefined }), '30057');
  assert.equal(await code('PO', id, '1.00'), '30044');
  assert.equal(await code('PA', id, '1.00'), '30045');
  assert.equal(await code('CP', id, '1.0'), '30003');
  assert.equal(await code('CP', id, '80.00', { 'authentication.checksum': undefined }), '30030');
  assert.equal(await code('CP', id, '80.00', { 'authentication.checksum': 'f'.repeat(32) }), '20017');
  assert.equal(await code('CP', id, '80.00', { notificationUrl: 'no address' }), '30095');
  assert.equal(await code('CP', '123456789012345678', '80.00'), '20044');
  assert.equal(await code('CP', id, '80.00', { currency: 'USD' }), '40003');
  assert.equal(await code('CP', id, '99.00', { currency: 'USD' }), '40003');
  assert.equal(await code('RF', id, '80.00', { paymentId: '1' }), '30036');
});

test('10.3: a payment of another member is not found, by its number or its order', async () => {
  const other = await addTsMerchant(tollgate);
  const fields = shop.paymentFields();
  const { paymentId } = await shop.call('payments', fields);
  const { timestamp, ...rest } = await other.inquire(paymentId);
  assert.deepEqual(rest, {
    paymentId: '-',
    paymentType: 'IN',
    result: { code: '20044', description: 'No transaction found for this payment id' },
  });
  assert.equal((await other.follow('RF', paymentId, '1.00')).result.code, '20044');
  const order = fields.merchantTransactionId!;
  const byOrder = { 'authentication.checksum': other.signed(order), idType: 'MID', merchantTransactionId: order };
  assert.equal((await other.follow('IN', '1', undefined, byOrder)).result.code, '20044');
});

test('6.8: an inquiry tells all of a payment', async () => {
  const fields = shop.paymentFields({ 'customer.customerId': 'C-1', 'customer.bankId': 'B1' });
  const { paymentId } = await shop.call('payments', fields);
  const { timestamp, bankReferenceId, ...rest } = await shop.inquire(paymentId);
  assert.ok(bankReferenceId !== '');
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
    descriptor: 'Acme 1',
    result: { code: '00026', description: 'Your record found successfully' },
    card: {
      bin: '411111',
      last4Digits: '1111',
      lastFourDigits: '1111',
      holder: 'Ada Lovelace',
      expiryMonth: '12',
      expiryYear: '2030',
    },
    customer: { email: 'ada@shop.example', id: 'C-1', bankId: 'B1' },
    merchantTransactionId: fields.merchantTransactionId,
    remark: 'Approved',
    transactionStatus: 'Y',
    tmpl_amount: '50.00',
    tmpl_currency: 'EUR',
    eci: '',
    orderDescription: 'Two mugs',
    companyName: 'Acme 1',
    merchantContact: '',
    terminalId: '3001',
  });
});

test('6.8: by order, on either path, signed with or without the amount; by GET', async () => {
  const fields = shop.paymentFields();
  const { paymentId } = await shop.call('payments', fields);
  const order = fields.merchantTransactionId!;
  const named = { 'authentication.memberId': shop.memberId, paymentType: 'IN' };
  const ask = async (path: string, more: Record<string, string>) =>
    (await shop.call(path, { ...named, ...more })).paymentId;
  const signed = { 'authentication.checksum': shop.signed(order) };
  assert.equal(await ask(`payments/${order}`, { ...signed, idType: 'mid' }), paymentId);
  assert.equal(await ask('payments/anything', { ...signed, idType: 'MID', merchantTransactionId: order }), paymentId);
  assert.equal(await ask('inquiry', { ...signed, idType: 'MID', merchantTransactionId: order }), paymentId);
  assert.equal(await ask('inquiry', { ...signed, merchantTransactionId: order }), paymentId);
  const withAmount = {
    'authentication.checksum': shop.signed(order, '50.00'),
    amount: '50.00',
    merchantTransactionId: order,
  };
  assert.equal(await ask('inquiry', withAmount), paymentId);
  assert.equal(await ask('inquiry', { 'authentication.checksum': shop.signed(paymentId), paymentId }), paymentId);
  assert.equal((await shop.call('inquiry', { ...named, ...signed })).result.code, '30036');
  const get = async (query = '') =>
    (await shop.send(`payments/${paymentId}${query}`, undefined, { AuthToken: await shop.tokenOf() }, 'GET')).json();
  assert.equal(((await get()) as Answer).paymentId, paymentId);
  const right = `?authentication.memberId=${shop.memberId}&authentication.checksum=${shop.signed(paymentId)}`;
  assert.equal(((await get(right)) as Answer).paymentId, paymentId);
  assert.equal(((await get('?authentication.checksum=00')) as Answer).result.code, '20017');
});

test('6.8: of several payments of an order the newest is told; the result in the style of the member', async () => {
  const other = await addTsMerchant(tollgate, { inquiryResultStyle: 'outcome' });
  const fields = other.paymentFields({ 'card.number': '4000000000000036' });
  const first = await other.call('payments', fields);
  assert.deepEqual(said(first), ['11005', 'N']);
  const { result, status } = await other.inquire(first.paymentId);
  assert.deepEqual([result.code, result.bankCode, status], ['11005', '05', 'authfailed']);
  const second = await other.call('payments', { ...fields, 'card.number': '4111111111111111' });
  const order = fields.merchantTransactionId!;
  const byOrder = { 'authentication.checksum': other.signed(order), idType: 'MID' };
  const told = await other.follow('IN', order, undefined, byOrder);
  assert.deepEqual([told.paymentId, told.result.code], [second.paymentId, '00001']);
});

test('the books agree', () => booksAgree(tollgate));

test('12.3: an authorisation that nobody captures in seven days is cancelled, expired', async () => {
  const id = await held();
  await tollgate.advance(7 * 86_400_000 + 60_000);
  await until('the lapse', async () => (await shop.inquire(id)).status === 'authcancelled');
  assert.equal((await shop.inquire(id)).remark, 'expired');
});
