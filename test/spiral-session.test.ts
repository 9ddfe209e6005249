import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksAgree, dossierOf } from './books.ts';
import { startTollgate, until } from './installation.ts';
import { openPage, Payer, type TypedCard } from './payer.ts';
import { startReceiver } from './receiver.ts';
import { addSpiralMerchant } from './spiral-merchant.ts';

// A merchant's sessions, from the signed request to the signed notice, paid in a browser without JavaScript.

const tollgate = await startTollgate({ TOLLGATE_TRUST_PROXY: '1', TOLLGATE_PAGE_POSTS_PER_MINUTE: '30' });
const merchant = await addSpiralMerchant(tollgate);
const receiver = await startReceiver();

const minuteMs = 60_000;
const successUrl = 'https://shop.example/done?o=17&x=%7E;a=b#frag';
const failureUrl = 'https://shop.example/retry?o=17';
const visa = '4440000009900010';

/** A session, and its payer before the card form. The notice goes to a path of its own. */
const begin = async (body: object = {}) => {
  const hook = `/hooks/${merchant.newReference()}`;
  const webhookUrl = receiver.url + hook;
  const session = await merchant.openSession({ successUrl, failureUrl, webhookUrl, ...body });
  const payer = await openPage(tollgate.url, session.sessionId);
  return { ...session, payer, hook };
};

type Begun = Awaited<ReturnType<typeof begin>>;

const recordOf = async ({ reference }: Begun) => (await merchant.query(reference)).body;
const noticesAt = ({ hook }: Begun) => receiver.received.filter(({ path }) => path === hook);

/** The one notice of a session, once it has arrived and is marked as delivered. */
const noticeOf = async (begun: Begun) => {
  const notice = await until('the notice', () => noticesAt(begun)[0]);
  await until('its delivery on record', async () => {
    const { notices } = await dossierOf(tollgate, begun.reference);
    return notices.every(({ state }) => state === 'delivered');
  });
  assert.equal(noticesAt(begun).length, 1);
  assert.ok(merchant.isGenuine(notice));
  return { ...notice, body: JSON.parse(notice.text) };
};

/** The end of a session, which page, notice and query tell alike (section 14.2: the notice has no session id). */
const endsAs = async (begun: Begun, expected: { status: string; resp?: string; paidAmt: number }) => {
  const { status, resp, paidAmt, ...record } = await recordOf(begun);
  assert.deepEqual({ status, ...(resp && { resp }), paidAmt }, expected);
  assert.equal(begun.payer.leftTo, status === 'Approved' ? successUrl : failureUrl);
  const { sessionId, ...told } = { status, resp, paidAmt, ...record };
  assert.equal(sessionId, begun.sessionId);
  const notice = await noticeOf(begun);
  assert.deepEqual(notice.body, JSON.parse(JSON.stringify(told)));
  return notice;
};

/** Messages of one kind that acquirers were sent so far. */
const sentCount = async (action: string): Promise<number> => {
  const metrics = await (await fetch(`${tollgate.url}/metrics`)).text();
  const counts = metrics.matchAll(/^tollgate_acquirer_seconds_count\{(.*)\} (\d+)$/gm);
  return [...counts].reduce(
    (sum, [, labels, n]) => (labels!.includes(`action="${action}"`) ? sum + Number(n) : sum),
    0,
  );
};

const entriesOf = async (reference: string) => {
  const { view } = await dossierOf(tollgate, reference);
  const { book } = tollgate.assembly.sandbox!;
  return (await Promise.all(view.attempts.map((attempt) => book.entry(attempt.sentReference)))).filter(Boolean);
};

test('5.4: a session is answered Approved with all that strict clients need, and 6: its record is Unconfirmed', async () => {
  const body = { metadata: { cart: 'c-771', n: [1, 2] }, goodsDesc: 'LED, black', channel: 'web' };
  const { reference, sessionId, answer } = await merchant.openSession(body);
  const { txnId, orderId, dateTime, ...rest } = answer.body;
  assert.match(txnId, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  assert.match(orderId, /^[0-9a-f-]{36}$/);
  assert.notEqual(txnId, orderId);
  assert.match(dateTime, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+0800$/);
  const told = {
    clientId: merchant.clientId,
    merchantRef: reference,
    cmd: 'SALESESSION',
    type: 'VM',
    txnType: 'SALE',
    merchantId: 'H000000H0000001',
    hostId: '1',
    amt: 268.5,
    currency: 'HKD',
    goodsName: 'Desk lamp',
    goodsDesc: 'LED, black',
    metadata: body.metadata,
    sessionId: `MPGS${txnId.slice(0, 8)}${merchant.clientId}+${reference}`,
  };
  assert.deepEqual(rest, {
    ...told,
    status: 'Approved',
    channel: 'web',
    successUrl: 'https://shop.example/done?o=17',
    failureUrl: 'https://shop.example/retry?o=17',
    webhookUrl: 'http://127.0.0.1:9/nobody',
  });
  const record = (await merchant.query(reference)).body;
  assert.deepEqual(record, { ...told, txnId, orderId, dateTime, status: 'Unconfirmed', paidAmt: 0 });
  assert.equal(sessionId, told.sessionId);
});

test('5.4, 9: the prefix and the host tell the type of the session', async () => {
  for (const [type, prefix, hostId] of [
    ['VM', 'MPGS', '1'],
    ['UnionPay', 'UP', '2'],
    ['AMEX', 'CK', '3'],
    ['Diners', 'CK', '4'],
  ] as const) {
    const { answer } = await merchant.openSession({ type });
    assert.deepEqual([answer.body.type, answer.body.hostId], [type, hostId]);
    assert.ok(answer.body.sessionId.startsWith(prefix + answer.body.txnId.slice(0, 8)));
  }
});

test('12, 14: a payer pays without JavaScript, the merchant is told once, signed, and the query says the same', async () => {
  const begun = await begin({ metadata: '{"kept": 1e2}' });
  const { payer } = begun;
  assert.equal(payer.page.headers.get('cache-control'), 'no-store');
  assert.equal(payer.page.headers.get('referrer-policy'), 'no-referrer');
  assert.match(payer.page.headers.get('content-security-policy')!, /frame-ancestors 'none'/);
  assert.match(payer.page.html, new RegExp(`${merchant.name}.*268\\.50.*Desk lamp`, 's'));
  await payer.pay({ number: '4440 0000 0990 0010', expiry: '01/39', code: '123', holder: 'CHAN Tai Man' });
  const notice = await endsAs(begun, { status: 'Approved', resp: 'APPROVED', paidAmt: 268.5 });
  const { body } = notice;
  assert.deepEqual([body.card, body.pan, body.expDate], ['VISA', '444000xxxxxx0010', '0139']);
  assert.match(body.appCode, /^\d{6}$/);
  assert.match(body.hostTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/);
  assert.match(body.cardToken, /^TK[A-Z0-9]{14}$/);
  assert.deepEqual([body.cardTokenSrc, body.metadata, body.respMsg], ['SPIRAL', '{"kept": 1e2}', 'ok']);
  assert.equal(notice.headers['content-type'], 'application/json');
  for (const name of ['Spiral-Request-Datetime', 'Spiral-Server-Signature'])
    assert.ok(notice.rawHeaders.includes(name));
  assert.match(String(notice.headers['spiral-request-datetime']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

test('17: the same card of the same merchant has the same token, and another card another', async () => {
  const tokens = [];
  for (const number of [visa, visa, '5123450000000008']) {
    const begun = await begin();
    await begun.payer.pay({ number });
    tokens.push((await recordOf(begun)).cardToken);
  }
  assert.equal(tokens[0], tokens[1]);
  assert.notEqual(tokens[0], tokens[2]);
});

test('20: a refused card ends the session as its expiry or security code says', async () => {
  for (const [card, resp] of [
    [{ expiry: '05/39' }, 'DECLINED'],
    [{ expiry: '06/39' }, 'INSUFFICIENT_FUNDS'],
    [{ expiry: '04/27' }, 'EXPIRED_CARD'],
    [{ expiry: '07/39' }, 'INVALID_CSC'],
    [{ expiry: '01/39', code: '000' }, 'INVALID_CSC'],
  ] as [Partial<TypedCard>, string][]) {
    const begun = await begin();
    await begun.payer.pay({ number: visa, ...card });
    const { body } = await endsAs(begun, { status: 'Declined', resp, paidAmt: 0 });
    assert.deepEqual([body.appCode, body.cardToken, body.pan], [undefined, undefined, '444000xxxxxx0010']);
  }
});

test('12: 3-D Secure stands before the result, and the right code passes it', async () => {
  const begun = await begin();
  const { payer } = begun;
  await payer.pay({ number: '4000000000000002' });
  assert.equal((await recordOf(begun)).status, 'Unconfirmed');
  await payer.toIssuer();
  assert.match(payer.page.html, /268\.50/);
  await payer.answer({ otp: '111111' });
  assert.equal((await recordOf(begun)).status, 'Unconfirmed', 'what the issuer knows counts once the payer is back');
  await payer.comeBack();
  await endsAs(begun, { status: 'Approved', resp: 'APPROVED', paidAmt: 268.5 });
  assert.equal((await entriesOf(begun.reference)).length, 1);
});

test('12: 3-D Secure refused or left is Declined, AUTHENTICATION_FAILED', async () => {
  for (const said of [{ otp: '222222' }, { outcome: 'decline' }, { outcome: 'cancel' }, { outcome: 'open' }] as const) {
    const begun = await begin();
    await begun.payer.pay({ number: '4000000000000002' });
    await begun.payer.confirm(said);
    await endsAs(begun, { status: 'Declined', resp: 'AUTHENTICATION_FAILED', paidAmt: 0 });
  }
});

test('20: the card that never authenticates does not, whatever is typed', async () => {
  const begun = await begin();
  await begun.payer.pay({ number: visa, expiry: '09/39' });
  await begun.payer.confirm({ otp: '111111' });
  await endsAs(begun, { status: 'Declined', resp: 'AUTHENTICATION_FAILED', paidAmt: 0 });
});

test('12: a forged result of 3-D Secure pays nothing', async () => {
  const begun = await begin();
  const { payer } = begun;
  await payer.pay({ number: '4000000000000002' });
  const { fields } = payer.form('/sandbox/issuer/challenge');
  const cres = Buffer.from(JSON.stringify({ messageType: 'CRes', acsTransID: fields.creq, transStatus: 'Y' }));
  await payer.go(`${tollgate.url}/pay/${encodeURIComponent(begun.sessionId)}/return`, {
    cres: cres.toString('base64url'),
    threeDSSessionData: fields.threeDSSessionData!,
  });
  await endsAs(begun, { status: 'Declined', resp: 'AUTHENTICATION_FAILED', paidAmt: 0 });
});

test('12: the 3-D Secure that another payer passed opens no session but its own', async () => {
  const [mine, other] = [await begin(), await begin()];
  for (const { payer } of [mine, other]) await payer.pay({ number: '4000000000000002' });
  await other.payer.toIssuer();
  await other.payer.answer({ otp: '111111' });
  const back = other.payer.form('/return');
  await mine.payer.go(`${tollgate.url}/pay/${encodeURIComponent(mine.sessionId)}/return`, back.fields);
  assert.equal((await recordOf(mine)).status, 'Unconfirmed');
  assert.equal((await recordOf(other)).status, 'Unconfirmed');
  await other.payer.comeBack();
  assert.equal((await recordOf(other)).status, 'Approved');
  await mine.payer.confirm();
  assert.equal((await recordOf(mine)).status, 'Approved');
});

test('12: coming back twice from 3-D Secure, also at once, resumes it once', async () => {
  const begun = await begin();
  const { payer } = begun;
  await payer.pay({ number: '4000000000000002' });
  await payer.toIssuer();
  await payer.answer({ otp: '111111' });
  const { action, fields } = payer.form('/return');
  const before = await sentCount('resume');
  const answers = await Promise.all(Array.from({ length: 8 }, () => payer.request(action, fields)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([303]));
  await until('the end', async () => (await recordOf(begun)).status === 'Approved');
  await payer.go(action, fields);
  await endsAs(begun, { status: 'Approved', resp: 'APPROVED', paidAmt: 268.5 });
  assert.equal(await sentCount('resume'), before + 1);
});

test('8: the payer cancels; a card that is posted afterwards goes nowhere', async () => {
  const begun = await begin();
  const { payer } = begun;
  const late = payer.filled({ number: visa });
  await payer.cancel();
  await payer.go(late.action, late.fields);
  const { body } = await endsAs(begun, { status: 'Cancelled', paidAmt: 0 });
  for (const name of ['resp', 'respMsg', 'appCode', 'pan', 'expDate', 'card', 'cardToken']) assert.ok(!(name in body));
  assert.ok(body.hostTime);
  assert.deepEqual(await entriesOf(begun.reference), []);
});

test('8: the payer cancels instead of confirming; passing 3-D Secure afterwards pays nothing', async () => {
  const begun = await begin();
  const { payer } = begun;
  await payer.pay({ number: '4000000000000002' });
  const { action, fields } = payer.form('/sandbox/issuer/challenge');
  await payer.cancel();
  await payer.go(action, fields);
  await payer.answer({ otp: '111111' });
  await payer.comeBack();
  await endsAs(begun, { status: 'Cancelled', paidAmt: 0 });
  assert.deepEqual(
    (await entriesOf(begun.reference)).map((entry) => entry!.status),
    ['challenged'],
  );
});

test('12: form errors leave the session as it was, and neither number nor code comes back', async () => {
  const begun = await begin();
  const { payer } = begun;
  const good: Required<Omit<TypedCard, 'keeps'>> = { number: visa, expiry: '01/39', code: '123', holder: '' };
  for (const wrong of [
    { number: '4440000009900011' },
    { number: '' },
    { number: '378282246310005' },
    { expiry: '13/39' },
    { expiry: '10/26' },
    { code: '12' },
    { code: '98765' },
    { holder: '4440 0000 0990 0010' },
  ]) {
    await payer.pay({ ...good, ...wrong });
    assert.equal(payer.page.status, 422);
    assert.ok(payer.seesCardForm);
    for (const secret of [visa, '4440 0000 0990 0010', '98765', '4440000009900011', '378282246310005'])
      assert.ok(!payer.page.html.includes(secret));
  }
  assert.equal((await recordOf(begun)).status, 'Unconfirmed');
  assert.deepEqual(await entriesOf(begun.reference), []);
  await payer.pay(good);
  await endsAs(begun, { status: 'Approved', resp: 'APPROVED', paidAmt: 268.5 });
});

test('12: twenty posts of one form at once make one attempt; back button and reload make none', async () => {
  const begun = await begin();
  const { payer } = begun;
  const { action, fields } = payer.filled({ number: visa });
  const answers = await Promise.all(Array.from({ length: 20 }, () => payer.request(action, fields)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([303]));
  await until('the end', async () => (await recordOf(begun)).status === 'Approved');
  for (const post of [fields, fields, undefined]) await payer.go(action, post);
  await endsAs(begun, { status: 'Approved', resp: 'APPROVED', paidAmt: 268.5 });
  assert.equal((await dossierOf(tollgate, begun.reference)).view.attempts.length, 1);
  assert.equal((await entriesOf(begun.reference)).length, 1);
});

test('12: a second card while the first one waits for 3-D Secure is no second attempt', async () => {
  const begun = await begin();
  const { payer } = begun;
  const other = payer.filled({ number: '5123450000000008' });
  await payer.pay({ number: '4000000000000002' });
  await payer.go(other.action, other.fields);
  await payer.confirm();
  const { body } = await endsAs(begun, { status: 'Approved', resp: 'APPROVED', paidAmt: 268.5 });
  assert.equal(body.pan, '400000xxxxxx0002');
  assert.equal((await entriesOf(begun.reference)).length, 1);
});

test('12: a finished session redirects at once, byte for byte', async () => {
  const leaves = async (urls: object, end: (payer: Payer) => Promise<unknown>) => {
    const { payer, sessionId } = await begin(urls);
    await end(payer);
    const answer = await fetch(`${tollgate.url}/pay/${encodeURIComponent(sessionId)}`, { redirect: 'manual' });
    return [answer.status, answer.headers.get('location')];
  };
  const pays = (payer: Payer) => payer.pay({ number: visa });
  const odd = 'HTTPS://Shop.Example:443/a/../b?x=%7e&y=a+b;c=[1]#f';
  assert.deepEqual(await leaves({ successUrl: odd }, pays), [303, odd]);
  assert.deepEqual(await leaves({ failureUrl: odd }, (payer) => payer.cancel()), [303, odd]);
  // Non-ASCII characters go into Location as percent-encoded UTF-8.
  assert.deepEqual(await leaves({ successUrl: 'https://shop.example/完成?o=燈' }, pays), [
    303,
    'https://shop.example/%E5%AE%8C%E6%88%90?o=%E7%87%88',
  ]);
});

test('12: without a successUrl the page itself tells the end; a link into an app is a link', async () => {
  const plain = await begin({ successUrl: null });
  await plain.payer.pay({ number: visa });
  assert.deepEqual([plain.payer.page.status, plain.payer.leftTo, plain.payer.seesCardForm], [200, null, false]);
  assert.match(plain.payer.page.html, /268\.50/);
  for (const [body, end, link] of [
    [{ channel: 'APP' }, (payer: Payer) => payer.pay({ number: visa }), 'spiral://checkout/pay/success'],
    [{ channel: 'app' }, (payer: Payer) => payer.pay({ number: visa, expiry: '05/39' }), 'spiral://checkout/pay/fail'],
    [{ channel: 'APP' }, (payer: Payer) => payer.cancel(), 'spiral://checkout/pay/cancelled'],
    [{ successUrl: 'about:blank' }, (payer: Payer) => payer.pay({ number: visa }), 'about:blank'],
  ] as const) {
    const { payer } = await begin(body);
    await end(payer);
    assert.equal(payer.leftTo, link);
    assert.ok(payer.page.html.includes(`href="${link}"`));
  }
});

test('12: a session that nobody opened is not found, on the page and in 7', async () => {
  const { sessionId } = await begin();
  const swapped = sessionId.replace(/(?<=^MPGS.{7})./, (digit) => (digit === '0' ? '1' : '0'));
  for (const id of [
    swapped,
    sessionId.toLowerCase(),
    `${sessionId}0`,
    sessionId.slice(4),
    'MPGS',
    sessionId.replace('+', ' '),
  ]) {
    const page = await new Payer(`${tollgate.url}/pay/${encodeURIComponent(id)}`).go();
    assert.equal(page.page.status, 404, id);
    assert.match(page.page.headers.get('content-type')!, /^text\/html/);
    const answer = await fetch(`${tollgate.url}/v1/sessions/${encodeURIComponent(id)}`);
    assert.deepEqual(
      [answer.status, await answer.json()],
      [404, { sessionId: id, status: 'NotValid', error: 'Unknown session' }],
    );
  }
});

test('7: what the mobile SDK reads of a session, before and after, however the plus is written', async () => {
  const begun = await begin({ successUrl: null });
  const { sessionId, reference, payer } = begun;
  const { dateTime } = await recordOf(begun);
  const told = {
    sessionId,
    dateTime,
    type: 'VM',
    amt: 268.5,
    merchantRef: reference,
    goodsName: 'Desk lamp',
    successUrl: '',
    merchantName: merchant.name,
  };
  const asks = async (id: string, query = '?deviceType=MOBILE') => {
    const answer = await fetch(`${tollgate.url}/v1/sessions/${id}${query}`, {
      headers: { 'cache-control': 'no-cache' },
    });
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    return answer.json();
  };
  for (const query of ['?deviceType=MOBILE', '?deviceType=WEB', ''])
    assert.deepEqual(await asks(sessionId, query), { ...told, status: 'Unconfirmed' });
  assert.deepEqual(await asks(encodeURIComponent(sessionId)), { ...told, status: 'Unconfirmed' });
  await payer.pay({ number: visa });
  assert.deepEqual(await asks(sessionId), { ...told, status: 'Approved' });
});

test('11, 13: the library and the web view are served, and HEAD counts as GET', async () => {
  const { sessionId } = await begin();
  for (const [path, type] of [
    ['/js/v2/spiralpg.min.js', 'application/javascript; charset=utf-8'],
    ['/js/v1/spiralpg.min.js', 'application/javascript; charset=utf-8'],
    [`/js/v2/spiralpg.html?sessionID=${encodeURIComponent(sessionId)}&locale=zh_HK`, 'text/html; charset=utf-8'],
    [`/pay/${encodeURIComponent(sessionId)}`, 'text/html; charset=utf-8'],
    [`/v1/sessions/${sessionId}`, 'application/json'],
  ] as const) {
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(tollgate.url + path, { method });
      assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, type]);
      await answer.arrayBuffer();
    }
  }
});

test('8: a lost answer keeps the page waiting, and the inquiry ends it', async () => {
  for (const [expiry, status, resp, paidAmt] of [
    ['08/28', 'Approved', 'APPROVED', 268.5],
    ['01/37', 'Declined', 'ACQUIRER_SYSTEM_ERROR', 0],
  ] as const) {
    const begun = await begin();
    const { payer, sessionId } = begun;
    await payer.pay({ number: visa, expiry });
    assert.deepEqual([payer.page.status, payer.seesCardForm, payer.leftTo], [200, false, null]);
    const state = async () =>
      (await payer.request(`${tollgate.url}/pay/${encodeURIComponent(sessionId)}/status`)).json();
    assert.equal(((await state()) as { state: string }).state, 'checking');
    assert.equal((await recordOf(begun)).status, 'Unconfirmed');
    await until('the inquiry', async () => {
      await tollgate.advance(1_000);
      return (await recordOf(begun)).status === status;
    });
    assert.deepEqual(await state(), { state: 'ended', next: paidAmt ? successUrl : failureUrl });
    await payer.go();
    await endsAs(begun, { status, resp, paidAmt });
  }
});

test('12: more forms in a minute than any payer types are refused', async () => {
  const { payer, reference } = await begin();
  const { action, fields } = payer.filled({ number: '4440000009900011' });
  const statuses = [];
  for (let n = 0; n < 32; n++) statuses.push((await payer.request(action, fields)).status);
  assert.deepEqual([statuses.slice(0, 30), statuses.slice(30)], [Array(30).fill(422), [429, 429]]);
  assert.deepEqual(await entriesOf(reference), []);
});

// The clock moves from here on.

test('8: the session ends by itself after 30 minutes: query and page show it at once, the notice comes', async () => {
  const begun = await begin();
  const { payer, sessionId } = begun;
  const late = payer.filled({ number: visa });
  await tollgate.advance(30 * minuteMs - 30_000);
  assert.equal((await recordOf(begun)).status, 'Unconfirmed');
  await tollgate.advance(30_000);
  assert.equal((await recordOf(begun)).status, 'Timeout');
  const seen = await (await fetch(`${tollgate.url}/v1/sessions/${sessionId}`)).json();
  assert.equal((seen as { status: string }).status, 'Timeout');
  await payer.go(late.action, late.fields);
  const { body } = await endsAs(begun, { status: 'Timeout', paidAmt: 0 });
  assert.ok(body.hostTime && !('resp' in body) && !('pan' in body));
  assert.deepEqual(await entriesOf(begun.reference), []);
});

test('8: the end comes and is told without anybody asking', async () => {
  const begun = await begin();
  await tollgate.advance(30 * minuteMs);
  assert.equal((await noticeOf(begun)).body.status, 'Timeout');
});

test('5.4: a card posted before the end is carried to its own end', async () => {
  const begun = await begin();
  await begun.payer.pay({ number: visa, expiry: '08/28' });
  await tollgate.advance(31 * minuteMs);
  await until('the inquiry', async () => (await recordOf(begun)).status === 'Approved');
  await begun.payer.go();
  await endsAs(begun, { status: 'Approved', resp: 'APPROVED', paidAmt: 268.5 });
});

test('5.4: an open 3-D Secure form stays good until ten minutes after the end, then Timeout', async () => {
  const [quick, slow] = [await begin(), await begin()];
  for (const { payer } of [quick, slow]) await payer.pay({ number: '4000000000000002' });
  await tollgate.advance(39 * minuteMs);
  assert.equal((await recordOf(quick)).status, 'Unconfirmed');
  await quick.payer.confirm();
  await endsAs(quick, { status: 'Approved', resp: 'APPROVED', paidAmt: 268.5 });
  await slow.payer.toIssuer();
  await tollgate.advance(minuteMs);
  assert.equal((await recordOf(slow)).status, 'Timeout');
  await slow.payer.answer({ otp: '111111' });
  await slow.payer.comeBack();
  await endsAs(slow, { status: 'Timeout', paidAmt: 0 });
});

test('the two books agree', async () => {
  await tollgate.advance(60 * minuteMs);
  await until('every end', async () => {
    const [row] = await tollgate.installation.sql.unsafe(
      `select count(*)::int n from tollgate.payments where state in ('open', 'acting')`,
    );
    return row!.n === 0;
  });
  await booksAgree(tollgate);
});
