import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startStage } from './stage.ts';

const stage = await startStage();
after(() => stage.close());

const there = 'https://bank.example/pay?order=7';
let count = 0;
const open = (appUrl: string | null = there) =>
  stage.open(`S${++count}`, { checkout: { brands: [], wallet: 'site:ideal' }, code: { appUrl } });
const sessionAt = (url: string) => /S\d+/.exec(url)![0];
const see = async (url: string) => (await (await fetch(url, { redirect: 'manual' })).text()).replaceAll('\u00a0', ' ');

test('the page sends its payer on to the site, by refresh where no script runs, and has a link', async () => {
  const page = await see(open());
  assert.match(page, /<noscript><meta http-equiv="refresh" content="0;url=https:\/\/bank\.example\/pay\?order=7">/);
  assert.match(page, /<a class="go" data-onward href="https:\/\/bank\.example\/pay\?order=7">Continue to iDEAL<\/a>/);
  assert.match(page, /<h1>Pay at iDEAL<\/h1>[\s\S]*HKD<[\s\S]*>268\.50</);
  assert.doesNotMatch(page, /<svg|QR/);
});

test('who comes back waits for the acquirer’s word, which is asked for, and is not sent on again', async () => {
  const url = open();
  const before = stage.calls.length;
  const page = await see(`${url}/return?status=paid`);
  assert.deepEqual(
    stage.calls.slice(before).map(({ name }) => name),
    ['notice'],
  );
  assert.match(page, /waiting for word from iDEAL/);
  assert.match(page, /data-state="site"/);
  assert.doesNotMatch(page, /data-onward|content="0;url=/);
  assert.match(page, /href="https:\/\/bank\.example\/pay\?order=7"/);
  assert.equal(stage.viewOf(sessionAt(url)).payment.state, 'acting', 'the browser’s word counts for nothing');
  stage.conclude(sessionAt(url), { kind: 'approved' });
  assert.deepEqual(await (await fetch(`${url}/status`)).json(), { state: 'ended', next: new URL(url).pathname });
  const back = await fetch(`${url}/return`, { redirect: 'manual' });
  assert.deepEqual([back.status, back.headers.get('location')], [303, new URL(url).pathname]);
  assert.match(await see(url), /Payment complete[\s\S]*iDEAL/);
});

test('an address that is no page of the web is no way on', async () => {
  const page = await see(open('javascript:alert(1)'));
  assert.doesNotMatch(page, /javascript:|data-onward|refresh" content="0/);
});

test('the payer may give up; then the page waits until the acquirer takes no more', async () => {
  const url = open();
  await fetch(`${url}/cancel`, { method: 'POST', redirect: 'manual', body: new URLSearchParams() });
  assert.match(await see(url), /waiting for word from iDEAL/);
  stage.conclude(sessionAt(url), { kind: 'declined' });
  assert.match(await see(url), /Payment cancelled/);
});
