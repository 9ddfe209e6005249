import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startLinkStage } from './link-stage.ts';
import { type Play, startStage } from './stage.ts';

const stage = await startLinkStage();
after(() => stage.close());

const see = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

const post = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields) });

const namesOf = (text: string) => [...text.matchAll(/name="type" value="(\w+)"><span>([^<]+)/g)].map((m) => m.slice(1));

test('every way to pay is a button with its name, beside what is paid and until when', async () => {
  const { status, text, headers } = await see(stage.put());
  assert.equal(status, 200);
  assert.deepEqual(namesOf(text), [
    ['CARD', 'Visa, Mastercard'],
    ['PAYME', 'PayMe'],
    ['FPS', 'FPS 轉數快'],
  ]);
  for (const part of ['Pay Harbour Books', '1,280.00', 'Deposit May course', 'Six evenings', 'LINK-0007'])
    assert.ok(text.includes(part), part);
  assert.match(text, /You can pay until May 2, 2026 at 12:00 AM GMT\+8\./);
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.match(headers.get('content-security-policy')!, /form-action 'self'/);
  assert.doesNotMatch(text, /<script>|style=/);
});

test('a choice leads to its payment, and the query stays', async () => {
  stage.next.started = { to: '/pay/S1?locale=zh_HK' };
  const url = stage.put();
  const answer = await post(`${url}?locale=zh_HK`, { type: 'PAYME' });
  assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/pay/S1?locale=zh_HK']);
  assert.equal(stage.chosen.at(-1), `${url.split('/').at(-1)} PAYME`);
  stage.next.started = { to: null };
  const back = await post(`${url}?locale=zh_HK`, { type: 'NOPE' });
  assert.equal(back.headers.get('location'), `${new URL(url).pathname}?locale=zh_HK`);
});

test('a busy gateway is told on the page, with the choices', async () => {
  stage.next.started = 'busy';
  const answer = await post(stage.put(), { type: 'CARD' });
  const text = await answer.text();
  assert.equal(answer.status, 503);
  assert.match(text, /role="alert">The payment service is busy/);
  assert.equal(namesOf(text).length, 3);
});

test('nothing is begun by another site, or by a form that names nothing', async () => {
  const url = stage.put();
  const count = stage.chosen.length;
  await post(url, { type: 'CARD' }, { 'sec-fetch-site': 'cross-site' });
  await post(url, { type: 'CARD' }, { 'sec-fetch-site': 'same-site' });
  await post(url, {});
  await post(url, { other: 'CARD' });
  assert.equal(stage.chosen.length, count);
});

test('what became of the payment before is told above the choices', async () => {
  const told = async (attempt: ReturnType<typeof stage.attempt>) => (await see(stage.put({ attempt }))).text;
  assert.match(await told(stage.attempt('declined')), /role="alert">Your last payment was not accepted/);
  assert.match(await told(stage.pushed(4_000n)), /ended before the full amount had come/);
  assert.doesNotMatch((await see(stage.put())).text, /role="alert"/);
});

test('while a payment is open the page leads to it, with choices only where it can be ended', async () => {
  const current = '/pay/S1?locale=en&x="1"';
  const both = (await see(stage.put({ current }))).text;
  assert.match(both, /href="\/pay\/S1\?locale=en&amp;x=&quot;1&quot;">Go on with that payment/);
  assert.match(both, /which ends the payment that is open/);
  assert.equal(namesOf(both).length, 3);
  const busy = (await see(stage.put({ current, choices: [] }))).text;
  assert.match(busy, /Go on with that payment/);
  assert.deepEqual(namesOf(busy), []);
  assert.doesNotMatch(busy, /<form/);
});

test('a link that is paid shows its receipt; one that is over, used up or cannot be paid says so', async () => {
  const paid = (await see(stage.put({ state: 'approved', choices: [], attempt: stage.attempt('approved') }))).text;
  assert.match(paid, /Payment complete/);
  assert.match(paid, /<p>PayMe<\/p>/);
  const over = (await see(stage.put({ state: 'approved', choices: [], attempt: stage.pushed(130_000n) }))).text;
  assert.match(over, /Received HKD\s1,300\.00, which is more than/);
  const pages = { expired: /has expired/, used_up: /takes no further tries/, open: /cannot be paid just now/ };
  for (const [state, text] of Object.entries(pages)) {
    const page = await see(stage.put({ state: state as 'open', choices: [] }));
    assert.match(page.text, text);
    assert.doesNotMatch(page.text, /<form|<button/);
  }
});

test('the language is that of the address, or of the browser', async () => {
  const url = stage.put();
  assert.match((await see(`${url}?locale=zh_CN`)).text, /请选择付款方式/);
  assert.match((await see(`${url}?locale=uz`)).text, /Toʻlov usulini tanlang/);
  assert.match((await see(url, { 'accept-language': 'ru' })).text, /Выберите способ оплаты/);
});

test('what a merchant wrote is shown as text', async () => {
  const { text } = await see(stage.put({ title: '<script>alert(1)</script>', merchantName: '"><img src=x>' }));
  assert.doesNotMatch(text, /<script>alert|<img src=x/);
});

test('an address that names no link is not found, whatever is done there', async () => {
  assert.match((await see(stage.nowhere)).text, /not found/);
  assert.equal((await see(stage.nowhere)).status, 404);
  stage.next.started = 'busy';
  assert.equal((await post(stage.nowhere, { type: 'CARD' })).status, 404);
});

test('one address posts so many forms in a minute and no more', async () => {
  const strict = await startLinkStage({ postsPerMinuteMax: 2 });
  const url = strict.put();
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await post(url, { type: 'CARD' })).status);
  assert.deepEqual(statuses, [303, 303, 429]);
  assert.equal((await see(url)).status, 200);
  await strict.close();
});

test('a payment that failed leads back to where another can be begun, one that is paid does not', async () => {
  const payments = await startStage();
  let count = 0;
  const endOf = async (kind: 'approved' | 'declined', play: Play) => {
    const session = `E${++count}`;
    const url = payments.open(session, { checkout: { wallet: 'payme' }, ...play });
    payments.conclude(session, { kind, ...(kind === 'declined' && { reason: 'declined' as const }) });
    return (await see(url, { accept: 'text/html' })).text;
  };
  const content = { againUrl: '/link/T1?locale=en' };
  const way = /<a class="go" href="\/link\/T1\?locale=en">Back to the ways to pay<\/a>/;
  assert.match(await endOf('declined', { content }), way);
  assert.doesNotMatch(await endOf('approved', { content }), way);
  assert.doesNotMatch(await endOf('declined', {}), /Back to the ways to pay/);
  assert.doesNotMatch(await endOf('declined', { content, exit: 'shop' }), way, 'the shop comes first');
  await payments.close();
});
