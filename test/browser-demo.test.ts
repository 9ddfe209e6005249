import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { demoParts } from '../src/demonstration.ts';
import { booksAgree } from './books.ts';
import { launchBrowser } from './browser.ts';
import { barriersOn, challenged, declined, journeys, lost, pay, payButton, visa } from './browser-visit.ts';
import { startTollgate } from './installation.ts';

// The newcomer's first minutes: the demo shop on the assembled gateway, at a real browser.

const tollgate = await startTollgate();
const browser = await launchBrowser();
const journey = journeys(browser);
const shop = `${tollgate.url}/demo`;

const isOrderPage = ({ pathname }: URL) => /^\/demo\/orders\/[^/]+$/.test(pathname);
const isPayPage = ({ pathname }: URL) => /^\/demo\/orders\/[^/]+\/pay$/.test(pathname);
const isHostedPage = ({ pathname }: URL) => pathname.startsWith('/pay/');

/** From the shop's front page to the hosted page of a new order. */
const order = async (page: Page, { mode = 'Pay now', language = 'English', means = 'A card' } = {}) => {
  await page.goto(shop);
  await page.getByRole('radio', { name: mode }).check();
  await page.getByRole('radio', { name: means }).check();
  await page.getByRole('radio', { name: language }).check();
  await page.getByRole('button', { name: 'Go to payment' }).click();
  await page.waitForURL(isHostedPage);
};

/** The order's page says in one word how it stands. */
const standsAt = (page: Page, word: string) =>
  page.locator('#status .headline .badge').getByText(word, { exact: true }).waitFor();

const has = (page: Page, part: '#status' | '#notices' | '#exchanges', text: string) =>
  page.locator(part).getByText(text).first().waitFor();

/** No message of the gateway, neither answer nor notice, has a wrong signature. */
const allIsGenuine = async (page: Page) => {
  assert.ok((await page.locator('.seal.good').count()) >= 2);
  assert.deepEqual(await page.locator('.seal.bad').allTextContents(), []);
};

const hasNoBarriers = async (page: Page, scene: string) => assert.deepEqual(await barriersOn(page), [], scene);

journey(
  'a newcomer buys, sees the notice arrive live and verified, and refunds a part',
  {},
  async ({ context, page }) => {
    await page.goto(shop);
    await page.getByRole('button', { name: 'One Jasmine tea more' }).click();
    await page.locator('#total', { hasText: 'HK$\u00a0356.50' }).waitFor();
    await page.getByRole('button', { name: 'Go to payment' }).click();
    await page.waitForURL(isHostedPage);
    await page.locator('main', { hasText: 'Lantern & Leaf' }).locator('.amount', { hasText: '356.50' }).waitFor();
    const number = /LL-[\w-]+|[A-Z0-9-]{6,}/.exec((await page.locator('.reference span').textContent())!)![0];
    // In a second tab one watches the order.
    const watched = await context.newPage();
    await watched.goto(`${shop}/orders/${number}`);
    await standsAt(watched, 'Waiting for payment');
    await has(watched, '#notices', 'None so far.');
    await watched.locator('#listening').waitFor();
    const marker = 'document.body.dataset.marker';
    await watched.evaluate(`${marker} = 'not loaded anew'`);

    await pay(page, visa);
    await page.waitForURL(isOrderPage);
    assert.equal(new URL(page.url()).search, '?back=success');
    await standsAt(page, 'Paid');
    await has(page, '#status', '444000xxxxxx0010');

    for (const tab of [watched, page]) {
      await has(tab, '#notices', 'Signature verified');
      await standsAt(tab, 'Paid');
    }
    assert.equal(await watched.locator('.notice').count(), 1);
    await page.getByLabel('Refund').fill('68.50');
    await page.getByRole('button', { name: 'Refund' }).click();
    await standsAt(page, 'Partly refunded');
    await page.locator('.steps li', { hasText: 'Refund HK$\u00a068.50' }).getByText('Approved').waitFor();
    assert.equal(await page.getByLabel('Refund').inputValue(), '288.00');
    await standsAt(watched, 'Partly refunded');
    assert.equal(await watched.evaluate(marker), 'not loaded anew');
    for (const tab of [watched, page]) await allIsGenuine(tab);
  },
);

journey('an order is paid in the app of a wallet, and the page goes on by itself', {}, async ({ context, page }) => {
  await order(page, { means: 'PayMe' });
  const app = await context.newPage();
  await app.goto((await page.getByRole('link', { name: 'Open PayMe' }).getAttribute('href'))!);
  await app.getByRole('button', { name: 'Pay' }).click();
  await page.waitForURL(isOrderPage);
  assert.equal(new URL(page.url()).search, '?back=success');
  await standsAt(page, 'Paid');
  await has(page, '#status', 'PAYME ff');
  await has(page, '#notices', 'Signature verified');
  await page.getByRole('button', { name: 'Refund' }).click();
  await standsAt(page, 'Refunded');
  await allIsGenuine(page);
});

journey('a bill is paid from a bank in two parts, each of which the shop hears of', {}, async ({ context, page }) => {
  await order(page, { means: 'FPS' });
  const bank = await context.newPage();
  await bank.goto((await page.getByRole('link', { name: 'Open your banking app' }).getAttribute('href'))!);
  await bank.getByLabel('Amount to send').fill('68.50');
  await bank.getByRole('button', { name: 'Transfer' }).click();
  await page.locator('#qr .note', { hasText: '200.00' }).waitFor();
  await bank.getByLabel('Amount to send').fill('200');
  await bank.getByRole('button', { name: 'Transfer' }).click();
  await page.waitForURL(isOrderPage);
  await standsAt(page, 'Paid');
  await page.locator('.notice').nth(1).waitFor();
  assert.match((await page.locator('#notices').textContent())!, /PartialPaid/);
  await allIsGenuine(page);
});

journey(
  'a payment link is paid by whatever the payer chooses there, and a part is given back',
  {},
  async ({ context, page }) => {
    await page.goto(shop);
    await page.getByRole('radio', { name: 'Send a link' }).check();
    await hasNoBarriers(page, 'shop with links');
    await page.getByRole('button', { name: 'Go to payment' }).click();
    await page.waitForURL(isPayPage);
    await hasNoBarriers(page, 'page of the link');
    const payer = await context.newPage();
    await payer.goto((await page.locator('a.wrap').getAttribute('href'))!);
    await payer.getByRole('button', { name: 'Visa' }).click();
    await payer.waitForURL(isHostedPage);
    await pay(payer, visa);
    await page.getByRole('link', { name: 'See the order instead' }).click();
    await standsAt(page, 'Paid');
    await has(page, '#status', '444000xxxxxx0010');
    await has(page, '#notices', 'Signature verified');
    await page.getByLabel('Refund').fill('68.50');
    await page.getByRole('button', { name: 'Refund' }).click();
    await standsAt(page, 'Partly refunded');
    await allIsGenuine(page);
  },
);

journey('cards are held to the terminal at the counter, and its batch is settled', {}, async ({ page }) => {
  await page.goto(shop);
  await page.getByRole('link', { name: 'at the counter' }).click();
  const entry = (text: string) => page.locator('.steps li', { hasText: text });
  const take = async (card: string, amount: string, verb = 'Sale') => {
    await page.getByRole('radio', { name: card }).check();
    await page.getByLabel('Amount').fill(amount);
    await page.getByRole('button', { name: verb, exact: true }).click();
  };
  await take('A card that pays', '38.80');
  await entry('SALE HK$\u00a038.80').getByText('Approved').waitFor();
  await take('A card that pays', '30');
  await entry('SALE HK$\u00a030.00').getByText('Approved').waitFor();
  await take('A card that is declined', '7');
  await entry('SALE HK$\u00a07.00').getByText('Declined').waitFor();
  await take('A card whose answer gets lost', '5');
  await entry('REVERSAL HK$\u00a05.00').getByText('Approved').waitFor();
  await entry('SALE HK$\u00a05.00').getByText('Cancelled').waitFor();
  await take('A card that pays', '10', 'Refund');
  await entry('REFUND HK$\u00a010.00').getByText('Approved').waitFor();
  await entry('SALE HK$\u00a038.80').getByRole('button', { name: /^Void/ }).click();
  await entry('SALE HK$\u00a038.80').getByText('taken back').waitFor();
  await hasNoBarriers(page, 'counter');
  assert.doesNotMatch((await page.locator('#exchanges').textContent())!, /4440000009900010/);
  const batch = await page.locator('#batch-title code').textContent();
  await page.getByRole('button', { name: 'Settle the batch' }).click();
  await page.getByText(`Batch ${batch} is settled.`).waitFor();
  await page.getByText('Nothing yet.').waitFor();
  await allIsGenuine(page);
});

journey('an amount is reserved, captured in two parts and given back', {}, async ({ page }) => {
  await order(page, { mode: 'Reserve, capture later' });
  await pay(page, visa);
  await page.waitForURL(isOrderPage);
  await standsAt(page, 'Reserved');
  await page.getByLabel('Capture').fill('100');
  await page.getByRole('button', { name: 'Capture' }).click();
  await standsAt(page, 'Partly captured');
  assert.equal(await page.getByLabel('Capture').inputValue(), '168.50');
  assert.equal(await page.getByLabel('Refund').inputValue(), '100.00');
  await page.getByRole('button', { name: 'Capture' }).click();
  await standsAt(page, 'Captured');
  await page.getByRole('button', { name: 'Refund' }).click();
  await standsAt(page, 'Refunded');
  assert.equal(await page.getByRole('button', { name: 'Refund' }).count(), 0);
  await has(page, '#notices', 'Signature verified');
  await allIsGenuine(page);
});

journey(
  'a declined card is tried again with a new order, through the issuer, in the language chosen',
  {},
  async ({ page }) => {
    await order(page, { language: '繁體中文' });
    assert.equal(await page.getAttribute('html', 'lang'), 'zh-Hant');
    await pay(page, declined);
    await page.waitForURL(isOrderPage);
    assert.equal(new URL(page.url()).search, '?back=failure');
    await standsAt(page, 'Declined');
    await page.getByRole('button', { name: 'Try again with a new order' }).click();
    await page.waitForURL(isHostedPage);
    assert.equal(await page.getAttribute('html', 'lang'), 'zh-Hant');
    await pay(page, challenged);
    await page.fill('[autocomplete=one-time-code]', '111111');
    await page.getByRole('button', { name: 'Confirm payment' }).click();
    await page.waitForURL(isOrderPage);
    await standsAt(page, 'Paid');
    await page.getByRole('button', { name: 'Buy again with the same card' }).click();
    await standsAt(page, 'Paid');
    await page.goto(shop);
    await page.locator('.orders li').nth(2).waitFor();
    assert.deepEqual(await page.locator('.orders .badge').allTextContents(), ['Paid', 'Paid', 'Declined']);
  },
);

journey('who gives up on the payment page finds the order cancelled', {}, async ({ page }) => {
  await order(page);
  await page.getByRole('button', { name: 'Cancel payment' }).click();
  await page.waitForURL(isOrderPage);
  await standsAt(page, 'Cancelled');
  await has(page, '#notices', 'Signature verified');
});

journey(
  'a newcomer holds an amount through BIG FISH, charges a part of it, and the kept card once more',
  {},
  async ({ page }) => {
    await page.goto(shop);
    await page.getByRole('radio', { name: /^BIG FISH/ }).check();
    await page.getByRole('radio', { name: 'Reserve, capture later' }).check();
    await page.getByRole('radio', { name: 'Magyar' }).check();
    await hasNoBarriers(page, 'front page, BIG FISH');
    await page.getByRole('button', { name: 'Go to payment' }).click();
    await page.waitForURL(({ pathname }) => pathname === '/Start');
    assert.equal(await page.getAttribute('html', 'lang'), 'hu');
    await hasNoBarriers(page, 'card form, Hungarian');
    await pay(page, visa);
    await page.waitForURL(isOrderPage);
    await standsAt(page, 'Reserved');
    // The page is shown anew when the notice comes, which must not happen between the two below.
    await has(page, '#notices', 'commonData');
    await page.getByLabel('Capture').fill('5000');
    await page.getByRole('button', { name: 'Capture' }).click();
    await standsAt(page, 'Partly captured');
    await page.getByRole('button', { name: 'Refund' }).click();
    await standsAt(page, 'Refunded');
    await page.getByRole('button', { name: 'Buy again with the same card' }).click();
    await standsAt(page, 'Paid');
    assert.doesNotMatch((await page.locator('#exchanges').textContent())!, /4440000009900010/);
  },
);

journey('a newcomer pays through GLOBAL PAY with a texted code, in som, and refunds a part', {}, async ({ page }) => {
  await page.goto(shop);
  await page.getByRole('radio', { name: '繁體中文' }).check();
  await page.getByRole('radio', { name: 'Reserve, capture later' }).check();
  await page.getByRole('radio', { name: /^GLOBAL PAY/ }).check();
  await page.locator('#total', { hasText: 'UZS\u00a0429,600.00' }).waitFor();
  await page.locator('.ware .price', { hasText: 'UZS\u00a0140,800.00' }).waitFor();
  // What only the other till offers is gone, and is not picked any more.
  assert.equal(await page.getByRole('radio', { name: /^(繁體中文|Reserve)/ }).count(), 0);
  for (const name of ['Pay now', 'English']) assert.ok(await page.getByRole('radio', { name }).isChecked(), name);
  await page.locator('.basket .number:visible', { hasText: '8600 3100 0000 0018' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'sandbox phone' }).getAttribute('href'), '/sandbox/phone');
  await hasNoBarriers(page, 'front page, GLOBAL PAY');
  await page.getByRole('radio', { name: 'O‘zbekcha' }).check();
  await page.getByRole('button', { name: 'Go to payment' }).click();
  await page.waitForURL(({ pathname }) => pathname.startsWith('/checkout/pay/'));
  assert.equal(await page.getAttribute('html', 'lang'), 'uz');
  await page.fill('[autocomplete=cc-number]', '8600310000000018');
  await page.fill('[autocomplete=cc-exp]', '11/28');
  await payButton(page).click();
  const field = page.locator('[autocomplete=one-time-code]');
  await field.waitFor();
  await hasNoBarriers(page, 'code');
  const texts = await (await fetch(`${tollgate.url}/sandbox/phone/texts`)).json();
  const [text] = texts as { text: string }[];
  await field.fill(/\d{6}/.exec(text!.text)![0]);
  await page.locator('form:has([autocomplete=one-time-code]) button').click();
  await page.waitForURL(isOrderPage);
  await standsAt(page, 'Paid');
  await page.getByText('came back to successRedirectUrl').waitFor();
  await has(page, '#status', '860031******0018');
  await has(page, '#notices', 'Signature verified');
  await has(page, '#notices', 'It is an HMAC');
  const receipt = await page.getByRole('link', { name: 'at the tax office' }).getAttribute('href');
  assert.equal((await fetch(receipt!)).status, 200);
  await page.getByLabel('Refund').fill('100,000.00');
  await page.getByRole('button', { name: 'Refund' }).click();
  await standsAt(page, 'Partly refunded');
  assert.equal(await page.getByLabel('Refund').inputValue(), '329600.00');
  await page.locator('#talk > summary').click();
  await has(page, '#exchanges', 'Answers are not signed.');
  assert.match((await page.locator('#exchanges').textContent())!, /Log in for a token.*"password": "\*{3}"/s);
  assert.doesNotMatch(await page.content(), /\b[ar]t\.[\w-]{20}/);
  assert.deepEqual(await page.locator('.seal.bad').allTextContents(), []);
  await hasNoBarriers(page, 'order');
});

journey(
  'without JavaScript one pays through GLOBAL PAY as well, in the language chosen',
  { javaScriptEnabled: false },
  async ({ page }) => {
    await page.goto(shop);
    await page.getByRole('radio', { name: /^GLOBAL PAY/ }).check();
    await page.getByRole('radio', { name: 'Русский' }).check();
    await page.getByRole('button', { name: 'Go to payment' }).click();
    await page.waitForURL(isPayPage);
    await page.getByRole('link', { name: 'Pay UZS' }).click();
    await page.waitForURL(({ pathname }) => pathname.startsWith('/checkout/pay/'));
    assert.equal(await page.getAttribute('html', 'lang'), 'ru');
    await page.fill('[autocomplete=cc-number]', '8600310000000018');
    await page.fill('[autocomplete=cc-exp]', '11/28');
    await payButton(page).click();
    await page.fill('[autocomplete=one-time-code]', '111111');
    await page.locator('form:has([autocomplete=one-time-code]) button').click();
    await page.waitForURL(isOrderPage);
    await standsAt(page, 'Paid');
    await page.getByRole('button', { name: 'Refund' }).click();
    await standsAt(page, 'Refunded');
  },
);

journey(
  'without JavaScript one buys, comes back and refunds as well',
  { javaScriptEnabled: false },
  async ({ page }) => {
    await page.goto(shop);
    await page.getByRole('button', { name: 'Go to payment' }).click();
    await page.waitForURL(isPayPage);
    await page.getByRole('link', { name: 'Pay HK$' }).click();
    await page.waitForURL(isHostedPage);
    await pay(page, visa);
    await page.waitForURL(isOrderPage);
    await standsAt(page, 'Paid');
    await page.getByRole('button', { name: 'Refund' }).click();
    await standsAt(page, 'Refunded');
  },
);

journey(
  'every page of the shop is open to all (WCAG 2.2 AA), on a narrow phone',
  {
    viewport: { width: 320, height: 640 },
  },
  async ({ context, page, expect }) => {
    expect(/^400 POST$/);
    expect(/^403 POST$/);
    expect(/^404 GET$/);
    const noWider = async (scene: string) => {
      await hasNoBarriers(page, scene);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false, scene);
    };
    await page.goto(shop);
    await noWider('front page');
    await page.getByRole('button', { name: 'One Celadon teapot less' }).click();
    await page.getByRole('button', { name: 'Go to payment' }).click();
    await page.getByRole('alert').waitFor();
    await noWider('front page with an empty basket');
    // Its script takes the payer on at once, so it is kept away.
    await page.route('**/pay.js*', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
    await page.goto(shop);
    await page.getByRole('button', { name: 'Go to payment' }).click();
    await page.waitForURL(isPayPage);
    await noWider('between shop and payment page');
    await page.unrouteAll();
    await page.getByRole('link', { name: 'See the order instead' }).click();
    await standsAt(page, 'Waiting for payment');
    await noWider('order, not yet paid');
    await page.getByRole('link', { name: 'Go to the payment page' }).click();
    await page.waitForURL(isHostedPage);
    await pay(page, visa);
    await page.waitForURL(isOrderPage);
    await has(page, '#notices', 'Signature verified');
    await page.locator('#talk > summary').click();
    await page.locator('#talk li').first().waitFor();
    await noWider('order, paid, with all that was said');
    await page.goto(shop);
    await page.locator('.orders li').waitFor();
    await noWider('front page with orders');
    await page.goto(`${shop}/orders/none`);
    await page.getByRole('heading', { name: 'This order is not known here' }).waitFor();
    await noWider('unknown order');
    const foreign = await context.newPage();
    await foreign.setContent(`<form method="post" action="${shop}/orders"><button>Buy</button></form>`);
    await foreign.getByRole('button').click();
    await foreign.getByRole('heading', { name: 'Not taken' }).waitFor();
    await hasNoBarriers(foreign, 'form of another site');
  },
);

journey('every page on the way of a payment is open to all, as it is assembled', {}, async ({ page }) => {
  await order(page);
  await hasNoBarriers(page, 'form');
  await pay(page, challenged);
  await page.getByRole('heading', { name: 'Confirm your payment' }).waitFor();
  await hasNoBarriers(page, 'issuer');
  await page.goBack();
  await page.getByRole('heading', { name: 'Confirm with your bank' }).waitFor();
  await hasNoBarriers(page, 'challenge');
  await page.getByRole('button', { name: 'Cancel payment' }).click();
  await page.waitForURL(isOrderPage);
  await order(page);
  await pay(page, lost);
  await page.getByRole('heading', { name: 'Your payment is being checked' }).waitFor();
  await hasNoBarriers(page, 'checking');
  await tollgate.advance(10_000);
  await tollgate.advance(10_000);
  await page.waitForURL(isOrderPage);
  await standsAt(page, 'Paid');
});

test('another start keeps what the demo merchant holds, and calls back to where the shop is now', async () => {
  const { installation, url } = tollgate;
  const held = (parts: Awaited<ReturnType<typeof demoParts>>) =>
    [parts.globalpay!.login, parts.globalpay!.password(), parts.globalpay!.callbackSecret()].join();
  // Not from the directory, which remembers a shop for a few seconds.
  const callbackUrl = async () => {
    const shops = await installation.store.administration.shops();
    return shops.find(({ wireName }) => wireName === String(serviceId))!.settings.callbackUrl;
  };
  const { serviceId, ...first } = (await demoParts(installation, url)).globalpay!;
  const login = await installation.store.logins.find('globalpay', first.login);
  assert.equal(await callbackUrl(), `${url}/demo/hooks/globalpay`);
  const again = await demoParts(installation, 'http://127.0.0.1:9');
  assert.equal(held(again), held(await demoParts(installation, 'http://127.0.0.1:9')));
  assert.equal(await callbackUrl(), 'http://127.0.0.1:9/demo/hooks/globalpay');
  assert.deepEqual(await installation.store.logins.find('globalpay', first.login), login, 'no new password');
  await demoParts(installation, url);
});

test('the two books agree', () => booksAgree(tollgate));
