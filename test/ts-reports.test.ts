import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTollgate } from './installation.ts';
import { type Answer, addTsMerchant, type Fields, md5 } from './ts-merchant.ts';

// Lists, totals and the older JSON API (sections 6.15 to 6.19, 6.21).

const tollgate = await startTollgate();
const shop = await addTsMerchant(tollgate);

const dayMs = 86_400_000;
const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10).split('-').reverse().join('/');
const today = () => dayText(tollgate.installation.clock.now());

const signed = (): Fields => ({ 'authentication.memberId': shop.memberId, 'authentication.checksum': shop.signed() });
const list = (more: Fields = {}): Promise<Answer> =>
  shop.call('getTransactionList', {
    ...signed(),
    'pagination.fromdate': today(),
    'pagination.todate': today(),
    ...more,
  });
const idsOf = ({ transaction = [] }: Answer): string[] => transaction.map((row: Answer) => row.systemPaymentId);

// Yesterday, seen from the rest: one that was paid. Then today: one refunded in part, one refused, one reversed.
const first = (await shop.pay({ 'customer.email': 'grace@shop.example' })).paymentId;
await tollgate.advance(dayMs);
const paid = (await shop.pay({ 'customer.phone': '030 1', 'shipping.country': 'DE', 'shipping.city': 'Berlin' }))
  .paymentId;
await shop.follow('RF', paid, '10.50');
await tollgate.advance(1_000);
const refused = (await shop.pay({ 'card.number': '4000000000000036' })).paymentId;
await tollgate.advance(1_000);
const held = (await shop.pay({ paymentType: 'PA', amount: '20.00' })).paymentId;
await shop.follow('RV', held);

test('6.15: the payments of some days, newest first, with lower-case names', async () => {
  const answer = await list();
  assert.equal(answer.result.code, '00029');
  assert.deepEqual(idsOf(answer), [held, refused, paid]);
  const { date, transactionDate, merchantTransactionId, bankReferenceId, ...row } = answer.transaction[2];
  assert.match(date, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.match(transactionDate, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.deepEqual(row, {
    amount: '50.00',
    currency: 'EUR',
    systemPaymentId: paid,
    transactionStatus: 'reversed',
    captureamount: '50.00',
    refundamount: '10.50',
    chargebackamount: '0.00',
    payoutamount: '0.00',
    remark: 'Approved',
    customer: {
      givenName: 'Ada',
      surname: 'Lovelace',
      phone: '030 1',
      email: 'ada@shop.example',
      telnocc: '',
      country: 'DE',
      city: 'Berlin',
      street: '',
      id: '',
    },
    card: { bin: '411111', last4Digits: '1111' },
    transactionReceiptImg: '',
    terminalid: '3001',
    paymentBrand: 'VISA',
    paymentMode: 'CC',
  });
});

test('6.15: pages, windows of rows, and filters', async () => {
  const wide = { 'pagination.fromdate': dayText(tollgate.installation.clock.now() - dayMs) };
  assert.deepEqual(idsOf(await list(wide)), [held, refused, paid, first]);
  const page = (pageno: string) => list({ ...wide, 'pagination.pageno': pageno, 'pagination.records': '3' });
  assert.deepEqual(idsOf(await page('1')), [held, refused, paid]);
  assert.deepEqual(idsOf(await page('2')), [first]);
  assert.equal((await page('3')).result.code, '10026');
  assert.deepEqual(idsOf(await list({ ...wide, 'pagination.start': '2', 'pagination.end': '3' })), [refused, paid]);
  assert.deepEqual(idsOf(await list({ ...wide, status: 'authfailed' })), [refused]);
  assert.deepEqual(idsOf(await list({ ...wide, 'customer.email': 'grace@shop.example' })), [first]);
  assert.deepEqual(idsOf(await list({ ...wide, 'card.firstsix': '400000', 'card.lastfour': '0036' })), [refused]);
  const json = {
    authentication: { memberId: Number(shop.memberId), checksum: shop.signed() },
    pagination: { fromdate: today(), todate: today() },
  };
  assert.deepEqual(idsOf(await shop.callJson('getTransactionList', json)), [held, refused, paid]);
});

test('6.15: refusals have no paymentId: 30088, 30089, 30086, 30087, 30090, 30091, 30095, 20017; nothing found 10026', async () => {
  const code = async (more: Fields) => {
    const answer = await list(more);
    assert.ok(!('paymentId' in answer));
    return answer.result.code;
  };
  assert.equal(await code({ 'pagination.fromdate': '31/02/2026' }), '30088');
  assert.equal(await code({ 'pagination.fromdate': undefined }), '30088');
  assert.equal(await code({ 'pagination.todate': '2026-01-01' }), '30089');
  assert.equal(await code({ 'pagination.todate': '01/01/2020' }), '30089');
  assert.equal(await code({ 'pagination.fromdate': '01/01/2020' }), '30089');
  assert.equal(await code({ 'pagination.pageno': '0' }), '30086');
  assert.equal(await code({ 'pagination.records': '1001' }), '30087');
  assert.equal(await code({ 'pagination.start': 'x' }), '30090');
  assert.equal(await code({ 'pagination.start': '5', 'pagination.end': '4' }), '30091');
  assert.equal(await code({ status: 'gone' }), '30095');
  assert.equal(await code({ timeZone: 'Mars/Phobos' }), '30095');
  assert.equal(await code({ 'authentication.checksum': 'x' }), '20017');
  assert.equal(await code({ 'pagination.fromdate': '01/01/2020', 'pagination.todate': '02/01/2020' }), '10026');
});

test('6.15: days are those of the time zone', async () => {
  const at = tollgate.installation.clock.now();
  const zone = '+05:30';
  const there = dayText(at + 5.5 * 3_600_000);
  const day = { 'pagination.fromdate': there, 'pagination.todate': there, timeZone: zone };
  assert.ok(idsOf(await list(day)).includes(held));
  const before = dayText(at + 5.5 * 3_600_000 - 2 * dayMs);
  assert.ok(!idsOf(await list({ ...day, 'pagination.fromdate': before, 'pagination.todate': before })).includes(held));
  assert.ok(idsOf(await list({ ...day, timeZone: 'Asia/Kolkata' })).includes(held));
});

test('6.16: totals by status', async () => {
  const ask = (from: string) =>
    shop.callJson('getTransactionDetails', {
      authentication: { memberId: shop.memberId, checksum: shop.signed() },
      date: { from, to: from },
    });
  const { timestamp, transaction, ...rest } = await ask(today());
  assert.deepEqual(rest, {
    memberId: shop.memberId,
    result: { code: '00026', description: 'Your record found successfully' },
  });
  assert.deepEqual(
    transaction.map(({ transactionStatus, amount, count, captureamount, refundamount }: Answer) => [
      transactionStatus,
      amount,
      count,
      captureamount,
      refundamount,
    ]),
    [
      ['authcancelled', '20.00', '1', '0.00', '0.00'],
      ['authfailed', '50.00', '1', '0.00', '0.00'],
      ['reversed', '50.00', '1', '50.00', '10.50'],
    ],
  );
  assert.equal((await ask('01/01/2020')).result.code, '10026');
});

test('6.17: what was sold, by day and currency', async () => {
  const now = tollgate.installation.clock.now();
  const ask = (from: string, to: string) =>
    shop.call('getSalesReport', { ...signed(), 'pagination.fromdate': from, 'pagination.todate': to });
  const { dailySalesReport, result } = await ask(dayText(now - dayMs), dayText(now));
  assert.equal(result.code, '00026');
  const days = [now - dayMs, now].map((at) => new Date(at).toISOString().slice(0, 10));
  const sold = { EUR: { count: '1', amount: '50.00' } };
  assert.deepEqual(JSON.parse(dailySalesReport), { [days[0]!]: sold, [days[1]!]: sold });
  const { timestamp, ...none } = await ask('01/01/2020', '02/01/2020');
  assert.deepEqual(none, { memberId: shop.memberId, result: { code: '10026', description: 'Record not found' } });
});

test('6.18: modes and brands that are open', async () => {
  const other = await addTsMerchant(tollgate, {
    terminals: [
      { id: '1', mode: 'cc', brand: 'Visa' },
      { id: '2', mode: 'CC', brand: 'MASTER' },
      { id: '3', mode: 'EW', brand: 'SKRILL', active: false },
    ],
  });
  const fields = { 'authentication.memberId': other.memberId, 'authentication.checksum': other.signed() };
  const { timestamp, ...answer } = await other.call('getPaymentAndCardType', fields);
  assert.deepEqual(answer, {
    memberId: other.memberId,
    result: { code: '00027', description: 'Payment modes and brands found' },
    paymentCardTypeDetails: '{"CC":["VISA","MC"]}',
  });
  const { timestamp: _, ...bad } = await other.call('getPaymentAndCardType', {
    ...fields,
    'authentication.checksum': 'x',
  });
  assert.deepEqual(bad, { memberId: other.memberId, result: { code: '20017', description: 'Checksum mismatch' } });
});

test('6.19: instalments for a stored card; an unknown one is 40005', async () => {
  const other = await addTsMerchant(tollgate, { installments: '1,3,6' });
  const { registrationId } = await other.pay({ createRegistration: 'true' });
  const ask = (id: string) =>
    other.call(`getInstallmentWithToken/${id}`, {
      'authentication.memberId': other.memberId,
      'authentication.checksum': other.signed(id),
      amount: '300.00',
    });
  const { timestamp, ...answer } = await ask(registrationId);
  assert.deepEqual(answer, {
    registrationId,
    card: { bin: '411111', last4Digits: '1111', lastFourDigits: '1111' },
    installment: '1,3,6',
    result: { code: '00026', description: 'Your record found successfully' },
  });
  const { timestamp: _, ...unknown } = await ask('f'.repeat(32));
  assert.deepEqual(unknown, { paymentId: '-', result: { code: '40005', description: 'Token not found' } });
  // What a partner has stored its members charge as well; an account is debited at once, and a deleted card is no more.
  const names = { 'customer.givenName': 'Ada', 'customer.surname': 'Lovelace' };
  const partnerId = { 'authentication.partnerId': other.partnerId };
  const card = { 'card.number': '4111111111111111', 'card.expiryMonth': '12', 'card.expiryYear': '2030' };
  const checksum = (instrument: string) => ({
    'authentication.checksum': md5(other.partnerId, other.partnerKey, instrument),
  });
  const visa = { paymentMode: 'CC', paymentBrand: 'VISA', ...card, ...checksum('4111111111111111') };
  const shared = await other.call('registrations', { ...partnerId, ...names, ...visa });
  assert.equal((await ask(shared.registrationId)).installment, '1,3,6');
  const account = { 'bankAccount.iban': 'DE23100000001234567890', 'bankAccount.bic': 'MARKDEF1100' };
  const sepa = { paymentMode: 'SEPA', paymentBrand: 'DIRECT_DEBIT', ...account, ...checksum('MARKDEF1100') };
  const debited = await other.call('registrations', { ...partnerId, ...names, ...sepa });
  assert.equal((await ask(debited.registrationId)).installment, '1');
  const signed = other.signed(registrationId);
  const gone = { 'authentication.memberId': other.memberId, 'authentication.checksum': signed, paymentType: 'DL' };
  assert.equal((await other.call(`paywithtoken/${registrationId}`, gone)).result.code, '00007');
  assert.equal((await ask(registrationId)).result.code, '40004');
});

test('6.21: the older API tells the status by checksum alone; it writes only where the member lets it', async () => {
  const ask = async (member: typeof shop, action: string, more: object): Promise<Answer> => {
    const response = await fetch(`${tollgate.url}/transactionServices/RESTful/DirectTransaction/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ toId: member.memberId, ...more }),
    });
    return response.json();
  };
  const open = await addTsMerchant(tollgate, { legacyWrites: true });
  const payment = await open.pay({ paymentType: 'PA' });
  const named = { description: payment.merchantTransactionId, trackingId: payment.paymentId };
  const checkSum = md5(open.memberId, named.description, named.trackingId, open.key);
  const told = {
    ...named,
    status: 'authsuccessful',
    statusDescription: 'Authorised',
    authAmount: '50.00',
    capturedAmount: '0.00',
    remark: 'Approved',
  };
  assert.deepEqual(await ask(open, 'status', { ...named, checkSum }), told);
  const captured = await ask(open, 'capture', { ...named, checkSum, amount: '30.00' });
  assert.deepEqual([captured.status, captured.capturedAmount], ['Y', '30.00']);
  assert.equal(
    (await ask(open, 'cancel', { ...named, checkSum })).statusDescription,
    'A captured transaction cannot be cancelled',
  );
  assert.equal((await ask(open, 'refund', { ...named, checkSum, amount: '30.00' })).status, 'Y');
  assert.deepEqual(await ask(open, 'status', { ...named, checkSum: 'x' }), {
    ...named,
    status: 'N',
    statusDescription: 'Checksum mismatch',
    authAmount: '',
    capturedAmount: '',
    remark: '',
  });
  const { paymentId, merchantTransactionId } = await shop.pay({ paymentType: 'PA' });
  const own = { description: merchantTransactionId, trackingId: paymentId };
  const proof = { ...own, checkSum: md5(shop.memberId, merchantTransactionId, paymentId, shop.key) };
  assert.equal((await ask(shop, 'capture', { ...proof, amount: '50.00' })).statusDescription, 'Function not supported');
  for (const odd of [null, [], {}, 1]) assert.equal((await ask(shop, 'status', { odd, trackingId: odd })).status, 'N');
});
