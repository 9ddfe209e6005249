import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from '../src/commands/index.ts';
import { booksAgree } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { Payer } from './payer.ts';
import { startReceiver } from './receiver.ts';
import { type Answer, addTsMerchant, type Fields, md5 } from './ts-merchant.ts';

// Bank accounts: direct debits and checks (sections 5.1, 5.4, 6.4), stored accounts (6.9 to 6.12), test accounts (13.1).

const tollgate = await startTollgate();
const receiver = await startReceiver();
const shop = await addTsMerchant(tollgate);
const sister = await addTsMerchant(tollgate);
const { sql } = tollgate.installation;

const iban = 'DE23100000001234567890';
const bic = 'MARKDEF1100';
const sepa = { paymentMode: 'SEPA', paymentBrand: 'DIRECT_DEBIT', 'bankAccount.iban': iban, 'bankAccount.bic': bic };
const ach = {
  paymentMode: 'ACH',
  paymentBrand: 'ACH',
  currency: 'USD',
  'bankAccount.accountNumber': '9876543210',
  'bankAccount.routingNumber': '011000028',
  'bankAccount.accountType': 'PC',
};
const noCard = { 'card.number': '', 'card.expiryMonth': '', 'card.expiryYear': '', 'card.cvv': '' };
const pay = (more: Fields = {}): Promise<Answer> => shop.pay({ ...noCard, ...sepa, ...more });

const register = (more: Fields = {}, merchant = shop): Promise<Answer> => {
  const fields: Fields = { ...sepa, ...more };
  const instrument = fields['bankAccount.bic'] ?? fields['bankAccount.accountNumber'] ?? '';
  return merchant.call('registrations', {
    'authentication.memberId': merchant.memberId,
    'authentication.checksum': merchant.signed(instrument),
    'customer.givenName': 'Ada',
    'customer.surname': 'Lovelace',
    'customer.customerId': 'cust-7',
    ...fields,
  });
};

const payWith = (id: string, more: Fields = {}, merchant = shop): Promise<Answer> => {
  const amount = more.amount ?? '19.99';
  return merchant.call(`paywithtoken/${id}`, {
    'authentication.memberId': merchant.memberId,
    'authentication.checksum': merchant.signed(id, amount),
    paymentType: 'DB',
    amount,
    ...(more.currency === undefined && { currency: 'EUR' }),
    ...more,
  });
};

const list = (customerId?: string, merchant = shop): Promise<Answer> =>
  merchant.call('getCardsAndAccounts', {
    'authentication.memberId': merchant.memberId,
    'authentication.checksum': merchant.signed(),
    'customer.customerId': customerId,
  });

const remove = (id: string, merchant = shop): Promise<Answer> =>
  merchant.call(`paywithtoken/${id}`, {
    'authentication.memberId': merchant.memberId,
    'authentication.checksum': merchant.signed(id),
    paymentType: 'DL',
  });

test('6.4, 13.1: the published test accounts pay at once, by SEPA, ACH and check', async () => {
  const answer = await pay({ 'bankAccount.mandateId': 'MND-1', notificationUrl: receiver.url });
  assert.deepEqual(
    [answer.result.code, answer.transactionStatus, answer.paymentMode, answer.paymentBrand, answer.redirect],
    ['00001', 'Y', 'SEPA', 'DIRECT_DEBIT', undefined],
  );
  assert.deepEqual(answer.bankAccount, {
    holder: 'Ada Lovelace',
    iban: '******************7890',
    bic,
    country: 'DE',
  });
  assert.equal(answer.card, undefined);
  const known = await shop.inquire(answer.paymentId);
  assert.deepEqual([known.status, known.card.bin], ['capturesuccess', '']);
  await until('its notice', () =>
    receiver.received.find(({ text }) => JSON.parse(text).paymentId === answer.paymentId),
  );
  // A published IBAN has wrong check digits.
  const odd = await pay({ 'bankAccount.iban': 'DE09100100101234567893', 'bankAccount.bic': 'PBNKDEFFXXX' });
  assert.equal(odd.result.code, '00001');
  const american = await pay({ ...sepaOff, ...ach });
  assert.deepEqual([american.result.code, american.bankAccount.routingNumber], ['00001', '011000028']);
  assert.equal(american.bankAccount.accountNumber, '******************3210');
  const check = { paymentMode: 'CHK', paymentBrand: 'CHK', 'bankAccount.checkNumber': '101' };
  assert.equal((await pay({ ...sepaOff, ...ach, ...check })).result.code, '00001');
  assert.equal((await shop.follow('RF', answer.paymentId, '20.00')).result.code, '00005');
  await booksAgree(tollgate);
});

const sepaOff = { 'bankAccount.iban': undefined, 'bankAccount.bic': undefined };

test('5.1, 6.4: what an account lacks or has wrong is told by its code; PA is 20052', async () => {
  const code = async (more: Fields) => (await pay(more)).result.code;
  assert.equal(await code({ 'bankAccount.iban': undefined }), '30054');
  assert.equal(await code({ 'bankAccount.bic': undefined, 'bankAccount.iban': 'X' }), '30053 | 30054');
  assert.equal(await code({ ...sepaOff, ...ach, 'bankAccount.routingNumber': undefined }), '30066');
  assert.equal(await code({ ...sepaOff, ...ach, 'bankAccount.accountType': 'XX' }), '30067');
  const named = { paymentMode: undefined, paymentBrand: undefined, 'authentication.terminalId': '3081' };
  assert.equal(
    await code({ ...named, 'bankAccount.iban': undefined }),
    '30054',
    'also where the terminal names the mode',
  );
  assert.equal(await code(named), '00001');
  assert.equal(await code({ paymentType: 'PA' }), '20052');
});

test('13.2: an account does what the test card with the same end does', async () => {
  const ending = (end: string) => pay({ 'bankAccount.iban': `DE2310000000123456${end}` });
  const declined = await ending('0036');
  assert.deepEqual([declined.result.code, declined.transactionStatus], ['11005', 'N']);
  assert.deepEqual([(await ending('0028')).result.code, (await ending('0051')).result.code], ['10001', '00001']);
  const late = await ending('0077');
  assert.deepEqual([late.transactionStatus, late.result.code], ['P', '00002']);
  await tollgate.advance(10_000);
  await until('the end', async () => (await shop.inquire(late.paymentId)).transactionStatus === 'Y');
});

test('6.10 to 6.12: an account is stored, listed, debited by its name, deleted, and is no more', async () => {
  const { registrationId, ...told } = await register();
  assert.match(registrationId, /^[A-Za-z0-9]{32}$/);
  assert.deepEqual(
    [told.result.code, told.paymentMode, told.paymentBrand, told.customerId],
    ['00003', 'SEPA', 'DIRECT_DEBIT', 'cust-7'],
  );
  assert.equal((await register()).registrationId, registrationId, 'the same account is the same registration');
  assert.equal((await register({ 'bankAccount.iban': iban.toLowerCase() })).registrationId, registrationId);
  const american = (await register({ ...sepaOff, ...ach })).registrationId;
  const { bankaccounts, cards } = await list('cust-7');
  assert.deepEqual(cards, []);
  const common = { registrationStatus: 'Y', customerId: 'cust-7' };
  assert.deepEqual(bankaccounts, [
    {
      registrationId,
      ...common,
      iban: '******************7890',
      bic,
      accountNumber: '',
      accountType: '',
      routingNumber: '',
    },
    {
      registrationId: american,
      ...common,
      iban: '',
      bic: '',
      accountNumber: '******************3210',
      accountType: 'PC',
      routingNumber: '011000028',
    },
  ]);
  const paid = await payWith(registrationId);
  assert.deepEqual(
    [paid.result.code, paid.registrationId, paid.paymentMode, paid.bankAccount.iban],
    ['00001', registrationId, 'SEPA', '******************7890'],
  );
  assert.equal((await payWith(american, { currency: 'USD' })).paymentMode, 'ACH');
  assert.equal((await payWith(registrationId, { paymentType: 'PA' })).result.code, '20052');
  assert.equal((await payWith(registrationId, { paymentMode: 'CC', paymentBrand: 'VISA' })).result.code, '20055');
  assert.equal((await payWith(registrationId, {}, sister)).result.code, '40005', 'nobody else debits it');
  assert.equal((await remove(registrationId, sister)).result.code, '40005');
  assert.equal((await remove(registrationId)).result.code, '00007');
  assert.equal((await payWith(registrationId)).result.code, '40004');
  const kept = async () => {
    const [row] = await sql.unsafe<{ kept: number }[]>(
      'select count(*)::int as kept from vault.cards where owner = $1 and expires_at is null',
      [shop.merchantId],
    );
    return row!.kept;
  };
  assert.equal(await kept(), 1, 'of what is forgotten the vault lets go');
  assert.equal((await remove(registrationId)).result.code, '20080');
  assert.equal((await list('cust-7')).bankaccounts.length, 1);
  assert.equal((await register()).result.code, '00003');
});

test('6.10: a partner stores an account, and each of its members debits it', async () => {
  const kept = await shop.call('registrations', {
    ...sepa,
    'authentication.partnerId': shop.partnerId,
    'authentication.checksum': md5(shop.partnerId, shop.partnerKey, bic),
    'customer.givenName': 'Ada',
    'customer.surname': 'Lovelace',
  });
  assert.deepEqual([kept.result.code, kept.partnerId], ['00003', shop.partnerId]);
  for (const member of [shop, sister])
    assert.equal((await payWith(kept.registrationId, {}, member)).result.code, '00001');
  assert.equal((await remove(kept.registrationId)).result.code, '20074');
});

test('6.4, 6.9: stored while paying; INITIAL, and REPEATED by payment and by registration', async () => {
  const first = await pay({ recurringType: 'INITIAL', createRegistration: 'true', 'customer.customerId': 'cust-8' });
  assert.equal(first.result.code, '00001');
  assert.equal((await list('cust-8')).bankaccounts[0].registrationId, first.registrationId);
  const repeat = (id: string, amount: string) =>
    shop.call(`payments/${id}`, {
      'authentication.memberId': shop.memberId,
      'authentication.checksum': shop.signed(id, amount),
      paymentType: 'DB',
      recurringType: 'REPEATED',
      amount,
    });
  const again = await repeat(first.paymentId, '7.50');
  assert.deepEqual([again.result.code, again.amount, again.currency], ['00001', '7.50', 'EUR']);
  const named = await payWith(first.registrationId, { recurringType: 'REPEATED' });
  assert.equal(named.result.code, '00001');
  // Without createRegistration the account serves the series alone, and has no name.
  const quiet = await pay({ recurringType: 'INITIAL' });
  assert.equal(quiet.registrationId, undefined);
  assert.equal((await repeat(quiet.paymentId, '1.00')).result.code, '00001');
  const refused = await pay({ createRegistration: 'true', 'bankAccount.iban': 'DE23100000001234560036' });
  assert.deepEqual([refused.result.code, refused.registrationId], ['11005', undefined]);
  const unkept = await pay({ createRegistration: 'true', 'bankAccount.iban': 'DE23100000001234560135' });
  assert.deepEqual([unkept.result.code, unkept.registrationId], ['00001', undefined], 'its bank will not have it kept');
  await booksAgree(tollgate);
});

test('6.4: an account whose payment is decided later is kept once it is', async () => {
  const late = await pay({ createRegistration: 'true', 'bankAccount.iban': 'DE23100000009999990077' });
  assert.deepEqual([late.transactionStatus, late.registrationId], ['P', undefined]);
  await tollgate.advance(10_000);
  const end = await until('the end', async () => {
    const told = await shop.inquire(late.paymentId);
    return told.transactionStatus === 'Y' && told;
  });
  assert.equal((await payWith(end.registrationId)).transactionStatus, 'P', 'it is the same account');
  await tollgate.advance(10_000);
});

test('7.4: on the hosted page a shopper types an account, and may try three', async () => {
  const order = shop.newOrder();
  const url = 'https://shop.example/return';
  const page = `${tollgate.url}/transaction/Checkout`;
  const shopper = await new Payer(page).go(page, {
    memberId: shop.memberId,
    totype: 'Tollgate',
    amount: '30.00',
    currency: 'EUR',
    merchantTransactionId: order,
    merchantRedirectUrl: url,
    paymentMode: 'SEPA',
    paymentBrand: 'DIRECT_DEBIT',
    firstName: 'Ada',
    lastName: 'Lovelace',
    checksum: md5(shop.memberId, 'Tollgate', '30.00', order, url, shop.key),
  });
  const type = (number: string) => {
    const form = shopper.page.forms.find(({ fields }) => 'iban' in fields)!;
    return shopper.go(form.action, { holder: 'Ada Lovelace', iban: number });
  };
  await type('DE09 1001 0010 1234 5600 36');
  assert.match(shopper.page.html, /This account cannot be used/);
  // The manual's own, whose check digits are wrong.
  await type('DE09 1001 0010 1234 5678 93');
  const [form] = shopper.page.forms;
  assert.equal(form!.action.href, url);
  assert.deepEqual([form!.fields.status, form!.fields.paymentMode, form!.fields.cardBin], ['Y', 'SEPA', '']);
  assert.equal((await shop.inquire(form!.fields.paymentId!)).status, 'capturesuccess');
  await booksAgree(tollgate);
});

test('mandates charge an account as they do a card', async () => {
  const fields = shop.paymentFields({ ...noCard, ...sepa, recurringType: 'INITIAL' });
  assert.equal((await shop.call('payments', fields)).result.code, '00001');
  const add = commands.find(({ words }) => words === 'mandate add')!;
  const firstAt = new Date(tollgate.installation.clock.now() + 60_000).toISOString().slice(0, 19);
  await add.run({
    installation: tollgate.installation,
    parameters: ['transaction-services', shop.memberId],
    options: { payment: fields.merchantTransactionId!, amount: '9.99', every: 'month', first: firstAt },
  });
  await tollgate.advance(120_000);
  const charged = await until('the charge', async () => {
    const [row] = await sql.unsafe(
      `select p.state from tollgate.payments p where p.order_reference like $1 and p.state = 'approved'`,
      [`${fields.merchantTransactionId}-M%`],
    );
    return row;
  });
  assert.equal(charged.state, 'approved');
  await booksAgree(tollgate);
});

test("no table outside the vault holds an account's number", async () => {
  const tables = await sql.unsafe<{ table_schema: string; table_name: string }[]>(
    `select table_schema, table_name from information_schema.tables where table_schema in ('tollgate', 'sandbox') and table_type = 'BASE TABLE'`,
  );
  assert.ok(tables.length > 20);
  for (const { table_schema, table_name } of tables) {
    const found = await sql.unsafe(
      `select from ${table_schema}.${table_name} t where t::text like '%1234567890%' or t::text like '%9876543210%'`,
    );
    assert.equal(found.count, 0, table_name);
  }
});
