import assert from 'node:assert/strict';
import { test } from 'node:test';
import { payerFields } from '../src/gateway/api.ts';
import { addBigfishMerchant, encode } from './bigfish-merchant.ts';
import { booksAgree } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { number, oddTexts } from './odd-values.ts';
import { Payer } from './payer.ts';
import { startReceiver } from './receiver.ts';

// BIG FISH: payment links and PayWalls (sections 3.6, 5.17 to 5.20, 6.4, 6.5, 9.6, 11.3).

const tollgate = await startTollgate();
const receiver = await startReceiver();
const shop = await addBigfishMerchant(tollgate);
const fault = (ResultCode: string, ResultMessage: string) => ({ ResultCode, ResultMessage });
const missing = (key: string) => fault('MissingParameter', `Hiányzó paraméter (${key})`);
const wrong = (key: string) => fault('WrongParameter', `Hibás paraméter (${key})`);
const wrongStatus = (name: string) => fault('WrongTransactionStatus', `Nem megfelelő tranzakció státusz (${name})`);

const linkBody = (more: object = {}) => ({
  EmailNotificationOnlySuccess: false,
  ProviderName: 'OTPSimple',
  Amount: 99,
  MinimumAmount: null,
  MaximumAmount: null,
  Currency: 'HUF',
  OrderId: 'O1',
  Language: 'EN',
  NotificationEmail: 'till@shop.example',
  ...more,
});
const create = async (more: object = {}) => {
  const answer = await shop.ofStore('PaymentLinkCreate', linkBody(more));
  assert.equal(answer.ResultCode, 'SUCCESSFUL', JSON.stringify(answer));
  return answer;
};
const details = (PaymentLinkName: string, more: object = {}) =>
  shop.call('PaymentLinkDetails', { PaymentLinkName, ...more });
const statusOf = async (name: string) => (await details(name)).CommonData.Status;
const visit = (url: string): Promise<Payer> => new Payer(url).go();
/** The buyer chooses how to pay at a link or a PayWall, and is at the card form. */
const choose = async (payer: Payer, type = 'OTPSimple', more: Readonly<Record<string, string>> = {}) =>
  payer.go(payer.page.forms.at(-1)!.action, { type, ...more });
const card = { number: '4000000000000051', code: '123' };

test('5.17: a link is answered with all that it is', async () => {
  const { PaymentLinkName, PaymentLinkUrl, Created, ...rest } = await create({ ExpirationTime: '2030-01-01 00:00:00' });
  assert.match(PaymentLinkName, /^pl_[0-9a-f]{32}$/);
  assert.equal(PaymentLinkUrl, `${tollgate.url}/PaymentLink/${PaymentLinkName}`);
  assert.deepEqual(rest, {
    ProviderName: 'OTPSimple',
    Amount: '99',
    Currency: 'HUF',
    Language: 'EN',
    OrderId: 'O1',
    UserId: '',
    AutoCommit: 'true',
    ExpirationTime: '2030-01-01 00:00:00',
    NotificationEmail: 'till@shop.example',
    MultipleTransactions: false,
    Status: 'PENDING',
    LastModified: Created,
    ResultCode: 'SUCCESSFUL',
    ResultMessage: 'Successful transaction',
  });
});

test('5.17: what a link cannot be', async () => {
  const ask = (more: object) => shop.ofStore('PaymentLinkCreate', linkBody(more));
  assert.deepEqual(await ask({ NotificationEmail: null }), missing('NotificationEmail'));
  for (const NotificationEmail of ['nobody', 'a b@c.hu', 'a@b', 'a@b.hu\nBcc: x@y.hu']) {
    assert.deepEqual(await ask({ NotificationEmail }), wrong('NotificationEmail'), NotificationEmail);
  }
  assert.deepEqual(await ask({ Amount: null }), missing('Amount'));
  assert.deepEqual(await ask({ Amount: 0 }), wrong('Amount'));
  assert.deepEqual(await ask({ MinimumAmount: 5 }), wrong('Amount'));
  assert.deepEqual(await ask({ Amount: null, MinimumAmount: 10, MaximumAmount: 9 }), wrong('MaximumAmount'));
  assert.deepEqual(await ask({ ExpirationTime: '2020-01-01 00:00:00' }), wrong('ExpirationTime'));
  assert.deepEqual(await ask({ InfoForm: 'other' }), wrong('InfoForm'));
  assert.deepEqual(await ask({ Currency: 'GBP' }), wrong('Currency'));
});

test('9.6, 5.18, 6.4: a link is paid once, after a try that failed, and tells of its transactions', async () => {
  const NotificationUrl = `${receiver.url}/link`;
  const extra = { firstName: 'Anna' };
  const urls = { PrivacyPolicyUrl: 'https://shop.example/p', RedirectUrl: 'https://shop.example/r' };
  const more = { NotificationUrl, ...urls, Extra: encode(extra), Info: encode({ a: { b: '1' } }), UserId: 'U' };
  const { PaymentLinkName: name, PaymentLinkUrl: url } = await create(more);
  const before = await details(name, { GetInfoData: '1' });
  assert.deepEqual([before.InfoData, before.RelatedTransactions], [{ a: { b: '1' } }, []]);
  assert.deepEqual(JSON.parse(before.CommonData.Extra), {
    ...extra,
    privacyPolicyUrl: urls.PrivacyPolicyUrl,
    redirectUrl: urls.RedirectUrl,
  });
  assert.deepEqual((await details(name, { GetInfoData: '' })).InfoData, {});
  const payer = await visit(url);
  assert.equal(payer.page.status, 200);
  assert.doesNotMatch(payer.page.html, /alert alert-error/);
  assert.ok(payer.page.html.includes('https://shop.example/p'));
  await (await choose(payer)).pay({ number: '4000000000000036', code: '123' });
  assert.match(payer.leftTo!, /^https:\/\/shop\.example\/r\?TransactionId=[0-9a-f]{32}$/);
  assert.equal(await statusOf(name), 'PENDING');
  const second = await visit(url);
  await (await choose(second)).pay(card);
  const id = second.leftTo!.slice(-32);
  assert.equal((await shop.result(id)).ResultCode, 'SUCCESSFUL');
  const { CommonData, RelatedTransactions } = await details(name);
  assert.equal(CommonData.Status, 'SUCCESSFUL');
  assert.deepEqual(
    RelatedTransactions.map((one: { ResultCode: string; PaymentLinkName: string }) => [
      one.ResultCode,
      one.PaymentLinkName,
    ]),
    [
      ['ERROR', name],
      ['SUCCESSFUL', name],
    ],
  );
  await until('both ends are told', () =>
    receiver.received.filter(({ path }) => path === '/link').length === 2 ? true : undefined,
  );
  assert.deepEqual(await shop.call('PaymentLinkCancel', { PaymentLinkName: name }), wrongStatus(name));
});

test('6.4: without a RedirectUrl the gateway tells the buyer how it ended', async () => {
  const { PaymentLinkUrl: url } = await create();
  const payer = await visit(url);
  await (await choose(payer)).pay(card);
  assert.equal(payer.leftTo, null);
  assert.match(payer.page.html, /Payment complete/);
});

test('6.4: the buyer says how much, within the limits', async () => {
  const { PaymentLinkUrl: url, ...rest } = await create({ Amount: null, MinimumAmount: 10, MaximumAmount: 20.5 });
  assert.deepEqual([rest.Amount, rest.MinimumAmount, rest.MaximumAmount], ['', '10', '20.5']);
  const payer = await visit(url);
  for (const amount of ['', '9.99', '20.51', 'ten', '1e1', '-10']) {
    await choose(payer, 'OTPSimple', { amount });
    assert.equal(payer.page.status, 422, amount);
    assert.match(payer.page.html, /Enter an amount within these limits/);
  }
  await (await choose(payer, 'OTPSimple', { amount: '12,50' })).pay(card);
  const { RelatedTransactions } = await details(rest.PaymentLinkName);
  assert.equal(RelatedTransactions[0].Amount, '12.5');
  assert.equal(await statusOf(rest.PaymentLinkName), 'SUCCESSFUL');
});

test('5.17: a link for many is paid by several, at once as well', async () => {
  const link = await create({ MultipleTransactions: 'true', UserId: 'U', Info: encode({ a: 1 }) });
  assert.ok(link.MultipleTransactions);
  assert.equal(link.UserId, '');
  assert.deepEqual((await details(link.PaymentLinkName, { GetInfoData: true })).InfoData, {});
  const payers = await Promise.all([1, 2, 3].map(async () => choose(await visit(link.PaymentLinkUrl))));
  await Promise.all(payers.map((payer) => payer.pay(card)));
  const { RelatedTransactions, CommonData } = await details(link.PaymentLinkName);
  assert.equal(CommonData.Status, 'PENDING');
  assert.deepEqual(
    RelatedTransactions.map(({ ResultCode }: { ResultCode: string }) => ResultCode),
    Array(3).fill('SUCCESSFUL'),
  );
});

test('3.6: of two buyers at once one pays a link', async () => {
  const { PaymentLinkName: name, PaymentLinkUrl: url } = await create();
  const payers = await Promise.all([1, 2, 3].map(async () => choose(await visit(url))));
  await Promise.allSettled(payers.map((payer) => payer.pay(card)));
  const { RelatedTransactions } = await details(name);
  const paid = RelatedTransactions.filter(({ ResultCode }: { ResultCode: string }) => ResultCode === 'SUCCESSFUL');
  assert.equal(paid.length, 1);
});

test('5.17, 6.4: a link asks its buyer what its InfoForm says, and the transaction tells it', async () => {
  const info = { Customer: { General: { HomePhone: '1' }, Browser: { Language: 'hu' } }, other: true };
  const { PaymentLinkUrl: url, PaymentLinkName: name } = await create({ InfoForm: 'product', Info: encode(info) });
  const payer = await visit(url);
  const asked = [...payer.page.html.matchAll(/<input id="([a-z0-9-]+)"/g)].map(([, one]) => one);
  assert.deepEqual(asked, [
    'given-name',
    'family-name',
    'email',
    'tel',
    'postal-code',
    'address-level2',
    'address-line1',
  ]);
  const typed = {
    'given-name': ' Anna\n Éva ',
    'family-name': 'Kis',
    email: 'anna@shop.example',
    'postal-code': '1011',
    'address-level2': 'Budapest',
    'address-line1': `Fő utca 4 ${'x'.repeat(60)}`,
  };
  for (const more of [
    {},
    { ...typed, email: 'anna' },
    { ...typed, 'given-name': '  ' },
    { ...typed, 'postal-code': '' },
  ]) {
    await choose(payer, 'OTPSimple', more as Record<string, string>);
    assert.equal(payer.page.status, 422);
    assert.match(payer.page.html, /Fill in your name/);
  }
  assert.ok(payer.page.html.includes('value="Budapest"'));
  assert.deepEqual((await details(name)).RelatedTransactions, []);
  await (await choose(payer, 'OTPSimple', typed)).pay(card);
  const [{ TransactionId }] = (await details(name)).RelatedTransactions;
  const who = { FirstName: 'Anna Éva', LastName: 'Kis', Email: 'anna@shop.example' };
  assert.deepEqual((await shop.of('Details', TransactionId, { GetInfoData: true })).InfoData, {
    ...info,
    Customer: { ...info.Customer, General: { HomePhone: '1', ...who } },
    Order: { ShippingData: { ...who, PostalCode: '1011', City: 'Budapest', Line1: `Fő utca 4 ${'x'.repeat(40)}` } },
  });
  // What the link was made with is as it was.
  assert.deepEqual((await details(name, { GetInfoData: true })).InfoData, info);
  const service = await visit((await create({ InfoForm: 'service' })).PaymentLinkUrl);
  assert.equal([...service.page.html.matchAll(/<input id="/g)].length, 4);
});

test('5.17, 5.18: LastModified tells when a link was paid, or taken back', async () => {
  const modified = async (name: string) => (await details(name)).CommonData.LastModified;
  const [paid, cancelled] = [await create(), await create()];
  await tollgate.advance(60_000);
  await (await choose(await visit(paid.PaymentLinkUrl))).pay(card);
  await shop.call('PaymentLinkCancel', { PaymentLinkName: cancelled.PaymentLinkName });
  await tollgate.advance(60_000);
  for (const { PaymentLinkName, Created } of [paid, cancelled]) {
    assert.ok((await modified(PaymentLinkName)) > Created, 'it was changed a minute later');
  }
});

test('8.2: a link for SZÉP cards has its pocket', async () => {
  const szep = { number: '6101317000000128', code: '497' };
  const bad = await shop.ofStore('PaymentLinkCreate', linkBody({ ProviderName: 'MKBSZEP' }));
  assert.deepEqual(bad, missing('MkbSzepCafeteriaId'));
  const Extra = encode({ KhbCardPocketId: '4' });
  const none = await shop.ofStore('PaymentLinkCreate', linkBody({ ProviderName: 'KHBSZEP', Extra }));
  assert.deepEqual(none, wrong('KhbCardPocketId'));
  const link = await create({ ProviderName: 'MKBSZEP', MkbSzepCafeteriaId: 2222 });
  await (await choose(await visit(link.PaymentLinkUrl), 'MKBSZEP')).pay(szep);
  const [{ TransactionId, ResultCode }] = (await details(link.PaymentLinkName)).RelatedTransactions;
  assert.equal(ResultCode, 'SUCCESSFUL');
  assert.equal((await shop.of('Details', TransactionId)).ProviderSpecificData.CafeteriaCode, '2222');
});

test('6.4: who comes to a link that was paid learns that it is over', async () => {
  const { PaymentLinkUrl: url } = await create();
  await (await choose(await visit(url))).pay(card);
  const late = await visit(url);
  assert.match(late.page.html, /alert alert-error/);
  assert.match(late.page.html, /has been paid/);
  assert.ok(!late.page.html.includes('name="type"'));
});

test('2.6: a card number in what a link is made with is cut before it is kept', async () => {
  const Info = encode({ note: '4000000000000051' });
  const { PaymentLinkName } = await create({ Info, Extra: encode({ note: '4000 0000 0000 0051' }) });
  const { InfoData, CommonData } = await details(PaymentLinkName, { GetInfoData: true });
  assert.ok(!JSON.stringify([InfoData, CommonData]).replaceAll(' ', '').includes('4000000000000051'));
  const StoreSettings = encode({ BrandName: '4000000000000051' });
  const wall = { ResponseUrl: 'https://shop.example/b', Amount: 10, Language: 'EN', Info, StoreSettings };
  const { PaywallPaymentUrl } = await shop.ofStore('PayWallPaymentInit', wall);
  assert.ok(!(await visit(PaywallPaymentUrl)).page.html.includes('4000000000000051'));
});

test('5.20: a PayWall shows its seller and what buyers are to read as its StoreSettings say', async () => {
  const StoreSettings = encode({
    BrandName: 'Kis & Társa',
    GeneralTermsAndConditionsUrl: 'https://shop.example/terms',
    PrivacyPolicyUrl: 'javascript:alert(1)',
  });
  const { PaywallPaymentUrl } = await shop.ofStore('PayWallPaymentInit', {
    ResponseUrl: 'https://shop.example/b',
    Amount: 10,
    StoreSettings,
  });
  const { html } = (await visit(PaywallPaymentUrl)).page;
  assert.ok(html.includes('Kis &amp; Társa') && html.includes('https://shop.example/terms'));
  assert.ok(!html.includes('javascript:alert'));
});

test('5.19: a link that is taken back takes no more payments, but one that was begun', async () => {
  const { PaymentLinkName: name, PaymentLinkUrl: url } = await create();
  const payer = await choose(await visit(url));
  const cancel = () => shop.call('PaymentLinkCancel', { PaymentLinkName: name });
  assert.deepEqual(await cancel(), {
    PaymentLinkName: name,
    Status: 'CANCELED',
    ResultCode: 'SUCCESSFUL',
    ResultMessage: 'Sikeres tranzakció',
  });
  assert.deepEqual(await cancel(), wrongStatus(name));
  assert.equal(await statusOf(name), 'CANCELED');
  const late = await visit(url);
  assert.match(late.page.html, /alert alert-error/);
  await payer.pay(card);
  assert.equal(await statusOf(name), 'SUCCESSFUL');
});

test('3.6: a link whose time is over; names of nothing', async () => {
  const { PaymentLinkName: name, PaymentLinkUrl: url } = await create();
  await tollgate.advance(31 * 86_400_000);
  assert.equal(await statusOf(name), 'TIMEOUT');
  assert.match((await visit(url)).page.html, /alert alert-error/);
  const unknown = (one: string) => fault('UnknownPaymentLink', `Ismeretlen fizetési link (${one})`);
  for (const one of ['pl_x', name.replace('pl_', 'pw_'), name.slice(3)]) {
    assert.deepEqual(await details(one), unknown(one));
    assert.equal((await visit(`${tollgate.url}/PaymentLink/${one}`)).page.status, 404);
  }
  assert.deepEqual(await shop.call('PaymentLinkDetails', {}), missing('PaymentLinkName'));
});

test('11.3: a store may have CommonData as text', async () => {
  const old = await addBigfishMerchant(tollgate, { legacyEncodedCommonData: true });
  const { PaymentLinkName } = await old.ofStore('PaymentLinkCreate', linkBody({ Extra: encode({ a: 1 }) }));
  const { CommonData } = await old.call('PaymentLinkDetails', { PaymentLinkName });
  assert.equal(typeof CommonData, 'string');
  assert.deepEqual(JSON.parse(JSON.parse(CommonData).Extra), { a: 1 });
});

test('5.20, 6.5: a PayWall: the buyer chooses the provider', async () => {
  const settings = { EnabledPaymentProviders: ['CIB', 'KHB', 'OTPSimple'], PaymentProviderOrder: ['KHB', 'OTPSimple'] };
  const body = {
    ResponseUrl: 'https://shop.example/b',
    CancelUrl: 'https://shop.example/c',
    NotificationUrl: `${receiver.url}/wall`,
    Amount: 10,
    Currency: 'HUF',
    OrderId: 'W1',
    Language: 'EN',
    AutoCommit: 'false',
    Settings: encode(settings),
  };
  const { PaywallPaymentName: name, PaywallPaymentUrl: url, ...said } = await shop.ofStore('PayWallPaymentInit', body);
  assert.deepEqual(said, { ResultCode: 'SUCCESSFUL', ResultMessage: 'Successful transaction' });
  assert.match(name, /^pw_[0-9a-f]{32}$/);
  const update = (Amount: unknown) => shop.call('PayWallPaymentUpdate', { PaywallPaymentName: name, Amount });
  assert.equal((await update(3)).ResultCode, 'SUCCESSFUL');
  assert.deepEqual(await update(0), wrong('Amount'));
  assert.deepEqual(await update(null), missing('Amount'));
  const payer = await visit(url);
  // CIB charges at once, and this is to be reserved.
  const offered = [...payer.page.html.matchAll(/name="type" value="(\w+)"/g)].map(([, one]) => one);
  assert.deepEqual(offered, ['KHB', 'OTPSimple']);
  await choose(payer, 'KHB');
  assert.deepEqual(await update(4), wrongStatus(name));
  await payer.cancel();
  assert.match(payer.leftTo!, /^https:\/\/shop\.example\/c\?TransactionId=/);
  assert.equal((await update(5)).ResultCode, 'SUCCESSFUL');
  const second = await choose(await visit(url), 'OTPSimple');
  await second.pay(card);
  assert.match(second.leftTo!, /^https:\/\/shop\.example\/b\?TransactionId=/);
  const answer = await shop.call('PayWallPaymentDetails', { PaywallPaymentName: name });
  const { Created, ...common } = answer.CommonData;
  assert.deepEqual(common, {
    PaywallPaymentName: name,
    StoreName: shop.storeName,
    Amount: '5',
    Currency: 'HUF',
    OrderId: 'W1',
    UserId: '',
    Language: 'EN',
    AutoCommit: 'false',
    Status: 'SUCCESSFUL',
  });
  const told = answer.Transactions.map((one: Record<string, string>) => [one.ProviderName, one.Amount, one.ResultCode]);
  assert.deepEqual(told, [
    ['KHB', '3', 'CANCELED'],
    ['OTPSimple', '5', 'SUCCESSFUL'],
  ]);
  const few = await shop.call('PayWallPaymentDetails', { PaywallPaymentName: name, GetTransactions: false });
  assert.deepEqual(few.Transactions, []);
});

test('5.20: a PayWall has its buyers accept by boxes what its StoreSettings ask for, and tells how to reach its seller', async () => {
  const urls = {
    GeneralTermsAndConditionsUrl: 'https://shop.example/terms',
    PrivacyPolicyUrl: 'https://shop.example/privacy',
  };
  const wall = async (StoreSettings: object) => {
    const body = { ResponseUrl: 'https://shop.example/b', Amount: 10, Language: 'EN' };
    const { PaywallPaymentUrl } = await shop.ofStore('PayWallPaymentInit', {
      ...body,
      StoreSettings: encode(StoreSettings),
    });
    return visit(PaywallPaymentUrl);
  };
  const boxes = { GeneralTermsAndConditionsUrlCheckboxEnabled: true, PrivacyPolicyUrlCheckboxEnabled: 'true' };
  const payer = await wall({ ...urls, ...boxes, Phone: '+36 1 <2>', Email: 'bolt@shop.example' });
  assert.ok(payer.page.html.includes('<p>+36 1 &lt;2&gt;</p>') && payer.page.html.includes('<p>bolt@shop.example</p>'));
  const { url } = payer.page;
  const some: Record<string, string>[] = [
    {},
    { 'accept-terms': 'yes' },
    { 'accept-terms': 'yes', 'accept-privacy': 'no' },
  ];
  for (const ticked of some) {
    await payer.go(url, { type: 'OTPSimple', ...ticked });
    assert.equal(payer.page.status, 422);
    assert.match(payer.page.html, /tick what is to be accepted/);
    assert.equal(/id="accept-terms"[^>]* checked/.test(payer.page.html), 'accept-terms' in ticked);
  }
  await payer.go(url, { type: 'OTPSimple', 'accept-terms': 'yes', 'accept-privacy': 'yes' });
  assert.ok(payer.seesCardForm);

  // A box without anything to read asks for nothing, and a notice is no box.
  const told = await wall({ ...urls, PrivacyPolicyUrl: '', ...boxes, GeneralTermsAndConditionsUrlCheckboxEnabled: 0 });
  assert.doesNotMatch(told.page.html, /checkbox|By paying you accept/);
  const implied = await wall({ ...urls, ImplicitlyAcceptNoticeEnabled: 1 });
  assert.match(implied.page.html, /By paying you accept:[\s\S]*terms[\s\S]*privacy/);
  assert.doesNotMatch(implied.page.html, /checkbox/);
  await choose(implied);
  assert.ok(implied.seesCardForm);
});

test('6.5: HostedSuccessPage tells of the end here', async () => {
  const { PaywallPaymentUrl } = await shop.ofStore('PayWallPaymentInit', {
    ResponseUrl: 'https://shop.example/b',
    Amount: 10,
    Language: 'EN',
    Settings: encode({ HostedSuccessPage: true, DisabledPaymentProviders: ['KHB'] }),
  });
  const payer = await visit(PaywallPaymentUrl);
  assert.ok(!payer.page.html.includes('value="KHB"'));
  await (await choose(payer)).pay(card);
  assert.equal(payer.leftTo, null);
  assert.match(payer.page.html, /Payment complete/);
});

/** Fields of each method by which offers are made and asked about. */
const fields = {
  PaymentLinkCreate: [
    'ProviderName',
    'Amount',
    'MinimumAmount',
    'MaximumAmount',
    'Currency',
    'OrderId',
    'UserId',
    'Language',
    'AutoCommit',
    'ExpirationTime',
    'MultipleTransactions',
    'NotificationUrl',
    'NotificationEmail',
    'EmailNotificationOnlySuccess',
    'InfoForm',
    'PrivacyPolicyUrl',
    'GeneralTermsAndConditionsUrl',
    'RedirectUrl',
    'Extra',
    'Info',
  ],
  PaymentLinkDetails: ['PaymentLinkName', 'GetInfoData'],
  PaymentLinkCancel: ['PaymentLinkName'],
  PayWallPaymentInit: [
    'ResponseUrl',
    'NotificationUrl',
    'CancelUrl',
    'Amount',
    'OrderId',
    'UserId',
    'Currency',
    'Language',
    'AutoCommit',
    'Settings',
    'StoreSettings',
    'Extra',
    'Info',
  ],
  PayWallPaymentUpdate: ['PaywallPaymentName', 'Amount'],
  PayWallPaymentDetails: ['PaywallPaymentName', 'GetTransactions'],
} as const;

test('4.1: whatever a field of a link or PayWall holds, the answer is an object with a code, and its page is shown', async () => {
  const { PaymentLinkName } = await create();
  const wall = { ResponseUrl: 'https://shop.example/b', Amount: 10, StoreName: shop.storeName };
  const { PaywallPaymentName } = await shop.call('PayWallPaymentInit', wall);
  const pages = new Set<string>();
  const shown = ['OrderId', 'Language', 'Settings', 'StoreSettings'];
  for (const [method, names] of Object.entries(fields)) {
    const whole = method === 'PaymentLinkCreate' ? { ...linkBody(), StoreName: shop.storeName } : wall;
    for (const name of names) {
      const { [name as 'Amount']: _, ...rest } = { ...whole, PaymentLinkName, PaywallPaymentName };
      for (const odd of oddTexts) {
        const text = `${JSON.stringify(rest).slice(0, -1)},"${name}":${odd}}`;
        const answer = await shop.call(method, text, { type: 'urlencoded' });
        const what = `${method} ${name} ${odd.slice(0, 60)}`;
        assert.equal(typeof answer.ResultMessage, 'string', what);
        assert.notEqual(answer.ResultMessage, 'Rendszerhiba', what);
        assert.ok(!JSON.stringify(answer).includes(number), what);
        const url = answer.PaymentLinkUrl ?? answer.PaywallPaymentUrl;
        // What a page shows is looked at for each value, of other fields once.
        if (url && (shown.includes(name) || odd === oddTexts.at(-1))) pages.add(url);
      }
    }
  }
  assert.ok(pages.size > 10);
  for (const url of pages) assert.ok([200, 404].includes((await visit(url)).page.status), url);
  const { PaymentLinkUrl } = await create({ InfoForm: 'product' });
  for (const odd of ['\0', '\ud800', 'x'.repeat(400), '<script>', '4000000000000051', '%00', '…']) {
    const typed = Object.fromEntries([...payerFields, 'amount'].map((name) => [name, odd]));
    const payer = await choose(await visit(PaymentLinkUrl), 'OTPSimple', typed);
    assert.equal(payer.page.status, 422, odd.slice(0, 20));
    assert.ok(!payer.page.html.includes('<script>'));
  }
  assert.deepEqual(
    tollgate.logLines.filter((line) => line.includes('a request failed')),
    [],
  );
});

test('the books agree after all of it', async () => {
  await booksAgree(tollgate);
});
