import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTollgate } from './installation.ts';
import { type Answer, addTsMerchant, type Fields, md5 } from './ts-merchant.ts';

// Transport, tokens, the order of checks, duplicates and amounts (sections 2, 3, 4, 5, 6.1 to 6.4, 9, 10, 11, 12.2).

const tollgate = await startTollgate();
const shop = await addTsMerchant(tollgate);

const code = ({ result }: Answer): string => result.code;
const codeOf = async (more: Fields): Promise<string> => code(await shop.pay(more));
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const body = (fields: Fields) =>
  new URLSearchParams(Object.entries(fields).filter((one): one is [string, string] => one[1] !== undefined)).toString();

const nestedOf = (fields: Fields): Record<string, unknown> => {
  const json: Record<string, Record<string, unknown> | unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const [group, field] = name.split('.') as [string, string?];
    if (field === undefined) json[group] = value;
    else json[group] = { ...(json[group] as object), [field]: value };
  }
  return json;
};

test('2.5: form, nested JSON, dotted JSON and multipart say the same', async () => {
  const token = await shop.tokenOf();
  assert.equal((await shop.pay()).transactionStatus, 'Y');
  assert.equal((await shop.callJson('payments', nestedOf(shop.paymentFields()))).transactionStatus, 'Y');
  assert.equal((await shop.callJson('payments', shop.paymentFields())).transactionStatus, 'Y');
  const multipart = new FormData();
  for (const [name, value] of Object.entries(shop.paymentFields())) multipart.append(name, value!);
  const answer = (await (await shop.send('payments', multipart, { authtoken: token })).json()) as Answer;
  assert.equal(answer.transactionStatus, 'Y');
  const bytes = new TextEncoder().encode(body(shop.paymentFields())) as unknown as string;
  const typeless = (await (await shop.send('payments', bytes, { authtoken: token })).json()) as Answer;
  assert.equal(typeless.transactionStatus, 'Y', 'a body without a type is a form');
});

test('2.5 J7: an amount as a JSON number is signed with two decimals; finer ones are refused; months as numbers', async () => {
  const order = shop.newOrder();
  const fields = { ...shop.paymentFields({ merchantTransactionId: order }) } as Record<string, unknown>;
  fields['authentication.checksum'] = md5(shop.memberId, shop.key, order, '30.20');
  const json = nestedOf(fields as Fields);
  const sent = { ...json, amount: 30.2, card: { ...(json.card as object), expiryMonth: 1, expiryYear: 30 } };
  const answer = await shop.callJson('payments', sent);
  assert.deepEqual([answer.amount, answer.card.expiryMonth, answer.card.expiryYear], ['30.20', '01', '2030']);
  assert.equal(code(await shop.callJson('payments', { ...sent, amount: 30.205 })), '30003');
});

test('2.5 J2 to J6, J8, J13: other names, double fields and forms that were put together by hand', async () => {
  const { 'card.number': number, ...rest } = shop.paymentFields();
  const json = nestedOf(rest);
  const both = { ...json, 'card.number': '1', card: { ...(json.card as object), number, cardholder: 'Grace Hopper' } };
  const answer = await shop.callJson('payments', both);
  assert.deepEqual([code(answer), answer.card.holder], ['00001', 'Grace Hopper']);
  const raw = `&&${body(shop.paymentFields())}&amount=1.00&&x&merchantRedirectUrl=https://shop.example/a?b=c`;
  const sent = await shop.send('payments', raw, { ...form, authtoken: await shop.tokenOf() });
  assert.equal(code(await sent.json()), '00001');
});

test('2.5 J11, J12: blanks around a value do not count, and an empty one is absent', async () => {
  assert.equal(await codeOf({ currency: ' EUR ', 'customer.phone': '   ' }), '00001');
  assert.equal(await codeOf({ 'card.cvv': '' }), '30022');
});

test('2.1: no JSON is HTTP 400; empty JSON, no object and an empty form are 200; all 30035', async () => {
  const headers = { authtoken: await shop.tokenOf() };
  const ask = async (text: string, type = 'application/json') => {
    const response = await shop.send('payments', text, { ...headers, 'content-type': type });
    return [response.status, code(await response.json())];
  };
  assert.deepEqual(await ask('{'), [400, '30035']);
  for (const text of ['{}', '[]', '1', 'null', '""', '']) assert.deepEqual(await ask(text), [200, '30035'], text);
  assert.deepEqual(await ask('', form['content-type']), [200, '30035']);
  assert.deepEqual(await ask('=&&', form['content-type']), [200, '30035']);
});

test('2.3: 404, 405 with Allow, 413 and 415 come before the token, in the error shape', async () => {
  const ask = async (path: string, method: string, text?: string, type = form['content-type']) => {
    const response = await shop.send(path, text, text === undefined ? {} : { 'content-type': type }, method);
    const { timestamp, ...answer } = (await response.json()) as Answer;
    assert.match(timestamp, /^\d{4}-/);
    assert.equal(answer.result.code, String(response.status));
    return [response.status, response.headers.get('allow'), answer.paymentId];
  };
  assert.deepEqual(await ask('nothing', 'POST', 'a=1'), [404, null, '-']);
  assert.deepEqual(await ask('__proto__', 'POST', 'a=1'), [404, null, '-']);
  assert.deepEqual(await ask('payments', 'GET'), [405, 'POST', '-']);
  assert.deepEqual(await ask('payments/1', 'PUT', 'a=1'), [405, 'GET, POST', '-']);
  assert.deepEqual(await ask('payments', 'POST', `a=${'x'.repeat(256 * 1_024)}`), [413, null, '-']);
  assert.deepEqual(await ask('payments', 'POST', '<a/>', 'application/xml'), [415, null, '-']);
});

test('2.3: a missing or bad token is 200 and 401 without paymentId; or HTTP 401 where the member wants that', async () => {
  const ask = async (headers: Record<string, string>, fields = shop.paymentFields()) => {
    const response = await shop.send('payments', body(fields), { ...form, ...headers });
    const { timestamp, ...answer } = (await response.json()) as Answer;
    return [response.status, answer];
  };
  const refused = { result: { code: '401', description: 'Authorization Failed' } };
  assert.deepEqual(await ask({}), [200, refused]);
  assert.deepEqual(await ask({ authtoken: 'a.b.c' }), [200, refused]);
  const strict = await addTsMerchant(tollgate, { authFailureHttpStatus: 401 });
  assert.deepEqual(await ask({}, strict.paymentFields()), [401, refused]);
});

test('2.2: the token by either name, with Bearer, in the body, in the query; the header wins', async () => {
  const token = await shop.tokenOf();
  const ask = async (headers: Record<string, string>, more: Fields = {}, query = '') =>
    code(
      await (
        await shop.send(`payments${query}`, body({ ...shop.paymentFields(), ...more }), { ...form, ...headers })
      ).json(),
    );
  assert.equal(await ask({ AuthToken: token }), '00001');
  assert.equal(await ask({ authtoken: `Bearer ${token}` }), '00001');
  assert.equal(await ask({}, { AuthToken: token }), '00001');
  assert.equal(await ask({}, { authToken: token }), '00001');
  assert.equal(await ask({}, {}, `?AuthToken=${token}`), '00001');
  assert.equal(await ask({ authtoken: 'x' }, { AuthToken: token }), '401');
  assert.equal(await ask({ authtoken: token }, {}, '?amount=50.00'), '30095');
});

test('2.4: headers, and XML where it is preferred', async () => {
  const headers = { ...form, authtoken: await shop.tokenOf() };
  const ask = (accept: string | undefined, fields = shop.paymentFields()) =>
    shop.send('payments', body(fields), accept === undefined ? headers : { ...headers, accept });
  const json = await ask(undefined);
  const kept = ['content-type', 'cache-control', 'pragma', 'expires', 'x-frame-options', 'access-control-allow-origin'];
  assert.deepEqual(
    kept.map((name) => json.headers.get(name)),
    ['application/json;charset=utf-8', 'no-cache', 'no-cache', '0', 'SAMEORIGIN', '*'],
  );
  assert.equal((await shop.send('authToken', 'a=1', form)).headers.get('access-control-allow-origin'), null);
  const xml = await ask('application/xml', shop.paymentFields({ 'customer.surname': 'Love<&>lace' }));
  assert.equal(xml.headers.get('content-type'), 'application/xml;charset=utf-8');
  const text = await xml.text();
  assert.match(
    text,
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<response><paymentId>\d{18}<\/paymentId><paymentType>DB<\/paymentType><paymentBrand>VISA<\/paymentBrand><paymentMode>CC<\/paymentMode><amount>50.00<\/amount><currency>EUR<\/currency>/,
  );
  assert.match(text, /<holder>Ada Love&lt;&amp;&gt;lace<\/holder>/);
  const refused = await (await ask('text/xml', shop.paymentFields({ 'authentication.checksum': 'x' }))).text();
  assert.match(
    refused,
    /<response><paymentId>-<\/paymentId><result><code>20017<\/code><description>Checksum mismatch<\/description><\/result><timestamp>/,
  );
  const challenge = await (
    await ask('application/xml', shop.paymentFields({ 'card.number': '4000000000000002' }))
  ).text();
  assert.match(
    challenge,
    /<target>_self<\/target><parameters><name>PaReq<\/name>.*<\/parameters><parameters><name>MD<\/name>/,
  );
});

test('1.2: slashes and blanks behind a path are passed over; rare paths are refused in good form', async () => {
  for (const path of ['payments/', 'payments%20', 'payments%20/']) {
    assert.equal(code(await shop.call(path, shop.paymentFields())), '00001', path);
  }
  const { timestamp, ...answer } = await shop.call('sendSMSCode', { a: '1' });
  assert.deepEqual(answer, { paymentId: '-', result: { code: '20052', description: 'Function not supported' } });
});

test('6.1: token failures in their order; numbers in JSON', async () => {
  const ask = async (more: Fields) => {
    const { timestamp, ...answer } = await shop.askToken(more);
    assert.ok(!('paymentId' in answer));
    return answer.result.code;
  };
  assert.equal(await ask({ 'authentication.partnerId': undefined, 'merchant.username': 'x' }), '30055');
  assert.equal(await ask({ 'authentication.partnerId': 'x' }), '30055');
  assert.equal(await ask({ 'merchant.username': 'nobody', 'authentication.partnerId': '1' }), '30041');
  assert.equal(await ask({ 'authentication.partnerId': '1', 'authentication.sKey': 'x' }), '30055');
  assert.equal(await ask({ 'authentication.sKey': 'x' }), '403');
  assert.equal(await ask({ expDateOffset: '0' }), '10183');
  assert.equal(await ask({ expDateOffset: '60' }), '200');
  const json = { authentication: { partnerId: 77, sKey: shop.key }, merchant: { username: shop.username } };
  const answer = await (
    await shop.send('authToken', JSON.stringify(json), { 'content-type': 'application/json' })
  ).json();
  assert.equal(code(answer), '200');
});

test('6.2, 6.3, 3.2: partner tokens act for the members of the partner; a token is exchanged for another', async () => {
  const post = async (path: string, fields: Fields, headers: Record<string, string> = {}) =>
    (await shop.send(path, body(fields), { ...form, ...headers })).json() as Promise<Answer>;
  const partner = {
    'authentication.partnerId': '77',
    'partner.userName': shop.partnerUserName,
    'authentication.sKey': shop.partnerKey,
  };
  const { AuthToken: token, timestamp: _, ...answer } = await post('partnerAuthToken', partner);
  assert.deepEqual(answer, {
    partnerId: '77',
    result: { code: '200', description: 'Token generated successfully' },
    LoginName: 'acme.partner',
  });
  assert.equal(code(await post('partnerAuthToken', { ...partner, 'authentication.partnerId': '9' })), '30055');
  assert.equal(code(await post('partnerAuthToken', { ...partner, 'partner.userName': 'x' })), '30041');
  assert.equal(code(await shop.call('payments', shop.paymentFields(), { authtoken: token })), '00001');
  const unknown = shop.paymentFields({ 'authentication.memberId': '999' });
  assert.equal(code(await shop.call('payments', unknown, { authtoken: token })), '30037');
  const foreign = await addTsMerchant(tollgate, { partnerId: '78' });
  assert.equal(code(await foreign.call('payments', foreign.paymentFields(), { authtoken: token })), '401');
  const own = await shop.tokenOf();
  const renewed = await post('regenerateToken', { 'authentication.partnerId': '77', authToken: own });
  assert.deepEqual([renewed.LoginName, renewed.memberId, code(renewed)], [shop.username, shop.memberId, '200']);
  assert.notEqual(renewed.AuthToken, own);
  assert.equal(code(await post('regenerateToken', { 'authentication.partnerId': '77' }, { authtoken: own })), '200');
  assert.equal(code(await post('regenerateToken', { 'authentication.partnerId': '77' })), '10182');
  assert.equal(code(await post('regenerateToken', { 'authentication.partnerId': '77', authToken: 'x' })), '401');
  assert.equal(code(await post('regenerateToken', { 'authentication.partnerId': '7', authToken: own })), '30076');
});

test('3.2: a member acts for itself alone', async () => {
  const other = await addTsMerchant(tollgate);
  assert.equal(code(await other.call('payments', other.paymentFields(), { authtoken: await shop.tokenOf() })), '401');
});

test('10.2: each check comes after the one before it', async () => {
  const steps: readonly (readonly [string, Fields])[] = [
    ['30057', { paymentType: undefined }],
    ['30044', { paymentType: 'CD' }],
    ['30001', { 'authentication.memberId': 'x' }],
    ['30003', { amount: '50.0' }],
    ['401', { 'authentication.memberId': '9' }],
    ['30004', { merchantTransactionId: 'a|b' }],
    ['30030', { 'authentication.checksum': undefined }],
    ['20017', { 'authentication.checksum': 'f'.repeat(32) }],
    ['30031 | 30019', { currency: 'EURO', 'card.number': '12' }],
    ['20008', { 'authentication.terminalId': '1' }],
    ['20036', { 'card.number': '4111111111111112' }],
  ];
  for (const [index, [wanted]] of steps.entries()) {
    // All the faults from here on at once: the first is told. Two that say something of one field cannot both be there.
    const faults: Fields = Object.assign(
      {},
      ...steps
        .slice(index)
        .reverse()
        .map(([, fields]) => fields),
    );
    const { 'authentication.checksum': checksum, ...rest } = faults;
    const hasChecksum = 'authentication.checksum' in faults;
    assert.equal(await codeOf(hasChecksum ? { ...rest, 'authentication.checksum': checksum } : rest), wanted);
  }
});

test('10.1, 10.2: faults of several fields are told together, in the order of the table; nothing was made', async () => {
  const fields = shop.paymentFields({
    currency: 'EURO',
    'card.number': '12',
    'card.cvv': 'x',
    'customer.email': 'x',
    notificationUrl: 'ftp://x',
    'shipping.country': 'Germany',
    'customer.givenName': undefined,
  });
  const { timestamp, ...answer } = await shop.call('payments', fields);
  assert.deepEqual(answer, {
    paymentId: '-',
    result: {
      code: '30031 | 30095 | 30019 | 30022 | 30020 | 30010 | 30017',
      description:
        'Invalid currency | Invalid input | Invalid card number | Invalid CVV | Invalid first name | Invalid e-mail | Invalid country',
    },
  });
  const order = fields.merchantTransactionId!;
  const byOrder = { 'authentication.checksum': shop.signed(order), idType: 'MID' };
  assert.equal(code(await shop.follow('IN', order, undefined, byOrder)), '20044');
  assert.equal(await codeOf({ merchantTransactionId: order }), '00001');
});

test('12.2: 20043 after success, 20020 while it is open, allowed after a failure or with the switch off', async () => {
  const order = (await shop.pay()).merchantTransactionId;
  assert.equal(await codeOf({ merchantTransactionId: order }), '20043');
  const open = await shop.pay({ 'card.number': '4000000000000002' });
  assert.equal(await codeOf({ merchantTransactionId: open.merchantTransactionId }), '20020');
  const failed = await shop.pay({ 'card.number': '4000000000000028' });
  assert.equal(failed.transactionStatus, 'N');
  const again = await shop.pay({ merchantTransactionId: failed.merchantTransactionId });
  assert.equal(code(again), '00001');
  assert.notEqual(again.paymentId, failed.paymentId);
  const free = await addTsMerchant(tollgate, { uniqueOrderId: false });
  const twice = { merchantTransactionId: 'same' };
  assert.deepEqual([code(await free.pay(twice)), code(await free.pay(twice))], ['00001', '00001']);
});

test('12.2: of a parallel pair one wins, and the other is 20020', async () => {
  for (let round = 0; round < 5; round++) {
    const fields = shop.paymentFields();
    const answers = await Promise.all([1, 2, 3].map(() => shop.call('payments', fields)));
    const codes = answers.map(code).sort();
    assert.equal(codes[0], '00001');
    for (const other of codes.slice(1)) assert.ok(other === '20020' || other === '20043', other);
  }
});

test('11: amounts and currencies', async () => {
  for (const amount of [
    '50',
    '50.0',
    '0.00',
    '-1.00',
    '1,234.50',
    '1e2',
    '+5.00',
    '50.000',
    '12345678901.00',
    '５.００',
  ]) {
    assert.equal(await codeOf({ amount }), '30003', amount);
  }
  assert.equal(await codeOf({ amount: '500.00', currency: 'JPY' }), '00001');
  assert.equal(await codeOf({ amount: '500.50', currency: 'JPY' }), '20018');
  const kuwait = await shop.pay({ amount: '1.50', currency: 'kwd' });
  assert.deepEqual([code(kuwait), kuwait.amount, kuwait.currency], ['00001', '1.50', 'KWD']);
  const { sql } = tollgate.installation;
  const rows = await sql.unsafe(
    `select amount_minor, currency from tollgate.payments where currency in ('JPY', 'KWD') order by 2`,
  );
  assert.deepEqual(
    rows.map(({ amount_minor }) => amount_minor),
    [500n, 1_500n],
  );
});

test("5.4: terminals: by mode, brand and currency, or by number; their limits and the member's", async () => {
  const terminals = [
    { id: '12', mode: 'CC', brand: 'VISA', currency: 'EUR', min: '10.00', max: '100.00' },
    { id: '13', mode: 'CC', brand: 'MASTERCARD', currency: 'USD', active: false },
    { id: '14', mode: 'EW', brand: 'SKRILL', acquirer: 'other' },
  ];
  const other = await addTsMerchant(tollgate, {
    terminals,
    amountMax: '1000.00',
    amountMin: '2.00',
    companyName: 'Kettle',
  });
  const at = async (more: Fields) => code(await other.pay(more));
  assert.equal(await at({ currency: 'USD' }), '20005');
  assert.equal(await at({ paymentMode: 'EW', paymentBrand: 'SKRILL' }), '20005', 'no way to an acquirer');
  assert.equal(await at({ paymentMode: undefined, paymentBrand: undefined }), '30040 | 30040');
  const named = { paymentMode: undefined, paymentBrand: undefined, 'authentication.terminalId': '12' };
  const answer = await other.pay({ ...named, currency: undefined });
  assert.deepEqual(
    [code(answer), answer.paymentBrand, answer.currency, answer.descriptor],
    ['00001', 'VISA', 'EUR', 'Kettle'],
  );
  assert.equal(await at({ ...named, currency: 'USD' }), '20055');
  assert.equal(await at({ ...named, 'authentication.terminalId': '13' }), '20009');
  assert.equal(await at({ amount: '9.99' }), '20011');
  assert.equal(await at({ amount: '100.01' }), '20010');
  assert.equal(await at({ amount: '1000.01' }), '20006');
  assert.equal(await at({ amount: '1.99' }), '20007');
  const manual = await addTsMerchant(tollgate, { autoSelect: false });
  assert.equal(code(await manual.pay()), '30007');
});

test('5.4, 10.2: the number must be of the brand, and the card good', async () => {
  const brands: readonly (readonly [string, string])[] = [
    ['VISA', '20032'],
    ['MC', '20033'],
    ['AMEX', '20034'],
    ['DINER', '20035'],
    ['JCB', '20108'],
    ['MAESTRO', '20105'],
    ['CUP', '20036'],
  ];
  for (const [paymentBrand, wanted] of brands) {
    const number = paymentBrand === 'VISA' ? '5549110920049586' : '4111111111111111';
    assert.equal(await codeOf({ paymentBrand, 'card.number': number }), wanted, paymentBrand);
  }
  for (const brand of ['MASTER', 'mastercard', 'MC']) {
    const answer = await shop.pay({ paymentBrand: brand, 'card.number': '5549110920049586' });
    assert.deepEqual([code(answer), answer.paymentBrand], ['00001', 'MC']);
  }
  assert.equal(await codeOf({ 'card.expiryYear': '2020' }), '20110');
  assert.equal(await codeOf({ 'card.expiryMonth': '13' }), '30023');
  assert.equal(await codeOf({ paymentBrand: 'AMEX', 'card.number': '370000000000002', 'card.cvv': '000' }), '00001');
});

test('13.2, 9.3: declines with their codes', async () => {
  const declines: readonly (readonly [string, string, string])[] = [
    ['4000000000000028', '10001', '57'],
    ['4000000000000036', '11005', '05'],
    ['4000000000000044', '11033', '33'],
    ['4000000000000069', '11043', '43'],
    ['4111220000000036', '10001', '51'],
  ];
  for (const [number, wanted, bank] of declines) {
    const { result, transactionStatus } = await shop.pay({ 'card.number': number, attemptThreeD: 'Direct' });
    assert.deepEqual([result.code, transactionStatus], [wanted, 'N'], number);
    assert.equal(result.bankCode, bank);
  }
});

test('10.2: switches of a member: IP list 20015, address 30012 and more, recurring 20024, storage 20072; REPEATED 30045', async () => {
  const at = async (settings: object, more: Fields = {}) =>
    code(await (await addTsMerchant(tollgate, { ...settings })).pay(more));
  assert.equal(await at({ ips: ['192.0.2.0/24'] }), '20015');
  assert.equal(await at({ ips: ['127.0.0.0/8'] }), '00001');
  assert.equal(await at({ requiresAddress: true }), '30015 | 30017 | 30011 | 30014 | 30013 | 30012');
  assert.equal(await at({ recurring: false }, { recurringType: 'INITIAL' }), '20024');
  assert.equal(await at({ storesCards: false }, { createRegistration: 'true' }), '20072');
  assert.equal(await codeOf({ recurringType: 'repeated' }), '30045');
  const blank = await (await addTsMerchant(tollgate, { storesCards: false })).pay();
  assert.deepEqual(new Set(Object.values(blank.card)), new Set(['']));
});

test('6.4: createRegistration keeps the card once the payment has succeeded', async () => {
  const answer = await shop.pay({ createRegistration: 'TRUE', 'customer.customerId': 'C-7' });
  assert.match(answer.registrationId, /^[0-9a-f]{32}$/);
  assert.equal(answer.customerId, 'C-7');
  assert.equal((await shop.inquire(answer.paymentId)).registrationId, answer.registrationId);
  const refused = await shop.pay({ createRegistration: 'true', 'card.number': '4000000000000135' });
  assert.deepEqual([code(refused), refused.registrationId], ['00001', undefined]);
});

test('4.1: an upper-case checksum is as good; 5.1: a split must add up to the amount', async () => {
  const fields = shop.paymentFields();
  const upper = { ...fields, 'authentication.checksum': fields['authentication.checksum']!.toUpperCase() };
  assert.equal(code(await shop.call('payments', upper)), '00001');
  const split = (amounts: readonly string[]) => ({
    ...nestedOf(shop.paymentFields()),
    marketplace: amounts.map((amount) => ({ memberid: '1', amount })),
  });
  assert.equal(code(await shop.callJson('payments', split(['20.00', '30.00']))), '00001');
  assert.equal(code(await shop.callJson('payments', split(['20.00', '30.01']))), '20064');
});

test('6.1: after ten wrong keys the right one is slowed down as well', async () => {
  const other = await addTsMerchant(tollgate);
  const answers: string[] = [];
  const wrong = { 'authentication.sKey': 'x' };
  for (let i = 0; i < 10; i++) answers.push(code(await other.askToken(wrong)));
  assert.deepEqual(new Set(answers), new Set(['403']));
  assert.equal(code(await other.askToken()), '403');
});

test('nothing of a key, token, number or code got into the log', async () => {
  const token = await shop.tokenOf();
  const secrets = [shop.key, shop.partnerKey, token, '4111111111111111', '4000000000000002'];
  for (const line of tollgate.logLines)
    for (const secret of secrets) assert.ok(!line.includes(secret), line.slice(0, 80));
});
