import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { test } from 'node:test';
import { type Answer, addBigfishMerchant, encode } from './bigfish-merchant.ts';
import { startTollgate } from './installation.ts';
import { number, oddTexts } from './odd-values.ts';

// BIG FISH: transport, values, errors and the order of checks (sections 2, 4, 11).

const tollgate = await startTollgate({ TOLLGATE_TRUST_PROXY: '1' });
const shop = await addBigfishMerchant(tollgate);
const other = await addBigfishMerchant(tollgate);
const api = `${tollgate.url}/api/payment/`;
const fault = (ResultCode: string, ResultMessage: string) => ({ ResultCode, ResultMessage });
const missing = (key: string) => fault('MissingParameter', `Hiányzó paraméter (${key})`);
const wrong = (key: string) => fault('WrongParameter', `Hibás paraméter (${key})`);
const unauthorized = fault('UnauthorizedAccess', 'Jogosulatlan hozzáférés');

test('2.1, 2.2: multipart and urlencoded bodies on every path, in either order, and nothing else', async () => {
  const id = await shop.init();
  for (const type of ['multipart', 'urlencoded'] as const) {
    assert.equal((await shop.call('Result', { TransactionId: id }, { type })).ResultCode, 'PENDING', type);
  }
  const authorization = `Basic ${Buffer.from(`${shop.storeName}:${shop.apiKey}`).toString('base64')}`;
  for (const path of ['/api/payment', '/api/payment/', '/api/rest', '/api/rest/']) {
    const response = await fetch(tollgate.url + path, {
      method: 'POST',
      redirect: 'error',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: `json=${encodeURIComponent(`{ \n "TransactionId": "${id}" }`)}&method=Result`,
    });
    assert.equal(((await response.json()) as Answer).ResultCode, 'PENDING', path);
  }
  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
    const response = await fetch(api, { method });
    assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST']);
    assert.deepEqual(await response.json(), wrong('method'));
  }
});

test('2.2: JSON that a client did not encode is read all the same', async () => {
  const body = shop.initBody({ ResponseUrl: 'https://shop.example/?a=1&b=2', OrderId: 'A+B' });
  const { TransactionId } = await shop.call('Init', JSON.stringify(body), { type: 'raw' });
  const { CommonData } = await shop.of('Details', TransactionId);
  assert.deepEqual([CommonData.ResponseUrl, CommonData.OrderId], ['https://shop.example/?a=1&b=2', 'A+B']);
});

test('2.2: a body without a type is a form; one that is too large is refused', async () => {
  const id = await shop.init();
  const text = new URLSearchParams({ method: 'Result', json: JSON.stringify({ TransactionId: id }) }).toString();
  const { port, hostname } = new URL(tollgate.url);
  const answer = await new Promise<string>((resolve, reject) => {
    const authorization = `Basic ${Buffer.from(`${shop.storeName}:${shop.apiKey}`).toString('base64')}`;
    const headers = { authorization, 'content-length': Buffer.byteLength(text) };
    const asked = httpRequest({ hostname, port, method: 'POST', path: '/api/payment/', headers }, (response) => {
      response.setEncoding('utf8');
      let whole = '';
      response.on('data', (part) => {
        whole += part;
      });
      response.on('end', () => resolve(whole));
    });
    asked.on('error', reject);
    asked.end(text);
  });
  assert.equal(JSON.parse(answer).ResultCode, 'PENDING');
  const large = await fetch(api, { method: 'POST', body: new URLSearchParams({ json: 'x'.repeat(2_200_000) }) });
  assert.equal(large.status, 413);
  assert.deepEqual(await large.json(), wrong('json'));
});

test('2.2: of a field that is sent twice the first counts; what is no form names no method', async () => {
  const id = await shop.init();
  const authorization = `Basic ${Buffer.from(`${shop.storeName}:${shop.apiKey}`).toString('base64')}`;
  const post = async (type: string, body: string | Buffer<ArrayBuffer>): Promise<Answer> => {
    const response = await fetch(api, { method: 'POST', headers: { authorization, 'content-type': type }, body });
    assert.equal(response.status, 200);
    return response.json();
  };
  const part = (name: string, text: string) =>
    `--limit-7\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
  const json = JSON.stringify({ TransactionId: id });
  const twice = `${part('json', json)}${part('method', 'Result')}${part('method', 'Log')}${part('json', '{}')}--limit-7--\r\n`;
  assert.equal((await post('multipart/form-data; boundary=limit-7', twice)).ResultCode, 'PENDING');
  assert.equal((await post('multipart/form-data; boundary="limit-7"', twice)).ResultCode, 'PENDING');
  const form = `method=Result&json=${encodeURIComponent(json)}&method=Log&json={}`;
  for (const type of ['application/x-www-form-urlencoded; charset=UTF-8', 'text/plain', 'application/json', 'x']) {
    assert.equal((await post(type, form)).ResultCode, 'PENDING', type);
  }
  for (const [type, body] of [
    ['multipart/form-data', twice],
    ['multipart/form-data; boundary=limit-8', twice],
    ['multipart/form-data; boundary=limit-7', twice.slice(0, 60)],
    ['multipart/form-data; boundary=limit-7', ''],
    ['application/x-www-form-urlencoded', ''],
    ['application/x-www-form-urlencoded', Buffer.from([0xff, 0xfe, 0, 0x25, 0x80])],
    ['application/x-www-form-urlencoded', '%&=%zz&&&json'],
    ['application/json', json],
  ] as const) {
    assert.deepEqual(await post(type, body), wrong('method'), `${type} ${body.slice(0, 20)}`);
  }
});

test('4.2: methods that name a store are checked in this order', async () => {
  const call = (method: string, json: object | string, authorization?: string | null) =>
    shop.call(method, json, authorization === undefined ? {} : { authorization });
  const basic = (name: string, key: string) => `Basic ${Buffer.from(`${name}:${key}`).toString('base64')}`;
  assert.deepEqual(await call('init', {}), wrong('method'));
  assert.deepEqual(await call('toString', {}), wrong('method'));
  for (const json of ['[]', '1', 'null', '{', '']) assert.deepEqual(await call('Init', json), wrong('json'), json);
  for (const authorization of [null, 'Basic', 'Bearer x', 'Basic !!', basic('', 'x')]) {
    assert.deepEqual(await call('Init', {}, authorization), unauthorized, String(authorization));
  }
  assert.deepEqual(await call('Init', {}), missing('StoreName'));
  assert.deepEqual(
    await call('Init', { StoreName: 'acme_store' }, basic('x', 'y')),
    fault('UnknownStore', 'Ismeretlen kereskedő (acme_store)'),
  );
  assert.deepEqual(
    await call('Init', { StoreName: shop.storeName }, basic(other.storeName, shop.apiKey)),
    unauthorized,
  );
  assert.deepEqual(
    await call('Init', { StoreName: shop.storeName }, basic(shop.storeName, 'nope')),
    fault('WrongApikey', 'Hibás API kulcs'),
  );
  assert.deepEqual(await call('Init', { StoreName: shop.storeName }), missing('ProviderName'));
  const { ProviderName: _, ...rest } = shop.initBody();
  assert.deepEqual(await call('Init', rest), missing('ProviderName'));
  for (const key of ['ResponseUrl', 'Amount']) {
    assert.deepEqual(await call('Init', shop.initBody({ [key]: null })), missing(key));
    assert.deepEqual(await call('Init', shop.initBody({ [key]: '' })), missing(key));
  }
  assert.deepEqual(
    await call('Init', shop.initBody({ ResponseUrl: 'back', Amount: 'x', Currency: 'X' })),
    wrong('ResponseUrl'),
  );
  assert.deepEqual(
    await call('Init', { ...shop.initBody({ ProviderName: 'invalid_Rovider' }), Currency: undefined }),
    fault('UnknownProvider', 'Ismeretlen szolgáltató (invalid_Rovider)'),
  );
  for (const ProviderName of ['Stripe', 'ABAQOOS']) {
    const answer = await call('Init', shop.initBody({ ProviderName }));
    assert.deepEqual(answer, fault('InactiveProvider', `Inaktív szolgáltató (${ProviderName})`));
  }
  assert.deepEqual(await call('Init', shop.initBody({ Currency: 'GBP' })), wrong('Currency'));
  assert.deepEqual(await call('Init', shop.initBody({ ProviderName: 'CIB', AutoCommit: false })), wrong('AutoCommit'));
  const szep = { ProviderName: 'MKBSZEP', GatewayPaymentPage: true };
  assert.deepEqual(await call('Init', shop.initBody({ ...szep, AutoCommit: 'false' })), wrong('AutoCommit'));
  assert.deepEqual(await call('Init', shop.initBody(szep)), missing('MkbSzepCafeteriaId'));
  assert.deepEqual(
    await call('Init', shop.initBody({ ...szep, MkbSzepCafeteriaId: 4444 })),
    wrong('MkbSzepCafeteriaId'),
  );
  const registering = { PaymentRegistration: true, ProviderName: 'KHBSZEP' };
  assert.deepEqual(await call('Init', shop.initBody(registering)), wrong('PaymentRegistration'));
  assert.deepEqual(await call('Init', shop.initBody({ PaymentRegistration: 1, UserId: '' })), missing('UserId'));
});

test('4.1: an id comes back as it was sent, also one whose digits could be a card’s; a card number does not', async () => {
  for (const [sent, back] of [
    ['68625a77a4258000800201a21994f118', '68625a77a4258000800201a21994f118'],
    [number, `${number.slice(0, 6)}xxxxxx${number.slice(-4)}`],
  ] as const) {
    assert.deepEqual(await shop.result(sent), fault('UnknownTransaction', `Ismeretlen tranzakció (${back})`));
  }
});

/** The keys of Init in the order of their table, each with what it cannot be. */
const wrongValues = {
  ProviderName: 'x'.repeat(256),
  ResponseUrl: 'back',
  NotificationUrl: 'ftp://x/',
  Amount: '1e2',
  Currency: 'HUFF',
  OrderId: {},
  UserId: [],
  AutoCommit: 'yes',
  PaymentRegistration: 'yes',
  PaymentRegistrationType: 'OLD',
  OneClickPayment: 2,
  ReferenceTransactionId: {},
  OneClickReferenceId: {},
  Info: '%%%',
  Extra: '%%%',
  GatewayPaymentPage: 'no',
  MkbSzepCafeteriaId: {},
  OtpCardPocketId: {},
  SzepPocket: {},
  MppPhoneNumber: {},
  PaymentMethods: 'x',
};

test('4.2, 5.1: what is missing is said before anything that is wrong, and of two wrong values the first of the table', async () => {
  const keys = Object.keys(wrongValues) as (keyof typeof wrongValues)[];
  for (const key of keys) {
    assert.deepEqual(await shop.call('Init', shop.initBody({ [key]: wrongValues[key] })), wrong(key));
    const { ResponseUrl: _, ...rest } = shop.initBody({ [key]: wrongValues[key] });
    if (key !== 'ResponseUrl') assert.deepEqual(await shop.call('Init', rest), missing('ResponseUrl'), key);
    const later = keys[keys.indexOf(key) + 1];
    if (later === undefined) continue;
    const both = shop.initBody({ [later]: wrongValues[later], [key]: wrongValues[key] });
    assert.deepEqual(await shop.call('Init', both), wrong(key), `${key}, ${later}`);
  }
});

test('4.2: methods that name a transaction look for it before they ask who calls', async () => {
  const id = await shop.init();
  const basic = (name: string, key: string) => `Basic ${Buffer.from(`${name}:${key}`).toString('base64')}`;
  const unknown = (name: string) => fault('UnknownTransaction', `Ismeretlen tranzakció (${name})`);
  for (const method of ['Result', 'Close', 'Refund', 'Cancel', 'Details', 'Log', 'StartRP', 'Invoice']) {
    const call = (json: object, authorization?: string | null) =>
      shop.call(method, json, authorization === undefined ? {} : { authorization });
    assert.deepEqual(await call({}), missing('TransactionId'));
    assert.deepEqual(await call({ TransactionId: 'nope' }, basic('ghost', 'x')), unknown('nope'));
    assert.deepEqual(await call({ TransactionId: id }, null), unauthorized);
    assert.deepEqual(
      await call({ TransactionId: id }, basic('ghost', 'x')),
      fault('UnknownStore', 'Ismeretlen kereskedő (ghost)'),
    );
    assert.deepEqual(
      await call({ TransactionId: id }, basic(shop.storeName, 'x')),
      fault('WrongApikey', 'Hibás API kulcs'),
    );
    assert.deepEqual(await call({ TransactionId: id }, basic(other.storeName, other.apiKey)), unauthorized);
  }
});

test('2.4, 4.2: a store that is switched off, and one with a list of addresses', async () => {
  const { administration } = tollgate.installation.store;
  const closed = await addBigfishMerchant(tollgate);
  await administration.changeShop(closed.shopId, { state: 'disabled' });
  assert.deepEqual(
    await closed.ofStore('Providers'),
    fault('InactiveStore', `Inaktív kereskedő (${closed.storeName})`),
  );
  const guarded = await addBigfishMerchant(tollgate, { ips: ['192.0.2.0/24', '2001:db8::7'] });
  const from = (address: string) =>
    guarded.call('Providers', { StoreName: guarded.storeName }, { headers: { 'x-forwarded-for': address } });
  for (const address of ['192.0.2.9', '2001:db8::7', '::ffff:192.0.2.77']) {
    assert.equal((await from(address)).ResultCode, 'SUCCESSFUL', address);
  }
  for (const address of ['192.0.3.9', '2001:db8::8']) {
    assert.deepEqual(await from(address), fault('UnauthorizedRemoteAddress', `Nem engedélyezett IP cím (${address})`));
  }
});

test('2.5: values are read as the clients write them', async () => {
  for (const AutoCommit of [false, 'false', 0, '0', '', 'FALSE']) {
    const id = await shop.init({ AutoCommit });
    assert.equal((await shop.result(id)).AutoCommit, 'false', String(AutoCommit));
  }
  for (const AutoCommit of [true, 'true', 1, '1', null, 'True']) {
    assert.equal((await shop.result(await shop.init({ AutoCommit }))).AutoCommit, 'true', String(AutoCommit));
  }
  assert.deepEqual(await shop.call('Init', shop.initBody({ AutoCommit: 'yes' })), wrong('AutoCommit'));
  for (const [Amount, text] of [
    [1490, '1490'],
    ['12.50', '12.5'],
    [12.5, '12.5'],
    ['0.01', '0.01'],
    ['9999999999.99', '9999999999.99'],
  ] as const) {
    const { CommonData } = await shop.of('Details', await shop.init({ Amount, Currency: 'EUR' }));
    assert.equal(CommonData.Amount, text);
  }
  for (const Amount of ['12.345', '1e3', '-1', '12345678901', ' 1', '1,5', 0, true, [], {}]) {
    assert.deepEqual(await shop.call('Init', shop.initBody({ Amount })), wrong('Amount'), JSON.stringify(Amount));
  }
  const id = await shop.init({ OrderId: 12_345, UserId: 7 });
  const { OrderId, UserId } = await shop.result(id);
  assert.deepEqual([OrderId, UserId], ['12345', '7']);
  assert.equal((await shop.result(await shop.init({ OrderId: null }))).OrderId, '');
});

test('2.6: encoded objects, ordinary base64, missing padding, plain objects; anything else is wrong', async () => {
  const info = { k: '~~~???>>>', Customer: { General: { FirstName: 'Ő' } } };
  assert.equal(encode({ k: '~~~???>>>' }), 'eyJrIjoifn5-Pz8_Pj4-In0.');
  for (const Info of [
    encode(info),
    Buffer.from(JSON.stringify(info)).toString('base64'),
    encode(info).replace(/\.+$/, ''),
    info,
  ]) {
    const id = await shop.init({ Info });
    assert.deepEqual((await shop.of('Details', id, { GetInfoData: true })).InfoData, info);
  }
  for (const value of ['%%%', encode([1]), 'eyJh', 7, true, [1]]) {
    assert.deepEqual(await shop.call('Init', shop.initBody({ Info: value })), wrong('Info'), JSON.stringify(value));
    assert.deepEqual(await shop.call('Init', shop.initBody({ Extra: value })), wrong('Extra'), JSON.stringify(value));
  }
});

test('7.2: a transaction may have a time of its own, of at most 60 days', async () => {
  const asked = (format: string, value: unknown) =>
    shop.call(
      'Init',
      shop.initBody({
        Extra: encode({ TransactionExpirationTimeFormat: format, TransactionExpirationTimeValue: value }),
      }),
    );
  for (const [format, value] of [
    ['Minutes', '45'],
    ['Minutes', 86_400],
    ['Date', '2029-01-01 00:00:00'],
  ] as const) {
    const isFar = format === 'Date';
    assert.deepEqual((await asked(format, value)).ResultCode, isFar ? 'WrongParameter' : 'SUCCESSFUL', String(value));
  }
  for (const [format, value] of [
    ['Minutes', '86401'],
    ['Minutes', '0'],
    ['Minutes', 'soon'],
    ['Hours', '1'],
    ['Date', '2020-01-01 00:00:00'],
    ['Date', '2026-02-30 00:00:00'],
  ] as const) {
    assert.deepEqual(await asked(format, value), wrong('Extra'), `${format} ${value}`);
  }
});

const fields: Readonly<Record<string, readonly string[]>> = {
  Init: [
    ...['ProviderName', 'ResponseUrl', 'NotificationUrl', 'Amount', 'Currency', 'OrderId', 'UserId', 'Language'],
    ...['AutoCommit', 'PaymentRegistration', 'PaymentRegistrationType', 'OneClickPayment', 'ReferenceTransactionId'],
    ...['OneClickReferenceId', 'Info', 'Extra', 'GatewayPaymentPage', 'MkbSzepCafeteriaId', 'OtpCardPocketId'],
    ...['SzepPocket', 'MppPhoneNumber', 'PaymentMethods', 'ModuleName', 'StoreName'],
  ],
  Close: ['TransactionId', 'Approved', 'ApprovedAmount'],
  Refund: ['TransactionId', 'Amount', 'Extra'],
  Result: ['TransactionId'],
  Log: ['TransactionId'],
  Cancel: ['TransactionId'],
  Invoice: ['InvoiceData'],
  Providers: ['StoreName', 'ModuleVersion'],
  SettlementRefund: ['ProviderName', 'RefundSettlementDate', 'RefundSettlementId', 'GetItems'],
  Details: ['TransactionId', 'GetRelatedTransactions', 'GetInfoData', 'GetPaymentAttributes'],
  InitRP: [
    'ReferenceTransactionId',
    'ResponseUrl',
    'NotificationUrl',
    'Amount',
    'Currency',
    'OrderId',
    'UserId',
    'Info',
  ],
  GetPaymentRegistrations: ['ProviderName', 'UserId', 'PaymentRegistrationType'],
  CancelAllPaymentRegistrations: ['ProviderName', 'UserId'],
  OneClickOptions: ['ProviderName', 'UserId'],
  Payout: ['PayoutType', 'ReferenceTransactionId', 'Amount', 'OrderId', 'AdditionalMessage', 'Info'],
  Settlement: ['ProviderName', 'SettlementDate', 'TerminalId', 'TransactionCurrency', 'GetBatches', 'Limit', 'Offset'],
};

test('4.1: whatever a field holds, the answer is an object with a code of the API, and nothing breaks', async () => {
  const id = await shop.paid();
  for (const [method, names] of Object.entries(fields)) {
    const whole = {
      ...shop.initBody(),
      TransactionId: id,
      ReferenceTransactionId: id,
      PayoutType: 'B2P',
      SettlementDate: '2026-01-01',
      RefundSettlementDate: '2026-01-01',
    };
    for (const name of names) {
      const { ReferenceTransactionId, [name as 'Amount']: _, ...init } = whole;
      const rest =
        method === 'Init' ? init : { ...init, ...(name !== 'ReferenceTransactionId' && { ReferenceTransactionId }) };
      for (const odd of oddTexts) {
        const text = `${JSON.stringify(rest).slice(0, -1)},"${name}":${odd}}`;
        const answer = await shop.call(method, text, { type: 'urlencoded' });
        const what = `${method} ${name} ${odd.slice(0, 60)}`;
        assert.equal(typeof answer.ResultMessage, 'string', what);
        assert.notEqual(answer.ResultMessage, 'Rendszerhiba', what);
        assert.ok(!JSON.stringify(answer).includes(number), what);
      }
    }
  }
  const alarms = tollgate.logLines.filter((line) => line.includes('a request failed'));
  assert.deepEqual(alarms, []);
});
