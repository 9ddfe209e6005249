import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksAgree } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { Payer } from './payer.ts';
import { startReceiver } from './receiver.ts';
import { type Answer, addTsMerchant, type Fields, md5, type TsMerchant } from './ts-merchant.ts';

const tollgate = await startTollgate();
const receiver = await startReceiver();
const shop = await addTsMerchant(tollgate);

const payout = (merchant: TsMerchant, more: Fields = {}): Promise<Answer> => {
  const order = more.merchantTransactionId ?? merchant.newOrder();
  const amount = more.amount ?? '25.00';
  return merchant.call('payout', {
    'authentication.memberId': merchant.memberId,
    'authentication.checksum': merchant.signedLast(order, amount),
    merchantTransactionId: order,
    amount,
    currency: 'EUR',
    paymentType: 'PO',
    ...more,
  });
};

const balance = async (merchant: TsMerchant, id = merchant.memberId, more: Fields = {}): Promise<Answer> => {
  const fields = {
    'authentication.memberId': merchant.memberId,
    'authentication.checksum': merchant.signed(),
    ...more,
  };
  return merchant.call(`getPayoutBalance/${id}`, fields);
};

const codeOf = ({ result }: Answer): string => result.code;

test('6.13: a payout to the card of a payment', async () => {
  const { paymentId: earlier } = await shop.pay();
  const order = shop.newOrder();
  const paid = await payout(shop, {
    paymentId: earlier,
    merchantTransactionId: order,
    'customer.email': 'ada@shop.example',
  });
  const { paymentId, timestamp, result, ...rest } = paid;
  assert.match(paymentId, /^\d{18}$/);
  assert.notEqual(paymentId, earlier);
  assert.equal(result.code, '00001');
  assert.deepEqual(rest, {
    status: 'Y',
    paymentBrand: 'VISA',
    paymentMode: 'CC',
    amount: '25.00',
    currency: 'EUR',
    customer: { email: 'ada@shop.example' },
    merchantTransactionId: order,
    remark: 'Approved',
    transactionStatus: 'Y',
    tmpl_amount: '25.00',
    tmpl_currency: 'EUR',
  });
  const known = await shop.inquire(paymentId);
  assert.deepEqual([known.status, known.payoutAmount, known.paymentType], ['payoutsuccessful', '25.00', 'PO']);
  assert.equal(codeOf(await payout(shop, { paymentId: earlier, merchantTransactionId: order })), '20043');
  assert.equal(codeOf(await payout(shop, { paymentId })), '20101', 'a payout is no payment');
});

test('6.13, 13.2: a payout that the acquirer refuses has an id, and its order may be tried again', async () => {
  const { paymentId } = await shop.pay({ 'card.number': '4000000000000168' });
  const order = shop.newOrder();
  const refused = await payout(shop, { paymentId, merchantTransactionId: order });
  assert.deepEqual([codeOf(refused), refused.status, refused.transactionStatus], ['10001', 'N', 'N']);
  assert.match(refused.paymentId, /^\d{18}$/);
  assert.equal((await shop.inquire(refused.paymentId)).status, 'payoutfailed');
  const again = await payout(shop, { paymentId, merchantTransactionId: order });
  assert.equal(codeOf(again), '10001');
  assert.notEqual(again.paymentId, refused.paymentId);
});

test('6.13: what is refused before anything leaves', async () => {
  const other = await addTsMerchant(tollgate);
  const { paymentId } = await shop.pay();
  const { paymentId: foreign } = await other.pay();
  const { paymentId: declined } = await shop.pay({ 'card.number': '4000000000000028' });
  const refusals: readonly [Fields, string][] = [
    [{ paymentId: '123' }, '20101'],
    [{ paymentId: 'x' }, '20101'],
    [{ paymentId: foreign }, '20101'],
    [{ paymentId: declined }, '20101'],
    [{}, '30036'],
    [{ paymentId, currency: 'USD' }, '40003'],
    [{ paymentId, paymentType: 'DB' }, '30044'],
    [{ paymentId, amount: '25' }, '30003'],
    [{ paymentId, amount: '0.00' }, '30003'],
    [{ paymentId, merchantTransactionId: 'a|b' }, '30004'],
    [{ paymentId, 'authentication.checksum': undefined }, '30030'],
    [{ paymentId, 'authentication.checksum': shop.signed() }, '20017'],
    [{ paymentId, notificationUrl: 'nowhere' }, '30095'],
  ];
  for (const [more, code] of refusals) {
    const refused = await payout(shop, more);
    assert.deepEqual([codeOf(refused), refused.paymentId], [code, '-'], JSON.stringify(more));
  }
  const none = await addTsMerchant(tollgate, {
    terminals: [{ id: '1', mode: 'CC', brand: 'VISA', payout: false }],
  });
  assert.equal(codeOf(await payout(none, { paymentId: (await none.pay()).paymentId })), '20100');
});

test('6.13, 8: the end of a payout is told to the address that it names, signed', async () => {
  const { paymentId: earlier } = await shop.pay();
  const paid = await payout(shop, { paymentId: earlier, notificationUrl: `${receiver.url}/payout` });
  const told: Answer = await until('the notification', () =>
    receiver.received.map(({ text }) => JSON.parse(text)).find(({ paymentId }) => paymentId === paid.paymentId),
  );
  assert.deepEqual([told.status, told.transactionStatus, told.payoutAmount], ['payoutsuccessful', 'Y', '25.00']);
  assert.equal(told.checksum, md5(told.paymentId, told.merchantTransactionId, told.amount, 'Y', shop.key));
});

test('6.14: the balance, and what may be paid out of it', async () => {
  const merchant = await addTsMerchant(tollgate, { payoutBalance: '60.00', multipleRefunds: true });
  const { paymentId } = await merchant.pay({ amount: '100.00' });
  const { timestamp, ...first } = await balance(merchant);
  assert.match(timestamp, /^\d{4}/);
  assert.deepEqual(first, { result: { code: '200', totalBalance: '100.00', currentPayoutBalance: '60.00' } });
  assert.equal(codeOf(await payout(merchant, { paymentId, amount: '60.01' })), '20064');
  assert.equal(codeOf(await payout(merchant, { paymentId, amount: '60.00' })), '00001');
  await merchant.follow('RF', paymentId, '15.00');
  const after = (await balance(merchant)).result;
  assert.deepEqual([after.totalBalance, after.currentPayoutBalance], ['25.00', '25.00']);
  assert.equal(codeOf(await payout(merchant, { paymentId, amount: '25.01' })), '20064');
});

test('6.14: where the operator set nothing both are the same, and a payout may overdraw', async () => {
  const merchant = await addTsMerchant(tollgate);
  const { paymentId } = await merchant.pay({ amount: '10.00' });
  assert.equal(codeOf(await payout(merchant, { paymentId, amount: '25.00' })), '00001');
  const { result } = await balance(merchant);
  assert.deepEqual([result.totalBalance, result.currentPayoutBalance], ['-15.00', '-15.00']);
});

test('6.14: a member that is none, another member, and a checksum that is optional but right', async () => {
  assert.equal(codeOf(await balance(shop, 'nobody')), '400');
  const other = await addTsMerchant(tollgate);
  assert.equal(codeOf(await balance(shop, other.memberId)), '401');
  const bare = { 'authentication.memberId': undefined, 'authentication.checksum': undefined };
  assert.equal(codeOf(await balance(shop, shop.memberId, { ...bare, paymentType: 'x' })), '200');
  assert.equal(codeOf(await balance(shop, shop.memberId, { 'authentication.checksum': 'a'.repeat(32) })), '20017');
});

test('6.13, 12.7: payouts at once never pay out more than there is', async () => {
  const merchant = await addTsMerchant(tollgate, { payoutBalance: '1000.00' });
  const { paymentId } = await merchant.pay({ amount: '100.00' });
  const all = await Promise.all(Array.from({ length: 5 }, () => payout(merchant, { paymentId, amount: '40.00' })));
  const codes = all.map(codeOf).sort();
  assert.deepEqual(codes, ['00001', '00001', '20064', '20064', '20064']);
  assert.equal((await balance(merchant)).result.totalBalance, '20.00');
});

const payers = [
  { id: '1', mode: 'CC', brand: 'VISA' },
  { id: '2', mode: 'BT', brand: 'BT', payout: true },
  { id: '3', mode: 'EW', brand: 'SKRILL', payout: true },
  { id: '4', mode: 'EW', brand: 'NETELLER', payout: false },
];
const account = { 'bankAccount.iban': 'DE23100000001234567890', 'bankAccount.bic': 'MARKDEF1100' };

test('6.13, 13.2: a payout to a bank account or wallet is pending, and told 5 s later; what is told of the account is kept nowhere', async () => {
  const merchant = await addTsMerchant(tollgate, { terminals: payers });
  const notificationUrl = `${receiver.url}/account`;
  const toBank = { paymentMode: 'BT', paymentBrand: 'BT', notificationUrl, ...account, 'customer.givenName': 'Ada' };
  const paid = await payout(merchant, toBank);
  assert.deepEqual([codeOf(paid), paid.status, paid.transactionStatus], ['00002', 'P', 'P']);
  assert.deepEqual([paid.paymentMode, paid.paymentBrand], ['BT', 'BT']);
  assert.equal((await merchant.inquire(paid.paymentId)).status, 'payoutstarted');
  const wallet = await payout(merchant, {
    paymentMode: 'EW',
    paymentBrand: 'SKRILL',
    'customer.walletId': 'W-55',
    notificationUrl,
  });
  assert.deepEqual([codeOf(wallet), wallet.status], ['00002', 'P']);
  await tollgate.advance(20_000);
  for (const { paymentId } of [paid, wallet]) {
    const told: Answer = await until('the end', () =>
      receiver.received.map(({ text }) => JSON.parse(text)).find((one: Answer) => one.paymentId === paymentId),
    );
    assert.deepEqual([told.status, told.transactionStatus, told.payoutAmount], ['payoutsuccessful', 'Y', '25.00']);
  }
  const dump = await tollgate.installation.sql.unsafe<{ text: string }[]>(`
    select coalesce(string_agg(x::text, ' '), '') as text from (select * from tollgate.operations) x
    union all select coalesce(string_agg(x::text, ' '), '') from (select * from tollgate.attempts) x
    union all select coalesce(string_agg(x::text, ' '), '') from (select * from tollgate.notices) x`);
  assert.ok(!dump.some(({ text }) => text.includes('DE23100000001234567890') || text.includes('W-55')));
  assert.ok(!tollgate.logLines.some((line) => line.includes('DE23100000001234567890')));
});

test('6.13: a payout goes back to the account or wallet that an earlier payment came from, pending first', async () => {
  const merchant = await addTsMerchant(tollgate);
  const noCard = { 'card.number': '', 'card.expiryMonth': '', 'card.expiryYear': '', 'card.cvv': '' };
  const debit = await merchant.pay({ ...noCard, paymentMode: 'SEPA', paymentBrand: 'DIRECT_DEBIT', ...account });
  const site = await merchant.pay({
    ...noCard,
    paymentMode: 'EW',
    paymentBrand: 'SKRILL',
    merchantRedirectUrl: 'https://shop.example',
  });
  const shopper = await new Payer(site.redirect.url).go();
  await shopper.go(shopper.page.url, { outcome: 'approve' });
  for (const { paymentId } of [debit, site]) {
    const paid = await payout(merchant, { paymentId });
    assert.deepEqual([codeOf(paid), paid.status], ['00002', 'P']);
    await tollgate.advance(20_000);
    await until('the end', async () => (await merchant.inquire(paid.paymentId)).status === 'payoutsuccessful');
  }
  const ending = { 'bankAccount.iban': 'DE23100000001234560168' };
  const bad = await merchant.pay({
    ...noCard,
    paymentMode: 'SEPA',
    paymentBrand: 'DIRECT_DEBIT',
    ...account,
    ...ending,
  });
  const refused = await payout(merchant, { paymentId: bad.paymentId });
  assert.deepEqual([codeOf(refused), refused.status], ['10001', 'N']);
  await booksAgree(tollgate);
});

test('beyond the wire: a payout to a registration, of a card or an account, within the same limits', async () => {
  const merchant = await addTsMerchant(tollgate, { payoutBalance: '30.00' });
  const names = { 'customer.givenName': 'Ada', 'customer.surname': 'Lovelace' };
  const card = { 'card.number': '4111111111111111', 'card.expiryMonth': '12', 'card.expiryYear': '2030' };
  const register = async (instrument: string, fields: Fields): Promise<string> =>
    (
      await merchant.call('registrations', {
        'authentication.memberId': merchant.memberId,
        'authentication.checksum': merchant.signed(instrument),
        ...names,
        ...fields,
      })
    ).registrationId;
  const visa = await register('4111111111111111', { paymentMode: 'CC', paymentBrand: 'VISA', ...card });
  const sepa = await register('MARKDEF1100', { paymentMode: 'SEPA', paymentBrand: 'DIRECT_DEBIT', ...account });
  await merchant.pay({ amount: '100.00' });
  const paid = await payout(merchant, { registrationId: visa, amount: '10.00' });
  assert.deepEqual([codeOf(paid), paid.paymentMode, paid.paymentBrand], ['00001', 'CC', 'VISA']);
  const debited = await payout(merchant, { registrationId: sepa, amount: '10.00' });
  assert.deepEqual([codeOf(debited), debited.paymentMode], ['00002', 'SEPA']);
  assert.equal(codeOf(await payout(merchant, { registrationId: visa, amount: '31.00' })), '20064');
  assert.equal(codeOf(await payout(merchant, { registrationId: 'f'.repeat(32) })), '40005');
  assert.equal(codeOf(await payout(merchant, { registrationId: 'short' })), '30049');
  assert.equal(codeOf(await payout(shop, { registrationId: visa })), '40005', 'nobody else pays out to it');
});

test('6.13: nobody named is 30036; a terminal that pays nobody out, and a card without its payment, 20100', async () => {
  const merchant = await addTsMerchant(tollgate, { terminals: payers, payoutBalance: '30.00' });
  const cases: readonly (readonly [Fields, string])[] = [
    [{}, '30036'],
    [{ paymentMode: 'BT', paymentBrand: 'BT' }, '30036'],
    [{ paymentMode: 'EW', paymentBrand: 'NETELLER', 'customer.walletId': 'W-1' }, '20100'],
    [{ paymentMode: 'CC', paymentBrand: 'VISA', ...account }, '20100'],
    [{ paymentMode: 'NB', paymentBrand: 'IDEAL', ...account }, '20005'],
    [{ 'authentication.terminalId': '2', ...account, amount: '25.00' }, '20064'],
    [{ 'authentication.terminalId': '2', ...account, 'bankAccount.iban': 'XX' }, '30054'],
  ];
  for (const [more, code] of cases) assert.equal(codeOf(await payout(merchant, more)), code, JSON.stringify(more));
});
