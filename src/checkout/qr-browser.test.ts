import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, beforeEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { launchBrowser } from '../../test/browser.ts';
import type { Wallet } from '../core/wallets.ts';
import { qrCode } from './qr-code.ts';
import { type Play, startStage } from './stage.ts';
import { visit } from './visitor.ts';

// From the package, where it would otherwise be fetched from the network.
const reader = readFileSync(new URL(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
prepareZXingModule({ overrides: { wasmBinary: reader.buffer } });

const stage = await startStage();
const browser = await launchBrowser();
after(() => stage.close());
beforeEach(() => {
  stage.acquirer.onOffer = 'challenge';
});

let count = 0;
const open = (wallet: Wallet = 'payme', play: Play = {}) => {
  const session = `Q${++count}`;
  return { session, url: stage.open(session, { exit: 'shop', ...play, checkout: { ...play.checkout, wallet } }) };
};

/** As long as what a bank transfer's code says. */
const codeText = '00020101021226270012hk.com.hkicl020799900015204000053033445405100.55802HK6304B03A';

const phone = { isMobile: true, hasTouch: true };
const waits = 3_000;

/** What an app reads on the screen. */
const scan = async (page: Page): Promise<string | undefined> =>
  (await readBarcodes(await page.screenshot(), { formats: ['QRCode'] }))[0]?.text;

test('what a phone reads on the screen is the code, and the page moves on by itself when it is paid', async () => {
  const { context, page, complaints, fetched } = await visit(browser, { viewport: { width: 1_000, height: 800 } });
  await page.clock.install();
  const { session, url } = open();
  await page.goto(`${url}?locale=en_US`);
  await page.getByRole('img', { name: 'QR code: scan it with PayMe to pay HKD 268.50' }).waitFor();
  assert.equal(await scan(page), 'https://wallet.example/pay?id=7f3a');
  await page.clock.runFor(waits);
  stage.conclude(session, { kind: 'approved' });
  await page.clock.runFor(waits);
  await page.waitForURL(`${stage.worldUrl}/approved?o=17`);
  assert.deepEqual(complaints, []);
  assert.deepEqual(
    fetched.filter((address) => !address.startsWith(`${stage.url}/`) && !address.startsWith(`${stage.worldUrl}/`)),
    [],
  );
  await context.close();
});

test('without JavaScript: the code on a dark phone, part of the amount, the rest', async () => {
  const { session, url } = open('fps', { amountMinor: 10_000n, content: { codeText } });
  const { context, page } = await visit(browser, { ...phone, colorScheme: 'dark', javaScriptEnabled: false });
  await page.goto(url);
  await page.locator('svg.code').scrollIntoViewIfNeeded();
  assert.equal(await scan(page), codeText);
  assert.equal(await page.inputValue('#code-text'), codeText);
  assert.equal(await page.locator('#copy').isVisible(), false);
  stage.receive(session, [4_000n]);
  await page.getByText('Received HKD 40.00 of HKD 100.00, HKD 60.00 still to pay.').waitFor();
  stage.receive(session, [4_000n, 6_000n]);
  await page.waitForURL(`${stage.worldUrl}/approved?o=17`);
  await context.close();
});

test('what has come shows by itself, and a payer who comes back from the app need not wait for it', async () => {
  const { session, url } = open('fps', { amountMinor: 10_000n });
  const { context, page } = await visit(browser, phone);
  await page.clock.install();
  await page.goto(url);
  await page.getByText('Waiting for your payment…').waitFor();
  stage.receive(session, [4_000n]);
  await page.clock.runFor(waits);
  await page.getByText('HKD 60.00 still to pay.').waitFor();
  // From now on no timer of the page runs, as on a phone that shows another app.
  await page.clock.pauseAt(((await page.evaluate('Date.now()')) as number) + 2_000);
  stage.receive(session, [4_000n, 6_000n]);
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`);
  await page.waitForURL(`${stage.worldUrl}/approved?o=17`);
  await context.close();
});

test('a line that is down for a moment is no end', async () => {
  const { session, url } = open();
  const { context, page } = await visit(browser);
  await page.clock.install();
  await page.goto(url);
  await page.route('**/status', (route) => route.abort());
  const [lost] = await Promise.all([page.waitForEvent('requestfailed'), page.clock.runFor(waits)]);
  assert.ok(lost.url().endsWith('/status'));
  await page.unroute('**/status');
  stage.conclude(session, { kind: 'approved' });
  await page.clock.runFor(waits);
  await page.waitForURL(`${stage.worldUrl}/approved?o=17`);
  await context.close();
});

test('the code’s text is copied, and stands selected where the browser lets no page copy', async () => {
  const { context, page, complaints } = await visit(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(open().url);
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await page.getByRole('status').filter({ hasText: 'Copied' }).count(), 1);
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), 'https://wallet.example/pay?id=7f3a');
  await page.goto(open().url);
  await page.evaluate(`navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))`);
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.locator('#code-text:focus').waitFor();
  assert.equal(await page.evaluate('getSelection().toString()'), 'https://wallet.example/pay?id=7f3a');
  assert.equal(await page.getByRole('button', { name: 'Copied' }).count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('on a phone the way into the app comes first and stands out; at a desk the code comes first', async () => {
  const looks = async (options: object) => {
    const { context, page } = await visit(browser, options);
    await page.goto(open().url);
    const link = page.getByRole('link', { name: 'Open PayMe' });
    const [app, code] = [(await link.boundingBox())!, (await page.locator('svg.code').boundingBox())!];
    const ground = await page.evaluate(`getComputedStyle(document.querySelector('.app')).backgroundColor`);
    await context.close();
    return { isFirst: app.y < code.y, isFilled: ground !== 'rgba(0, 0, 0, 0)' };
  };
  assert.deepEqual(await looks(phone), { isFirst: true, isFilled: true });
  assert.deepEqual(await looks({}), { isFirst: false, isFilled: false });
});

test('a code that could not be made is made by the button; given up, the page waits and then says so by itself', async () => {
  stage.acquirer.onOffer = 'not_sent';
  const { session, url } = open('octopus', { exit: null });
  const { context, page, complaints } = await visit(browser, phone);
  await page.clock.install();
  await page.goto(url);
  stage.acquirer.onOffer = 'challenge';
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Scan with Octopus' }).waitFor();
  await page.getByRole('button', { name: 'Cancel payment' }).click();
  await page.getByRole('heading', { name: 'being checked' }).waitFor();
  stage.conclude(session, { kind: 'declined' });
  await page.clock.runFor(waits);
  await page.getByRole('heading', { name: 'Payment cancelled' }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the clock runs down, warns, and then the code is gone', async () => {
  const { url } = open();
  const { context, page } = await visit(browser);
  await page.clock.install();
  await page.goto(url);
  await page.clock.runFor(13 * 60_000 + 1_000);
  assert.match((await page.textContent('[role=timer]'))!, /^1:5\d$/);
  assert.equal(await page.textContent('[data-warning]'), 'Two minutes left to pay.');
  stage.time.now += 15 * 60_000;
  await page.clock.runFor(waits);
  await page.getByRole('heading', { name: 'being checked' }).waitFor();
  assert.equal(await page.locator('svg.code').count(), 0);
  await context.close();
});

test('with the keyboard alone: the app, the text, its button, cancel', async () => {
  const { context, page } = await visit(browser);
  await page.goto(open().url);
  const order: unknown[] = [];
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press('Tab');
    order.push(await page.evaluate('document.activeElement.textContent || document.activeElement.id'));
  }
  assert.deepEqual(order, ['Open PayMe', 'code-text', 'Copy', 'Cancel payment']);
  await context.close();
});

test('the page of a code is under 40 KB, all of it from our own origin', async () => {
  const { context, page, fetched } = await visit(browser);
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => sizes.push(response.body().then((body) => body.length)));
  await page.goto(open('fps', { content: { codeText } }).url, { waitUntil: 'networkidle' });
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  assert.ok(sizes.length >= 6 && bytes > 10_000, `${sizes.length} answers`);
  assert.ok(bytes < 40_000, `${bytes} bytes`);
  assert.deepEqual(
    fetched.filter((address) => !address.startsWith(`${stage.url}/`)),
    [],
  );
  await context.close();
});

test('a code reads back as its text, of whatever length and script', async () => {
  const { context, page } = await visit(browser, { viewport: { width: 800, height: 800 } });
  for (const text of ['1', 'https://wallet.example/pay?id=7f3a', '轉數快 100.5', 'x'.repeat(1_000)]) {
    const svg = qrCode(text, 'a "title"').text;
    assert.ok(svg.includes('<title id="code-title">a &quot;title&quot;</title>'));
    assert.equal(svg.match(/<path/g)?.length, 1);
    await page.setContent(svg);
    assert.equal(await scan(page), text);
  }
  await context.close();
});

test('a browser goes on to a site by itself, comes back to a page that waits, and moves on when the acquirer says so', async () => {
  const { context, page, complaints } = await visit(browser, { viewport: { width: 400, height: 800 } });
  await page.clock.install();
  const { session, url } = open('site:ideal', { code: { appUrl: `${stage.worldUrl}/bank` } });
  await page.goto(`${url}?locale=en_US`);
  await page.waitForURL(`${stage.worldUrl}/bank`);
  await page.goto(`${url}/return?locale=en_US`);
  await page.getByText('waiting for word from iDEAL').waitFor();
  await page.clock.runFor(waits);
  assert.equal(await page.getByRole('link', { name: 'Continue to iDEAL' }).isVisible(), true);
  stage.conclude(session, { kind: 'approved' });
  await page.clock.runFor(waits);
  await page.waitForURL(`${stage.worldUrl}/approved?o=17`);
  assert.deepEqual(complaints, []);
  await context.close();
});
