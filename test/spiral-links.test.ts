import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dossierOf } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { Payer } from './payer.ts';
import { startReceiver } from './receiver.ts';
import { addSpiralMerchant } from './spiral-merchant.ts';

// Payment links: a merchant makes one and hands it out, a payer chooses how to pay, and may try again.

const tollgate = await startTollgate();
const merchant = await addSpiralMerchant(tollgate, { fpsId: '9990001' });
const receiver = await startReceiver();

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const visa = '4440000009900010';
const declinedCard = { number: visa, expiry: '05/39' };
const challengedCard = { number: '4111220000000010' };

let serial = 0;
const newReference = () => `LINK-${process.pid}-${++serial}`;

type Client = typeof merchant;

const putLink = (reference: string, body: object = {}, client: Client = merchant) =>
  client.send({
    method: 'PUT',
    noun: 'paymentlink',
    reference,
    body: {
      clientId: client.clientId,
      merchantRef: reference,
      amt: 1280,
      goodsName: 'Deposit May course',
      webhookUrl: `${receiver.url}/hooks/${reference}`,
      durationHr: 24,
      ...body,
    },
  });

const queryLink = (reference: string, client: Client = merchant) =>
  client.send({ method: 'GET', noun: 'paymentlink', reference });

/** A link that was made. */
const begin = async (body: object = {}) => {
  const reference = newReference();
  const { status, body: answer } = await putLink(reference, body);
  assert.equal(status, 200, JSON.stringify(answer));
  return { reference, url: answer.paymentLinkUrl as string };
};

type Begun = Awaited<ReturnType<typeof begin>>;

const statusOf = async ({ reference }: Begun): Promise<string> => (await queryLink(reference)).body.status;
const noticesOf = ({ reference }: Begun) => receiver.received.filter(({ path }) => path === `/hooks/${reference}`);

/** The one notice of a link, genuine. */
const noticeOf = async (begun: Begun) => {
  const notice = await until('the notice', () => noticesOf(begun)[0]);
  assert.ok(merchant.isGenuine(notice));
  return JSON.parse(notice.text);
};

/** A payer before the page of a link. */
const open = ({ url }: Begun, locale = 'en_US') => new Payer(`${url}?locale=${locale}`).go();

/** Chooses a way to pay on the link's page, or on the result page of an attempt that failed. */
const choose = async (payer: Payer, type: string): Promise<Payer> => {
  const form = payer.page.forms.find(({ action }) => action.pathname.startsWith('/link/'));
  assert.ok(form, `no choice here: ${payer.page.html}`);
  return payer.go(form.action, { type });
};

const linkBackOf = (payer: Payer): string => {
  const link = /href="(\/link\/[^"]+)"/.exec(payer.page.html)?.[1];
  assert.ok(link, `no way back here: ${payer.page.html}`);
  return new URL(link, tollgate.url).href;
};

const choicesOf = ({ page }: Payer): string[] =>
  [...page.html.matchAll(/<button class="type" name="type" value="(\w+)"/g)].map(([, name]) => name!);

/** What the payer does in the wallet's app about the code of an attempt. */
const inApp = async (attempt: string, fields: Record<string, string>) => {
  const url = await until('the code', async () => {
    const { challenge } = (await dossierOf(tollgate, attempt)).view.attempts[0]!;
    return challenge?.kind === 'qr' ? challenge.appUrl! : undefined;
  });
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  assert.ok([200, 303].includes(answer.status), `${answer.status} of the wallet`);
};

test('15.1, 15.2: a link is answered with an address that nobody can guess, and E4 tells the same', async () => {
  const reference = newReference();
  const { status, body } = await putLink(reference, { metadata: { course: 'may' } });
  assert.equal(status, 200);
  const { paymentLinkUrl, ...rest } = body;
  assert.deepEqual(rest, {
    clientId: merchant.clientId,
    merchantRef: reference,
    approvedTxnId: '',
    status: 'Unconfirmed',
    amt: 1280,
  });
  assert.match(paymentLinkUrl, new RegExp(`^${tollgate.url}/link/[A-Za-z0-9_-]{24}$`));
  assert.deepEqual((await queryLink(reference)).body, body);
});

test('23.10, 15.4: paid on the second attempt, told by W2, queried by E4, refunded through orderId', async () => {
  const begun = await begin({ metadata: { course: 'may' } });
  const payer = await choose(await open(begun), 'VM');
  await payer.pay(declinedCard);
  assert.match(payer.page.html, /Payment declined/);
  assert.equal(await statusOf(begun), 'Unconfirmed');
  const first = (await merchant.query(`${begun.reference}_01`)).body;
  assert.deepEqual([first.status, first.cmd, first.type, first.amt], ['Declined', 'SALESESSION', 'VM', 1280]);
  assert.deepEqual(first.metadata, { course: 'may' });

  await payer.go(linkBackOf(payer));
  assert.match(payer.page.html, /was not accepted/);
  await choose(payer, 'VM');
  await payer.pay({ number: visa });
  assert.match(payer.page.html, /Payment complete/);
  const second = (await merchant.query(`${begun.reference}_02`)).body;
  assert.equal(second.status, 'Approved');

  const told = await noticeOf(begun);
  assert.deepEqual(told, {
    clientId: merchant.clientId,
    merchantRef: begun.reference,
    approvedTxnId: second.txnId,
    status: 'Approved',
    amt: 1280,
    paymentLinkUrl: begun.url,
    orderId: second.orderId,
    approvedMerchantRef: `${begun.reference}_02`,
  });
  assert.deepEqual((await queryLink(begun.reference)).body, told);
  await payer.go();
  assert.match(payer.page.html, /Payment complete/);
  assert.match(payer.page.html, /Visa ending in 0010/);
  assert.deepEqual(payer.page.forms, []);

  const refund = await merchant.put(merchant.newReference(), { cmd: 'REFUND', orderId: told.orderId, amt: 80 });
  assert.deepEqual([refund.body.status, refund.body.type], ['Approved', 'VM']);
  await until('nothing more to tell', async () => {
    const { notices } = await dossierOf(tollgate, `${begun.reference}_02`);
    return notices.length === 1 && notices[0]!.state === 'delivered';
  });
  assert.equal(noticesOf(begun).length, 1, 'the failed attempt and the refund are told by nobody');
});

test('4.3, 15.1: what is wrong with a link, in order', async () => {
  const said = async (body: object | string, reference = newReference()) => {
    const answer =
      typeof body === 'string'
        ? await merchant.send({ method: 'PUT', noun: 'paymentlink', reference, body })
        : await putLink(reference, body);
    return `${answer.status} ${answer.body.error}`;
  };
  assert.equal(await said('{'), '400 Invalid JSON');
  for (const name of ['amt', 'goodsName', 'webhookUrl', 'durationHr'])
    assert.equal(await said({ [name]: null }), `400 Missing field: ${name}`);
  for (const [name, value] of [
    ['amt', '1280'],
    ['amt', 1.234],
    ['goodsName', 'x'.repeat(129)],
    ['goodsDesc', 7],
    ['webhookUrl', 'ftp://shop.example/'],
    ['durationHr', 0],
    ['durationHr', 8761],
    ['durationHr', 1.5],
    ['durationHr', '24'],
    ['currency', 'JPY'],
    ['metadata', 7],
  ] as const)
    assert.equal(await said({ [name]: value }), `400 Invalid field: ${name}`, `${name} ${value}`);
  assert.equal(await said({ clientId: 'other' }), '400 Path and body do not match: clientId');
  assert.equal(await said({}, 'x'.repeat(23)), '400 Invalid merchantRef');
  assert.equal(await said({}, 'LINK_01'), '400 Invalid merchantRef');
  assert.equal(await said({ durationHr: 8760 }, `x${process.pid}`.padEnd(22, 'x')), '200 undefined');
});

test('15.5: a reference makes one link for ever, and is none of a transaction', async () => {
  const begun = await begin();
  const again = await putLink(begun.reference);
  assert.deepEqual([again.status, again.body.error], [400, 'Duplicate merchantRef']);
  const session = { cmd: 'SALESESSION', type: 'VM', amt: 1, goodsName: 'x', failureUrl: 'about:blank' };
  const taken = await merchant.put(begun.reference, { ...session, webhookUrl: 'http://127.0.0.1:9/' });
  assert.equal(taken.status, 200);
  assert.equal(await statusOf(begun), 'Unconfirmed');
});

test('2.5: the link of another client, and one that was never made, are unknown', async () => {
  const other = await addSpiralMerchant(tollgate);
  const begun = await begin();
  for (const { status, body } of [await queryLink(begun.reference, other), await queryLink('LINK-9999')]) {
    assert.deepEqual([status, body.status, body.error], [404, 'NotValid', 'Unknown payment link']);
  }
  assert.equal((await putLink(begun.reference, { clientId: other.clientId }, other)).status, 200);
  for (const token of ['0'.repeat(24), 'x', `${begun.url.split('/').at(-1)}x`]) {
    const page = await fetch(`${tollgate.url}/link/${token}`);
    assert.equal(page.status, 404);
  }
});

test('12, 15.4: the page offers what is enabled and can be routed, in the language of the payer', async () => {
  const begun = await begin();
  const payer = await open(begun);
  const all = ['VM', 'UNIONPAY', 'AMEX', 'DINERS', 'PAYME', 'FPS', 'ALIPAYHK', 'ALIPAY', 'WECHAT', 'OCTOPUS'];
  assert.deepEqual(choicesOf(payer), all);
  assert.match(payer.page.html, /Deposit May course/);
  assert.equal(payer.page.headers.get('cache-control'), 'no-store');
  assert.equal(payer.page.headers.get('referrer-policy'), 'no-referrer');
  assert.match((await open(begun, 'zh_HK')).page.html, /請選擇付款方式/);
  const dollars = await open(await begin({ currency: 'USD' }));
  assert.ok(!choicesOf(dollars).includes('FPS'));
  await choose(dollars, 'FPS');
  assert.ok(choicesOf(dollars).length > 0, 'what is not offered begins nothing');
});

test('15.4: a choice withdraws an attempt whose payer has sent nothing; nobody is told', async () => {
  const begun = await begin();
  const [first, second] = [await open(begun), await open(begun)];
  await choose(first, 'VM');
  await choose(second, 'AMEX');
  assert.equal((await merchant.query(`${begun.reference}_01`)).body.status, 'Cancelled');
  assert.equal((await merchant.query(`${begun.reference}_02`)).body.status, 'Unconfirmed');
  await first.pay({ number: visa });
  assert.match(first.page.html, /Payment cancelled/);
  assert.equal(await statusOf(begun), 'Unconfirmed');
  assert.equal(noticesOf(begun).length, 0);
});

test('15.4: while money may be moving no other attempt begins', async () => {
  const begun = await begin();
  const payer = await choose(await open(begun), 'VM');
  await payer.pay(challengedCard);
  const { state } = (await dossierOf(tollgate, `${begun.reference}_01`)).view.operations[0]!;
  assert.equal(state, 'challenged');
  const other = await open(begun);
  assert.deepEqual(choicesOf(other), []);
  assert.match(other.page.html, /A payment is open/);
  await other.go(begun.url, { type: 'AMEX' });
  assert.match(other.page.url.pathname, /^\/pay\//, 'it leads to the attempt that is open');
  assert.equal((await merchant.query(`${begun.reference}_02`)).status, 404);
  await payer.confirm();
  await until('the end', async () => (await statusOf(begun)) === 'Approved');
});

test('15.4: a wallet pays a link, and a choice has the code of another closed first', async () => {
  const begun = await begin();
  const payer = await choose(await open(begun), 'PAYME');
  assert.match(payer.page.html, /Scan with PayMe/);
  await payer.go(begun.url);
  assert.ok(choicesOf(payer).includes('FPS'));
  await choose(payer, 'ALIPAYHK');
  assert.match(payer.page.html, /Scan with AlipayHK/);
  assert.equal((await merchant.query(`${begun.reference}_01`)).body.status, 'Cancelled');
  await inApp(`${begun.reference}_02`, { act: 'pay' });
  const told = await noticeOf(begun);
  assert.deepEqual([told.status, told.approvedMerchantRef], ['Approved', `${begun.reference}_02`]);
});

test('15.3: more than enough by FPS pays the link; a part is told to nobody and lets no other begin', async () => {
  const begun = await begin({ amt: 100 });
  const payer = await choose(await open(begun), 'FPS');
  await inApp(`${begun.reference}_01`, { act: 'transfer', amount: '60' });
  const record = async () => (await merchant.query(`${begun.reference}_01`)).body;
  await until('the part', async () => (await record()).status === 'PartialPaid');
  await payer.go(begun.url);
  assert.deepEqual(choicesOf(payer), []);
  assert.equal(await statusOf(begun), 'Unconfirmed');
  assert.equal(noticesOf(begun).length, 0);
  await inApp(`${begun.reference}_01`, { act: 'transfer', amount: '60' });
  const told = await noticeOf(begun);
  assert.deepEqual([told.status, told.amt], ['Approved', 100]);
  assert.deepEqual([(await record()).status, (await record()).paidAmt], ['OverPaid', 120]);
});

test('15.4: a link ends with its time: Timeout at once, W2, a page that says so, and no attempt', async () => {
  const begun = await begin({ durationHr: 1 });
  const payer = await open(begun);
  await tollgate.advance(hourMs);
  assert.equal(await statusOf(begun), 'Timeout');
  await choose(payer, 'VM');
  assert.match(payer.page.html, /has expired/);
  assert.deepEqual(payer.page.forms, []);
  assert.deepEqual(await noticeOf(begun), {
    clientId: merchant.clientId,
    merchantRef: begun.reference,
    approvedTxnId: '',
    status: 'Timeout',
    amt: 1280,
    paymentLinkUrl: begun.url,
  });
  assert.equal((await merchant.query(`${begun.reference}_01`)).status, 404);
});

test('15.4: an attempt begun in time may finish, and only then does the link end', async () => {
  for (const end of ['paid', 'left'] as const) {
    const begun = await begin({ durationHr: 1 });
    const payer = await open(begun);
    await tollgate.advance(hourMs - minuteMs);
    await choose(payer, 'VM');
    await tollgate.advance(2 * minuteMs);
    assert.equal(await statusOf(begun), 'Unconfirmed');
    const other = await open(begun);
    assert.deepEqual(choicesOf(other), []);
    await other.go(begun.url, { type: 'AMEX' });
    assert.equal((await merchant.query(`${begun.reference}_02`)).status, 404);
    if (end === 'paid') await payer.pay({ number: visa });
    else await tollgate.advance(30 * minuteMs);
    const status = end === 'paid' ? 'Approved' : 'Timeout';
    assert.equal(await statusOf(begun), status);
    await tollgate.advance(minuteMs);
    assert.equal((await noticeOf(begun)).status, status);
    const { sql } = tollgate.installation;
    const ended = end === 'paid' ? 'approved' : 'expired';
    await until('the end on record', async () => {
      const [row] = await sql.unsafe('select ended from tollgate.links where reference = $1', [begun.reference]);
      return row!.ended === ended;
    });
    assert.equal(noticesOf(begun).length, 1);
  }
});

test('15.4: after _99 the page takes no more', async () => {
  const begun = await begin();
  const { sql } = tollgate.installation;
  await sql.unsafe(
    'update tollgate.gates g set version = 99 from tollgate.links l where l.id = g.id and l.reference = $1',
    [begun.reference],
  );
  const payer = await choose(await open(begun), 'VM');
  assert.equal((await merchant.query(`${begun.reference}_99`)).body.status, 'Unconfirmed');
  await payer.cancel();
  await payer.go(begun.url);
  assert.match(payer.page.html, /takes no further tries/);
  await payer.go(begun.url, { type: 'VM' });
  assert.match(payer.page.html, /takes no further tries/);
  assert.equal(await statusOf(begun), 'Unconfirmed');
});

test('a form that another site posts begins nothing, and no token is ever logged', async () => {
  const begun = await begin();
  const answer = await fetch(begun.url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({ type: 'VM' }),
  });
  assert.deepEqual([answer.status, answer.headers.get('location')], [303, new URL(begun.url).pathname]);
  assert.equal((await merchant.query(`${begun.reference}_01`)).status, 404);
  const token = begun.url.split('/').at(-1)!;
  assert.ok(!tollgate.logLines.some((line) => line.includes(token)));
  const rows = await tollgate.installation.sql.unsafe('select l::text from tollgate.links l');
  assert.ok(!rows.some(({ l }) => l.includes(token)), 'the books hold no token');
});
