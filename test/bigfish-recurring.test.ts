import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addBigfishMerchant, encode } from './bigfish-merchant.ts';
import { booksAgree } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { startReceiver } from './receiver.ts';

// BIG FISH: registered cards, charges with and without the buyer, payouts (sections 3.5, 5.10 to 5.16, 5.21, 9.3 to 9.5).

const tollgate = await startTollgate();
const receiver = await startReceiver();
const shop = await addBigfishMerchant(tollgate);
const other = await addBigfishMerchant(tollgate);
const ok = { ResultCode: 'SUCCESSFUL', ResultMessage: 'Successful transaction' };
const fault = (ResultCode: string, ResultMessage: string) => ({ ResultCode, ResultMessage });
const wrongReference = (id: string) =>
  fault('WrongReferenceTransactionStatus', `Nem megfelelő referencia tranzakció státusz (${id})`);
const unknownReference = (id: string) =>
  fault('UnknownReferenceTransaction', `Ismeretlen referencia tranzakció (${id})`);
const wrongStatus = (id: string) => fault('WrongTransactionStatus', `Nem megfelelő tranzakció státusz (${id})`);
const wrong = (key: string) => fault('WrongParameter', `Hibás paraméter (${key})`);

const terms = (more: object = {}) =>
  encode({ Order: { RecurringPayment: { ExpireDate: '2039-02-05', Frequency: '0', AmountIndicator: '02', ...more } } });
const mit = (more: object = {}) => ({
  PaymentRegistration: true,
  PaymentRegistrationType: 'MIT',
  Info: terms(),
  ProviderName: 'KHB',
  ...more,
});
const cit = (more: object = {}) => ({ PaymentRegistration: 1, PaymentRegistrationType: 'CIT', ...more });
const forced = { Extra: encode({ oneClickForcedRegistration: true }) };
const ResponseUrl = `${receiver.url}/rp`;

const initRp = (ReferenceTransactionId: string, more: object = {}) =>
  shop.ofStore('InitRP', { ReferenceTransactionId, ResponseUrl, Amount: 200, OrderId: 'SUB-2', ...more });
const rp = async (reference: string, more: object = {}): Promise<string> => {
  const answer = await initRp(reference, more);
  assert.equal(answer.ResultCode, 'SUCCESSFUL', JSON.stringify(answer));
  return answer.TransactionId;
};

test('9.4: a card is registered, and charged without its buyer', async () => {
  const NotificationUrl = `${receiver.url}/notify`;
  const first = await shop.paid(mit());
  const id = await rp(first, { NotificationUrl });
  assert.equal((await shop.result(id)).ResultCode, 'PENDING');
  const { ResponseId, Anum, ProviderTransactionId, ...answer } = await shop.of('StartRP', id);
  assert.deepEqual(answer, {
    StoreName: shop.storeName,
    ProviderName: 'KHB',
    TransactionId: id,
    ...ok,
    OrderId: 'SUB-2',
    UserId: 'USR-9',
    AutoCommit: 'true',
    CommitState: 'APPROVED',
  });
  assert.match(ResponseId, /^\d{19}$/);
  assert.match(Anum, /^\d{6}$/);
  assert.equal((await shop.result(id)).ProviderTransactionId, ProviderTransactionId);
  assert.deepEqual(await shop.of('StartRP', id), wrongStatus(id));
  const told = await until('the notification', () =>
    receiver.received.find(({ text }) => text !== '' && JSON.parse(text).commonData.transactionId === id),
  );
  assert.equal(told.path, '/notify');
  // It has no page, and a follow-up is no reference.
  assert.equal((await shop.start(id)).page.status, 404);
  assert.deepEqual(await initRp(id), wrongReference(id));
});

test('5.10: what is not said is taken from the reference; two-step references give two-step follow-ups', async () => {
  const first = await shop.paid(mit({ AutoCommit: 'false', Amount: 300, OrderId: 'FIRST' }));
  const id = await rp(first, { Amount: null, OrderId: null, AutoCommit: true });
  assert.equal((await shop.of('StartRP', id)).CommitState, 'PENDING');
  const { CommonData } = await shop.of('Details', id);
  const { Amount, Currency, OrderId, UserId, ReferenceTransactionId } = CommonData;
  assert.deepEqual([Amount, Currency, OrderId, UserId], ['300', 'HUF', 'FIRST', 'USR-9']);
  assert.equal(ReferenceTransactionId, first);
  assert.deepEqual(await shop.of('Close', id, { ApprovedAmount: 100 }), { TransactionId: id, ...ok });
  assert.equal((await shop.of('Details', id)).CommonData.ApprovedAmount, '100');
  await shop.of('Close', first);
});

test('5.10: every check of InitRP, one by one', async () => {
  const first = await shop.paid(mit());
  const missing = (key: string) => fault('MissingParameter', `Hiányzó paraméter (${key})`);
  assert.deepEqual(await shop.ofStore('InitRP', {}), missing('ReferenceTransactionId'));
  assert.deepEqual(await initRp(first, { ResponseUrl: '' }), missing('ResponseUrl'));
  assert.deepEqual(await initRp('x'), unknownReference('x'));
  // What a field says is looked at before the reference is looked for.
  for (const Amount of ['1.234', '-1', 'ten', 0, '0.00'])
    assert.deepEqual(await initRp('x', { Amount }), wrong('Amount'));
  const foreign = await other.paid(mit());
  assert.deepEqual(await initRp(foreign), unknownReference(foreign));
  assert.deepEqual(await initRp(first, { Currency: 'CHF' }), wrong('Currency'));
  assert.deepEqual(await initRp(first, { Amount: 0 }), wrong('Amount'));
  assert.deepEqual(await initRp(first, { UserId: 'SOMEBODY' }), wrong('UserId'));
  assert.equal((await initRp(first, { UserId: 'USR-9' })).ResultCode, 'SUCCESSFUL');
  const plain = await shop.paid({ ProviderName: 'KHB' });
  assert.deepEqual(await initRp(plain), wrongReference(plain));
  const unpaid = await shop.init(mit());
  assert.deepEqual(await initRp(unpaid), wrongReference(unpaid));
  const customer = await shop.paid(cit());
  assert.deepEqual(await initRp(customer), wrongReference(customer));
  const old = await shop.paid({ OneClickPayment: true, ProviderName: 'Borgun2', ...forced });
  assert.equal((await initRp(old)).ResultCode, 'SUCCESSFUL');
});

test('4.2: a store without recurring payments, a provider that was switched off, another execution mode', async () => {
  const { administration } = tollgate.installation.store;
  const own = await addBigfishMerchant(tollgate);
  const first = await own.paid(mit({ AutoCommit: false }));
  const ask = () => own.ofStore('InitRP', { ReferenceTransactionId: first, ResponseUrl, Amount: 5 });
  const { TransactionId: waiting } = await ask();
  const change = async (settings: object) => {
    const shopNow = (await administration.shops()).find(({ id }) => id === own.shopId)!;
    await administration.changeShop(own.shopId, { settings: { ...shopNow.settings, ...settings } });
    // The directory answers from memory for three seconds.
    await until('the store has changed', async () =>
      JSON.stringify((await own.ofStore('Providers')).Data) !== before ? true : undefined,
    );
  };
  let before = JSON.stringify((await own.ofStore('Providers')).Data);
  await change({ registrations: false });
  assert.deepEqual(await ask(), fault('UnauthorizedAccess', 'Jogosulatlan hozzáférés'));
  assert.deepEqual(await own.of('StartRP', waiting), fault('UnauthorizedAccess', 'Jogosulatlan hozzáférés'));
  before = JSON.stringify((await own.ofStore('Providers')).Data);
  await change({ registrations: true, providers: { KHB: { twoStep: false } } });
  assert.deepEqual(await ask(), wrong('AutoCommit'));
  before = JSON.stringify((await own.ofStore('Providers')).Data);
  await change({ providers: { KHB: { active: false }, CIB: {} } });
  assert.deepEqual(await ask(), fault('InactiveProvider', 'Inaktív szolgáltató (KHB)'));
  assert.deepEqual(await own.of('StartRP', waiting), fault('InactiveProvider', 'Inaktív szolgáltató (KHB)'));
  assert.equal((await own.result(waiting)).ResultCode, 'PENDING');
  before = '';
  await change({ providers: { KHB: {} } });
  await own.of('Close', first);
});

test('3.5: terms: the end of a registration, a fixed amount, days between charges', async () => {
  const missing = fault('MissingParameter', 'Hiányzó paraméter (ExpireDate)');
  assert.deepEqual(await shop.call('Init', shop.initBody(mit({ Info: undefined }))), missing);
  for (const more of [{ ExpireDate: '2030-13-01' }, { Frequency: '12345' }, { AmountIndicator: '03' }]) {
    assert.deepEqual(await shop.call('Init', shop.initBody(mit({ Info: terms(more) }))), wrong('Info'));
  }
  const fixed = await shop.paid(mit({ Info: terms({ AmountIndicator: '01' }), Amount: 500 }));
  assert.deepEqual(await initRp(fixed, { Amount: 501 }), wrong('Amount'));
  assert.equal((await initRp(fixed, { Amount: 500 })).ResultCode, 'SUCCESSFUL');
  const monthly = await shop.paid(mit({ Info: terms({ Frequency: '2' }) }));
  const early = await shop.of('StartRP', await rp(monthly));
  assert.deepEqual([early.ResultCode, early.CommitState], ['ERROR', '']);
  await tollgate.advance(2 * 86_400_000 + 1_000);
  assert.equal((await shop.of('StartRP', await rp(monthly))).ResultCode, 'SUCCESSFUL');
  assert.equal((await shop.of('StartRP', await rp(monthly))).ResultCode, 'ERROR');
});

test('3.5: of several follow-ups at once within the agreed days one charges, also while its end is unknown', async () => {
  const daily = mit({ Info: terms({ Frequency: '1' }) });
  const first = await shop.paid(daily);
  await tollgate.advance(86_400_000 + 1_000);
  const ids = await Promise.all([1, 2, 3, 4].map(() => rp(first)));
  const answers = await Promise.all(ids.map((id) => shop.of('StartRP', id)));
  assert.deepEqual(answers.map(({ ResultCode }) => ResultCode).sort(), ['ERROR', 'ERROR', 'ERROR', 'SUCCESSFUL']);
  const slow = await shop.paid(daily, '4000000000000077');
  await until('it is known', async () => {
    await tollgate.advance(10_000);
    return (await shop.result(slow)).ResultCode === 'SUCCESSFUL' ? true : undefined;
  });
  await tollgate.advance(86_400_000 + 1_000);
  const open = await rp(slow);
  assert.equal((await shop.of('StartRP', open)).ResultCode, 'PENDING');
  assert.equal((await shop.of('StartRP', await rp(slow))).ResultCode, 'ERROR');
  await until('it is known', async () => {
    await tollgate.advance(10_000);
    return (await shop.result(open)).ResultCode === 'SUCCESSFUL' ? true : undefined;
  });
});

test('3.5: a charge that was refused leaves the agreed days as they were', async () => {
  const first = await shop.paid(mit({ Info: terms({ Frequency: '1' }) }), '4000000000000143');
  await tollgate.advance(86_400_000 + 1_000);
  for (let time = 0; time < 3; time++) {
    const id = await rp(first);
    assert.equal((await shop.of('StartRP', id)).ResultCode, 'ERROR');
    // It was asked each time.
    assert.notEqual((await shop.result(id)).ProviderTransactionId, '');
  }
});

test('5.11: of two StartRPs at once one charges', async () => {
  const first = await shop.paid(mit());
  for (let round = 0; round < 5; round++) {
    const id = await rp(first);
    const answers = await Promise.all([1, 2, 3].map(() => shop.of('StartRP', id)));
    assert.deepEqual(answers.map(({ ResultCode }) => ResultCode).sort(), [
      'SUCCESSFUL',
      'WrongTransactionStatus',
      'WrongTransactionStatus',
    ]);
    assert.equal((await shop.of('Details', id)).CommonData.ApprovedAmount, '200');
  }
});

test('5.11, 5.14: a registration that is cancelled between InitRP and StartRP charges nothing', async () => {
  const first = await shop.paid(mit());
  const id = await rp(first);
  assert.deepEqual(await shop.of('CancelPaymentRegistration', first), {
    TransactionId: first,
    ResultCode: 'SUCCESSFUL',
    ResultMessage: 'Sikeres tranzakció',
  });
  assert.deepEqual(await shop.of('StartRP', id), wrongReference(first));
  assert.equal((await shop.result(id)).ResultCode, 'PENDING');
  assert.deepEqual(await shop.of('OneClickTokenCancel', first), wrongStatus(first));
  assert.deepEqual(await initRp(first), wrongReference(first));
});

test('6.2, 10: a late end is told at both addresses; cards that refuse to be charged again', async () => {
  const late = await shop.paid(mit(), '4000000000000077').then(async (id) => {
    await until('the first one is known', async () => {
      await tollgate.advance(10_000);
      return (await shop.result(id)).ResultCode === 'SUCCESSFUL' ? true : undefined;
    });
    return id;
  });
  const id = await rp(late, { NotificationUrl: `${receiver.url}/late` });
  assert.equal((await shop.of('StartRP', id)).ResultCode, 'PENDING');
  await until('it is known', async () => {
    await tollgate.advance(10_000);
    return (await shop.result(id)).ResultCode === 'SUCCESSFUL' ? true : undefined;
  });
  const called = await until('the ResponseUrl is called', () =>
    receiver.received.find(({ path }) => path === `/rp?TransactionId=${id}`),
  );
  assert.equal(called.text, '');
  await until('the NotificationUrl is called', () => receiver.received.find(({ path }) => path === '/late'));
  const never = await shop.paid(mit(), '4000000000000143');
  assert.equal((await shop.of('StartRP', await rp(never))).ResultCode, 'ERROR');
  const unstored = await shop.paid(mit(), '4000000000000135');
  assert.equal((await shop.result(unstored)).ResultCode, 'SUCCESSFUL');
  assert.deepEqual(await initRp(unstored), wrongReference(unstored));
  assert.deepEqual(await shop.of('GetPaymentRegistration', unstored), unknownReference(unstored));
});

test('6.1: by the older way of one click the buyer says whether the card is stored', async () => {
  const declined = '4000000000000028';
  const good = { number: '4000000000000051', code: '123' };
  const isRegistered = async (id: string) => {
    const { Status } = (await shop.of('GetPaymentRegistration', id)).Data ?? {};
    const { OneClickPayment } = (await shop.of('Details', id)).ProviderSpecificData;
    assert.equal(OneClickPayment === 'true', Status === 'ACTIVE');
    return Status === 'ACTIVE';
  };
  for (const asked of [{ OneClickPayment: true }, { PaymentRegistration: 1 }]) {
    const UserId = `USR-BOX-${Object.keys(asked)[0]}`;
    const unticked = await shop.init({ ...asked, UserId });
    const payer = await shop.start(unticked);
    assert.match(payer.page.html, /type="checkbox" id="keep" name="keep" value="yes">/);
    await payer.pay(good);
    assert.equal((await shop.result(unticked)).ResultCode, 'SUCCESSFUL');
    assert.equal(await isRegistered(unticked), false);
    assert.deepEqual(await initRp(unticked), wrongReference(unticked));
    assert.deepEqual((await shop.ofStore('GetPaymentRegistrations', { ProviderName: 'OTPSimple', UserId })).Data, {});

    const ticked = await shop.init({ ...asked, UserId });
    const keeper = await shop.start(ticked);
    await keeper.pay({ ...good, code: '', keeps: true });
    assert.match(keeper.page.html, /value="yes" checked>/);
    await keeper.pay({ ...good, keeps: true });
    assert.equal(await isRegistered(ticked), true);
    const follow = { OneClickPayment: true, ReferenceTransactionId: ticked, UserId };
    assert.equal((await shop.call('Init', shop.initBody(follow))).ResultCode, 'SUCCESSFUL');

    const refused = await shop.init({ ...asked, UserId });
    await (await shop.start(refused)).pay({ number: declined, code: '123', keeps: true });
    assert.equal((await shop.of('GetPaymentRegistration', refused)).ResultCode, 'UnknownReferenceTransaction');
  }
});

test('6.1: a challenge keeps what the buyer ticked; what was agreed on is told, not asked, and cannot be unticked', async () => {
  const challenged = { number: '4012001037141112', code: '123' };
  for (const keeps of [true, false]) {
    const id = await shop.init({ OneClickPayment: true });
    const payer = await shop.start(id);
    await payer.pay({ ...challenged, keeps });
    await payer.confirm();
    assert.equal((await shop.of('GetPaymentRegistration', id)).Data?.Status, keeps ? 'ACTIVE' : undefined);
  }
  for (const asked of [cit(), mit(), { OneClickPayment: true, ...forced }, { PaymentRegistration: true, Amount: 0 }]) {
    const id = await shop.init(asked);
    const payer = await shop.start(id);
    assert.doesNotMatch(payer.page.html, /id="keep"/);
    assert.match(payer.page.html, /Your card will be stored for later payments/);
    await payer.pay({ number: '4000000000000051', code: '123' });
    assert.equal((await shop.of('GetPaymentRegistration', id)).Data.Status, 'ACTIVE');
  }
  const plain = await shop.init();
  const payer = await shop.start(plain);
  assert.doesNotMatch(payer.page.html, /id="keep"|will be stored/);
  // A box that the page does not have.
  await payer.pay({ number: '4000000000000051', code: '123', keeps: true });
  assert.deepEqual(await shop.of('GetPaymentRegistration', plain), unknownReference(plain));
});

test('6.1: what the buyer ticked counts also where only an inquiry brings the approval', async () => {
  const late = { number: '4000000000000077', code: '123' };
  for (const keeps of [true, false]) {
    const id = await shop.init({ OneClickPayment: true });
    await (await shop.start(id)).pay({ ...late, keeps });
    await until('it is known', async () => {
      await tollgate.advance(10_000);
      return (await shop.result(id)).ResultCode === 'SUCCESSFUL' ? true : undefined;
    });
    assert.equal((await shop.of('GetPaymentRegistration', id)).Data?.Status, keeps ? 'ACTIVE' : undefined);
  }
});

test('5.12 to 5.16: registrations are listed by type, looked at and ended', async () => {
  const UserId = 'USR-LISTED';
  const customer = await shop.paid(cit({ UserId }));
  const merchant = await shop.paid(mit({ UserId, ProviderName: 'OTPSimple' }));
  const old = await shop.paid({ UserId, OneClickPayment: true, ...forced });
  const asked = { ProviderName: 'OTPSimple', UserId };
  const said = { ResultCode: 'SUCCESSFUL', ResultMessage: 'Sikeres tranzakció' };
  const entry = (id: string) => ({
    ReferenceTransactionId: id,
    PaymentDeviceNumber: '400000******0051',
    PaymentDeviceExpiration: '2039-12-31',
  });
  const { ResponseId, ...all } = await shop.ofStore('GetPaymentRegistrations', asked);
  assert.match(ResponseId, /^\d{19}$/);
  assert.deepEqual(all, { Data: { CIT: [entry(customer)], MIT: [entry(merchant)], OLD: [entry(old)] }, ...said });
  const some = await shop.ofStore('GetPaymentRegistrations', { ...asked, PaymentRegistrationType: 'MIT' });
  assert.deepEqual(some.Data, { MIT: [entry(merchant)] });
  assert.deepEqual((await shop.ofStore('GetPaymentRegistrations', { ...asked, UserId: 'NEW' })).Data, {});
  assert.deepEqual((await other.ofStore('GetPaymentRegistrations', asked)).Data, {});
  assert.deepEqual((await shop.of('GetPaymentRegistration', customer)).Data, {
    ...entry(customer),
    PaymentRegistrationType: 'CIT',
    Status: 'ACTIVE',
  });
  const options = (await shop.ofStore('OneClickOptions', asked)).Data;
  const option = { currency: 'HUF', payment_method: 'card', card_pan: '0051', card_type: 'VISA' };
  assert.deepEqual(options, [
    { card_reference_id: customer, ...option },
    { card_reference_id: old, ...option },
  ]);
  await shop.of('CancelPaymentRegistration', customer);
  assert.equal((await shop.of('GetPaymentRegistration', customer)).Data.Status, 'CANCELLED');
  const ended = await shop.ofStore('CancelAllPaymentRegistrations', asked);
  assert.deepEqual(ended, {
    ...said,
    ResultData: [merchant, old].map((TransactionId) => ({ TransactionId, ResultCode: 'SUCCESSFUL' })),
  });
  assert.deepEqual((await shop.ofStore('OneClickTokenCancelAll', asked)).ResultData, []);
  assert.deepEqual((await shop.ofStore('OneClickOptions', asked)).Data, []);
});

test('3.5: a K&H payment that is given back on its own day ends its registration; later it stays', async () => {
  const statusOf = async (id: string) => (await shop.of('GetPaymentRegistration', id)).Data.Status;
  const first = await shop.paid(mit({ Amount: 1000, UserId: 'USR-VOID' }));
  const waiting = await rp(first);
  await shop.of('Refund', first, { Amount: 400 });
  assert.equal(await statusOf(first), 'ACTIVE');
  await shop.of('Refund', first, { Amount: 600 });
  assert.equal(await statusOf(first), 'CANCELLED');
  assert.deepEqual(await shop.of('StartRP', waiting), wrongReference(first));
  assert.deepEqual(await shop.of('CancelPaymentRegistration', first), wrongStatus(first));
  const next = await shop.paid(mit({ UserId: 'USR-VOID' }));
  await tollgate.advance(86_400_000);
  await shop.of('Refund', next, { Amount: 1490 });
  assert.equal(await statusOf(next), 'ACTIVE');
  const { Data } = await shop.ofStore('GetPaymentRegistrations', { ProviderName: 'KHB', UserId: 'USR-VOID' });
  assert.deepEqual(
    Data.MIT.map((one: Record<string, string>) => one.ReferenceTransactionId),
    [next],
  );
  const elsewhere = await shop.paid(mit({ ProviderName: 'OTPSimple' }));
  await shop.of('Refund', elsewhere, { Amount: 1490 });
  assert.equal(await statusOf(elsewhere), 'ACTIVE');
});

test('3.5: after its ExpireDate a registration is over, and in no list', async () => {
  // Its follow-ups wait longer than it is good for.
  const own = await addBigfishMerchant(tollgate, { lifeMinutes: 4_000 });
  const day = (at: number) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Budapest' }).format(at);
  const first = await own.paid(mit({ Info: terms({ ExpireDate: day(tollgate.installation.clock.now()) }) }));
  const ask = () => own.ofStore('InitRP', { ReferenceTransactionId: first, ResponseUrl, Amount: 5 });
  const [now, waiting] = [(await ask()).TransactionId, (await ask()).TransactionId];
  assert.equal((await own.of('StartRP', now)).ResultCode, 'SUCCESSFUL');
  const listed = async () =>
    (await own.ofStore('GetPaymentRegistrations', { ProviderName: 'KHB', UserId: 'USR-9' })).Data;
  assert.equal((await listed()).MIT.length, 1);
  await tollgate.advance(86_400_000);
  assert.deepEqual(await ask(), wrongReference(first));
  assert.deepEqual(await own.of('StartRP', waiting), wrongReference(first));
  assert.equal((await own.of('GetPaymentRegistration', first)).Data.Status, 'EXPIRED');
  assert.deepEqual(await listed(), {});
  assert.deepEqual(await own.of('CancelPaymentRegistration', first), wrongStatus(first));
});

test('3.5: a registration is over when its card is', async () => {
  const now = new Date(tollgate.installation.clock.now());
  const month = `${String(now.getUTCMonth() + 1).padStart(2, '0')}/${String(now.getUTCFullYear()).slice(2)}`;
  const first = await shop.paid(mit(), '4000000000000051', month);
  assert.equal((await shop.of('GetPaymentRegistration', first)).Data.Status, 'ACTIVE');
  await tollgate.advance(32 * 86_400_000);
  assert.equal((await shop.of('GetPaymentRegistration', first)).Data.Status, 'EXPIRED');
  assert.deepEqual(await initRp(first), wrongReference(first));
});

test('5.14: a card that was registered twice is still charged by the other registration', async () => {
  const [one, two] = [await shop.paid(mit()), await shop.paid(mit())];
  assert.equal((await shop.of('CancelPaymentRegistration', one)).ResultCode, 'SUCCESSFUL');
  await tollgate.advance(3 * 86_400_000);
  assert.equal((await shop.of('StartRP', await rp(two))).ResultCode, 'SUCCESSFUL');
  assert.deepEqual(await initRp(one), wrongReference(one));
});

test('5.11, 5.14: StartRP against CancelPaymentRegistration: it charges in full or not at all', async () => {
  for (let round = 0; round < 8; round++) {
    const first = await shop.paid(mit());
    const id = await rp(first);
    const started = shop.of('StartRP', id);
    const [answer, cancelled] = await Promise.all([started, shop.of('CancelPaymentRegistration', first)]);
    assert.equal(cancelled.ResultCode, 'SUCCESSFUL');
    const { CommonData } = await shop.of('Details', id);
    if (answer.ResultCode === 'SUCCESSFUL') assert.equal(CommonData.ApprovedAmount, '200');
    else {
      assert.deepEqual(answer, wrongReference(first));
      assert.deepEqual([CommonData.ResultCode, CommonData.ApprovedAmount], ['PENDING', '0']);
    }
    assert.deepEqual(await initRp(first), wrongReference(first));
  }
});

test('5.6: a follow-up that was not started is cancelled, and cannot be started then', async () => {
  const id = await rp(await shop.paid(mit()));
  assert.equal((await shop.of('Cancel', id)).ResultCode, 'SUCCESSFUL');
  assert.equal((await shop.result(id)).ResultCode, 'CANCELED');
  assert.deepEqual(await shop.of('StartRP', id), wrongStatus(id));
  const [started, cancelled] = await Promise.all(
    await rp(await shop.paid(mit())).then((both) => [shop.of('StartRP', both), shop.of('Cancel', both)]),
  );
  const codes = [started.ResultCode, cancelled.ResultCode].sort();
  assert.deepEqual(codes, ['SUCCESSFUL', 'WrongTransactionStatus']);
});

test('9.3: a registered card whose issuer wants to see the buyer is challenged', async () => {
  const first = await shop.init(cit());
  const payer = await shop.start(first);
  await payer.pay({ number: '4012001037141112', code: '123' });
  await payer.confirm();
  assert.equal((await shop.result(first)).ResultCode, 'SUCCESSFUL');
  const id = await shop.init({ OneClickPayment: true, ReferenceTransactionId: first });
  const again = await shop.start(id);
  await again.submit('/Start');
  assert.equal((await shop.result(id)).ResultCode, 'PENDING');
  await again.confirm();
  assert.equal((await shop.result(id)).ResultCode, 'SUCCESSFUL');
});

test('9.3: what follows a registration registers nothing itself, whatever it asks for', async () => {
  const first = await shop.paid(cit());
  const id = await shop.init({ ...cit(), ReferenceTransactionId: first });
  await (await shop.start(id)).submit('/Start');
  assert.equal((await shop.result(id)).ResultCode, 'SUCCESSFUL');
  assert.deepEqual(await shop.of('GetPaymentRegistration', id), unknownReference(id));
  const nobody = await shop.paid({ OneClickPayment: true, ProviderName: 'Borgun2', UserId: '' });
  assert.deepEqual(await shop.of('GetPaymentRegistration', nobody), unknownReference(nobody));
});

test('9.3: the buyer pays with the registered card, without typing it', async () => {
  const first = await shop.paid(cit());
  const follow = { PaymentRegistration: false, OneClickPayment: true, ReferenceTransactionId: first };
  const id = await shop.init(follow);
  const payer = await shop.start(id);
  assert.ok(!payer.seesCardForm && payer.page.html.includes('0051'));
  await payer.submit('/Start');
  assert.equal(payer.leftTo, `https://shop.example/back?wc-api=pay&TransactionId=${id}`);
  const { ProviderSpecificData, ResultCode } = await shop.of('Details', id);
  assert.equal(ResultCode, 'SUCCESSFUL');
  assert.equal(ProviderSpecificData.ParentPayrefno, first);
  const refused = (more: object) => shop.call('Init', shop.initBody({ ...follow, ...more }));
  assert.deepEqual(await refused({ UserId: 'SOMEBODY' }), wrong('UserId'));
  assert.deepEqual(await refused({ ProviderName: 'KHB' }), wrongReference(first));
  const alone = await shop.paid(mit());
  assert.deepEqual(await refused({ ReferenceTransactionId: alone, ProviderName: 'KHB' }), wrongReference(alone));
});

test('9.5: a card is registered without a charge', async () => {
  const id = await shop.paid(mit({ Amount: undefined }));
  const { CommonData } = await shop.of('Details', id);
  assert.deepEqual([CommonData.Amount, CommonData.ResultCode], ['0', 'SUCCESSFUL']);
  assert.deepEqual(await shop.of('Refund', id, { Amount: 1 }), wrongStatus(id));
  assert.deepEqual(await initRp(id, { Amount: null }), fault('MissingParameter', 'Hiányzó paraméter (Amount)'));
  assert.equal((await shop.of('StartRP', await rp(id))).ResultCode, 'SUCCESSFUL');
  const fixed = mit({ Amount: 0, Info: terms({ AmountIndicator: '01' }) });
  assert.deepEqual(await shop.call('Init', shop.initBody(fixed)), wrong('Info'));
});

test('5.21: money goes to the card of an earlier payment, as often as it is asked for', async () => {
  const first = await shop.paid(mit());
  const ask = (more: object = {}) =>
    shop.call('Payout', { PayoutType: 'B2P', ReferenceTransactionId: first, Amount: 10, OrderId: 'PO-1', ...more });
  const { Anum, ProviderTransactionId, TransactionId, ...answer } = await ask();
  assert.notEqual(TransactionId, first);
  assert.ok(ProviderTransactionId !== '');
  assert.deepEqual(answer, {
    ...ok,
    OrderId: 'PO-1',
    UserId: 'USR-9',
    AutoCommit: 'true',
    CommitState: 'APPROVED',
    ProviderName: 'KHB',
  });
  assert.equal((await ask({ PayoutType: 'WIN', Amount: '0.5' })).ResultCode, 'SUCCESSFUL');
  assert.deepEqual(await ask({ PayoutType: 'X' }), wrong('PayoutType'));
  assert.deepEqual(await ask({ Amount: 0 }), wrong('Amount'));
  assert.deepEqual(await ask({ ReferenceTransactionId: 'x' }), unknownReference('x'));
  // A card that was not registered, or whose registration was ended, is paid out to all the same.
  assert.equal((await ask({ ReferenceTransactionId: await shop.paid() })).ResultCode, 'SUCCESSFUL');
  await shop.of('CancelPaymentRegistration', first);
  assert.equal((await ask()).ResultCode, 'SUCCESSFUL');
  const verified = await shop.paid(cit({ Amount: 0 }));
  assert.equal((await ask({ ReferenceTransactionId: verified })).ResultCode, 'SUCCESSFUL');
  const refused = await shop.paid({}, '4000000000000036');
  for (const ReferenceTransactionId of [refused, await shop.init(), TransactionId]) {
    assert.deepEqual(await ask({ ReferenceTransactionId }), wrongReference(ReferenceTransactionId));
  }
  const uncreditable = await shop.paid(mit(), '4000000000000168');
  assert.equal((await ask({ ReferenceTransactionId: uncreditable })).ResultCode, 'ERROR');
  assert.equal((await shop.start(TransactionId)).page.status, 404);
  assert.deepEqual(await shop.of('Refund', TransactionId, { Amount: 1 }), wrongStatus(TransactionId));
});

test('5.21: a store with a limit pays out no more than that, nor more than it has taken, also by several at once', async () => {
  const own = await addBigfishMerchant(tollgate, { payoutMax: 100_000 });
  const first = await own.paid({ Amount: 1500 });
  const ask = (Amount: number) =>
    own.call('Payout', { PayoutType: 'B2P', ReferenceTransactionId: first, Amount, OrderId: 'PO-1' });
  assert.deepEqual(await ask(1000.01), wrong('Amount'));
  const codes = (await Promise.all([1, 2, 3, 4].map(() => ask(700)))).map(({ ResultCode }) => ResultCode);
  assert.deepEqual(codes.sort(), ['SUCCESSFUL', 'SUCCESSFUL', 'WrongParameter', 'WrongParameter']);
  assert.deepEqual(await ask(100.01), wrong('Amount'));
  assert.equal((await ask(100)).ResultCode, 'SUCCESSFUL');
});

test('the books agree after all of it', async () => {
  await booksAgree(tollgate);
});
