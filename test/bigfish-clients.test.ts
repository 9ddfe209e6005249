import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { demoParts } from '../src/demonstration.ts';
import { type Answer, addBigfishMerchant, bigfishClient, encode } from './bigfish-merchant.ts';
import { startTollgate } from './installation.ts';

// BIG FISH as the vendor's own clients meet it: their requests byte for byte, and what their acceptance tests do (sections 2, 10, 11).

const tollgate = await startTollgate();
const shop = await addBigfishMerchant(tollgate);
await demoParts(tollgate.installation, tollgate.url);
const apiKey = '86af3-80e4f-f8228-9498f-910ad';
const sdk = bigfishClient(tollgate.url, 'sdk_test', apiKey);
const { port, hostname } = new URL(tollgate.url);

/** Sends bytes as they are and answers the body; `head` first, if it says so, until the server wants the rest. */
const raw = async (head: string, body: string, waits = false): Promise<{ whole: string; json: Answer }> => {
  const socket = connect(Number(port), hostname);
  let whole = '';
  socket.setEncoding('utf8').on('data', (text) => {
    whole += text;
  });
  socket.write(head);
  while (waits && !whole.includes('\r\n\r\n')) await once(socket, 'data');
  socket.write(body);
  await once(socket, 'end');
  const text = whole.slice(whole.lastIndexOf('\r\n\r\n') + 4);
  return { whole, json: JSON.parse(text) };
};

const headOf = (agent: string, type: string, body: string, more = '') =>
  `POST /api/payment/ HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUser-Agent: ${agent}\r\nAccept: */*\r\nReferer: vm\r\n` +
  `Authorization: Basic ${Buffer.from(`${shop.storeName}:${shop.apiKey}`).toString('base64')}\r\nConnection: close\r\n` +
  `Content-Length: ${Buffer.byteLength(body)}\r\nContent-Type: ${type}\r\n${more}\r\n`;

const boundary = '------------------------f6c13daee9f1ef34';
const multipart = (method: string, json: string) =>
  `--${boundary}\r\nContent-Disposition: form-data; name="method"\r\n\r\n${method}\r\n` +
  `--${boundary}\r\nContent-Disposition: form-data; name="json"\r\n\r\n${json}\r\n--${boundary}--\r\n`;

/** The JSON of Init as the two generations of SDKs write it, slashes escaped and every key there. */
const inits = {
  'SDK-B': `{"ModuleName":"PHP7-SDK","ModuleVersion":"4.4.2","ProviderName":"OTPSimple","ResponseUrl":"https:\\/\\/shop.test\\/back","NotificationUrl":"https:\\/\\/shop.test\\/notify","Amount":1490,"Currency":"HUF","OrderId":"ORD-7","UserId":"USR-9","Language":"HU","StoreName":"${shop.storeName}"}`,
  'SDK-A': `{"StoreName":"${shop.storeName}","ProviderName":"OTPSimple","ResponseUrl":"https:\\/\\/shop.test\\/back?x=1","NotificationUrl":"https:\\/\\/shop.test\\/notify","Amount":"1490","OrderId":"ORD-7","UserId":"USR-9","Currency":"HUF","Language":"HU","MppPhoneNumber":null,"MkbSzepCafeteriaId":null,"AutoCommit":"1","Extra":null,"Info":null,"GatewayPaymentPage":"","ModuleName":"PHP-SDK","ModuleVersion":"4.0.0"}`,
};

test('2.3: the requests of the vendor’s SDKs, byte for byte', async () => {
  for (const [name, json] of Object.entries(inits)) {
    const body = multipart('Init', json);
    const head = headOf('Init | vm | PHP | 8.2.36', `multipart/form-data; boundary=${boundary}`, body);
    const { json: answer, whole } = await raw(head, body);
    assert.match(answer.TransactionId, /^[0-9a-f]{32}$/, name);
    assert.deepEqual(
      { ...answer, TransactionId: '' },
      { TransactionId: '', ResultCode: 'SUCCESSFUL', ResultMessage: 'Sikeres tranzakció' },
    );
    assert.match(whole, /^HTTP\/1\.1 200 /);
    assert.match(whole, /\r\ncontent-type: application\/json; charset=utf-8\r\n/i);
    const asked = `method=Result&json=${encodeURIComponent(JSON.stringify({ TransactionId: answer.TransactionId }))}`;
    const form = headOf('Result | shop.test | PHP | 8.0', 'application/x-www-form-urlencoded', asked);
    const { json: result } = await raw(form, asked);
    assert.deepEqual([result.ResultCode, result.OrderId, result.UserId], ['PENDING', 'ORD-7', 'USR-9']);
  }
});

test('2.2: a client that waits to be told to go on is told so', async () => {
  const body = multipart('Init', inits['SDK-B'].replace('"OrderId"', `"Padding":"${'x'.repeat(1_100_000)}","OrderId"`));
  const type = `multipart/form-data; boundary=${boundary}`;
  const { whole, json } = await raw(headOf('Init | vm', type, body, 'Expect: 100-continue\r\n'), body, true);
  assert.match(whole, /^HTTP\/1\.1 100 Continue\r\n\r\n/);
  assert.equal(json.ResultCode, 'SUCCESSFUL');
});

test('2.6: the encoding of Info and Extra, by the examples of its manual', async () => {
  for (const [text, clear] of [
    ['eyJLaGJDYXJkUG9ja2V0SWQiOiIxIn0.', { KhbCardPocketId: '1' }],
    ['eyJzdG9ybm8iOnRydWV9', { storno: true }],
    ['eyJvbmVDbGlja0ZvcmNlZFJlZ2lzdHJhdGlvbiI6dHJ1ZX0.', { oneClickForcedRegistration: true }],
    ['eyJrIjoifn5-Pz8_Pj4-In0.', { k: '~~~???>>>' }],
    [
      'eyJPcmRlciI6eyJSZWN1cnJpbmdQYXltZW50Ijp7IkV4cGlyZURhdGUiOiIyMDMwLTAyLTA1IiwiRnJlcXVlbmN5IjoiMCIsIkFtb3VudEluZGljYXRvciI6IjAyIn19fQ..',
      { Order: { RecurringPayment: { ExpireDate: '2030-02-05', Frequency: '0', AmountIndicator: '02' } } },
    ],
  ] as const) {
    assert.equal(encode(clear), text);
    const details = await shop.of('Details', await shop.init({ Info: text, Extra: text }), { GetInfoData: 1 });
    assert.deepEqual([details.InfoData, JSON.parse(details.ProviderSpecificData.Extra)], [clear, clear]);
  }
});

test('10, 11.4: what the vendor’s tests buy in their own store', async () => {
  const base = { ResponseUrl: 'https://shop.test/back', StoreName: 'sdk_test' };
  for (const more of [
    { ProviderName: 'Borgun2', Amount: 99, Currency: 'HUF' },
    { ProviderName: 'OTPSimple', Amount: 99, Currency: 'EUR', AutoCommit: 'false' },
    { ProviderName: 'Saferpay', Amount: 99, Currency: 'EUR', AutoCommit: false },
    { ProviderName: 'MKBSZEP', Amount: 99, Currency: 'HUF', MkbSzepCafeteriaId: 1111, GatewayPaymentPage: true },
    {
      ...{ ProviderName: 'Borgun2', Amount: 99, Currency: 'HUF', OneClickPayment: true, UserId: 'sdk_test' },
      Extra: encode({ oneClickForcedRegistration: true }),
    },
  ]) {
    const { ResultCode, TransactionId } = await sdk.call('Init', { ...base, ...more });
    assert.equal(ResultCode, 'SUCCESSFUL', more.ProviderName);
    const page = await fetch(`${tollgate.url}/Start?TransactionId=${TransactionId}&normalPayment`);
    assert.equal(page.status, 200);
    assert.doesNotMatch(await page.text(), /alert alert-error/);
    for (const [method, rest] of [
      ['Result', {}],
      ['Close', {}],
      ['Close', { Approved: true, ApprovedAmount: 50 }],
      ['Close', { Approved: false }],
      ['Refund', { Amount: 1000 }],
      ['Refund', { Amount: 1000, Extra: encode({ storno: true }) }],
      ['Details', {}],
      ['Log', {}],
      ['Invoice', { InvoiceData: { name: 'test' } }],
      ['CancelPaymentRegistration', {}],
      ['OneClickTokenCancel', {}],
    ] as const) {
      const answer = await sdk.of(method, TransactionId, rest);
      assert.equal(typeof answer.ResultCode, 'string', method);
      assert.notEqual(answer.ResultMessage, 'Rendszerhiba', method);
    }
  }
  const unknown = { ...base, ProviderName: 'invalid_Rovider', Amount: 99 };
  assert.equal((await sdk.call('Init', unknown)).ResultMessage, 'Ismeretlen szolgáltató (invalid_Rovider)');
  const person = { ProviderName: 'Borgun2', UserId: 'nobody' };
  for (const [method, rest] of [
    ['Providers', {}],
    ['OneClickOptions', person],
    ['GetPaymentRegistrations', person],
    ['CancelAllPaymentRegistrations', person],
    ['OneClickTokenCancelAll', person],
    ['Settlement', { ProviderName: 'OTPSimple', TerminalId: 'P000401', SettlementDate: '2019-03-25' }],
    ['SettlementRefund', { ProviderName: 'MKBSZEP', TerminalId: '111111', RefundSettlementDate: '2020-11-26' }],
  ] as const) {
    assert.equal((await sdk.ofStore(method, rest)).ResultCode, 'SUCCESSFUL', method);
  }
});

test('11.3, 11.4: links of the vendor’s tests; their own store gets CommonData as text', async () => {
  const base = { ProviderName: 'CIB', Currency: 'HUF', EmailNotificationOnlySuccess: false };
  const NotificationEmail = 'till@shop.test';
  assert.equal(
    (await sdk.ofStore('PaymentLinkCreate', { ...base, Amount: 99 })).ResultMessage,
    'Hiányzó paraméter (NotificationEmail)',
  );
  const extra = { redirectUrl: 'https://shop.test/r', privacyPolicyUrl: 'https://shop.test/p' };
  for (const more of [
    { Amount: 99, MinimumAmount: null, MaximumAmount: null },
    { Amount: null, MinimumAmount: 10 },
    { MinimumAmount: 10, MaximumAmount: 20, MultipleTransactions: true },
  ]) {
    const urls = { RedirectUrl: extra.redirectUrl, PrivacyPolicyUrl: extra.privacyPolicyUrl };
    const asked = { ...base, ...more, ...urls, NotificationEmail };
    const { PaymentLinkName, PaymentLinkUrl, ResultCode, MultipleTransactions } = await sdk.ofStore(
      'PaymentLinkCreate',
      asked,
    );
    assert.deepEqual([ResultCode, MultipleTransactions], ['SUCCESSFUL', more.MultipleTransactions === true]);
    const page = await fetch(PaymentLinkUrl);
    assert.doesNotMatch(await page.text(), /alert alert-error/);
    const { CommonData } = await sdk.call('PaymentLinkDetails', { PaymentLinkName });
    assert.equal(typeof CommonData, 'string');
    assert.deepEqual(JSON.parse(JSON.parse(CommonData).Extra), extra);
    assert.equal((await sdk.call('PaymentLinkCancel', { PaymentLinkName })).PaymentLinkName, PaymentLinkName);
  }
});
