import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTollgate } from './installation.ts';
import { oddTexts } from './odd-values.ts';
import { Payer } from './payer.ts';
import { addTsMerchant, type Fields, md5, type TsMerchant } from './ts-merchant.ts';

const tollgate = await startTollgate();
const shop = await addTsMerchant(tollgate);
const back = 'https://shop.example/return';
const visa = '4111111111111111';

const fieldsOf = (merchant: TsMerchant, more: Fields = {}): Fields => {
  const fields: Fields = {
    memberId: merchant.memberId,
    totype: 'Tollgate',
    amount: '50.00',
    currency: 'EUR',
    merchantTransactionId: merchant.newOrder(),
    orderDescription: 'Two mugs',
    merchantRedirectUrl: back,
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: 'ada@shop.example',
    country: 'DE',
    paymentMode: 'CC',
    paymentBrand: 'VISA',
    lang: 'ENG',
    ...more,
  };
  const { totype, amount, merchantTransactionId, merchantRedirectUrl } = fields;
  const signed = [totype, amount, merchantTransactionId, merchantRedirectUrl].map((text) => text ?? '');
  return { checksum: merchant.signedLast(...signed), ...fields };
};

const sent = (fields: Fields): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined));

const openPage = (fields: Fields, path = '/transaction/Checkout'): Promise<Payer> => {
  const address = `${tollgate.url}${path}`;
  return new Payer(address).go(address, sent(fields));
};

/** What a page would post to the shop. */
const leavingOf = (payer: Payer): Readonly<Record<string, string>> => {
  const form = payer.page.forms[0];
  assert.ok(form, payer.page.html);
  assert.equal(form.action.href.startsWith('https://shop.example/'), true, form.action.href);
  return form.fields;
};

const checksumOf = (merchant: TsMerchant, told: Readonly<Record<string, string>>, id = told.paymentId!) =>
  md5(id, told.merchantTransactionId!, told.amount!, told.status!, merchant.key);

test('7.4, 7.5: a shopper pays on the page, and the browser goes back with a signed result', async () => {
  const fields = fieldsOf(shop, { reservedField1: 'kept <as> it is' });
  const payer = await openPage(fields);
  assert.ok(payer.seesCardForm);
  assert.match(payer.page.html, /Two mugs/);
  await payer.pay({ number: visa, expiry: '12/30', code: '123' });
  const told = leavingOf(payer);
  assert.match(told.paymentId!, /^\d{18}$/);
  assert.equal(told.checksum, checksumOf(shop, told));
  const { paymentId, checksum: _, timestamp, descriptor, ...rest } = told;
  assert.equal(told.trackingid, paymentId);
  assert.deepEqual(rest, {
    ...rest,
    merchantTransactionId: fields.merchantTransactionId,
    desc: fields.merchantTransactionId,
    status: 'Y',
    amount: '50.00',
    currency: 'EUR',
    tmpl_amount: '50.00',
    tmpl_currency: 'EUR',
    firstName: 'Ada',
    lastname: 'Lovelace',
    resultCode: '00001',
    remark: 'Approved',
    paymentMode: 'CC',
    paymentBrand: 'VISA',
    cardBin: '411111',
    cardLast4Digits: '1111',
    custEmail: 'ada@shop.example',
    token: '',
    reservedField1: 'kept <as> it is',
  });
  assert.equal(told.resourcePath, undefined, 'only of what a call began');
  const known = await shop.inquire(paymentId!);
  assert.deepEqual([known.status, known.paymentBrand], ['capturesuccess', 'VISA']);
});

test('7.4: by address, by the older path, and by the older names', async () => {
  const query = new URLSearchParams(sent(fieldsOf(shop, { mkey: shop.key })));
  const byGet = await new Payer(`${tollgate.url}/transaction/Checkout?${query}`).go();
  assert.ok(byGet.seesCardForm);
  assert.ok((await openPage(fieldsOf(shop), '/transaction/PayProcessController')).seesCardForm);
  const { memberId, merchantTransactionId, merchantRedirectUrl, checksum } = fieldsOf(shop);
  const old = {
    toid: memberId,
    totype: 'Tollgate',
    amount: '50.00',
    description: merchantTransactionId,
    redirecturl: merchantRedirectUrl,
    checksum,
    TMPL_emailaddr: 'ada@shop.example',
    TMPL_CURRENCY: 'EUR',
    cardtype: '1',
    paymenttype: '1',
    pctype: '1_1|1_2',
    paymentMode: 'CC',
    TMPL_city: 'null',
  };
  const payer = await openPage(old);
  await payer.pay({ number: visa, expiry: '12/30', code: '123' });
  const told = leavingOf(payer);
  assert.deepEqual([told.status, told.desc, told.custEmail], ['Y', merchantTransactionId, 'ada@shop.example']);
});

test('7.4: where both names are there the new one counts', async () => {
  const fields = fieldsOf(shop);
  const payer = await openPage({ ...fields, toid: '1', description: 'another', redirecturl: 'https://evil.example/' });
  assert.ok(payer.seesCardForm);
});

test('7.4: amounts without decimals or with one are signed as they are sent, and shown with two', async () => {
  for (const [amount, whole] of [
    ['50', '50.00'],
    ['50.5', '50.50'],
  ] as const) {
    const payer = await openPage(fieldsOf(shop, { amount }));
    await payer.pay({ number: visa, expiry: '12/30', code: '123' });
    const told = leavingOf(payer);
    assert.deepEqual([told.amount, told.status], [whole, 'Y']);
    assert.equal(told.checksum, checksumOf(shop, told));
  }
});

test('7.4, 4.3: a signed request that cannot be begun goes back with N, no paymentId and null in the checksum', async () => {
  const cases: readonly [Fields, string][] = [
    [{ amount: '1,234.50' }, '30003'],
    [{ amount: '0.00' }, '30003'],
    [{ totype: 'Other' }, '30002'],
    [{ currency: 'EURO' }, '30031'],
    [{ currency: undefined }, '30031'],
    [{ email: 'nobody' }, '30010'],
    [{ transactionType: 'XX' }, '30044'],
    [{ paymentBrand: 'NOSUCH' }, '20005'],
    [{ merchantTransactionId: 'a|b' }, '30004'],
  ];
  for (const [more, code] of cases) {
    const fields = fieldsOf(shop, more);
    const payer = await openPage(fields);
    const told = leavingOf(payer);
    assert.deepEqual([told.resultCode, told.status, told.paymentId, told.trackingid], [code, 'N', '', '']);
    assert.equal(told.amount, fields.amount);
    assert.equal(told.checksum, checksumOf(shop, told, 'null'));
  }
});

test('7.4: without a right checksum nobody is sent anywhere', async () => {
  const evil = 'https://evil.example/';
  const cases: readonly [Fields, string][] = [
    [{ ...fieldsOf(shop), checksum: undefined }, '30030'],
    [{ ...fieldsOf(shop), checksum: 'a'.repeat(32) }, '20017'],
    [{ ...fieldsOf(shop), merchantRedirectUrl: evil }, '20017'],
    [{ ...fieldsOf(shop), amount: '5.00' }, '20017'],
    [{ ...fieldsOf(shop), memberId: '999999' }, '30037'],
    [{ ...fieldsOf(shop), memberId: 'me' }, '30001'],
    [fieldsOf(shop, { merchantRedirectUrl: 'javascript:alert(1)' }), '30029'],
  ];
  for (const [fields, code] of cases) {
    const payer = await openPage(fields);
    assert.equal(payer.page.status, 400);
    assert.match(payer.page.html, new RegExp(code));
    assert.deepEqual(payer.page.forms, []);
    assert.equal(payer.leftTo, null);
    assert.ok(!payer.page.html.includes('evil.example'));
  }
  const empty = await openPage({});
  assert.equal(empty.page.status, 400);
});

test('4.4: an address that was hashed as it was encoded is right as well', async () => {
  const fields = fieldsOf(shop);
  const { totype, amount, merchantTransactionId } = fields;
  const checksum = shop.signedLast(totype!, amount!, merchantTransactionId!, encodeURIComponent(back));
  assert.ok((await openPage({ ...fields, checksum: checksum.toUpperCase() })).seesCardForm);
});

test('7.4, 12.2: an order that was begun is opened again for the same amount, and is a duplicate once it is paid', async () => {
  const fields = fieldsOf(shop);
  const first = await openPage(fields);
  const again = await openPage(fields);
  assert.equal(again.page.url.pathname, first.page.url.pathname);
  const other = await openPage(
    fieldsOf(shop, { merchantTransactionId: fields.merchantTransactionId!, amount: '51.00' }),
  );
  assert.equal(leavingOf(other).resultCode, '20020');
  await again.pay({ number: visa, expiry: '12/30', code: '123' });
  const paid = await openPage(fields);
  assert.equal(leavingOf(paid).resultCode, '20043');
  const twice = fieldsOf(shop);
  const both = await Promise.all([openPage(twice), openPage(twice)]);
  assert.equal(both[0]!.page.url.pathname, both[1]!.page.url.pathname, 'a form that was sent twice');
});

test('7.4, 7.5: a card that is declined brings the shopper back with N, and the order can be tried again', async () => {
  const fields = fieldsOf(shop);
  const payer = await openPage(fields);
  for (let n = 0; n < 3; n++) await payer.pay({ number: '4000000000000036', expiry: '12/30', code: '123' });
  const told = leavingOf(payer);
  assert.deepEqual([told.status, told.resultCode], ['N', '11005']);
  assert.equal(told.checksum, checksumOf(shop, told));
  assert.ok((await openPage(fields)).seesCardForm);
});

test('7.4, 7.5: a shopper who gives up goes back with C', async () => {
  const payer = await openPage(fieldsOf(shop));
  await payer.cancel();
  const told = leavingOf(payer);
  assert.equal(told.status, 'C');
  assert.equal(told.checksum, checksumOf(shop, told));
});

test('7.4: where mode and brand are left open the shopper chooses, and any card of the member will do', async () => {
  const fields = fieldsOf(shop, { paymentMode: undefined, paymentBrand: undefined, mkey: shop.key });
  const payer = await openPage(fields);
  assert.ok(payer.page.forms.length > 1);
  assert.ok(!payer.page.html.includes(shop.key));
  const [cards] = payer.page.forms;
  await payer.go(cards!.action, cards!.fields);
  assert.ok(payer.seesCardForm);
  await payer.pay({ number: '5549110920049586', expiry: '12/30', code: '123' });
  const told = leavingOf(payer);
  assert.deepEqual([told.status, told.paymentBrand], ['Y', 'MC']);
});

test('7.4: PA holds the money', async () => {
  const payer = await openPage(fieldsOf(shop, { transactionType: 'PA' }));
  await payer.pay({ number: visa, expiry: '12/30', code: '123' });
  const { paymentId } = leavingOf(payer);
  const known = await shop.inquire(paymentId!);
  assert.deepEqual([known.status, known.paymentType], ['authsuccessful', 'PA']);
});

test('7.4: the mobile kits land on a page of ours, which hands one JSON text to the app', async () => {
  const landing = `${tollgate.url}/transaction/InvoiceAppFrontEndServlet?deviceType=android`;
  const fields = fieldsOf(shop, {
    merchantRedirectUrl: landing,
    device: 'android',
    mkey: shop.key,
    ipaddr: '10.0.0.1',
  });
  const payer = await openPage(fields);
  await payer.pay({ number: visa, expiry: '12/30', code: '123' });
  const form = payer.page.forms[0]!;
  assert.equal(form.action.href, landing);
  await payer.go(form.action, form.fields);
  const jsonIn = (html: string) =>
    JSON.parse(/<script type="application\/json" id="result">(.*?)<\/script>/s.exec(html)![1]!);
  const result = jsonIn(payer.page.html);
  const { paymentId, checksum } = form.fields;
  assert.deepEqual([result.status, result.trackingid, result.checksum], ['Y', paymentId, checksum]);
  const needed = ['firstName', 'lastName', 'desc', 'currency', 'amount', 'tmpl_currency', 'tmpl_amount', 'timestamp'];
  const more = ['resultCode', 'resultDescription', 'custEmail', 'paymentMode', 'paymentBrand', 'descriptor'];
  for (const name of [...needed, ...more, 'paymentId', 'merchantTransactionId'])
    assert.equal(typeof result[name], 'string');
  assert.match(payer.page.html, /paymentResultListener/);
  assert.match(payer.page.html, /callbackHandler/);
  const forgeries: readonly Record<string, string>[] = [
    { status: 'Y', amount: '9999.00' },
    { checksum: 'a'.repeat(32) },
    { memberId: '1' },
  ];
  for (const forged of forgeries) {
    await payer.go(form.action, { ...form.fields, ...forged });
    assert.equal(payer.page.status, 400);
    assert.ok(!payer.page.html.includes(paymentId!));
  }
});

test('7.4: no odd value in any field breaks the page or shows up unescaped', async () => {
  const names = Object.keys(fieldsOf(shop));
  for (const name of [
    ...names,
    'notificationUrl',
    'TMPL_AMOUNT',
    'attemptThreeD',
    'terminalid',
    'dateOfBirth',
    'phone',
  ]) {
    for (const value of oddTexts) {
      const fields = name === 'checksum' ? { ...fieldsOf(shop), checksum: value } : fieldsOf(shop, { [name]: value });
      const address = `${tollgate.url}/transaction/Checkout`;
      const response = await new Payer(address).request(address, sent(fields));
      assert.ok([200, 303, 400].includes(response.status), `${name} ${response.status}`);
      const html = await response.text();
      assert.ok(!html.includes('<script>alert'), name);
    }
  }
});

test('no secret key, number or code reaches the log', () => {
  const lines = tollgate.logLines.join('\n');
  assert.ok(lines.length > 0);
  for (const secret of [shop.key, visa]) assert.ok(!lines.includes(secret));
});
