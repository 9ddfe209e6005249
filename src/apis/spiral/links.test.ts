import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { faceOf } from '../../core/cards.ts';
import type { View } from '../../core/model.ts';
import type { LinkContent, PageAddress } from '../../gateway/api.ts';
import { hashOfToken, linkAddresses } from './link-address.ts';
import { choicesOf } from './link-page.ts';
import { attemptReference } from './link-read.ts';
import { referenceClaim } from './read.ts';
import { isNewLinkReference, isReference } from './references.ts';
import { startTestServer, testDrawer, testShop } from './testing/server.ts';
import { vector } from './testing/vector.ts';

const server = await startTestServer();
after(() => server.close());
const { gateway } = server;
const [shop] = server.shops;
const hourMs = 3_600_000;
const card = faceOf('4440000009900010', '2039-01');

const deposit = {
  clientId: 'testmart',
  amt: 1280,
  goodsName: 'Deposit May course',
  webhookUrl: 'https://shop.example/hooks/link',
  durationHr: 24,
};

const call = async (method: string, merchantRef: string, body?: unknown) => {
  const path = `/v1/merchants/testmart/paymentlink/${merchantRef}`;
  const { status, body: text } = await server.call(method, merchantRef, body, { path });
  return { status, text, body: JSON.parse(text) };
};
const put = (merchantRef: string, more: object = {}) => call('PUT', merchantRef, { merchantRef, ...deposit, ...more });

const [site] = server.api.linkSites;
const addressOf = (url: string, query = {}): PageAddress => ({ params: { token: url.split('/').at(-1)! }, query });
const pageOf = async (url: string): Promise<LinkContent> => (await site!.locate(addressOf(url)))!;

/** The payer chooses a way to pay; answers the session's payment. */
const choose = async (merchantRef: string, url: string, type: string, n: number): Promise<View> => {
  const started = await site!.start(addressOf(url), type, { amount: null, payer: {}, accepted: [] });
  assert.ok(typeof started === 'object');
  const reference = attemptReference(merchantRef, n);
  assert.match(decodeURIComponent(started.to!), new RegExp(`^/pay/[A-Z]+[0-9a-f]{8}testmart\\+${reference}$`));
  return (await gateway.findByClaim(shop!, referenceClaim(shop!, reference)))!.view;
};

test('V8: the signed request of the example is taken and answered as it is there (sections 15.6, 21)', async () => {
  const { valid } = JSON.parse(vector('signatures.json')) as {
    valid: { name: string; signature: string; dateTime: string; merchantRef: string }[];
  };
  const { signature, dateTime, merchantRef } = valid.find(({ name }) => name === 'V8')!;
  server.now = Date.parse(dateTime);
  const answer = await server.send({
    method: 'PUT',
    path: `/v1/merchants/testmart/paymentlink/${merchantRef}`,
    headers: { 'spiral-request-datetime': dateTime, 'spiral-client-signature': signature },
    body: `{"clientId":"testmart","merchantRef":"LINK-0007","amt":1280,"goodsName":"Deposit May course","webhookUrl":"https://shop.example/hooks/link","durationHr":24}`,
  });
  assert.equal(answer.status, 200);
  const url = JSON.parse(answer.body).paymentLinkUrl;
  assert.match(url, /^\/link\/[A-Za-z0-9_-]{24}$/);
  assert.equal(
    answer.body,
    `{"clientId":"testmart","merchantRef":"LINK-0007","approvedTxnId":"","status":"Unconfirmed","amt":1280,"paymentLinkUrl":"${url}"}`,
  );
});

test('paid on the second attempt: E4 and W2 say the same, byte for byte (sections 15.2 to 15.6)', async () => {
  const { url } = { url: (await put('LINK-0008')).body.paymentLinkUrl as string };
  gateway.answer = { kind: 'declined', reason: 'declined' };
  const failed = gateway.pays(await choose('LINK-0008', url, 'VM', 1), card);
  const told = (view: View) => server.api.voice.compose(shop!, view, { operation: 1, late: true });
  assert.equal(told(failed), undefined, 'a failed attempt is told to nobody');
  assert.equal((await call('GET', 'LINK-0008')).body.status, 'Unconfirmed');
  gateway.answer = { kind: 'approved', approvalCode: '402117' };
  const paid = gateway.pays(await choose('LINK-0008', url, 'VM', 2), card);
  const { text, body } = await call('GET', 'LINK-0008');
  assert.equal(
    text,
    `{"clientId":"testmart","merchantRef":"LINK-0008","approvedTxnId":"${body.approvedTxnId}","status":"Approved","amt":1280,"paymentLinkUrl":"${url}","orderId":"${body.orderId}","approvedMerchantRef":"LINK-0008_02"}`,
  );
  const record = (await server.call('GET', 'LINK-0008_02')).body;
  assert.deepEqual([JSON.parse(record).txnId, JSON.parse(record).orderId], [body.approvedTxnId, body.orderId]);
  assert.deepEqual(told(paid), { url: deposit.webhookUrl, body: text });
  const page = await pageOf(url);
  assert.deepEqual([page.state, page.choices, page.current], ['approved', [], null]);
  assert.deepEqual(await site!.start(addressOf(url), 'VM', { amount: null, payer: {}, accepted: [] }), { to: null });
});

test('a link that nobody paid is Timeout when its time is over, and W2 says so (section 15.3)', async () => {
  const { body } = await put('LINK-0009', { durationHr: 1 });
  server.now += hourMs - 1;
  assert.equal((await call('GET', 'LINK-0009')).body.status, 'Unconfirmed');
  server.now += 1;
  const { text } = await call('GET', 'LINK-0009');
  assert.equal(JSON.parse(text).status, 'Timeout');
  const link = (await server.links.gateway.find(shop!, 'LINK-0009'))!.link;
  assert.equal(server.api.voice.composeExpired!(shop!, link), text);
  assert.equal((await pageOf(body.paymentLinkUrl)).state, 'expired');
});

test('W2 is signed over the reference of the link (section 3.3)', async () => {
  const { valid } = JSON.parse(vector('signatures.json')) as { valid: { name: string; signature: string }[] };
  const body = '{"clientId":"testmart","merchantRef":"INV-20260117-01","approvedTxnId":""}';
  const at = Date.parse('2026-01-17T03:41:07Z');
  const headers = await server.api.voice.headers(shop!, body, at, { operationId: '', tries: 0 });
  assert.equal(headers['Spiral-Server-Signature'], valid.find(({ name }) => name === 'V7')!.signature);
});

test('what is wrong with a body, in the order of the table (sections 4.3, 15.1)', async () => {
  const faultOf = async (more: object) => (await put('LINK-0010', more)).body.error;
  assert.equal(await faultOf({ clientId: 7, amt: null }), 'Invalid field: clientId');
  assert.equal(await faultOf({ amt: null, goodsName: null }), 'Missing field: amt');
  assert.equal(await faultOf({ goodsName: '', webhookUrl: 'x' }), 'Missing field: goodsName');
  assert.equal(await faultOf({ webhookUrl: 'x', durationHr: 0 }), 'Invalid field: webhookUrl');
  assert.equal(await faultOf({ durationHr: 0, currency: 'JPY' }), 'Invalid field: durationHr');
  assert.equal(await faultOf({ currency: 'JPY', metadata: 7 }), 'Invalid field: currency');
  assert.equal(await faultOf({ metadata: 7, merchantRef: 'other' }), 'Invalid field: metadata');
  assert.equal(await faultOf({ merchantRef: 'other' }), 'Path and body do not match: merchantRef');
  const { body } = await put('LINK-0010', { durationHr: 1.5, type: 'VM' });
  const { dateTime, ...rest } = body;
  assert.match(dateTime, /\+0800$/);
  const echo = { clientId: 'testmart', merchantRef: 'LINK-0010', type: 'VM', amt: 1280 };
  assert.deepEqual(rest, { ...echo, status: 'NotValid', error: 'Invalid field: durationHr' });
  assert.equal((await put('LINK-0010', { merchantRef: undefined, clientId: undefined })).status, 200);
});

test('references of links leave room for those of their attempts (section 2.5)', () => {
  assert.equal(isNewLinkReference('x'.repeat(22)), true);
  for (const text of ['x'.repeat(23), 'LINK_01', '', 'A#1']) assert.equal(isNewLinkReference(text), false, text);
  assert.equal(attemptReference('LINK-0007', 1), 'LINK-0007_01');
  assert.equal(attemptReference('x'.repeat(22), 99), `${'x'.repeat(22)}_99`);
  assert.equal(isReference(attemptReference('x'.repeat(22), 99)), true);
});

test('card numbers in what a merchant types are cut before anything is kept (section 12)', async () => {
  const number = '4440000009900010';
  const { body } = await put('LINK-0011', { goodsName: `For ${number}`, metadata: { pan: number } });
  const { memo } = (await server.links.gateway.find(shop!, 'LINK-0011'))!.link;
  assert.ok(!memo.includes(number), memo);
  assert.equal((await pageOf(body.paymentLinkUrl)).title, 'For 444000xxxxxx0010');
});

test('what is offered: enabled types that this currency can be paid with, no two of one name (section 9)', async () => {
  const offered = (settings: object, currency = 'HKD') => {
    const link = { currency, amountMinor: 100n } as Parameters<typeof choicesOf>[2];
    return choicesOf(gateway, testShop({ ...settings }), link).map(({ name }) => name);
  };
  assert.deepEqual(offered({ types: ['FPS', 'VM'] }), ['VM'], 'no FPS without an id of the shop');
  assert.deepEqual(offered({ types: ['FPS', 'VM'], fpsId: '9990001' }), ['FPS', 'VM']);
  assert.deepEqual(offered({ types: ['FPS', 'VM'], fpsId: '9990001' }, 'USD'), ['VM']);
  assert.deepEqual(offered({ types: ['ALIPAYCN', 'ALIPAYHK'] }), ['ALIPAYCN', 'ALIPAYHK']);
  assert.deepEqual(offered({ types: ['ALIPAYCN', 'ALIPAYHK', 'ALIPAY'] }), ['ALIPAYHK', 'ALIPAY']);
});

test('a token is made from the id, long enough, and another for every link', async () => {
  const { pathOf, urlOf, tokenHashOf } = await linkAddresses(testDrawer, 'https://pay.example');
  assert.equal(urlOf('a'), `https://pay.example${pathOf('a')}`);
  assert.equal(pathOf('a'), pathOf('a'));
  assert.notEqual(pathOf('a'), pathOf('b'));
  assert.equal(hashOfToken(pathOf('a').slice('/link/'.length)), tokenHashOf('a'));
  for (const token of ['', 'x'.repeat(23), 'x'.repeat(25), `${'x'.repeat(23)}%`])
    assert.equal(hashOfToken(token), undefined);
});

test('a disabled shop has no link pages', async () => {
  const { body } = await put('LINK-0012');
  const shops = server.shops;
  server.shops = shops.map((known) => ({ ...known, state: 'disabled' as const }));
  assert.equal(await site!.locate(addressOf(body.paymentLinkUrl)), undefined);
  server.shops = shops;
  assert.equal((await pageOf(body.paymentLinkUrl)).state, 'open');
});
