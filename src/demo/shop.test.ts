import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import Fastify, { type FastifyInstance } from 'fastify';
import { silentLog } from '../kit/log.ts';
import { demoShop } from './index.ts';
import { approved, clientId, type StubGateway, startStubGateway } from './stub-gateway.ts';
import { gatewayKey, merchantKey } from './vectors.ts';

/** The radio button of a value, with its label. */
const choiceOf = (page: string, value: string) =>
  new RegExp(`<label class="choice"[^>]*><input[^>]* value="${value}".*?</label>`, 's').exec(page)?.[0];

test('a shop with two tills lets one choose, and passes over what a till does not offer', async () => {
  const app = Fastify({ forceCloseConnections: true });
  // Nobody is there: the orders stand, and say what was asked.
  const apiUrl = 'http://127.0.0.1:1';
  await app.register(
    demoShop({
      apiUrl,
      publicUrl: 'http://pay.test',
      spiral: { clientId, privateKey: merchantKey, gatewayPublicKey: createPublicKey(gatewayKey) },
      globalpay: { login: 'demo', password: () => 'p', callbackSecret: () => 's', serviceId: 412 },
      log: silentLog,
    }),
  );
  const front = (await app.inject('/demo')).body;
  assert.match(front, /<legend>Pay through<\/legend>/);
  assert.match(choiceOf(front, 'reserve')!, /data-tills="spiral".*Spiral only/s);
  assert.match(choiceOf(front, 'zh_HK')!, /data-tills="spiral"/);
  for (const language of ['uz', 'ru']) assert.match(choiceOf(front, language)!, /data-tills="globalpay"/);
  assert.doesNotMatch(choiceOf(front, 'en_US')!, /data-tills/);

  const headers = { origin: 'http://shop.test:8080', host: 'shop.test:8080' };
  const buy = async (form: Record<string, string>) => {
    const payload = new URLSearchParams({ 'quantity-teapot': '1', ...form }).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const bought = await app.inject({ method: 'POST', url: '/demo/orders', headers: { ...headers, ...type }, payload });
    return (await app.inject(String(bought.headers.location))).body;
  };
  const som = await buy({ till: 'globalpay', mode: 'reserve', locale: 'zh_HK' });
  assert.match(som, /UZS\u00a0429,600\.00/);
  assert.match(som, /Open a session for a sale/);
  const dollars = await buy({ till: 'spiral', mode: 'reserve', locale: 'uz' });
  assert.match(dollars, /HK\$\u00a0268\.50/);
  assert.match(dollars, /Open a session for a reservation/);
  await app.close();
});

describe('the demo shop', () => {
  let gateway: StubGateway;
  let app: FastifyInstance;
  let url: string;

  before(async () => {
    gateway = await startStubGateway();
    app = Fastify({ forceCloseConnections: true });
    await app.register(
      demoShop({
        apiUrl: gateway.url,
        publicUrl: 'http://pay.test',
        spiral: { clientId, privateKey: merchantKey, gatewayPublicKey: createPublicKey(gatewayKey) },
        log: silentLog,
      }),
    );
    url = await app.listen({ port: 0, host: '127.0.0.1' });
    gateway.shopUrl = url;
  });
  after(async () => {
    await app.close();
    await gateway.close();
  });

  const post = async (
    path: string,
    form: Record<string, string>,
    headers: Record<string, string> = { origin: url },
  ) => {
    const body = new URLSearchParams(form);
    const response = await fetch(url + path, { method: 'POST', body, headers, redirect: 'manual' });
    return { status: response.status, location: response.headers.get('location') ?? '', text: await response.text() };
  };

  const see = async (path: string) => {
    const response = await fetch(url + path, { redirect: 'manual' });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  /** Orders a teapot and answers the order's number. */
  const order = async (mode: 'now' | 'reserve' = 'now') => {
    const { location } = await post('/demo/orders', { 'quantity-teapot': '1', mode, locale: 'zh_HK' });
    return location.split('/')[3]!;
  };

  const payBy = (number: string, amt = 268.5) => gateway.end(number, approved(amt));

  const step = (number: string, kind: string, index: number, amount = '') =>
    post(`/demo/orders/${number}/steps`, { kind, step: String(index), amount });

  test('buys with the wallet that was picked, which reserves nothing, and with a card where none is known', async () => {
    for (const [means, type] of [
      ['PAYME', 'PAYME'],
      ['FPS', 'FPS'],
      ['card', 'VM'],
      ['BITCOIN', 'VM'],
    ] as const) {
      const { location } = await post('/demo/orders', { 'quantity-teapot': '1', mode: 'reserve', means });
      const { cmd, type: sent } = gateway.records.get(location.split('/')[3]!)!;
      assert.deepEqual([cmd, sent], [type === 'VM' ? 'AUTHSESSION' : 'SALESESSION', type], means);
    }
  });

  test('opens a session with what is bought and sends the payer on by the gateway library', async () => {
    const { status, location } = await post('/demo/orders', {
      'quantity-teapot': '1',
      'quantity-tea': '2',
      mode: 'reserve',
      locale: 'zh_HK',
    });
    assert.equal(status, 303);
    assert.match(location, /^\/demo\/orders\/LL-[0-9A-Z]{10}\/pay$/);
    const number = location.split('/')[3]!;
    const { sessionId, orderId, txnId, txnType, paidAmt, status: state, ...sent } = gateway.records.get(number)!;
    assert.deepEqual(sent, {
      clientId,
      merchantRef: number,
      cmd: 'AUTHSESSION',
      type: 'VM',
      amt: 444.5,
      currency: 'HKD',
      goodsName: 'Celadon teapot, 2 × Jasmine tea',
      channel: 'WEB',
      successUrl: `http://pay.test/demo/orders/${number}?back=success`,
      failureUrl: `http://pay.test/demo/orders/${number}?back=failure`,
      webhookUrl: `${gateway.url}/demo/hooks/spiral`,
      metadata: { order: number },
    });
    const page = await see(location);
    assert.ok(page.text.includes('<script src="http://pay.test/js/v2/spiralpg.min.js" defer></script>'));
    assert.ok(page.text.includes(`data-session="${sessionId}"`));
    const href = `http://pay.test/pay/${encodeURIComponent(String(sessionId))}?locale=zh_HK`;
    assert.ok(page.text.includes(`href="${href}"`), 'without JavaScript a link leads to the payment page');
  });

  test('shows how the payment stands by asking, not by the address that the browser came back to', async () => {
    const number = await order();
    const back = await see(`/demo/orders/${number}?back=success`);
    assert.match(back.text, /Waiting for payment/);
    assert.doesNotMatch(back.text, /Paid/);
    assert.equal(gateway.asked.at(-1), 'GET');
    await gateway.end(number, approved(268.5));
    assert.match((await see(`/demo/orders/${number}`)).text, /<span class="badge good">Paid<\/span>/);
  });

  test('takes a signed notice, asks what is true, and tells browsers that look at the order', async () => {
    const number = await order();
    const events = await fetch(`${url}/demo/orders/${number}/events?seen=1000`);
    assert.equal(events.headers.get('content-type'), 'text/event-stream');
    const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();

    const asked = gateway.asked.length;
    assert.equal(await gateway.end(number, approved(268.5)), 200);
    let seen = '';
    while (!seen.includes('The order is now: Paid.')) seen += (await reader.read()).value;
    await reader.cancel();
    assert.match(seen, /A notice arrived, its signature is right\./);
    assert.match(seen, /Signature verified/);
    assert.deepEqual(gateway.asked.slice(asked), ['GET']);
  });

  test('a browser that missed something gets it with the stream', async () => {
    const number = await order();
    const events = await fetch(`${url}/demo/orders/${number}/events?seen=0`);
    const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    while (!seen.includes('\ndata: ')) seen += (await reader.read()).value;
    await reader.cancel();
    assert.match(seen, /Waiting for payment/);
  });

  test('refuses a forged notice with 401, shows it as forged, and does not act on it', async () => {
    const number = await order();
    const asked = gateway.asked.length;
    assert.equal(await gateway.notify(number, 'bm90IGEgc2lnbmF0dXJl'), 401);
    const { text } = await see(`/demo/orders/${number}`);
    assert.equal(gateway.asked.length, asked + 1, 'only the page has asked');
    assert.match(text, /Signature wrong – refused with 401/);
    assert.doesNotMatch(text, /Signature verified</);
    assert.equal((await post('/demo/hooks/spiral', {})).status, 401);
    assert.equal((await post('/demo/hooks/other', {})).status, 404);
  });

  test('ignores an answer with a wrong signature and says so', async () => {
    gateway.next = 'forge';
    const { location } = await post('/demo/orders', { 'quantity-tea': '1' });
    assert.doesNotMatch(location, /pay$/);
    const number = location.split('/')[3]!;
    gateway.next = 'forge';
    const { text } = await see(location);
    assert.match(text, /An answer came whose signature is not right/);
    assert.match(text, /Signature of the answer wrong/);
    assert.match(text, /Not known yet/);
    assert.doesNotMatch(text, /Try again/, 'the payment may exist, so it is not tried anew');
    assert.ok(gateway.records.has(number));
  });

  test('captures and refunds a reservation in parts; what is too much is declined', async () => {
    const number = await order('reserve');
    await payBy(number);
    assert.match((await see(`/demo/orders/${number}`)).text, /Reserved/);
    await step(number, 'capture', 0, '200');
    assert.match((await see(`/demo/orders/${number}`)).text, /Partly captured/);
    await step(number, 'refund', 1, '50.50');
    await step(number, 'refund', 2, '149.51');
    const { text } = await see(`/demo/orders/${number}`);
    assert.match(text, /Partly refunded/);
    assert.match(text, /EXCEEDED_REFUND_AMOUNT/);
    assert.deepEqual(
      ['C1', 'R2', 'R3']
        .map((end) => gateway.records.get(`${number}-${end}`))
        .map((record) => [record!.cmd, record!.status]),
      [
        ['CAPTURE', 'Approved'],
        ['REFUND', 'Approved'],
        ['REFUND', 'Declined'],
      ],
    );
    assert.equal(gateway.records.get(number)!.refundedAmt, 50.5);
  });

  test('a second click on the same button does nothing twice', async () => {
    const number = await order();
    await payBy(number);
    await see(`/demo/orders/${number}`);
    await Promise.all([step(number, 'refund', 0, '10'), step(number, 'refund', 0, '10')]);
    assert.equal(gateway.records.get(number)!.refundedAmt, 10);
    const [one, two] = await Promise.all([step(number, 'again', 1), step(number, 'again', 1)]);
    assert.equal(one.location, two.location);
    assert.equal(gateway.asked.filter((what) => what === 'PUT SALE').length, 1);
  });

  test('buys again with the kept card, which never stands in a form or an address', async () => {
    const number = await order();
    await payBy(number);
    const page = await see(`/demo/orders/${number}`);
    assert.doesNotMatch(page.text.replace(/<pre.*?<\/pre>/gs, ''), /TK7Q2M9XK4ZB81LD/);
    const { location } = await step(number, 'again', 0);
    const next = location.split('/')[3]!;
    assert.equal(gateway.records.get(next)!.cardToken, 'TK7Q2M9XK4ZB81LD');
    assert.equal(gateway.records.get(next)!.cardTokenSrc, 'SPIRAL');
    assert.match((await see(location)).text, /<span class="badge good">Paid<\/span>/);
  });

  test('after a time-out at the acquirer the payment is open until a notice or a query tells', async () => {
    const number = await order();
    await payBy(number);
    await see(`/demo/orders/${number}`);
    gateway.next = 'timeout';
    const { location } = await step(number, 'again', 0);
    const next = location.split('/')[3]!;
    const waiting = (await see(location)).text;
    assert.match(waiting, /Being checked/);
    assert.match(waiting, /Payment host timeout/);
    assert.doesNotMatch(waiting, /Try again|Buy again/);
    assert.equal(await gateway.end(next, approved(268.5)), 200);
    assert.match((await see(location)).text, /<span class="badge good">Paid<\/span>/);
  });

  test('when the answer to a refund is lost the shop asks by its reference instead of refunding again', async () => {
    const number = await order();
    await payBy(number);
    await see(`/demo/orders/${number}`);
    gateway.next = 'lost';
    await step(number, 'refund', 0, '10');
    assert.deepEqual(gateway.asked.slice(-3), ['PUT REFUND', 'GET', 'GET']);
    assert.match((await see(`/demo/orders/${number}`)).text, /Partly refunded/);
    assert.equal(gateway.records.get(number)!.refundedAmt, 10);
  });

  test('shows why the gateway refused a request', async () => {
    gateway.next = 'refuse';
    const { location } = await post('/demo/orders', { 'quantity-tea': '1' });
    assert.doesNotMatch(location, /pay$/);
    const { text } = await see(location);
    assert.match(text, /<p class="alert" role="alert">Operation not supported \(HTTP 501\)<\/p>/);
    assert.match(text, /Try again with a new order/);
  });

  test('shows what the acquirer declined, and offers a new order', async () => {
    const number = await order();
    await gateway.end(number, { status: 'Declined', resp: 'DECLINED', respMsg: 'declined' });
    assert.match((await see(`/demo/orders/${number}`)).text, /DECLINED – declined/);
    const { location } = await step(number, 'retry', 0);
    assert.match(location, /\/pay$/);
    assert.notEqual(location.split('/')[3], number);
  });

  test('takes forms of its own pages only', async () => {
    const count = gateway.records.size;
    const foreign: Record<string, string>[] = [{}, { origin: 'null' }, { origin: 'http://evil.test' }];
    for (const headers of foreign) {
      assert.equal((await post('/demo/orders', { 'quantity-tea': '1' }, headers)).status, 403);
    }
    const number = await order();
    await payBy(number);
    await see(`/demo/orders/${number}`);
    for (const headers of foreign) {
      const form = { kind: 'refund', step: '0', amount: '1' };
      assert.equal((await post(`/demo/orders/${number}/steps`, form, headers)).status, 403);
    }
    assert.equal(gateway.records.size, count + 1);
  });

  test('says what is wrong with a form', async () => {
    assert.match((await post('/demo/orders', {})).text, /Your basket is empty/);
    for (const wrong of ['-1', '10', '1.5', 'x']) {
      assert.equal((await post('/demo/orders', { 'quantity-tea': wrong })).status, 400);
    }
    const number = await order();
    for (const [kind, amount] of [
      ['refund', 'x'],
      ['refund', '0'],
      ['void', '1'],
    ] as const) {
      assert.equal((await step(number, kind, 0, amount)).status, 400);
    }
    assert.equal((await see('/demo/orders/LL-0000000000')).status, 404);
  });

  test('lists the orders of this visit only', async () => {
    const front = await fetch(`${url}/demo`);
    const cookie = front.headers.get('set-cookie')!.split(';')[0]!;
    const { location } = await post('/demo/orders', { 'quantity-tea': '1' }, { origin: url, cookie });
    const number = location.split('/')[3]!;
    assert.ok((await (await fetch(`${url}/demo`, { headers: { cookie } })).text()).includes(number));
    assert.ok(!(await see('/demo')).text.includes(number));
  });

  test('allows no script, style or picture but its own and the library', async () => {
    const { headers, text } = await see('/demo');
    const policy = headers.get('content-security-policy')!;
    assert.match(policy, /^default-src 'none'; script-src 'self' http:\/\/pay\.test; style-src 'self';/);
    assert.doesNotMatch(policy, /unsafe|\*|data:/);
    assert.equal(headers.get('referrer-policy'), 'same-origin');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.doesNotMatch(text, /<style|style="|<script(?! src="\/demo\/assets\/)| on\w+="/);
    for (const [, address] of text.matchAll(/(?:src|href)="(\/demo\/assets\/[^"]+)"/g)) {
      assert.equal((await see(address!)).status, 200, address);
    }
    assert.equal((await see('/demo/assets/..%2findex.ts')).status, 404);
  });
});
