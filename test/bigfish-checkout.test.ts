import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addBigfishMerchant, encode } from './bigfish-merchant.ts';
import { booksAgree } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { startReceiver } from './receiver.ts';

// BIG FISH end to end: transactions with the buyer present (sections 5.1 to 5.9, 6, 9.1, 9.2, 10).

const tollgate = await startTollgate();
const receiver = await startReceiver();
const shop = await addBigfishMerchant(tollgate);
const ok = { ResultCode: 'SUCCESSFUL', ResultMessage: 'Successful transaction' };
const wrongStatus = (id: string) => ({
  ResultCode: 'WrongTransactionStatus',
  ResultMessage: `Nem megfelelő tranzakció státusz (${id})`,
});

const wireUuid = (id: string) => id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

const noticesOf = (id: string) =>
  receiver.received.filter(({ text }) => text !== '' && JSON.parse(text).commonData.transactionId === id);

test('9.1: one step: Init, Start, ResponseUrl, notification, Result', async () => {
  const notify = `${receiver.url}/notify`;
  const id = await shop.init({ NotificationUrl: notify, OrderId: 'ORD-7' });
  assert.match(id, /^[0-9a-f]{32}$/);
  const before = await shop.result(id);
  assert.deepEqual(before, {
    TransactionId: id,
    ResultCode: 'PENDING',
    ResultMessage: 'Transaction in progress',
    Anum: '',
    OrderId: 'ORD-7',
    UserId: 'USR-9',
    ProviderTransactionId: '',
    AutoCommit: 'true',
    CommitState: '',
    ProviderName: 'OTPSimple',
  });
  const payer = await shop.start(id);
  assert.equal(payer.page.status, 200);
  assert.doesNotMatch(payer.page.html, /alert alert-error/);
  await payer.pay({ number: '4000000000000051', code: '123' });
  assert.equal(payer.leftTo, `https://shop.example/back?wc-api=pay&TransactionId=${id}`);
  const after = await shop.result(id);
  assert.deepEqual({ ...after, Anum: '', ProviderTransactionId: '' }, { ...before, ...ok, CommitState: 'APPROVED' });
  assert.match(after.Anum, /^\d{6}$/);
  assert.ok(after.ProviderTransactionId !== '' && after.ProviderTransactionId !== id);
  const [told] = await until('the notification', () => (noticesOf(id).length > 0 ? noticesOf(id) : undefined));
  const { commonData } = JSON.parse(told!.text);
  assert.equal(told!.headers['content-type'], 'application/json; charset=utf-8');
  const { created, ...rest } = commonData;
  assert.match(created, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.deepEqual(rest, {
    storeName: shop.storeName,
    providerName: 'OTPSimple',
    transactionId: id,
    resultCode: 'SUCCESSFUL',
    resultMessage: 'Successful transaction',
    anum: after.Anum,
    amount: '1490',
    currency: 'HUF',
    orderId: 'ORD-7',
    userId: 'USR-9',
    language: 'EN',
    providerTransactionId: after.ProviderTransactionId,
    autoCommit: 'true',
    commitState: 'APPROVED',
  });
});

test('9.2, 5.4: two steps: reserved, then charged in full; there is one Close', async () => {
  const id = await shop.paid({ AutoCommit: 'false', Amount: '12.5', Currency: 'EUR' });
  const { CommitState, AutoCommit, ResultCode } = await shop.result(id);
  assert.deepEqual([CommitState, AutoCommit, ResultCode], ['PENDING', 'false', 'SUCCESSFUL']);
  assert.deepEqual(await shop.of('Refund', id, { Amount: 1 }), wrongStatus(id));
  assert.deepEqual(await shop.of('Close', id, { Approved: 'true', ApprovedAmount: null }), {
    TransactionId: id,
    ...ok,
  });
  assert.equal((await shop.result(id)).CommitState, 'APPROVED');
  assert.deepEqual(await shop.of('Close', id), wrongStatus(id));
  const details = await shop.of('Details', id);
  assert.deepEqual([details.CommonData.Amount, details.CommonData.ApprovedAmount], ['12.5', '12.5']);
});

test('5.4: a part is charged and the rest is released by the same call', async () => {
  const id = await shop.paid({ AutoCommit: false });
  assert.deepEqual(await shop.of('Close', id, { ApprovedAmount: 490 }), { TransactionId: id, ...ok });
  const { CommonData } = await shop.of('Details', id);
  assert.deepEqual([CommonData.CommitState, CommonData.ApprovedAmount], ['APPROVED', '490']);
  assert.deepEqual(await shop.of('Close', id, { ApprovedAmount: 100 }), wrongStatus(id));
  await until('the rest is let go', async () => {
    const found = await tollgate.installation.store.administration.search(wireUuid(id), 1);
    const [{ merchantId, paymentId }] = found as [(typeof found)[0]];
    const view = await tollgate.installation.store.payments.find(merchantId, paymentId);
    return view!.payment.authorizedMinor === 49_000n ? view : undefined;
  });
});

test('5.4: a release of all: the status stays, nothing is charged', async () => {
  const id = await shop.paid({ AutoCommit: '0' });
  assert.deepEqual(await shop.of('Close', id, { Approved: 'false', ApprovedAmount: 5 }), { TransactionId: id, ...ok });
  const { CommitState, ResultCode } = await shop.result(id);
  assert.deepEqual([CommitState, ResultCode], ['DECLINED', 'SUCCESSFUL']);
  assert.deepEqual(await shop.of('Close', id), wrongStatus(id));
  assert.deepEqual(await shop.of('Refund', id, { Amount: 1 }), wrongStatus(id));
});

test('5.4: amounts that cannot be charged, one-step transactions, and what the provider refuses', async () => {
  const id = await shop.paid({ AutoCommit: false });
  const wrong = { ResultCode: 'WrongParameter', ResultMessage: 'Hibás paraméter (ApprovedAmount)' };
  for (const ApprovedAmount of [1490.01, -1, '1.234', 'x', '1e2']) {
    assert.deepEqual(await shop.of('Close', id, { ApprovedAmount }), wrong, String(ApprovedAmount));
  }
  const part = await shop.paid({ AutoCommit: false, ProviderName: 'Borgun2' });
  assert.deepEqual(await shop.of('Close', part, { ApprovedAmount: 1 }), wrong);
  for (const one of [await shop.paid(), await shop.init({ AutoCommit: false })]) {
    assert.deepEqual(await shop.of('Close', one), wrongStatus(one));
  }
  const failed = { ResultCode: 'ERROR', ResultMessage: 'Unsuccessful transaction' };
  const uncapturable = await shop.paid({ AutoCommit: false }, '4000000000000093');
  assert.deepEqual(await shop.of('Close', uncapturable), { TransactionId: uncapturable, ...failed });
  assert.equal((await shop.result(uncapturable)).CommitState, 'PENDING');
  assert.deepEqual(await shop.of('Close', uncapturable, { Approved: false }), { TransactionId: uncapturable, ...ok });
  const unreleasable = await shop.paid({ AutoCommit: false }, '4000000000000119');
  assert.deepEqual(await shop.of('Close', unreleasable, { Approved: false }), {
    TransactionId: unreleasable,
    ...failed,
  });
  assert.deepEqual(await shop.of('Close', unreleasable), { TransactionId: unreleasable, ...ok });
  assert.deepEqual(await shop.of('Close', id, { Approved: false }), { TransactionId: id, ...ok });
});

test('5.4: of two Closes at once one is done', async () => {
  for (let round = 0; round < 5; round++) {
    const id = await shop.paid({ AutoCommit: false });
    const asked = [{}, { Approved: false }, { ApprovedAmount: 100 }, {}].map((more) => shop.of('Close', id, more));
    const codes = (await Promise.all(asked)).map(({ ResultCode }) => ResultCode).sort();
    assert.deepEqual(codes, ['SUCCESSFUL', ...Array(3).fill('WrongTransactionStatus')]);
  }
});

test('5.5: refunds in parts up to what was charged, with a ResponseId; the status stays', async () => {
  const id = await shop.paid();
  const { ResponseId, ...answer } = await shop.of('Refund', id, { Amount: '490', Extra: null });
  assert.deepEqual(answer, { TransactionId: id, ...ok });
  assert.match(ResponseId, /^\d{19}$/);
  const wrong = { ResultCode: 'WrongParameter', ResultMessage: 'Hibás paraméter (Amount)' };
  for (const Amount of [1000.01, 0, -1, '1.234', {}, 'ezer']) {
    assert.deepEqual(await shop.of('Refund', id, { Amount }), wrong, String(Amount));
  }
  const missing = { ResultCode: 'MissingParameter', ResultMessage: 'Hiányzó paraméter (Amount)' };
  for (const Amount of [null, '']) assert.deepEqual(await shop.of('Refund', id, { Amount }), missing);
  assert.equal((await shop.of('Refund', id, { Amount: 1000 })).ResultCode, 'SUCCESSFUL');
  assert.deepEqual(await shop.of('Refund', id, { Amount: 1 }), wrong);
  const { CommonData, ResultCode } = await shop.of('Details', id);
  assert.deepEqual([CommonData.RefundedAmount, ResultCode], ['1490', 'SUCCESSFUL']);
});

test('5.5: what a provider cannot refund is not refunded', async () => {
  const wrong = { ResultCode: 'WrongParameter', ResultMessage: 'Hibás paraméter (Amount)' };
  const cib = await shop.paid({ ProviderName: 'CIB' });
  assert.deepEqual(await shop.of('Refund', cib, { Amount: 1 }), wrong);
  assert.equal((await shop.of('Refund', cib, { Amount: 1490 })).ResultCode, 'SUCCESSFUL');
  const szep = await shop.paid({ ProviderName: 'KHBSZEP' }, '64719254', '12/30');
  assert.equal((await shop.result(szep)).ResultCode, 'SUCCESSFUL');
  assert.deepEqual(await shop.of('Refund', szep, { Amount: 1490 }), wrongStatus(szep));
  const storno = encode({ storno: true });
  const mbh = { ProviderName: 'MKBSZEP', MkbSzepCafeteriaId: 1111, GatewayPaymentPage: true };
  const paid = await shop.paid(mbh, '6101317000000128');
  assert.deepEqual(await shop.of('Refund', paid, { Amount: 1, Extra: storno }), wrong);
  assert.equal((await shop.of('Refund', paid, { Amount: 1490, Extra: storno })).ResultCode, 'SUCCESSFUL');
  const refused = await shop.paid({}, '4000000000000101');
  assert.equal((await shop.of('Refund', refused, { Amount: 1490 })).ResultCode, 'ERROR');
  const unpaid = await shop.init();
  assert.deepEqual(await shop.of('Refund', unpaid, { Amount: 9999, Extra: storno }), wrongStatus(unpaid));
});

test('3.3: a buyer who gives up at the issuer, or in the app of a wallet, has cancelled', async () => {
  const id = await shop.init();
  const buyer = await (await shop.start(id)).pay({ number: '4242424242424242', code: '123' });
  await buyer.confirm({ outcome: 'cancel' });
  assert.equal((await shop.result(id)).ResultCode, 'CANCELED');
});

test('5.6: a transaction that waits is cancelled, whatever its buyer does then', async () => {
  const id = await shop.init();
  assert.deepEqual(await shop.of('Cancel', id), { TransactionId: id, ...ok });
  assert.equal((await shop.result(id)).ResultCode, 'CANCELED');
  assert.deepEqual(await shop.of('Cancel', id), wrongStatus(id));
  const payer = await shop.start(id);
  assert.equal(payer.leftTo, `https://shop.example/back?wc-api=pay&TransactionId=${id}`);
  const paid = await shop.paid();
  assert.deepEqual(await shop.of('Cancel', paid), wrongStatus(paid));
  // At the bank, before anything is decided.
  const challenged = await shop.init();
  await (await shop.start(challenged)).pay({ number: '4242424242424242', code: '123' });
  assert.equal((await shop.of('Cancel', challenged)).ResultCode, 'SUCCESSFUL');
});

test('5.6, 3.3, 6.3: what its merchant cancelled is told as any other end', async () => {
  const NotificationUrl = `${receiver.url}/cancelled`;
  const waiting = await shop.init({ NotificationUrl });
  const challenged = await shop.init({ NotificationUrl });
  await (await shop.start(challenged)).pay({ number: '4242424242424242', code: '123' });
  for (const id of [waiting, challenged]) {
    await shop.of('Cancel', id);
    const [told] = await until('it is told', () => (noticesOf(id).length > 0 ? noticesOf(id) : undefined));
    assert.equal(JSON.parse(told!.text).commonData.resultCode, 'CANCELED');
    await shop.of('Cancel', id);
    assert.equal(noticesOf(id).length, 1);
  }
});

test('5.5, 7.2: storno is a word of one bank’s SZÉP cards, however it is written', async () => {
  const khb = await shop.paid({ ProviderName: 'KHBSZEP' }, '64719254', '12/30');
  const asked = { Amount: 1490, Extra: encode({ storno: true }) };
  assert.deepEqual(await shop.of('Refund', khb, asked), wrongStatus(khb));
  const mbh = { ProviderName: 'MKBSZEP', MkbSzepCafeteriaId: '2222', GatewayPaymentPage: 1 };
  const paid = await shop.paid(mbh, '6101317000000128');
  assert.equal((await shop.of('Refund', paid, { Amount: 1490, Extra: { storno: '1' } })).ResultCode, 'SUCCESSFUL');
});

test('5.4, 5.5: what a provider began can be closed and refunded after it was switched off', async () => {
  const { administration } = tollgate.installation.store;
  const leaving = await addBigfishMerchant(tollgate, { providers: { KHB: {} } });
  const paid = await leaving.paid({ ProviderName: 'KHB' });
  const reserved = await leaving.paid({ ProviderName: 'KHB', AutoCommit: false });
  const found = await tollgate.installation.store.directory.shopById(leaving.shopId);
  await administration.changeShop(leaving.shopId, {
    settings: { ...found!.settings, providers: { KHB: { active: false } } },
  });
  await until('it is switched off', async () =>
    (await leaving.call('Init', leaving.initBody({ ProviderName: 'KHB' }))).ResultCode === 'InactiveProvider'
      ? true
      : undefined,
  );
  assert.equal((await leaving.of('Refund', paid, { Amount: 1 })).ResultCode, 'SUCCESSFUL');
  assert.equal((await leaving.of('Close', reserved, { ApprovedAmount: 1 })).ResultCode, 'SUCCESSFUL');
});

test('8.2: a pocket of OTP makes a SZÉP payment of it', async () => {
  const otp = { ProviderName: 'OTP', OtpCardPocketId: '07' };
  const wrong = (key: string) => ({ ResultCode: 'WrongParameter', ResultMessage: `Hibás paraméter (${key})` });
  const init = (more: object) => shop.call('Init', shop.initBody({ ...otp, ...more }));
  assert.deepEqual(await init({ AutoCommit: false }), wrong('AutoCommit'));
  assert.deepEqual(await init({ Currency: 'EUR' }), wrong('Currency'));
  assert.deepEqual(await init({ OtpCardPocketId: '10' }), wrong('OtpCardPocketId'));
  const id = await shop.paid(otp, '6101324010002441', '02/06');
  const { ProviderSpecificData, ResultCode } = await shop.of('Details', id);
  assert.deepEqual([ProviderSpecificData.CardPocketId, ResultCode], ['07', 'SUCCESSFUL']);
  assert.equal((await init({ OtpCardPocketId: null, Currency: 'EUR', AutoCommit: 0 })).ResultCode, 'SUCCESSFUL');
});

test('7.1: texts about the buyer that are too long are cut, not refused', async () => {
  const general = { FirstName: 'Á'.repeat(46), Email: 'e'.repeat(255), Note: 'n'.repeat(300) };
  const shipping = { Line1: 'l'.repeat(51), PostalCode: '1'.repeat(17), CountryCode2: 'HUN', City: 'Győr' };
  const id = await shop.init({ Info: encode({ Customer: { General: general }, Order: { ShippingData: shipping } }) });
  const { InfoData } = await shop.of('Details', id, { GetInfoData: true });
  assert.deepEqual(InfoData, {
    Customer: { General: { FirstName: 'Á'.repeat(45), Email: 'e'.repeat(254), Note: 'n'.repeat(300) } },
    Order: { ShippingData: { Line1: 'l'.repeat(50), PostalCode: '1'.repeat(16), CountryCode2: 'HU', City: 'Győr' } },
  });
});

test('6.1: a test without a browser has its outcome played', async () => {
  const play = (TransactionId: string, outcome: string) =>
    fetch(`${tollgate.url}/Start/simulate`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ TransactionId, outcome }),
    });
  for (const [outcome, status] of [
    ['success', 'SUCCESSFUL'],
    ['error', 'ERROR'],
    ['cancel', 'CANCELED'],
    ['open', 'OPEN'],
    ['timeout', 'TIMEOUT'],
  ] as const) {
    const id = await shop.init();
    const response = await play(id, outcome);
    assert.equal(response.status, 303, outcome);
    assert.equal(response.headers.get('location'), `https://shop.example/back?wc-api=pay&TransactionId=${id}`);
    assert.equal((await shop.result(id)).ResultCode, status, outcome);
    if (status === 'OPEN') {
      await tollgate.advance(20_000);
      await until('its end', async () => ((await shop.result(id)).ResultCode === 'SUCCESSFUL' ? true : undefined));
    }
    assert.equal((await play(id, 'success')).status, 303);
  }
  const id = await shop.init();
  for (const [name, outcome, status] of [
    ['nope', 'success', 404],
    [id, 'win', 400],
    [id, 'toString', 400],
  ] as const) {
    const response = await play(name, outcome);
    assert.equal(response.status, status);
    assert.match(await response.text(), /class="alert alert-error"/);
  }
  assert.equal((await shop.result(id)).ResultCode, 'PENDING');
});

test('1, 3.1: the provider’s id is another one, and names no transaction', async () => {
  const { ProviderTransactionId } = await shop.result(await shop.paid());
  assert.deepEqual(await shop.result(ProviderTransactionId), {
    ResultCode: 'UnknownTransaction',
    ResultMessage: `Ismeretlen tranzakció (${ProviderTransactionId})`,
  });
});

test('9.5: a card can be registered without a charge, and nothing is there to refund', async () => {
  const id = await shop.paid({ Amount: null, PaymentRegistration: true, PaymentRegistrationType: 'CIT' });
  const { CommonData } = await shop.of('Details', id);
  assert.deepEqual([CommonData.ResultCode, CommonData.Amount, CommonData.ApprovedAmount], ['SUCCESSFUL', '0', '0']);
  assert.deepEqual(await shop.of('Refund', id, { Amount: 1 }), wrongStatus(id));
  assert.equal((await shop.of('GetPaymentRegistration', id)).Data.Status, 'ACTIVE');
});

test('5.7: Details: texts alone, earlier transactions of the same order, the Info as it was sent', async () => {
  const OrderId = 'ORD-RELATED';
  const info = { Customer: { General: { FirstName: 'Ánna', Email: 'anna@shop.example' } }, Order: { General: {} } };
  const first = await shop.init({ OrderId });
  const second = await shop.paid({ OrderId, Info: encode(info), Extra: encode({ a: 'b~~?' }) });
  const details = await shop.of('Details', second, { GetRelatedTransactions: '1', GetInfoData: 'true' });
  const { CommonData, ProviderSpecificData, RelatedTransactions, InfoData, ...rest } = details;
  for (const [key, value] of Object.entries(CommonData)) assert.equal(typeof value, 'string', key);
  assert.deepEqual(
    RelatedTransactions.map((one: { TransactionId: string }) => one.TransactionId),
    [first],
  );
  assert.deepEqual(InfoData, info);
  assert.deepEqual(rest, { ProviderName: 'OTPSimple', ...ok, ResponseId: CommonData.ResponseId });
  const { Created, Extra, CardLastFourNumber, CardType, ParentPayrefno } = ProviderSpecificData;
  assert.deepEqual([CardLastFourNumber, CardType, ParentPayrefno], ['0051', 'VISA', '']);
  assert.deepEqual([Created, JSON.parse(Extra)], [CommonData.Created, { a: 'b~~?' }]);
  const plain = await shop.of('Details', second, { GetRelatedTransactions: '', GetInfoData: '' });
  assert.deepEqual([plain.RelatedTransactions, plain.InfoData], [[], {}]);
  assert.deepEqual((await shop.of('Details', first)).RelatedTransactions, []);
});

test('5.7, 7.1: what was told of the buyer is forgotten some time after the end', async () => {
  const id = await shop.paid({ Info: encode({ Customer: { General: { Email: 'bela@shop.example' } } }) });
  const infoOf = async () => (await shop.of('Details', id, { GetInfoData: true })).InfoData;
  assert.notDeepEqual(await infoOf(), {});
  const { clock, store } = tollgate.installation;
  await store.payments.forgetPayerInfo(clock.now() - 1_000_000);
  assert.notDeepEqual(await infoOf(), {});
  await store.payments.forgetPayerInfo(clock.now() + 1);
  assert.deepEqual(await infoOf(), {});
});

test('5.8: the log tells what happened, the oldest first, without secrets', async () => {
  const id = await shop.paid({ AutoCommit: false });
  await shop.of('Close', id, { ApprovedAmount: 1000 });
  await shop.of('Refund', id, { Amount: 10 });
  const { Data, ResultCode } = await shop.of('Log', id);
  assert.equal(ResultCode, 'SUCCESSFUL');
  const named = Data.map(({ Event }: { Event: string }) => Event);
  assert.deepEqual(named.slice(0, 4), ['INIT', 'START', 'RESPONSE', 'CLOSE']);
  assert.ok(named.includes('REFUND'));
  assert.equal(Data[0].Message, 'OTPSimple 1490 HUF');
  assert.doesNotMatch(JSON.stringify(Data), /4000000000000051/);
});

test('5.9: the providers that the store can use', async () => {
  const { Data, ResultCode } = await shop.ofStore('Providers');
  assert.equal(ResultCode, 'SUCCESSFUL');
  assert.deepEqual(
    Data.find(({ ProviderName }: { ProviderName: string }) => ProviderName === 'CIB'),
    {
      ProviderName: 'CIB',
      DisplayName: 'CIB Bank',
      Currencies: ['HUF', 'EUR'],
      AutoCommit: ['true'],
      PaymentRegistration: true,
    },
  );
});

test('5.22, 5.23: where no settlement was brought in the lists are empty, and there is no invoicing service', async () => {
  const asked = { ProviderName: 'OTPSimple', TerminalId: 'P000401', SettlementDate: '2019-03-25', GetItems: null };
  const data = { Data: { Batches: [], Items: [] }, ResultCode: 'SUCCESSFUL', ResultMessage: 'Sikeres tranzakció' };
  assert.deepEqual(await shop.ofStore('Settlement', asked), data);
  const refund = { ProviderName: 'MKBSZEP', TerminalId: '111111', RefundSettlementDate: '2020-11-26' };
  assert.deepEqual(await shop.ofStore('SettlementRefund', { ...refund, RefundSettlementId: '72ab2a61' }), data);
  assert.deepEqual(await shop.of('Invoice', await shop.init(), { InvoiceData: { name: 'test' } }), {
    ResultCode: 'ERROR',
    ResultMessage: 'A számlázás nincs engedélyezve',
  });
});

test('6.1: an id that names nothing has an error page', async () => {
  for (const id of ['', 'nope', '5f3c0a9b1d2e47f68a7b9c0d1e2f3a4b']) {
    const payer = await shop.start(id);
    assert.equal(payer.page.status, 404);
    assert.match(payer.page.html, /class="alert alert-error"/);
  }
});

test('6.1, 5.24: the page is in the language of the transaction, and Finalize is another name of it', async () => {
  for (const [Language, words] of [
    ['hu', 'Kártyaszám'],
    ['EN', 'Card number'],
    ['de', 'Kartennummer'],
    ['fr', 'Kártyaszám'],
  ]) {
    const id = await shop.init({ Language });
    const { page } = await shop.start(id);
    assert.ok(page.html.includes(words!), Language);
  }
  const id = await shop.init();
  const response = await fetch(`${tollgate.url}/Finalize?TransactionId=${id}&Amount=1490&normalPayment`);
  assert.equal(response.status, 200);
  assert.match(await response.text(), /Card number/);
});

test('6.2: the id is added to the ResponseUrl, the rest stays', async () => {
  for (const [ResponseUrl, before, after] of [
    ['https://shop.example/back', 'https://shop.example/back?', ''],
    ['https://shop.example/?wc-api=pay&x=', 'https://shop.example/?wc-api=pay&x=&', ''],
    ['https://shop.example/a#done', 'https://shop.example/a?', '#done'],
    ['https://shop.example/a?TransactionId=1&b=%41', 'https://shop.example/a?b=%41&', ''],
  ] as const) {
    const id = await shop.init({ ResponseUrl });
    const payer = await shop.start(id);
    await payer.cancel();
    assert.equal(payer.leftTo, `${before}TransactionId=${id}${after}`);
    assert.equal((await shop.result(id)).ResultCode, 'CANCELED');
  }
});

test('6.1: who has paid what is still open sees that, with a way back to the shop, and leaves at its end', async () => {
  const id = await shop.init();
  const payer = await shop.start(id);
  await payer.pay({ number: '4000000000000077', code: '123' });
  assert.equal(payer.leftTo, null);
  const back = `https://shop.example/back?wc-api=pay&amp;TransactionId=${id}`;
  assert.ok(payer.page.html.includes(`<a href="${back}">`));
  assert.doesNotMatch(payer.page.html, /alert alert-error/);
  await tollgate.advance(20_000);
  await until('its end', async () => ((await shop.result(id)).ResultCode === 'SUCCESSFUL' ? true : undefined));
  await payer.go();
  assert.equal(payer.leftTo, back.replace('&amp;', '&'));
});

test('6.3: told of every end, never while it is open, nor of Close and Refund', async () => {
  const NotificationUrl = `${receiver.url}/ends`;
  const declined = await shop.paid({ NotificationUrl }, '4000000000000036');
  const { ResultCode, ResultMessage } = await shop.result(declined);
  assert.deepEqual([ResultCode, ResultMessage], ['ERROR', 'Unsuccessful transaction (05)']);
  const late = await shop.paid({ NotificationUrl, Language: 'HU' }, '4000000000000077');
  const open = await shop.result(late);
  assert.deepEqual([open.ResultCode, open.ResultMessage], ['OPEN', 'Nyitott tranzakció']);
  assert.equal(noticesOf(late).length, 0);
  await tollgate.advance(20_000);
  await until('the late end is told', () => (noticesOf(late).length > 0 ? true : undefined));
  assert.equal((await shop.result(late)).ResultCode, 'SUCCESSFUL');
  const two = await shop.paid({ NotificationUrl, AutoCommit: false });
  await shop.of('Close', two);
  await shop.of('Refund', two, { Amount: 5 });
  const expired = await shop.init({ NotificationUrl });
  await tollgate.advance(31 * 60_000);
  await until('the expiry is told', () => (noticesOf(expired).length > 0 ? true : undefined));
  assert.equal((await shop.result(expired)).ResultCode, 'TIMEOUT');
  assert.deepEqual([noticesOf(two).length, noticesOf(declined).length, noticesOf(late).length], [1, 1, 1]);
});

test('10: cards that need a challenge, and numbers that are printed with past dates or wrong digits', async () => {
  const id = await shop.init();
  const payer = await shop.start(id);
  await payer.pay({ number: '4242424242424242', code: '123' });
  await payer.confirm();
  assert.equal((await shop.result(id)).ResultCode, 'SUCCESSFUL');
  for (const number of ['4999999999999999', '4155520000000002']) {
    assert.equal((await shop.result(await shop.paid({}, number))).ResultCode, 'ERROR', number);
  }
  for (const [number, expiry] of [
    ['9010101052000002', '12/20'],
    ['9030101052000008', undefined],
    ['5587402000012011', undefined],
  ] as const) {
    assert.equal((await shop.result(await shop.paid({}, number, expiry))).ResultCode, 'SUCCESSFUL', number);
  }
});

test('10: every class of test cards ends as it says, whichever provider takes it', async () => {
  const said = (code: string) => `Unsuccessful transaction${code && ` (${code})`}`;
  for (const [number, ResultCode, ResultMessage, expiry] of [
    ['4741520000000003', 'SUCCESSFUL', ok.ResultMessage],
    ['370000000000002', 'SUCCESSFUL', ok.ResultMessage],
    ['375510513169537', 'SUCCESSFUL', ok.ResultMessage],
    ['4000000000000010', 'SUCCESSFUL', ok.ResultMessage],
    ['4000000000000028', 'ERROR', said('57')],
    ['4444888888884446', 'ERROR', said('57')],
    ['1111111111111117', 'ERROR', said('57'), '04/04'],
    ['4000000000000036', 'ERROR', said('05')],
    ['4000000000000044', 'ERROR', said('33')],
    ['4000000000000069', 'ERROR', said('43')],
    ['4440000009900010', 'ERROR', said('05'), '05/39'],
    ['5123450000000008', 'ERROR', said('51'), '06/39'],
    ['2223000000000007', 'ERROR', said('54'), '04/27'],
  ] as const) {
    const id = await shop.init();
    const code = number.startsWith('37') ? '1234' : '123';
    await (await shop.start(id)).pay({ number, code, ...(expiry && { expiry }) });
    const result = await shop.result(id);
    assert.deepEqual([result.ResultCode, result.ResultMessage], [ResultCode, ResultMessage], `${number} ${expiry}`);
  }
  for (const [number, code, ResultCode, ResultMessage] of [
    ['4000000000000002', '111111', 'SUCCESSFUL', ok.ResultMessage],
    ['4012001037141112', '222222', 'ERROR', said('')],
    ['4111220000000028', '111111', 'ERROR', said('')],
    ['4111220000000036', '111111', 'ERROR', said('51')],
  ] as const) {
    const id = await shop.init();
    const payer = await shop.start(id);
    await payer.pay({ number, code: '123' });
    await payer.confirm({ otp: code });
    const result = await shop.result(id);
    assert.deepEqual([result.ResultCode, result.ResultMessage], [ResultCode, ResultMessage], number);
  }
});

test('10: a refusal whose answer was lost is open, and told once an inquiry brings it', async () => {
  const id = await shop.paid({ Language: 'HU' }, '4000000000000085');
  const { ResultCode, ResultMessage } = await shop.result(id);
  assert.deepEqual([ResultCode, ResultMessage], ['OPEN', 'Nyitott tranzakció']);
  await tollgate.advance(20_000);
  await until('its end', async () => ((await shop.result(id)).ResultCode === 'ERROR' ? true : undefined));
});

test('the books agree after all of it', async () => {
  await booksAgree(tollgate);
});

test('3.7, 5.8: whose end nobody asked for within a day is shown to operators; the first Result after it is noted', async () => {
  const { clock, store } = tollgate.installation;
  const quiet = await addBigfishMerchant(tollgate);
  const ids = [await quiet.paid(), await quiet.paid(), await quiet.paid({}, '4000000000000036'), await quiet.init()];
  const [asked, unasked, declined] = ids as [string, string, string];
  const eventsOf = async (id: string): Promise<string[]> =>
    (await quiet.of('Log', id)).Data.map(({ Event }: { Event: string }) => Event);
  for (const method of ['Details', 'Log']) await quiet.of(method, unasked);
  assert.ok(!(await eventsOf(asked)).includes('RESULT'));
  for (let time = 0; time < 2; time++) await quiet.result(asked);
  assert.deepEqual(await eventsOf(asked), ['INIT', 'START', 'RESPONSE', 'RESULT']);
  await quiet.result(ids[3]!);
  const listed = async (endedBefore: number) => {
    const shop = { id: quiet.shopId, merchantId: quiet.merchantId };
    const which = { madeSince: clock.now() - 86_400_000, endedBefore, limit: 9 };
    const rows = await store.administration.unasked(shop, which);
    return rows.map(({ paymentId, state }) => [paymentId, state]);
  };
  const idOf = async (name: string) => {
    const [found] = await store.administration.search(wireUuid(name), 1);
    return found!.paymentId;
  };
  assert.deepEqual(await listed(clock.now() - 60_000), []);
  assert.deepEqual(await listed(clock.now() + 1), [
    [await idOf(declined), 'declined'],
    [await idOf(unasked), 'approved'],
  ]);
});

test('3.4: a reservation that nobody closes lapses after seven days', async () => {
  const id = await shop.paid({ AutoCommit: false });
  await tollgate.advance(7 * 86_400_000);
  await until('the reservation has lapsed', async () =>
    (await shop.result(id)).CommitState === 'DECLINED' ? true : undefined,
  );
  assert.deepEqual(await shop.of('Close', id), wrongStatus(id));
});
