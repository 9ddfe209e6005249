import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksAgree } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { mailsTo } from './mailbox.ts';
import { oddTexts } from './odd-values.ts';
import { Payer } from './payer.ts';
import { startReceiver } from './receiver.ts';
import { card, codeOf, invoiceClient, nextName, payAt, redirect } from './ts-invoice-client.ts';
import { type Answer, addTsMerchant, type Fields } from './ts-merchant.ts';

// transaction-services: invoices and pay links (sections 1.3, 6.22 to 6.27, 6.30, 7.6).

const tollgate = await startTollgate();
const receiver = await startReceiver();
const shop = await addTsMerchant(tollgate, { companyName: 'Acme <Mugs>', contact: 'help@acme.example' });
const other = await addTsMerchant(tollgate);
const hourMs = 3_600_000;

const {
  member,
  call: invoiceCall,
  fieldsOf: generateFields,
  inquire,
  statusOf,
  byId,
  regenerate,
} = invoiceClient(tollgate.url, shop);

const generate = async (more: Fields = {}): Promise<Answer> => {
  const answer = await invoiceCall('generate', generateFields(more));
  assert.equal(codeOf(answer), '00010', JSON.stringify(answer));
  return answer.invoiceDetails;
};

test('6.22, 6.26: an invoice is generated, mailed with its link, paid once, and is processed then', async () => {
  const notificationUrl = `${receiver.url}/invoice`;
  const details = await generate({ notificationUrl, merchantOrderId: 'ORDER-A' });
  const { systemInvoiceId, transactionUrl, createdDate, createdTime, ...rest } = details;
  assert.match(systemInvoiceId, /^\d+$/);
  assert.match(createdDate, /^\d{4}-\d\d-\d\d$/);
  assert.match(createdTime, /^\d\d:\d\d:\d\d$/);
  assert.match(
    transactionUrl,
    new RegExp(`^${tollgate.url}/transaction/PayInvoice\\?inv=${systemInvoiceId}&ct=[A-Za-z0-9]{32}$`),
  );
  const { merchantInvoiceId: name } = rest;
  assert.deepEqual(rest, {
    amount: '75.00',
    currency: 'EUR',
    invoiceExpirationPeriod: '72',
    expirationPeriod: '72',
    merchantInvoiceId: name,
    customerEmail: `ada${name}@shop.example`,
    merchantOrderDescription: 'Six mugs',
  });
  const [mail] = await until('the mail', async () => {
    const mails = await mailsTo(tollgate, rest.customerEmail);
    return mails.length > 0 && mails;
  });
  assert.equal(mail!.subject, `Invoice ${name} from Acme <Mugs>`);
  assert.ok(mail!.text.includes(transactionUrl));
  assert.match(mail!.html, /Acme &lt;Mugs&gt;/);
  await until('the mail is noted', async () => (await statusOf(name)) === 'mailsent');

  const payer = await new Payer(transactionUrl).go();
  assert.equal(payer.page.status, 200);
  assert.match(payer.page.html, /Six mugs/);
  await payAt(transactionUrl, '4000000000000002'.replace('0002', '0036'));
  assert.equal(await statusOf(name), 'mailsent', 'a payment that failed does not use the link up');
  const paid = await payAt(transactionUrl);
  const back = paid.page.forms.find(({ action }) => action.href === redirect)!;
  assert.equal(back.fields.status, 'Y');
  assert.equal(back.fields.merchantTransactionId, 'ORDER-A');
  const { memberId, statusInvoiceResult, invoiceDetails } = await inquire(name);
  assert.deepEqual(
    [memberId, statusInvoiceResult],
    [shop.memberId, { code: '00026', description: 'Your record found successfully' }],
  );
  assert.deepEqual(invoiceDetails, {
    merchantOrderId: 'ORDER-A',
    merchantInvoiceId: name,
    invoiceStatus: 'processed',
    transactionStatus: 'capturesuccess',
    amount: '75.00',
    currency: 'EUR',
    systemInvoiceId,
    paymentId: back.fields.paymentId,
  });
  const { transactionDetails } = await inquire(name, 'invoiceTransInquiry');
  assert.equal(transactionDetails.systemPaymentId, back.fields.paymentId);
  assert.equal(transactionDetails.refundAmount, '0.00');
  await until('both ends are told', () => receiver.received.filter(({ path }) => path === '/invoice').length === 2);
  assert.equal(codeOf(await byId('cancel', systemInvoiceId)), '20089');
  assert.equal(codeOf(await byId('remind', systemInvoiceId)), '20083');
  assert.equal(codeOf(await regenerate(systemInvoiceId)), '20083');
  const again = await new Payer(transactionUrl).go();
  assert.equal(again.page.status, 200);
  assert.deepEqual(again.page.forms, [], 'nothing to pay');
});

test('6.22: JSON with lines, which mail and page show; no mail where none is wanted', async () => {
  const name = nextName();
  const product = [{ productDescription: 'Mug <blue>', productAmount: '12.50', quantity: 6, productTotal: '75.00' }];
  const { 'authentication.checksum': checksum } = generateFields({ merchantInvoiceId: name });
  const asked = {
    authentication: { memberId: shop.memberId, checksum },
    merchantInvoiceId: name,
    amount: '75.00',
    currency: 'EUR',
    merchantRedirectUrl: redirect,
    customer: { email: 'lines@shop.example' },
    paymentterms: '14 days',
    product,
  };
  const { invoiceDetails } = await invoiceCall('generate', JSON.stringify(asked));
  const payer = await new Payer(invoiceDetails.transactionUrl).go();
  assert.match(payer.page.html, /Mug &lt;blue&gt;/);
  assert.match(payer.page.html, /6 × 12\.50 = 75\.00/);
  const [mail] = await until('the mail', async () => {
    const mails = await mailsTo(tollgate, 'lines@shop.example');
    return mails.length > 0 && mails;
  });
  assert.match(mail!.text, /Mug <blue>: 6 × 12\.50 = 75\.00\nAmount: 75\.00 EUR\nTerms: 14 days/);
  // Whatever a line is called, a number of a card in it is not kept.
  const stray = { name: '4440000009900010', orderId: '4440000009900010', '4440000009900010': 'x' };
  const strange = { ...asked, merchantInvoiceId: nextName(), product: [stray] };
  const signed = shop.signed(strange.merchantInvoiceId, '75.00', redirect);
  await invoiceCall(
    'generate',
    JSON.stringify({ ...strange, authentication: { ...asked.authentication, checksum: signed } }),
  );
  const asking = { ...member, invoiceAction: 'GET', 'authentication.checksum': shop.signed('GET') };
  const [{ orderId, productlist }] = (await invoiceCall('getInvoice', asking)).invoiceList;
  assert.equal(orderId, strange.merchantInvoiceId);
  assert.ok(!JSON.stringify(productlist).includes('4440000009900010'), JSON.stringify(productlist));
  const silent = await generate({ isemail: 'N', 'customer.email': 'silent@shop.example' });
  assert.equal(await statusOf(silent.merchantInvoiceId), 'generated');
  assert.equal((await generate({ isemail: 'N', 'customer.email': undefined })).customerEmail, '');
  assert.deepEqual(await mailsTo(tollgate, 'silent@shop.example'), []);
});

test('6.22, 10.1: what is no invoice', async () => {
  const taken = await generate();
  const cases: readonly (readonly [string, Fields])[] = [
    ['20093', { merchantInvoiceId: taken.merchantInvoiceId }],
    ['30085', { merchantInvoiceId: '12345678901' }],
    ['30085', { merchantInvoiceId: 'A1' }],
    ['30003', { amount: '75' }],
    ['30029', { merchantRedirectUrl: 'javascript:alert(1)' }],
    ['30031', { currency: 'XXL' }],
    ['30010', { 'customer.email': undefined }],
    ['30010', { 'customer.email': 'ada' }],
    ['30081', { invoiceExpirationPeriod: '0' }],
    ['30095', { isemail: 'maybe' }],
    ['20017', { 'authentication.checksum': 'f'.repeat(32) }],
    ['30030', { 'authentication.checksum': undefined }],
    ['20018', { currency: 'JPY', amount: '75.50' }],
    ['20005', { paymentMode: 'CC', paymentBrand: 'NONE' }],
    ['20103', { isSplitInvoice: 'Y' }],
    ['30031 | 30010', { currency: 'XXL', 'customer.email': undefined }],
  ];
  for (const [code, more] of cases) {
    const answer = await invoiceCall('generate', generateFields(more));
    assert.equal(codeOf(answer), code, JSON.stringify(more));
    assert.equal(answer.paymentId, '-');
    assert.deepEqual(Object.keys(answer).sort(), ['paymentId', 'statusInvoiceResult']);
  }
  const foreign = await invoiceCall('generate', generateFields(), other);
  assert.deepEqual(foreign, { statusInvoiceResult: { code: '401', description: 'Authorization Failed' } });
});

test('6.23: a new address takes the place of the old one; what has run out is offered again', async () => {
  const {
    systemInvoiceId,
    transactionUrl: first,
    merchantInvoiceId,
  } = await generate({ invoiceExpirationPeriod: '1' });
  const { statusInvoiceResult, invoiceDetails } = await regenerate(systemInvoiceId, 'https://shop.example/other');
  assert.equal(statusInvoiceResult.code, '00013');
  assert.equal(invoiceDetails.systemInvoiceId, systemInvoiceId);
  assert.notEqual(invoiceDetails.transactionUrl, first);
  assert.equal((await new Payer(first).go()).page.status, 404);
  await tollgate.advance(hourMs + 1_000);
  assert.equal(await statusOf(merchantInvoiceId), 'expired');
  assert.equal(codeOf(await byId('remind', systemInvoiceId)), '20090');
  const over = await new Payer(invoiceDetails.transactionUrl).go();
  assert.deepEqual([over.page.status, over.page.forms.length], [200, 0]);
  const again = await regenerate(systemInvoiceId);
  assert.equal(codeOf(again), '00013');
  assert.equal(again.invoiceDetails.systemInvoiceId, systemInvoiceId);
  const mails = await until('three mails', async () => {
    const came = await mailsTo(tollgate, again.invoiceDetails.customerEmail);
    return came.length === 3 && came;
  });
  assert.ok(mails[2]!.text.includes(again.invoiceDetails.transactionUrl));
  await payAt(again.invoiceDetails.transactionUrl);
  assert.equal(await statusOf(merchantInvoiceId), 'processed');
  assert.equal(codeOf(await regenerate('999999999')), '20078');
  assert.equal(codeOf(await regenerate('x')), '20078');
});

test('6.23: of several new addresses at once each is another, and the last one counts', async () => {
  const { systemInvoiceId, merchantInvoiceId } = await generate({ isemail: 'N' });
  const made = await Promise.all([1, 2, 3].map(() => regenerate(systemInvoiceId)));
  const urls = made.filter((one) => codeOf(one) === '00013').map((one) => one.invoiceDetails.transactionUrl as string);
  assert.equal(new Set(urls).size, urls.length);
  const pages = await Promise.all(urls.map(async (url) => (await new Payer(url).go()).page.status));
  assert.equal(pages.filter((status) => status === 200).length, 1);
  assert.equal(await statusOf(merchantInvoiceId), 'generated');
});

test('6.24, 6.25: a reminder is a mail of its own; what is cancelled takes no payment', async () => {
  const { systemInvoiceId, transactionUrl, merchantInvoiceId, customerEmail } = await generate();
  const reminded = await byId('remind', systemInvoiceId);
  assert.equal(codeOf(reminded), '00012');
  assert.equal(reminded.invoiceDetails.transactionUrl, transactionUrl);
  const mails = await until('both mails', async () => {
    const came = await mailsTo(tollgate, customerEmail);
    return came.length === 2 && came;
  });
  assert.equal(mails[1]!.subject, `Reminder: invoice ${merchantInvoiceId} from Acme <Mugs>`);
  const { statusInvoiceResult, invoiceDetails } = await byId('cancel', systemInvoiceId, {
    cancelReason: 'Ordered twice',
  });
  assert.equal(statusInvoiceResult.code, '00011');
  assert.deepEqual(Object.keys(invoiceDetails).sort(), ['createdDate', 'createdTime', 'systemInvoiceId']);
  assert.equal(codeOf(await byId('cancel', systemInvoiceId)), '20077');
  assert.equal(codeOf(await byId('remind', systemInvoiceId)), '20077');
  assert.equal(codeOf(await regenerate(systemInvoiceId)), '20077');
  assert.equal(codeOf(await byId('cancel', systemInvoiceId, { cancelReason: 'x'.repeat(51) })), '30080');
  assert.equal(await statusOf(merchantInvoiceId), 'cancelled');
  const page = (await new Payer(transactionUrl).go()).page;
  assert.deepEqual([page.status, page.forms.length], [200, 0]);
  // Another member's invoices are as unknown as those that never were.
  const asOther = { 'authentication.memberId': other.memberId, invoiceId: systemInvoiceId };
  assert.equal(codeOf(await invoiceCall('cancel', asOther, other)), '20078');
});

test('6.27: lists, totals, the next number, and settings', async () => {
  const signed = { ...member, invoiceAction: 'GET', 'authentication.checksum': shop.signed('GET') };
  const page = await invoiceCall('getInvoice', { ...signed, 'pagination.pageno': '1', 'pagination.records': '3' });
  assert.equal(page.invoiceList.length, 3);
  const [newest] = page.invoiceList;
  assert.equal(newest.invoiceStatus, 'cancelled');
  assert.equal(newest.cancelreason, 'Ordered twice');
  assert.equal(newest.customerDetails.customeremail, `ada${newest.orderId}@shop.example`);
  const all = await invoiceCall('getInvoice', signed);
  const numbers = all.invoiceList.map(({ systemInvoiceId }: Answer) => Number(systemInvoiceId));
  assert.deepEqual(
    numbers,
    [...numbers].sort((a, b) => b - a),
  );
  assert.equal(new Set(numbers).size, numbers.length, 'one that was offered again is listed once');
  assert.equal(codeOf(await invoiceCall('getInvoice', { ...signed, 'pagination.pageno': '0' })), '30086');
  assert.equal(codeOf(await invoiceCall('getInvoice', { ...signed, invoiceAction: undefined })), '20017');
  const plain = { ...member, 'authentication.checksum': shop.signed() };
  const totals = await invoiceCall('getInvoiceDetails', plain);
  const counts = totals.invoiceList.map(({ invoiceDetails }: Answer) => Number(invoiceDetails.count));
  assert.equal(
    counts.reduce((sum: number, count: number) => sum + count, 0),
    numbers.length,
  );
  const next = await invoiceCall('getOrderID', plain);
  assert.equal(codeOf(next), '00020');
  await generate({ merchantInvoiceId: next.invoiceDetails.orderId });
  const config = await invoiceCall('getInvoiceConfig', plain);
  assert.equal(config.invoiceDetails.expirationPeriod, '72');
  assert.equal(config.isSplitInvoice, 'N');
  const changed = { ...plain, expirationPeriod: '24', initial: 'BILL', isemail: 'n' };
  assert.equal(codeOf(await invoiceCall('updateInvoiceConfig', changed)), '00018');
  assert.equal(codeOf(await invoiceCall('updateInvoiceConfig', { ...changed, isemail: 'perhaps' })), '10020');
  const after = await invoiceCall('getinvoiceconfigdetails', {
    ...member,
    merchantRedirectUrl: redirect,
    'authentication.checksum': shop.signed(redirect),
  });
  const { expirationPeriod, intial, isemail } = after.invoiceDetails;
  assert.deepEqual([expirationPeriod, intial, isemail], ['24', 'BILL', 'N']);
  // Two changes at once both count.
  const beside = [{ gst: '27' }, { paymentterms: '8 days' }, { latefee: '5' }].map((one) => ({ ...plain, ...one }));
  await Promise.all(beside.map((one) => invoiceCall('updateInvoiceConfig', one)));
  const { gst, paymentterms, latefee } = (await invoiceCall('getInvoiceConfig', plain)).invoiceDetails;
  assert.deepEqual([gst, paymentterms, latefee], ['27', '8 days', '5']);
  const made = await generate({ 'customer.email': 'config@shop.example' });
  assert.equal(made.expirationPeriod, '24');
  assert.deepEqual(await mailsTo(tollgate, 'config@shop.example'), []);
  assert.equal(codeOf(await invoiceCall('updateInvoiceConfig', { ...changed, isemail: 'Y' })), '00018');
});

test('6.30: a pay link is paid once, and has no shop to go back to', async () => {
  const order = shop.newOrder();
  const askFor = async (more: object = {}, checksum = shop.signedLast(order, '15.00')) => {
    const body = {
      authentication: { memberId: shop.memberId, checksum, expirationTime: '24' },
      merchant: { orderID: order, amount: '15.00', currency: 'EUR', contactName: 'Ada Lovelace', ...more },
    };
    const answer = await fetch(`${tollgate.url}/merchantServices/api/v1/generatePayByLink`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authtoken: await shop.tokenOf() },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Answer;
  };
  const { result, timestamp } = await askFor();
  assert.match(timestamp, /^\d{4}-/);
  assert.equal(result.code, '00026');
  assert.match(result.url, new RegExp(`/transaction/PayByLink\\?orderId=${order}&authToken=[A-Za-z0-9]{32}$`));
  const paid = await payAt(result.url);
  assert.match(paid.page.html, /Payment complete/);
  assert.equal((await askFor()).result.code, '20043');
  assert.equal((await askFor({}, 'f'.repeat(32))).result.code, '20017');
  const number = (await askFor(
    { orderID: '4111111111111111' },
    shop.signedLast('4111111111111111', '15.00'),
  )) as Answer;
  assert.equal(number.result.code, '30004', 'no number of a card in an address');
  const wrong = new URL(result.url);
  wrong.searchParams.set('orderId', 'another');
  assert.equal((await new Payer(wrong.href).go()).page.status, 404);
});

test('7.6: of many payers at once one pays, whatever its member does meanwhile', async () => {
  for (let round = 0; round < 4; round++) {
    const { systemInvoiceId, transactionUrl, merchantInvoiceId } = await generate({ isemail: 'N' });
    const before = (await tollgate.assembly.sandbox!.book.entries()).filter(
      ({ status }) => status === 'approved',
    ).length;
    const crowd = Array.from({ length: 6 }, async () => {
      const payer = await new Payer(transactionUrl).go();
      const form = payer.page.forms.at(-1);
      if (!form) return;
      await payer.go(form.action, { type: 'Card' });
      if (payer.seesCardForm) await payer.pay(card);
    });
    const meddling = round % 2 === 0 ? byId('cancel', systemInvoiceId) : regenerate(systemInvoiceId);
    await Promise.all([...crowd, meddling]);
    const paid = (await tollgate.assembly.sandbox!.book.entries()).filter(({ status }) => status === 'approved').length;
    assert.ok(paid - before <= 1, `${paid - before} payments`);
    const status = await statusOf(merchantInvoiceId);
    assert.equal(status === 'processed', paid - before === 1, status);
  }
});

test('10: whatever a field of an invoice holds, the answer is one of the API’s own', async () => {
  const names = Object.keys(generateFields()).filter((name) => name !== 'authentication.memberId');
  for (const [index, name] of [
    ...names,
    'product',
    'customerDetail',
    'gst',
    'isSplitInvoice',
    'billingAddress.city',
    'issms',
  ].entries()) {
    const { 'authentication.memberId': memberId, 'authentication.checksum': _, ...rest } = generateFields();
    const checksum = shop.signed(rest.merchantInvoiceId!, rest.amount!, redirect);
    // Each field has a third of the odd values; all of them have each.
    for (const odd of oddTexts.filter((_, at) => (at + index) % 3 === 0)) {
      const text = `${JSON.stringify({ authentication: { memberId, checksum }, ...rest, [name]: undefined }).slice(0, -1)},"${name}":${odd}}`;
      const { code } = (await invoiceCall('generate', text)).statusInvoiceResult;
      assert.match(code, /^\d{3,5}( \| \d{5})*$/, `${name} ${odd.slice(0, 40)}`);
      assert.notEqual(code, '500', `${name} ${odd.slice(0, 40)}`);
    }
  }
});

test('the books agree', () => booksAgree(tollgate));
