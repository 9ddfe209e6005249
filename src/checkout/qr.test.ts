import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import type { Wallet } from '../core/wallets.ts';
import { qrCode } from './qr-code.ts';
import { type Play, startStage } from './stage.ts';

const stage = await startStage();
after(() => stage.close());
beforeEach(() => {
  stage.acquirer.onOffer = 'challenge';
});

let count = 0;
const open = (wallet: Wallet = 'payme', { checkout, ...play }: Play = {}) =>
  stage.open(`W${++count}`, { ...play, checkout: { ...checkout, wallet } });
const sessionAt = (url: string) => /W\d+/.exec(url)![0];
const viewAt = (url: string) => stage.viewOf(sessionAt(url));

/** Figures and currencies are parted by a space that does not break. */
const textOf = async (answer: Response) => (await answer.text()).replaceAll('\u00a0', ' ');
const see = async (url: string) => textOf(await fetch(url, { redirect: 'manual' }));
const statusOf = async (url: string) => (await fetch(`${url}/status`)).json();
const post = (url: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(), headers });

const offersOf = (url: string) => viewAt(url).attempts.filter((a) => a.operation === 1).length;

test('a payment by wallet shows merchant, goods, amount, the code, its text and the way into the app', async () => {
  const text = await see(open());
  for (const part of ['Pay Harbour Books', 'Desk lamp, brass', 'INV-20260117-01', '268.50', 'Scan with PayMe'])
    assert.ok(text.includes(part), part);
  assert.match(text, /<svg[^>]* role="img" aria-labelledby="code-title"/);
  assert.match(text, /<rect x="-4" y="-4" [^>]*fill="#fff"\/>/);
  assert.ok(text.includes('<title id="code-title">QR code: scan it with PayMe to pay HKD 268.50</title>'));
  assert.match(text, /<input id="code-text" value="https:\/\/wallet\.example\/pay\?id=7f3a" readonly/);
  assert.match(text, /<a class="go app" href="payapp:\/\/pay\?id=7f3a">Open PayMe<\/a>/);
  assert.match(text, /data-left-ms="900000"[^>]*>15 minutes</);
  assert.match(text, /action="\/pay\/W\d+\/cancel"/);
  assert.doesNotMatch(text, /Card number|<style|\sstyle=|\son\w+=/);
});

test('each wallet is called what payers call it, and what banks pay is scanned with a bank’s app', async () => {
  for (const [wallet, locale, words] of [
    ['alipayhk', 'en_US', 'Scan with AlipayHK'],
    ['alipaycn', 'en_US', 'Scan with Alipay'],
    ['wechat', 'zh_HK', '請使用微信支付掃描'],
    ['octopus', 'en_US', 'Open Octopus 八達通'],
    ['octopus', 'zh_CN', '打开八达通'],
    ['fps', 'en_US', 'Scan with your banking app to pay by FPS 轉數快'],
    ['fps', 'zh_HK', '請使用銀行應用程式掃描，以轉數快付款'],
    ['payme', 'ru', 'Отсканируйте код в приложении PayMe'],
    ['payme', 'uz', 'PayMe ilovasida skanerlang'],
  ] as const)
    assert.ok((await see(`${open(wallet)}?locale=${locale}`)).includes(words), words);
});

test('the page of a code polls, and refreshes itself without script', async () => {
  const url = open();
  const text = await see(`${url}?a=1`);
  assert.match(text, /data-poll="\/pay\/W\d+\/status\?a=1" data-poll-ms="3000" data-state="qr" data-received=""/);
  assert.match(text, /<noscript><meta http-equiv="refresh" content="5"><\/noscript>/);
  assert.deepEqual(await statusOf(url), { state: 'qr', next: new URL(url).pathname });
  stage.conclude(sessionAt(url), { kind: 'approved' });
  assert.deepEqual(await statusOf(url), { state: 'ended', next: new URL(url).pathname });
  assert.match(await see(url), /Payment complete[\s\S]*<p>PayMe<\/p>/);
});

test('the API’s own text goes into the code in place of the acquirer’s', async () => {
  const codeText = '00020101021226270012hk.com.hkicl020799900015204000053033445405100.55802HK6304B03A';
  const url = open('fps', { content: { codeText } });
  const text = await see(url);
  assert.ok(text.includes(`<input id="code-text" value="${codeText}" readonly`));
  assert.ok(text.includes(/ d="([^"]+)"/.exec(qrCode(codeText, '').text)![0]));
  assert.ok(!text.includes('wallet.example'));
});

test('an address that could do anything but open an app is no link; text of an acquirer is escaped', async () => {
  for (const appUrl of [
    null,
    'javascript:alert(1)',
    ' JaVa\tScript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/hosts',
    'blob:https://wallet.example/1',
    'no address',
  ]) {
    const text = await see(open('payme', { code: { appUrl, text: '"><script>' } }));
    assert.doesNotMatch(text, /<a |javascript|<script>/i, `${appUrl}`);
    assert.match(text, /<input id="code-text" value="&quot;&gt;&lt;script&gt;" readonly/);
  }
  for (const appUrl of ['https://qr.payme.example/1', 'alipays://pay?a=1', 'intent://pay#Intent;scheme=octopus;end'])
    assert.ok((await see(open('payme', { code: { appUrl } }))).includes(`<a class="go app" href="${appUrl}"`), appUrl);
});

test('while the code is being made, or the acquirer is silent about it, the page waits and names who is waited for', async () => {
  stage.acquirer.onOffer = 'silence';
  const url = open('wechat');
  for (const evidence of [null, { kind: 'unknown', doubt: 'silence' }, { kind: 'accepted' }] as const) {
    if (evidence) stage.conclude(sessionAt(url), evidence);
    assert.match(await see(url), /being checked[\s\S]*waiting for word from WeChat Pay/);
    assert.equal(((await statusOf(url)) as { state: string }).state, 'checking');
  }
});

test('where the order for the code did not leave the page says so, and the payer may have it sent once more', async () => {
  stage.acquirer.onOffer = 'not_sent';
  const url = `${open('octopus')}?locale=en_US`;
  const offer = url.replace('?', '/offer?');
  const text = await see(url);
  assert.match(text, /<title>Error: The payment code could not be made/);
  assert.match(text, /Nothing was charged[\s\S]*action="\/pay\/W\d+\/offer\?locale=en_US"[\s\S]*Try again/);
  assert.doesNotMatch(text, /name="number"/);

  stage.acquirer.onOffer = 'busy';
  const busy = await post(offer);
  assert.equal(busy.status, 503);
  assert.match(await busy.text(), /role="alert">The payment service is busy just now[\s\S]*Try again/);

  stage.acquirer.onOffer = 'challenge';
  await post(offer, { 'sec-fetch-site': 'cross-site' });
  assert.equal(offersOf(url), 1);
  const answer = await post(offer);
  assert.equal(answer.status, 303);
  assert.equal(stage.url + answer.headers.get('location'), url);
  assert.deepEqual(stage.calls.at(-1), {
    name: 'offer',
    page: { patienceMs: 1_000, returnUrl: url.replace('?', '/return?') },
  });
  assert.match(await see(url), /Scan with Octopus/);
  await post(offer);
  assert.equal(offersOf(url), 2);
});

test('a card form, and an offer for a payment by card, do nothing', async () => {
  const byWallet = open();
  assert.equal((await post(byWallet)).status, 303);
  const byCard = stage.open(`W${++count}`);
  assert.equal((await post(`${byCard}/offer`)).status, 303);
  assert.deepEqual([viewAt(byWallet).payment.state, viewAt(byCard).payment.state], ['acting', 'open']);
});

test('who gives up waits until the acquirer takes no more money, and is told only then', async () => {
  const url = open();
  await post(`${url}/cancel`, { 'sec-fetch-site': 'cross-site' });
  assert.match(await see(url), /Scan with PayMe/);
  assert.equal((await post(`${url}/cancel`)).status, 303);
  assert.match(await see(url), /being checked/);
  assert.deepEqual(await statusOf(url), { state: 'checking', next: new URL(url).pathname });
  stage.conclude(sessionAt(url), { kind: 'declined' });
  assert.match(await see(url), /Payment cancelled[\s\S]*Nothing was charged/);
});

test('money that came while the code was being closed is not called cancelled', async () => {
  const url = open();
  await post(`${url}/cancel`);
  stage.conclude(sessionAt(url), { kind: 'approved' });
  assert.match(await see(url), /Payment complete/);
});

test('when the time is over the code is closed before the page says expired', async () => {
  const url = open();
  stage.time.now += 16 * 60_000;
  assert.match(await see(url), /being checked/);
  stage.conclude(sessionAt(url), { kind: 'declined' });
  assert.match(await see(url), /Payment page expired/);
});

test('part of the amount: the page and its status tell what has come and what is missing', async () => {
  const url = open('fps', { amountMinor: 10_000n });
  assert.deepEqual(await statusOf(url), { state: 'qr', next: new URL(url).pathname, received: '0' });
  assert.doesNotMatch(await see(url), /still to pay/);
  stage.receive(sessionAt(url), [4_000n]);
  const text = await see(url);
  const told = 'Received HKD 40.00 of HKD 100.00, HKD 60.00 still to pay.';
  assert.ok(text.includes(`<title>${told} – Harbour Books</title>`));
  assert.match(text, /Received HKD 40\.00 of HKD 100\.00[\s\S]*Scan with your banking app/);
  assert.match(text, /data-received="4000"/);
  assert.deepEqual(await statusOf(url), { state: 'qr', next: new URL(url).pathname, received: '4000' });
  stage.receive(sessionAt(url), [4_000n, 6_000n]);
  assert.equal(((await statusOf(url)) as { received: string }).received, '10000');
  const paid = await see(url);
  assert.match(paid, /Payment complete/);
  assert.doesNotMatch(paid, /Received/);
});

test('more than was asked for is paid, and the page says how much came', async () => {
  const url = open('fps', { amountMinor: 10_000n });
  stage.receive(sessionAt(url), [12_000n]);
  assert.match(await see(url), /Payment complete[\s\S]*Received HKD 120\.00, which is more than the HKD 100\.00 due/);
});

test('what ended after a part was paid says so, and never that nothing was charged', async () => {
  for (const end of ['cancelled', 'expired']) {
    const url = open('fps', { amountMinor: 10_000n });
    stage.receive(sessionAt(url), [4_000n]);
    if (end === 'cancelled') await post(`${url}/cancel`);
    else stage.time.now += 16 * 60_000;
    assert.match(await see(url), /being checked[\s\S]*waiting for word from FPS/);
    stage.receive(sessionAt(url), [4_000n], true);
    assert.equal(viewAt(url).payment.state, end);
    const text = await see(url);
    assert.match(text, /Payment not completed[\s\S]*HKD 60\.00 still to pay/);
    assert.doesNotMatch(text, /othing was charged/);
  }
});
