import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTollgate } from './installation.ts';
import { Payer } from './payer.ts';
import { type Answer, addTsMerchant, type Fields, md5, type TsMerchant } from './ts-merchant.ts';

const tollgate = await startTollgate();
const shop = await addTsMerchant(tollgate);
const sister = await addTsMerchant(tollgate);

const registration = (merchant: TsMerchant, more: Fields = {}): Fields => {
  const number = more['card.number'] ?? '4111111111111111';
  return {
    'authentication.memberId': merchant.memberId,
    'authentication.checksum': merchant.signed(number),
    paymentMode: 'CC',
    paymentBrand: 'VISA',
    'card.number': number,
    'card.expiryMonth': '12',
    'card.expiryYear': '2030',
    'customer.givenName': 'Ada',
    'customer.surname': 'Lovelace',
    'customer.customerId': 'cust-7',
    ...more,
  };
};
const register = (more: Fields = {}, merchant = shop): Promise<Answer> =>
  merchant.call('registrations', registration(merchant, more));

/** The same by the partner, which the token of a member speaks for. */
const byPartner = (merchant: TsMerchant, fields: Fields, ...signed: readonly string[]): Fields => ({
  ...fields,
  'authentication.memberId': undefined,
  'authentication.partnerId': merchant.partnerId,
  'authentication.checksum': md5(merchant.partnerId, merchant.partnerKey, ...signed),
});

const list = (customerId: string | undefined, merchant = shop): Promise<Answer> =>
  merchant.call('getCardsAndAccounts', {
    'authentication.memberId': merchant.memberId,
    'authentication.checksum': merchant.signed(),
    'customer.customerId': customerId,
  });

const payWith = (id: string, more: Fields = {}, merchant = shop, path = `paywithtoken/${id}`): Promise<Answer> => {
  const amount = more.amount ?? '19.99';
  return merchant.call(path, {
    'authentication.memberId': merchant.memberId,
    'authentication.checksum': merchant.signed(id, amount),
    paymentType: 'DB',
    amount,
    currency: 'EUR',
    ...more,
  });
};

const remove = (id: string, merchant = shop, more: Fields = {}): Promise<Answer> =>
  merchant.call(`paywithtoken/${id}`, {
    'authentication.memberId': merchant.memberId,
    'authentication.checksum': merchant.signed(id),
    paymentType: 'DL',
    ...more,
  });

const repeat = (id: string, more: Fields = {}, merchant = shop): Promise<Answer> => {
  const amount = more.amount ?? '19.99';
  return merchant.call(`payments/${id}`, {
    'authentication.memberId': merchant.memberId,
    'authentication.checksum': merchant.signed(id, amount),
    paymentType: 'DB',
    recurringType: 'REPEATED',
    amount,
    ...more,
  });
};

const codeOf = ({ result }: Answer): string => result.code;

test('6.10: a card is kept, under one id for the same card and customer', async () => {
  const { timestamp, registrationId, ...rest } = await register();
  assert.match(registrationId, /^[A-Za-z0-9]{32}$/);
  assert.match(timestamp, /^\d{4}-\d\d-\d\d /);
  assert.deepEqual(rest, {
    memberId: shop.memberId,
    paymentBrand: 'VISA',
    paymentMode: 'CC',
    result: { code: '00003', description: 'Registration successful' },
    customerId: 'cust-7',
  });
  assert.equal((await register({ 'card.cvv': '123' })).registrationId, registrationId, 'the code counts for nothing');
  assert.notEqual((await register({ 'customer.customerId': 'cust-8' })).registrationId, registrationId);
  assert.notEqual((await register({}, sister)).registrationId, registrationId);
});

test('6.10: the same card registered many times at once is kept under one id', async () => {
  for (let round = 0; round < 6; round++) {
    const more = { 'card.number': '4440000009900010', 'customer.customerId': `together ${round}` };
    const all = await Promise.all(Array.from({ length: 12 }, () => register(more)));
    assert.deepEqual([...new Set(all.map(codeOf))], ['00003']);
    assert.equal(new Set(all.map((one) => one.registrationId)).size, 1);
  }
});

test('6.10: what is refused, and that a refusal names no payment', async () => {
  const refusals: readonly [Fields, string][] = [
    [{ 'card.number': '4111111111111112' }, '20036'],
    [{ 'card.number': '5549110920049586' }, '20032'],
    [{ 'card.expiryYear': '2020' }, '20110'],
    [{ 'card.number': '4000000000000135' }, '10003'],
    [{ paymentMode: undefined, paymentBrand: undefined }, '30040 | 30040'],
    [{ 'customer.givenName': undefined, 'customer.surname': undefined }, '30020 | 30021'],
    [{ paymentBrand: 'NOSUCH' }, '20005'],
    [{ 'authentication.checksum': undefined }, '30030'],
    [{ 'authentication.checksum': 'a'.repeat(32) }, '20017'],
    [{ 'authentication.memberId': undefined }, '30001'],
    [{ 'authentication.memberId': '9999999999' }, '401'],
  ];
  for (const [more, code] of refusals) {
    const refused = await register(more);
    assert.equal(codeOf(refused), code, JSON.stringify(more));
    assert.equal(refused.registrationId, undefined);
    if (code !== '401') assert.equal(refused.paymentId, '-');
  }
  const none = await addTsMerchant(tollgate, { storesCards: false });
  assert.equal(codeOf(await register({}, none)), '20072');
});

test('6.29: a shopper gets an id, the same for the same address, under which cards are kept', async () => {
  const signup = async (more: Fields = {}, merchant = shop): Promise<Answer> => {
    const shopper = {
      'customer.givenName': 'Ada',
      'customer.surname': 'Lovelace',
      'customer.email': 'ada@shop.example',
      ...more,
    };
    const signed = ['givenName', 'surname', 'email'].map((name) => (shopper as Fields)[`customer.${name}`] ?? '');
    const body = {
      'authentication.memberId': merchant.memberId,
      'authentication.checksum': merchant.signed(...signed),
      ...shopper,
    };
    return merchant.call('../../../merchantServices/api/v1/customerSignup', body);
  };
  const { timestamp: _, customerId, ...rest } = await signup();
  assert.match(customerId, /^\d{1,20}$/);
  assert.deepEqual(rest, {
    memberId: shop.memberId,
    result: { code: '00008', description: 'Customer created successfully' },
  });
  assert.equal(
    (await signup({ 'customer.givenName': 'Augusta', 'customer.email': 'ADA@shop.example' })).customerId,
    customerId,
  );
  assert.notEqual((await signup({ 'customer.email': 'eve@shop.example' })).customerId, customerId);
  assert.notEqual((await signup({}, sister)).customerId, customerId);
  const bad = await signup({ 'customer.email': 'nobody' });
  assert.deepEqual([codeOf(bad), bad.paymentId], ['30010', '-']);
  assert.equal(codeOf(await signup({ 'authentication.checksum': 'a'.repeat(32) })), '20017');
  const kept = await register({ 'customer.customerId': customerId });
  assert.deepEqual(
    (await list(customerId)).cards.map((card: Answer) => card.registrationId),
    [kept.registrationId],
  );
});

test('1.4, 10.4: what merchant services do not do is refused in good form', async () => {
  const root = '../../../merchantServices/api/v1';
  const { timestamp: _, ...refused } = await shop.call(`${root}/merchantLogin`, { 'authentication.partnerId': '77' });
  assert.deepEqual(refused, { result: { code: '20052', description: refused.result.description } });
  assert.equal(codeOf(await shop.call(`${root}/nothing`, { x: '1' })), '404');
  assert.equal(codeOf(await shop.call('customerSignup', { x: '1' })), '404');
});

test('6.11: the cards of a customer, those of all customers, and none', async () => {
  const merchant = await addTsMerchant(tollgate);
  const { registrationId } = await register({}, merchant);
  const { timestamp: _, ...one } = await list('cust-7', merchant);
  assert.deepEqual(one, {
    memberId: merchant.memberId,
    result: { code: '00026', description: 'Your record found successfully' },
    cards: [
      {
        registrationId,
        registrationStatus: 'Y',
        cardType: 'VISA',
        bin: '411111',
        last4Digits: '1111',
        expiryMonth: '12',
        expiryYear: '2030',
        customerId: 'cust-7',
      },
    ],
    bankaccounts: [],
    customerId: 'cust-7',
  });
  const other = await register({ 'card.number': '4176661000001056', 'customer.customerId': undefined }, merchant);
  const all = await list(undefined, merchant);
  const ids = all.cards.map((card: Answer) => [card.registrationId, card.customerId]);
  assert.deepEqual(new Set(ids.map(String)), new Set([`${registrationId},cust-7`, `${other.registrationId},`]));
  const { timestamp: __, ...none } = await list('nobody', merchant);
  assert.deepEqual(none, { memberId: '-', result: { code: '30064', description: none.result.description } });
  const wrong = await merchant.call('getCardsAndAccounts', { 'authentication.memberId': merchant.memberId });
  assert.equal(codeOf(wrong), '30030');
});

test('6.12: DB and PA with a registration, and its alias', async () => {
  const { registrationId } = await register();
  const order = shop.newOrder();
  const paid = await payWith(registrationId, { merchantTransactionId: order, 'card.cvv': '123' });
  const { paymentId, timestamp, result, ...rest } = paid;
  assert.match(paymentId, /^\d{18}$/);
  assert.equal(result.code, '00001');
  assert.deepEqual(rest, {
    registrationId,
    paymentType: 'DB',
    paymentBrand: 'VISA',
    paymentMode: 'CC',
    amount: '19.99',
    currency: 'EUR',
    descriptor: rest.descriptor,
    card: { ...rest.card, bin: '411111', last4Digits: '1111', expiryMonth: '12', expiryYear: '2030' },
    merchantTransactionId: order,
    remark: 'Approved',
    transactionStatus: 'Y',
    tmpl_amount: '19.99',
    tmpl_currency: 'EUR',
  });
  assert.equal(codeOf(await payWith(registrationId, { merchantTransactionId: order })), '20043');
  const held = await payWith(registrationId, { paymentType: 'pa' }, shop, `registrations/${registrationId}`);
  assert.deepEqual([held.transactionStatus, held.paymentType], ['Y', 'PA']);
  assert.equal((await shop.follow('CP', held.paymentId, '19.99')).result.code, '00004');
});

test("6.12: an order's id is made of the registration where none is sent", async () => {
  const { registrationId } = await register({ 'customer.customerId': 'numbers' });
  const ids = [];
  for (let i = 0; i < 3; i++) ids.push((await payWith(registrationId)).merchantTransactionId);
  const stem = registrationId.slice(0, 12);
  assert.deepEqual(ids, [`${stem}-1`, `${stem}-2`, `${stem}-3`]);
});

test('6.12: ids that are none, unknown, deleted or forgotten; another member', async () => {
  const { registrationId } = await register({ 'customer.customerId': 'leaving' });
  assert.equal(codeOf(await payWith('too-short')), '30049');
  assert.equal(codeOf(await shop.call('paywithtoken', { paymentType: 'DB' })), '30079');
  assert.equal(codeOf(await payWith('0'.repeat(32))), '40005');
  assert.equal(codeOf(await payWith('Z'.repeat(32))), '40005');
  assert.equal(codeOf(await payWith(registrationId, {}, sister)), '40005');
  assert.equal(codeOf(await remove(registrationId, sister)), '40005');
  assert.equal(codeOf(await remove(registrationId, shop, { 'authentication.checksum': 'f'.repeat(32) })), '20017');
  const { timestamp: _, ...gone } = await remove(registrationId);
  assert.deepEqual(gone, {
    registrationId,
    result: { code: '00007', description: 'Registration deleted successfully' },
  });
  assert.equal(codeOf(await remove(registrationId)), '20080');
  assert.equal(codeOf(await payWith(registrationId)), '40004');
  assert.equal(codeOf(await list('leaving')), '30064');
  const again = await register({ 'customer.customerId': 'leaving' });
  assert.equal(codeOf(await payWith(again.registrationId)), '00001', 'the same card may be kept anew');
});

test('6.12: what is refused before anything is charged', async () => {
  const { registrationId } = await register();
  const refusals: readonly [Fields, string][] = [
    [{ paymentType: undefined }, '30057'],
    [{ paymentType: 'CD' }, '30044'],
    [{ amount: '20' }, '30003'],
    [{ merchantTransactionId: 'a|b' }, '30004'],
    [{ currency: 'EURO' }, '30031'],
    [{ currency: undefined }, '30031'],
    [{ paymentBrand: 'MC' }, '20055'],
    [{ recurringType: 'SOMETIMES' }, '30045'],
    [{ recurringType: 'REPEATED' }, '20058'],
    [{ 'card.cvv': 'abc' }, '30022'],
  ];
  for (const [more, code] of refusals) {
    const refused = await payWith(registrationId, more);
    assert.deepEqual([codeOf(refused), refused.paymentId], [code, '-'], JSON.stringify(more));
  }
});

test('6.10, 6.12: a registration of the partner is charged by its members, and deleted by the partner alone', async () => {
  const number = '4176661000001056';
  const kept = await shop.call(
    'registrations',
    byPartner(shop, { ...registration(shop), 'card.number': number }, number),
  );
  assert.deepEqual([codeOf(kept), kept.partnerId, kept.memberId], ['00003', '77', undefined]);
  const { registrationId } = kept;
  for (const merchant of [shop, sister]) {
    const paid = await payWith(registrationId, {}, merchant);
    assert.deepEqual([codeOf(paid), paid.registrationId], ['00001', registrationId]);
  }
  const listed = await shop.call('getCardsAndAccounts', byPartner(shop, { 'customer.customerId': 'cust-7' }));
  assert.deepEqual([listed.partnerId, listed.cards[0].registrationId], ['77', registrationId]);
  const wrongKey = await shop.call('getCardsAndAccounts', {
    'authentication.partnerId': '77',
    'authentication.checksum': shop.signed(),
  });
  assert.equal(codeOf(wrongKey), '20017');
  const stranger = await shop.call('getCardsAndAccounts', {
    'authentication.partnerId': '78',
    'authentication.checksum': md5('78', shop.partnerKey),
  });
  assert.equal(codeOf(stranger), '30055');
  assert.equal(codeOf(await remove(registrationId)), '20074');
  const own = (await register()).registrationId;
  assert.equal(codeOf(await shop.call(`paywithtoken/${own}`, byPartner(shop, { paymentType: 'DL' }, own))), '20075');
  const gone = await shop.call(
    `paywithtoken/${registrationId}`,
    byPartner(shop, { paymentType: 'DL' }, registrationId),
  );
  assert.equal(codeOf(gone), '00007');
  assert.equal(codeOf(await payWith(registrationId, {}, sister)), '40004');
});

test('6.9: an INITIAL payment is repeated by its paymentId, and tells of no registration unless asked', async () => {
  const first = await shop.pay({ recurringType: 'INITIAL' });
  assert.deepEqual([codeOf(first), first.registrationId], ['00001', undefined]);
  const { paymentId, timestamp, result, ...rest } = await repeat(first.paymentId, { merchantTransactionId: 'REP-1' });
  assert.notEqual(paymentId, first.paymentId);
  assert.equal(result.code, '00001');
  assert.deepEqual(rest, {
    paymentType: 'DB',
    amount: '19.99',
    currency: 'EUR',
    descriptor: first.descriptor,
    merchantTransactionId: 'REP-1',
    transactionStatus: 'Y',
  });
  const named = [await repeat(first.paymentId), await repeat(first.paymentId, { amount: '1.00', paymentType: 'PA' })];
  const stem = first.merchantTransactionId;
  assert.deepEqual(
    named.map((one) => one.merchantTransactionId),
    [`${stem}-R1`, `${stem}-R2`],
  );
  assert.equal((await shop.inquire(paymentId)).registrationId, undefined);
  await shop.follow('RF', first.paymentId, '50.00');
  assert.equal(codeOf(await repeat(first.paymentId)), '00001', 'a later refund does not matter');
});

test('6.9: what cannot be repeated', async () => {
  const plain = await shop.pay();
  const declined = await shop.pay({ recurringType: 'INITIAL', 'card.number': '4000000000000028' });
  const first = await shop.pay({ recurringType: 'INITIAL' });
  assert.deepEqual(codeOf(await repeat(plain.paymentId)), '20058');
  assert.equal(codeOf(await repeat(declined.paymentId)), '20058');
  assert.equal(codeOf(await repeat(first.paymentId, { recurringType: 'INITIAL' })), '20057');
  assert.equal(codeOf(await repeat(first.paymentId, { recurringType: undefined })), '30045');
  assert.equal(codeOf(await repeat('123')), '20044');
  assert.equal(codeOf(await repeat(first.paymentId, {}, sister)), '20044');
  assert.equal(codeOf(await repeat(first.paymentId, { amount: '5' })), '30003');
  assert.equal(codeOf(await shop.pay({ recurringType: 'REPEATED' })), '30045');
});

test('12.6: deleting the registration ends the series', async () => {
  const first = await shop.pay({ recurringType: 'INITIAL', createRegistration: 'true' });
  assert.match(first.registrationId, /^[A-Za-z0-9]{32}$/);
  assert.equal(codeOf(await repeat(first.paymentId)), '00001');
  assert.equal(codeOf(await payWith(first.registrationId, { recurringType: 'REPEATED' })), '00001');
  await remove(first.registrationId);
  assert.equal(codeOf(await repeat(first.paymentId)), '40004');
});

test('6.12: an INITIAL with a registration comes before its REPEATED', async () => {
  const { registrationId } = await register({ 'customer.customerId': 'series' });
  assert.equal(codeOf(await payWith(registrationId, { recurringType: 'REPEATED' })), '20058');
  assert.equal(codeOf(await payWith(registrationId, { recurringType: 'INITIAL', 'card.cvv': '123' })), '00001');
  assert.equal(codeOf(await payWith(registrationId, { recurringType: 'REPEATED' })), '00001');
});

test('13.2: cards that decline every repeat, or whose issuer is silent then', async () => {
  const refusing = await shop.pay({ recurringType: 'INITIAL', 'card.number': '4000000000000143' });
  const declined = await repeat(refusing.paymentId);
  assert.notEqual(declined.transactionStatus, 'Y');
  assert.equal(declined.transactionStatus, 'N');
  const losing = await shop.pay({ recurringType: 'INITIAL', 'card.number': '4000000000000150' });
  assert.equal((await repeat(losing.paymentId)).transactionStatus, 'P');
});

test('6.4, 13.2: a card that may not be stored is paid with and not kept', async () => {
  const paid = await shop.pay({ createRegistration: 'true', 'card.number': '4000000000000135' });
  assert.deepEqual([codeOf(paid), paid.registrationId], ['00001', undefined]);
});

test('6.12, 7.3: a registration of a card that is challenged: 3D with the shopper, and none in its repeats', async () => {
  const { registrationId } = await register({ 'card.number': '4000000000000002' });
  const asked = { 'card.cvv': '237', recurringType: 'INITIAL', merchantRedirectUrl: 'https://shop.example/return' };
  const open = await payWith(registrationId, asked);
  assert.deepEqual([codeOf(open), open.transactionStatus, open.registrationId], ['00019', '3D', registrationId]);
  assert.equal(codeOf(await payWith(registrationId, { recurringType: 'REPEATED' })), '20058', 'not yet');
  const shopper = await new Payer(open.redirect.url).go();
  await shopper.confirm();
  assert.equal((await shop.inquire(open.paymentId)).transactionStatus, 'Y');
  assert.equal(codeOf(await payWith(registrationId, { recurringType: 'REPEATED' })), '00001');
  assert.equal(codeOf(await repeat(open.paymentId)), '00001');
  assert.equal(codeOf(await payWith(registrationId, { attemptThreeD: 'Direct', 'card.cvv': '237' })), '00001');
});

test('6.12: INITIAL twice at once with one registration: each begins a series under an order id of its own', async () => {
  const { registrationId } = await register({ 'customer.customerId': 'at once' });
  const all = await Promise.all(Array.from({ length: 4 }, () => payWith(registrationId, { recurringType: 'INITIAL' })));
  const codes = all.map(codeOf);
  assert.deepEqual(new Set(codes), new Set(['00001']), codes.join());
  assert.equal(new Set(all.map((one) => one.merchantTransactionId)).size, 4);
  assert.equal(codeOf(await payWith(registrationId, { recurringType: 'REPEATED' })), '00001');
});

test('6.9, 12.2: REPEATED twice at once under one order id charges once', async () => {
  const first = await shop.pay({ recurringType: 'INITIAL' });
  const order = shop.newOrder();
  const all = await Promise.all(
    Array.from({ length: 6 }, () => repeat(first.paymentId, { merchantTransactionId: order })),
  );
  const codes = all.map(codeOf).sort();
  assert.equal(codes.filter((code) => code === '00001').length, 1, codes.join());
  for (const code of codes) assert.ok(['00001', '20020', '20043'].includes(code), code);
});

test('no number and no security code of a stored card reaches the log', () => {
  const lines = tollgate.logLines.join('\n');
  assert.ok(lines.length > 0);
  for (const number of ['4111111111111111', '4176661000001056', shop.key, shop.partnerKey]) {
    assert.ok(!lines.includes(number));
  }
});

test('6.12: a member can have stored cards charged with their security code alone; repeats need none', async () => {
  const strict = await addTsMerchant(tollgate, { tokenNeedsCvv: true });
  const { registrationId } = await strict.pay({ createRegistration: 'true', recurringType: 'INITIAL' });
  const charge = async (more: Fields = {}) => {
    const fields = {
      'authentication.memberId': strict.memberId,
      'authentication.checksum': strict.signed(registrationId, '5.00'),
      paymentType: 'DB',
      amount: '5.00',
      currency: 'EUR',
      ...more,
    };
    return (await strict.call(`paywithtoken/${registrationId}`, fields)).result.code;
  };
  assert.equal(await charge(), '30022');
  assert.equal(await charge({ 'card.cvv': '123' }), '00001');
  assert.equal(await charge({ recurringType: 'REPEATED' }), '00001');
});
