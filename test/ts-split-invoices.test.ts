import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descriptions } from '../src/apis/transaction-services/codes.ts';
import { usualTerminals } from '../src/apis/transaction-services/terminals.ts';
import { booksAgree } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { type MailShown, mailsTo } from './mailbox.ts';
import { oddTexts } from './odd-values.ts';
import { Payer } from './payer.ts';
import { startReceiver } from './receiver.ts';
import { codeOf, invoiceClient, payAt, redirect } from './ts-invoice-client.ts';
import { type Answer, addTsMerchant } from './ts-merchant.ts';
import { type Customer, friend, splitClient, statesOf, three } from './ts-split.ts';

// transaction-services: invoices that are split among customers (sections 6.22 to 6.27, 7.6).

const tollgate = await startTollgate();
const receiver = await startReceiver();
const shop = await addTsMerchant(tollgate, { companyName: 'Acme Mugs' });
const client = splitClient(tollgate.url, shop);
const { call, byId, regenerate, inquire, bodyOf, bill, stand } = client;
const hourMs = 3_600_000;

const mailsOf = (address: string, count: number): Promise<MailShown[]> =>
  until(`${count} mails to ${address}`, async () => {
    const mails = await mailsTo(tollgate, address);
    return mails.length >= count && mails;
  });

const pageOf = async (url: string) => (await new Payer(url).go()).page;

test('6.22: each customer has a share, an address and a mail that names both; the whole is told as ever', async () => {
  const customers = three();
  const details = await bill(customers, { customer: { email: 'host@shop.example' }, merchantOrderId: 'DINNER' });
  const { customerDetail, systemInvoiceId, transactionUrl, createdDate, createdTime, ...rest } = details;
  assert.deepEqual(rest, {
    amount: '75.00',
    currency: 'EUR',
    invoiceExpirationPeriod: '72',
    expirationPeriod: '72',
    merchantInvoiceId: rest.merchantInvoiceId,
    customerEmail: 'host@shop.example',
    merchantOrderDescription: 'Dinner for three',
  });
  assert.match(`${createdDate} ${createdTime}`, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.deepEqual(
    customerDetail.map(({ transactionUrl: _, systemInvoiceId: __, invoiceStatus: ___, ...one }: Answer) => one),
    customers.map(({ customerName, customerEmail, amount }, i) => ({
      customerName,
      customerEmail,
      amount,
      merchantTransactionId: `DINNER-${i + 1}`,
      transactionStatus: '-',
    })),
  );
  assert.equal(transactionUrl, customerDetail[0].transactionUrl);
  const numbers = [systemInvoiceId, ...customerDetail.map((one: Answer) => one.systemInvoiceId)];
  assert.equal(new Set(numbers).size, 4, 'the bill has a number of its own');
  for (const [i, share] of customerDetail.entries()) {
    const [mail, ...others] = await mailsOf(share.customerEmail, 1);
    assert.deepEqual(others, []);
    assert.equal(mail!.subject, `Invoice ${rest.merchantInvoiceId} from Acme Mugs`);
    assert.ok(mail!.text.includes(share.transactionUrl));
    assert.ok(
      mail!.text.includes(`The whole bill: 75.00 EUR\nShare: ${i + 1} of 3\nYour share: ${share.amount} EUR`),
      mail!.text,
    );
    const { html } = await pageOf(share.transactionUrl);
    for (const text of ['Dinner for three', share.amount, '75.00 EUR', `${i + 1} of 3`])
      assert.ok(html.includes(text), text);
  }
  assert.deepEqual(await mailsTo(tollgate, 'host@shop.example'), []);
  await until('all is mailed', async () => (await stand(rest.merchantInvoiceId))[0] === 'mailsent');
});

test('6.26, 7.6: each share is paid once, by itself; the bill is processed when the last one is', async () => {
  const notificationUrl = `${receiver.url}/shares`;
  const details = await bill(three(), { notificationUrl, isemail: 'N' });
  const { merchantInvoiceId: name, systemInvoiceId, customerDetail: shares } = details;
  const payments: string[] = [];
  for (const [turn, i] of [1, 2, 0].entries()) {
    const share = shares[i];
    const paid = await payAt(share.transactionUrl);
    const back = paid.page.forms.find(({ action }) => action.href === redirect)!;
    const { status, merchantTransactionId, amount, paymentId } = back.fields;
    assert.deepEqual([status, merchantTransactionId, amount], ['Y', `${name}-${i + 1}`, share.amount]);
    payments[i] = paymentId!;
    assert.deepEqual((await pageOf(share.transactionUrl)).forms, [], 'nothing more to pay');
    const { invoiceDetails: now } = await inquire(name);
    assert.equal(now.invoiceStatus, turn < 2 ? 'generated' : 'processed');
    assert.equal(now.transactionStatus, turn < 2 ? '-' : 'capturesuccess');
    assert.deepEqual(
      now.customerDetail.map((one: Answer) => [one.invoiceStatus, one.paymentId]),
      shares.map((_: Answer, n: number) => (payments[n] ? ['processed', payments[n]] : ['generated', undefined])),
    );
    assert.deepEqual([now.amount, now.systemInvoiceId, now.paymentId], ['75.00', systemInvoiceId, undefined]);
  }
  const { invoiceDetails, transactionDetails } = await inquire(name, 'invoiceTransInquiry');
  assert.equal(transactionDetails, undefined, 'no one payment is that of the bill');
  assert.deepEqual(
    invoiceDetails.customerDetail.map((one: Answer) => [
      one.transactionDetails.systemPaymentId,
      one.transactionDetails.amount,
    ]),
    [0, 1, 2].map((i) => [payments[i], shares[i].amount]),
  );
  const one = await inquire(name, 'invoiceTransInquiry', { invoiceId: shares[1].systemInvoiceId });
  assert.deepEqual(one.invoiceDetails, {
    merchantOrderId: `${name}-2`,
    merchantInvoiceId: name,
    invoiceStatus: 'processed',
    transactionStatus: 'capturesuccess',
    amount: '30.00',
    currency: 'EUR',
    systemInvoiceId: shares[1].systemInvoiceId,
    paymentId: payments[1],
  });
  assert.equal(one.transactionDetails.systemPaymentId, payments[1]);
  assert.deepEqual(await inquire(name, 'inquiry', { invoiceId: systemInvoiceId }), await inquire(name));
  assert.equal(codeOf(await inquire(name, 'inquiry', { invoiceId: '999999999' })), '20082');
  const told = await until('each end is told', () => {
    const came = receiver.received.filter(({ path }) => path === '/shares');
    return came.length === 3 && came;
  });
  assert.deepEqual(
    told.map(({ text }) => JSON.parse(text).merchantTransactionId).sort(),
    [1, 2, 3].map((n) => `${name}-${n}`),
  );
  for (const id of [systemInvoiceId, shares[0].systemInvoiceId]) {
    assert.equal(codeOf(await byId('cancel', id)), '20089');
    assert.equal(codeOf(await byId('remind', id)), '20083');
    assert.equal(codeOf(await regenerate(id)), '20083');
  }
});

test('6.22, 10.1: what is no bill that can be split', async () => {
  const taken = await bill();
  const two = [friend('50.00'), friend('25.00')];
  const [ada, bob] = two as [Customer, Customer];
  const cases: readonly (readonly [string, unknown, Readonly<Record<string, unknown>>?])[] = [
    ['20093', two, { merchantInvoiceId: taken.merchantInvoiceId }],
    ['20103', undefined],
    ['20103', []],
    ['20103', 'Ada'],
    ['20103', [{}], { isemail: 'N' }],
    ['20103', [null, ada], { isemail: 'N' }],
    ['20103', [ada]],
    ['20103', [ada, bob, { ...bob, amount: '0.00' }]],
    [
      '20103',
      [
        { ...ada, amount: '-25.00' },
        { ...bob, amount: '100.00' },
      ],
    ],
    ['20103', [{ ...ada, amount: '50' }, bob]],
    ['20103', [ada, { ...bob, amount: '25.01' }]],
    ['20103', Array.from({ length: 101 }, () => ({ ...ada, amount: '1.00' })), { amount: '101.00' }],
    ['30010', [ada, { ...bob, customerEmail: undefined }]],
    ['30010', [ada, { ...bob, customerEmail: ' ' }]],
    ['30010', [ada, { ...bob, customerEmail: 'bob' }], { isemail: 'N' }],
    ['30078', [ada, { ...bob, customerName: 'x'.repeat(51) }]],
    ['30078', [ada, { ...bob, customerName: `Bob ${'x'.repeat(51)}` }]],
    ['30078', [ada, { ...bob, customerName: 'B\u0007b' }]],
    ['30015', [ada, { ...bob, customerPhone: 'call me' }]],
    ['30016', [ada, { ...bob, customerPhoneCC: '123456' }]],
    ['30010 | 30015 | 30078', [{ ...ada, customerName: 'x'.repeat(51), customerPhone: '?' }, { amount: '25.00' }]],
    ['30004', two, { merchantOrderId: 'x'.repeat(179) }],
    ['30095', two, { isSplitInvoice: 'perhaps', isemail: 'N' }],
    [
      '20018',
      [
        { ...ada, amount: '37.50' },
        { ...bob, amount: '37.50' },
      ],
      { currency: 'JPY' },
    ],
    ['20005', two, { paymentMode: 'CC', paymentBrand: 'NONE' }],
  ];
  for (const [code, customers, more] of cases) {
    const answer = await call('generate', bodyOf(customers, more));
    assert.deepEqual(
      codeOf(answer).split(' | ').sort().join(' | '),
      code,
      JSON.stringify([customers, more]).slice(0, 300),
    );
  }
  const lines = Array.from({ length: 100 }, () => ({ productDescription: 'x'.repeat(250) }));
  const crowd = Array.from({ length: 100 }, () => friend('0.75'));
  assert.equal(codeOf(await call('generate', bodyOf(crowd, { product: lines }))), '30095');
  // A form has no lists.
  assert.equal(codeOf(await call('generate', client.fieldsOf({ isSplitInvoice: 'Y' }))), '20103');
});

test('6.22: nobody need be named or mailed, amounts may be numbers, one may owe all, a hundred may share', async () => {
  const silent = await bill(
    [{ amount: 25 }, { amount: 49.5, customerEmail: 'silent@shop.example' }, { amount: '0.50' }],
    {
      isemail: 'N',
    },
  );
  assert.deepEqual(
    silent.customerDetail.map((one: Answer) => [one.customerName, one.customerEmail, one.amount]),
    [
      ['', '', '25.00'],
      ['', 'silent@shop.example', '49.50'],
      ['', '', '0.50'],
    ],
  );
  assert.equal(codeOf(await byId('remind', silent.customerDetail[0].systemInvoiceId)), '10013');
  const alone = await bill([friend('75.00')]);
  assert.equal(alone.customerDetail.length, 1);
  await payAt(alone.transactionUrl);
  assert.deepEqual(await stand(alone.merchantInvoiceId), ['processed', ['processed']]);
  const crowd = await bill(Array.from({ length: 100 }, () => friend('0.75')));
  assert.deepEqual(
    crowd.customerDetail.map((one: Answer) => one.merchantTransactionId),
    Array.from({ length: 100 }, (_, i) => `${crowd.merchantInvoiceId}-${i + 1}`),
  );
  await payAt(crowd.customerDetail[99].transactionUrl);
  const [status, states] = await stand(crowd.merchantInvoiceId);
  assert.deepEqual([status === 'processed', states.filter((state) => state === 'processed').length], [false, 1]);
  assert.deepEqual(await mailsTo(tollgate, 'silent@shop.example'), []);
  const yen = await bill([friend('25.00'), friend('50.00')], { currency: 'JPY' });
  assert.deepEqual([yen.amount, yen.customerDetail[0].amount], ['75.00', '25.00']);
});

test('6.22: each share must be within the limits of member and terminal, the whole need not', async () => {
  const strict = await addTsMerchant(tollgate, {
    amountMin: '10.00',
    amountMax: '60.00',
    terminals: usualTerminals.map((terminal) => ({ ...terminal, min: '20.00', max: '50.00' })),
  });
  const ask = (...amounts: string[]) =>
    invoiceClient(tollgate.url, strict).call(
      'generate',
      bodyOf(
        amounts.map((amount) => friend(amount)),
        {},
        strict,
      ),
    );
  assert.equal(codeOf(await ask('66.00', '9.00')), '20006');
  assert.equal(codeOf(await ask('35.00', '31.00', '9.00')), '20007');
  assert.equal(codeOf(await ask('20.00', '55.00')), '20005');
  assert.equal(codeOf(await ask('60.00', '15.00')), '20005');
  assert.equal(codeOf(await ask('25.00', '50.00')), '00010');
});

test('6.27: whether an invoice is split is the setting of its member where the request does not say', async () => {
  const habitual = await addTsMerchant(tollgate);
  const own = invoiceClient(tollgate.url, habitual);
  const ask = async (isSplitInvoice?: string) =>
    codeOf(
      await own.call('generate', bodyOf([friend('75.00'), friend('5.00')], { isSplitInvoice, isemail: 'N' }, habitual)),
    );
  assert.equal(await ask(), '00010', 'one invoice, whatever the list says');
  const signed = { ...own.member, 'authentication.checksum': habitual.signed() };
  assert.equal(codeOf(await own.call('updateInvoiceConfig', { ...signed, isSplitInvoice: 'y' })), '00018');
  assert.equal((await own.call('getInvoiceConfig', signed)).isSplitInvoice, 'Y');
  assert.equal(await ask(), '20103');
  assert.equal(await ask('N'), '00010');
  const split = await own.call('generate', bodyOf([friend('75.00')], { isSplitInvoice: undefined }, habitual));
  assert.equal(split.invoiceDetails.customerDetail.length, 1);
  assert.equal(codeOf(await own.call('generate', own.fieldsOf())), '00010', 'one that names nobody is not split');
  assert.equal(codeOf(await own.call('generate', own.fieldsOf({ isSplitInvoice: 'Y' }))), '20103');
});

test('6.24: a bill is cancelled where it is open; what was paid stays paid, and a share can go alone', async () => {
  const { merchantInvoiceId: name, systemInvoiceId, customerDetail } = await bill(three(), { isemail: 'N' });
  const [first, paid, last] = customerDetail;
  await payAt(paid.transactionUrl);
  const alone = await byId('cancel', first.systemInvoiceId, { cancelReason: 'Ill' });
  assert.deepEqual([codeOf(alone), alone.invoiceDetails.systemInvoiceId], ['00011', first.systemInvoiceId]);
  assert.deepEqual(await stand(name), ['generated', ['cancelled', 'processed', 'generated']]);
  assert.equal(codeOf(await byId('cancel', first.systemInvoiceId)), '20077');
  assert.equal(codeOf(await byId('cancel', paid.systemInvoiceId)), '20089');
  const { statusInvoiceResult, invoiceDetails } = await byId('cancel', systemInvoiceId, { cancelReason: 'Rain' });
  assert.deepEqual([statusInvoiceResult.code, invoiceDetails.systemInvoiceId], ['00011', systemInvoiceId]);
  assert.deepEqual(Object.keys(invoiceDetails).sort(), ['createdDate', 'createdTime', 'systemInvoiceId']);
  assert.deepEqual(await stand(name), ['cancelled', ['cancelled', 'processed', 'cancelled']]);
  for (const url of [first.transactionUrl, last.transactionUrl]) {
    const { status, forms } = await pageOf(url);
    assert.deepEqual([status, forms], [200, []]);
  }
  assert.equal(codeOf(await byId('cancel', systemInvoiceId)), '20077');
  assert.equal(codeOf(await byId('remind', systemInvoiceId)), '20077');
  assert.equal(codeOf(await regenerate(systemInvoiceId)), '20077');
  assert.equal(codeOf(await call('generate', bodyOf(three(), { merchantInvoiceId: name }))), '20093');
  const stranger = await addTsMerchant(tollgate);
  for (const id of [systemInvoiceId, first.systemInvoiceId]) {
    const asOther = { 'authentication.memberId': stranger.memberId, invoiceId: id };
    assert.equal(codeOf(await call('cancel', asOther, stranger)), '20078');
  }
});

test('6.23: a bill has new addresses for what is unpaid, also when its time was over; a share can have one alone', async () => {
  const details = await bill(three(), { invoiceExpirationPeriod: '1' });
  const { merchantInvoiceId: name, systemInvoiceId, customerDetail: before } = details;
  await payAt(before[1].transactionUrl);
  const renewed = await regenerate(systemInvoiceId, 'https://shop.example/other');
  assert.equal(codeOf(renewed), '00013');
  const { customerDetail: once, ...whole } = renewed.invoiceDetails;
  assert.deepEqual([whole.systemInvoiceId, whole.amount], [systemInvoiceId, '75.00']);
  const idsOf = (shares: Answer[]) => shares.map(({ systemInvoiceId: id }) => id);
  const urlsOf = (shares: Answer[]) => shares.map(({ transactionUrl }) => transactionUrl);
  assert.deepEqual(idsOf(once), idsOf(before));
  assert.equal(urlsOf(once)[1], urlsOf(before)[1], 'what was paid stays where it is');
  for (const i of [0, 2]) {
    assert.equal((await pageOf(urlsOf(before)[i])).status, 404);
    const [, mail] = await mailsOf(before[i].customerEmail, 2);
    assert.ok(mail!.text.includes(urlsOf(once)[i]));
  }
  const alone = await regenerate(before[2].systemInvoiceId);
  assert.equal(codeOf(alone), '00013');
  assert.deepEqual(
    [alone.invoiceDetails.amount, alone.invoiceDetails.customerEmail, alone.invoiceDetails.customerDetail],
    ['20.00', before[2].customerEmail, undefined],
  );
  const { customerDetail: twice } = (await inquire(name)).invoiceDetails;
  assert.deepEqual(urlsOf(twice), [...urlsOf(once).slice(0, 2), alone.invoiceDetails.transactionUrl]);

  await tollgate.advance(hourMs + 1_000);
  assert.deepEqual(await stand(name), ['expired', ['expired', 'processed', 'expired']]);
  assert.equal(codeOf(await byId('remind', systemInvoiceId)), '20090');
  assert.equal(codeOf(await byId('cancel', systemInvoiceId)), '10012');
  const one = await regenerate(before[0].systemInvoiceId);
  assert.equal(codeOf(one), '00013');
  assert.equal((await stand(name))[1][2], 'expired');
  const again = await regenerate(systemInvoiceId);
  assert.equal(codeOf(again), '00013');
  assert.deepEqual(idsOf(again.invoiceDetails.customerDetail), idsOf(before));
  assert.deepEqual(
    again.invoiceDetails.customerDetail.map((share: Answer) => share.merchantTransactionId),
    [1, 2, 3].map((n) => `${name}-${n}`),
  );
  const [first, , last] = urlsOf(again.invoiceDetails.customerDetail);
  assert.notEqual(first, one.invoiceDetails.transactionUrl);
  await payAt(first);
  await payAt(last);
  assert.deepEqual(await stand(name), ['processed', ['processed', 'processed', 'processed']]);
  await mailsOf(before[2].customerEmail, 4);
});

test('6.25: those are reminded who have not paid, or one alone', async () => {
  const { merchantInvoiceId: name, systemInvoiceId, customerDetail: shares } = await bill();
  await payAt(shares[0].transactionUrl);
  const reminded = await byId('remind', systemInvoiceId);
  assert.equal(codeOf(reminded), '00012');
  assert.deepEqual(
    reminded.invoiceDetails.customerDetail.map((one: Answer) => one.transactionUrl),
    shares.map((one: Answer) => one.transactionUrl),
  );
  assert.equal(codeOf(await byId('remind', shares[2].systemInvoiceId)), '00012');
  assert.equal(codeOf(await byId('remind', shares[0].systemInvoiceId)), '20083');
  const last = await mailsOf(shares[2].customerEmail, 3);
  assert.equal(last[1]!.subject, `Reminder: invoice ${name} from Acme Mugs`);
  assert.ok(last[2]!.text.includes('Your share: 20.00 EUR'));
  assert.equal((await mailsOf(shares[1].customerEmail, 2)).length, 2);
  assert.equal((await mailsTo(tollgate, shares[0].customerEmail)).length, 1);
});

test('6.27: lists and totals have a bill once, with all that it comes to', async () => {
  const keeper = await addTsMerchant(tollgate);
  const own = invoiceClient(tollgate.url, keeper);
  const split = async (): Promise<Answer> =>
    (await own.call('generate', bodyOf(three(), { isemail: 'N' }, keeper))).invoiceDetails;
  const [paid, open] = [await split(), await split()];
  await own.call('generate', own.fieldsOf({ isemail: 'N', amount: '5.00' }));
  for (const { transactionUrl } of paid.customerDetail) await payAt(transactionUrl);
  await payAt(open.customerDetail[2].transactionUrl);
  const { paymentId } = (await own.inquire(paid.merchantInvoiceId)).invoiceDetails.customerDetail[0];
  await keeper.follow('RF', paymentId, '12.00');
  const signed = { ...own.member, invoiceAction: 'GET', 'authentication.checksum': keeper.signed('GET') };
  const { invoiceList } = await own.call('getInvoice', signed);
  assert.deepEqual(
    invoiceList.map((row: Answer) => [row.amount, row.invoiceStatus, row.trackingid, row.customerDetail?.length]),
    [
      ['5.00', 'generated', '-', undefined],
      ['75.00', 'generated', '-', 3],
      ['75.00', 'processed', '-', 3],
    ],
  );
  const row = invoiceList[2];
  assert.deepEqual(
    [row.systemInvoiceId, row.orderId, row.refundAmount],
    [paid.systemInvoiceId, paid.merchantInvoiceId, '12.00'],
  );
  assert.deepEqual(statesOf(invoiceList[1]), ['generated', 'generated', 'processed']);
  const page = { 'pagination.pageno': '2', 'pagination.records': '1' };
  const [middle, ...none] = (await own.call('getInvoice', { ...signed, ...page })).invoiceList;
  assert.deepEqual([middle.systemInvoiceId, none.length], [open.systemInvoiceId, 0]);
  const totals = await own.call('getInvoiceDetails', signed);
  const found = totals.invoiceList.map(({ invoiceDetails: { transactionstatus, amount, count } }: Answer) => [
    transactionstatus,
    amount,
    count,
  ]);
  assert.deepEqual(found.sort(), [
    ['generated', '80.00', '2'],
    ['processed', '75.00', '1'],
  ]);
});

test('2.6: in XML each share is an element of the list', async () => {
  const details = bodyOf([friend('25.00', '<Ada>'), friend('50.00')]);
  const text = await (await client.send('generate', details, shop, { accept: 'application/xml' })).text();
  assert.equal(text.match(/<customerDetail>/g)?.length, 2);
  assert.match(text, /<customerDetail><customerName>&lt;Ada&gt;<\/customerName>/);
});

test('10: whatever a customer of a bill is like, the answer is one of the API’s own', async () => {
  const known = new Set(Object.keys(descriptions));
  const fields = ['customerName', 'customerEmail', 'customerPhone', 'customerPhoneCC', 'amount', '__proto__'];
  const [ada, bob] = [friend('50.00'), friend('25.00')];
  const place = JSON.stringify('the odd value');
  for (const [index, field] of [...fields, 'whole', 'list'].entries()) {
    // Each field has half of the odd values; all of them have each.
    for (const odd of oddTexts.filter((_, at) => (at + index) % 2 === 0)) {
      const customers =
        field === 'list'
          ? 'the odd value'
          : [ada, field === 'whole' ? 'the odd value' : { ...bob, [`${field}`]: 'the odd value' }];
      const text = bodyOf(customers, { isemail: index % 4 < 2 ? 'Y' : 'N' });
      const sent =
        field === '__proto__' ? text.replace('"amount":"25.00"', `"amount":"25.00","__proto__":${odd}`) : text;
      const answer = await call(
        'generate',
        sent.replace(place, () => odd),
      );
      for (const code of codeOf(answer).split(' | '))
        assert.ok(known.has(code), `${code}: ${field} ${odd.slice(0, 40)}`);
      assert.ok(!JSON.stringify(answer).includes('4440000009900010'), `a card number came back: ${field}`);
    }
  }
});

test('10: whatever number a bill is asked for by, the answer is one of the API’s own', async () => {
  const known = new Set(Object.keys(descriptions));
  const { merchantInvoiceId: name, systemInvoiceId } = await bill(three(), { isemail: 'N' });
  const { memberId } = shop;
  const calls: readonly (readonly [string, (odd: string) => string, object])[] = [
    ['cancel', () => '', {}],
    ['remind', () => '', {}],
    ['regenerate', (odd) => shop.signedFirst(odd, redirect), { merchantRedirectUrl: redirect }],
    ['invoiceTransInquiry', () => shop.signed(name), { merchantInvoiceId: name }],
  ];
  for (const [path, signed, more] of calls) {
    for (const odd of oddTexts) {
      const value = JSON.parse(odd) as unknown;
      const authentication = { memberId, checksum: signed(typeof value === 'string' ? value.trim() : odd) };
      const text = JSON.stringify({ authentication, ...more });
      const answer = await call(path, `${text.slice(0, -1)},"invoiceId":${odd}}`);
      for (const code of codeOf(answer).split(' | '))
        assert.ok(known.has(code), `${code}: ${path} ${odd.slice(0, 40)}`);
    }
  }
  assert.equal(codeOf(await byId('cancel', `0${systemInvoiceId}`)), '20078');
  assert.deepEqual(await stand(name), ['generated', ['generated', 'generated', 'generated']]);
});

test('the books agree', () => booksAgree(tollgate));
