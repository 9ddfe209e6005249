import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { launchBrowser } from '../../test/browser.ts';
import { oneTimeKey, type Play, startStage } from './stage.ts';
import { emptied, fill, number, pay, visit } from './visitor.ts';

const stage = await startStage();
const browser = await launchBrowser();
after(() => stage.close());
beforeEach(() => {
  stage.acquirer.answer = 'approved';
  stage.acquirer.onSubmit = async () => {};
});

let count = 0;
const open = (play: Play = {}) => stage.open(`B${++count}`, play);
const viewAt = (url: string) => stage.viewOf(/B\d+/.exec(url)![0]);

test('first load is under 40 KB, all of it from our own origin', async () => {
  const { context, page, fetched } = await visit(browser);
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => sizes.push(response.body().then((body) => body.length)));
  await page.goto(open({ checkout: { brands: ['visa', 'mastercard', 'amex', 'diners', 'jcb', 'unionpay'] } }), {
    waitUntil: 'networkidle',
  });
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  assert.ok(sizes.length >= 8 && bytes > 10_000, `${sizes.length} answers`);
  assert.ok(bytes < 40_000, `${bytes} bytes`);
  assert.deepEqual(
    fetched.filter((url) => !url.startsWith(`${stage.url}/`)),
    [],
  );
  await context.close();
});

test('paid, the browser ends at the merchant with no policy violated and nothing left behind', async () => {
  const { context, page, complaints } = await visit(browser);
  await pay(page, open({ exit: 'shop' }));
  await page.waitForURL(`${stage.worldUrl}/approved?o=17`);
  assert.deepEqual(complaints, []);
  assert.deepEqual(await context.cookies(), []);
  await context.close();
});

test('our own page after a form is no redirect to the merchant, which Chrome would block', async () => {
  const { context, page } = await visit(browser);
  const statuses: number[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/pay/')) statuses.push(response.status());
  });
  await pay(page, open({ exit: 'shop' }));
  await page.waitForURL(`${stage.worldUrl}/**`);
  assert.deepEqual(statuses, [200, 303, 200]);
  await context.close();
});

for (const javaScriptEnabled of [true, false]) {
  test(`through a challenge on another site and back, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
    stage.acquirer.answer = 'challenge';
    const { context, page, complaints, fetched } = await visit(browser, { javaScriptEnabled });
    const url = `${open({ exit: 'shop' })}?locale=en_US`;
    await pay(page, url);
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Continue to your bank' }).click();
    await page.waitForURL('**/issuer');
    const [cookie, ...others] = await context.cookies(url);
    assert.deepEqual(others, []);
    assert.equal(cookie?.value, oneTimeKey);
    assert.equal(cookie?.httpOnly, true);
    assert.equal(cookie?.sameSite, 'Lax');
    assert.equal(cookie?.path, new URL(url).pathname);
    await page.fill('[name=otp]', '111111');
    await page.click('button');
    await page.waitForURL(`${stage.worldUrl}/approved?o=17`);
    const call = stage.calls.at(-1)!;
    assert.equal((call.challenge as { oneTimeKey: string }).oneTimeKey, oneTimeKey);
    assert.deepEqual((call.challenge as { answer: object }).answer, { otp: '111111' });
    assert.deepEqual(
      fetched.filter((address) => address.includes(oneTimeKey)),
      [],
    );
    assert.deepEqual(await context.cookies(url), []);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test('who comes back from the bank by the back button is not sent there again, and may cancel', async () => {
  stage.acquirer.answer = 'challenge';
  const { context, page } = await visit(browser);
  const url = open();
  await pay(page, url);
  await page.waitForURL('**/issuer');
  await page.goBack();
  await page.getByRole('button', { name: 'Continue to your bank' }).waitFor();
  await page.getByRole('button', { name: 'Cancel payment' }).click();
  await page.getByRole('heading', { name: 'Payment cancelled' }).waitFor();
  await context.close();
});

test('without JavaScript: faults, help in the right fields, then paid while it is being checked', async () => {
  stage.acquirer.answer = 'silence';
  const { context, page } = await visit(browser, { javaScriptEnabled: false });
  const url = open({ exit: 'shop' });
  await page.goto(url);
  await page.fill('#number', '4440 0000 0990 0011');
  await page.fill('#expiry', '01/39');
  await page.fill('#code', '123');
  await page.click('button.go');
  await page.locator('#number-fault', { hasText: 'not right' }).waitFor();
  assert.equal(await page.inputValue('#number'), '');
  assert.equal(await page.inputValue('#code'), '');
  assert.equal(await page.inputValue('#expiry'), '01/39');
  assert.equal(await page.locator('#summary:focus').count(), 1);
  await fill(page);
  await page.click('button.go');
  await page.getByRole('heading', { name: 'being checked' }).waitFor();
  stage.conclude(/B\d+/.exec(url)![0], { kind: 'approved' });
  await page.waitForURL(`${stage.worldUrl}/approved?o=17`);
  await context.close();
});

test('with the keyboard alone: the order of the fields, the summary, a link to the fault, payment', async () => {
  const { context, page } = await visit(browser);
  const focused = () => page.evaluate('document.activeElement.id || document.activeElement.textContent');
  await page.goto(open());
  const order = [];
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('Tab');
    order.push(String(await focused()).replace(/\s+/g, ' '));
  }
  assert.deepEqual(order, ['number', 'expiry', 'code', 'holder', 'Pay HKD 268.50', 'Cancel payment']);
  for (let i = 0; i < 5; i++) await page.keyboard.press('Shift+Tab');
  assert.equal(await focused(), 'number');
  await page.keyboard.type('4440000009900010');
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'summary');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'expiry');
  assert.equal(await page.getAttribute('#expiry', 'aria-invalid'), 'true');
  await page.keyboard.type('0139');
  assert.equal(await page.getAttribute('#expiry', 'aria-invalid'), null);
  await page.keyboard.press('Tab');
  await page.keyboard.type('123');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Payment complete' }).waitFor();
  await context.close();
});

test('typing and deleting in the middle leaves the caret where it was', async () => {
  const { context, page } = await visit(browser);
  await page.goto(open());
  const caret = () => page.evaluate('document.activeElement.selectionStart');
  const field = page.locator('#number');
  await field.pressSequentially('444000000990');
  assert.equal(await field.inputValue(), '4440 0000 0990');
  for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowLeft');
  assert.equal(await caret(), 4);
  await page.keyboard.type('1');
  assert.equal(await field.inputValue(), '4440 1000 0099 0');
  assert.equal(await caret(), 6);
  await page.keyboard.press('Backspace');
  assert.equal(await field.inputValue(), '4440 0000 0990');
  assert.equal(await caret(), 4);
  await page.keyboard.press('End');
  await page.keyboard.type('0010');
  assert.equal(await field.inputValue(), '4440 0000 0990 0010');
  await page.locator('#expiry').pressSequentially('0139');
  assert.equal(await page.inputValue('#expiry'), '01/39');
  for (let i = 0; i < 2; i++) await page.keyboard.press('Backspace');
  assert.equal(await page.inputValue('#expiry'), '01');
  await context.close();
});

test('the brand is recognised, and the code’s help follows it', async () => {
  const { context, page } = await visit(browser);
  await page.goto(open({ checkout: { brands: ['visa', 'amex'] } }));
  const hint = page.locator('#code-hint');
  assert.equal(await hint.textContent(), '3 digits on the back, or 4 on the front');
  await page.locator('#number').pressSequentially('34');
  assert.equal(await hint.textContent(), '4 digits on the front');
  assert.equal(await page.locator('.brands .other').getAttribute('data-brand'), 'visa');
  await page.fill('#number', number);
  assert.equal(await hint.textContent(), '3 digits on the back');
  await page.locator('#code').pressSequentially('1234');
  assert.equal(await page.inputValue('#code'), '123');
  await context.close();
});

test('a message that comes when a field is left does not move the button away from the click', async () => {
  const { context, page } = await visit(browser);
  await page.goto(open());
  await page.fill('#number', '4440000009900011');
  await page.fill('#code', '12');
  await page.fill('#expiry', '0124');
  await page.click('button.go');
  await page.locator('#summary:focus').waitFor();
  assert.equal(await page.locator('#summary li').count(), 3);
  await context.close();
});

test('a double click, and Enter on top of it, are one attempt', async () => {
  stage.acquirer.answer = 'approved';
  let release = () => {};
  stage.acquirer.onSubmit = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  const { context, page } = await visit(browser);
  const posts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') posts.push(request.url());
  });
  const before = stage.calls.length;
  await page.goto(open());
  await fill(page);
  // Raw input: Playwright's own actions would wait for the navigation under way.
  const { x, y, width, height } = (await page.locator('button.go').boundingBox())!;
  await page.mouse.dblclick(x + width / 2, y + height / 2);
  while (stage.calls.length === before) await new Promise(setImmediate);
  await page.keyboard.press('Enter');
  release();
  await page.getByRole('heading', { name: 'Payment complete' }).waitFor();
  assert.equal(posts.length, 1);
  assert.equal(stage.calls.length, before + 1);
  await context.close();
});

test('back and reload after the payment show how it ended, never the form or the card', async () => {
  const { context, page } = await visit(browser);
  const before = stage.calls.length;
  const url = open();
  await page.goto(`${stage.worldUrl}/basket`);
  await pay(page, url);
  const heading = page.getByRole('heading', { name: 'Payment complete' });
  await heading.waitFor();
  await page.reload();
  await heading.waitFor();
  await page.goBack();
  if (page.url().startsWith(url)) await heading.waitFor();
  assert.equal(await page.locator('#number').count(), 0);
  assert.equal(stage.calls.length, before + 1);
  await context.close();
});

test('a card is forgotten when the form is left, and nothing is put into the browser’s stores', async () => {
  const { context, page } = await visit(browser);
  const url = open();
  await page.goto(url);
  await fill(page);
  await page.goto(`${stage.worldUrl}/elsewhere`);
  await page.goBack();
  // The page that the browser kept is loaded anew, so it is asked until it stands still.
  await page.waitForLoadState('networkidle');
  for (const field of ['number', 'code']) {
    await page.locator(`#${field}`).waitFor();
    await emptied(page, `#${field}`);
  }
  assert.equal(await page.evaluate('localStorage.length + sessionStorage.length'), 0);
  await context.close();
});

test('two tabs: the second shows how the first one ended', async () => {
  const { context, page } = await visit(browser);
  const before = stage.calls.length;
  const url = open();
  const other = await context.newPage();
  await other.goto(url);
  await fill(other);
  await pay(page, url);
  await page.getByRole('heading', { name: 'Payment complete' }).waitFor();
  await other.click('button.go');
  await other.getByRole('heading', { name: 'Payment complete' }).waitFor();
  assert.equal(stage.calls.length, before + 1);
  await context.close();
});

test('the clock runs down, warns, and at the end the page shows that it is over', async () => {
  const { context, page } = await visit(browser);
  await page.clock.install();
  await page.goto(open({ checkout: { expiresAt: stage.time.now + 130_000 } }));
  const clock = page.locator('[role=timer]');
  assert.match((await clock.textContent())!, /^2:(10|09)$/);
  await page.clock.runFor(15_000);
  assert.match((await clock.textContent())!, /^1:5\d$/);
  assert.equal(await page.locator('[data-warning]').textContent(), 'Two minutes left to pay.');
  stage.time.now += 131_000;
  await page.clock.runFor(120_000);
  await page.getByRole('heading', { name: 'Payment page expired' }).waitFor();
  await context.close();
});

test('while it is being checked the page asks, and leaves when the end is known', async () => {
  stage.acquirer.answer = 'silence';
  const { context, page, complaints, fetched } = await visit(browser);
  await page.clock.install();
  const url = open({ exit: 'shop' });
  await pay(page, url);
  await page.getByRole('heading', { name: 'being checked' }).waitFor();
  const asked = page.waitForResponse('**/status');
  await page.clock.runFor(3_000);
  await asked;
  assert.equal(page.url(), url);
  stage.conclude(/B\d+/.exec(url)![0], { kind: 'declined' });
  await page.clock.runFor(3_500);
  await page.waitForURL(`${stage.worldUrl}/declined?o=17`);
  assert.ok(fetched.filter((address) => address.endsWith('/status')).length >= 2);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('inline and foreign scripts, frames and forms are blocked', async () => {
  const { context, page, complaints } = await visit(browser);
  const url = open();
  await page.goto(url);
  await page.evaluate(`
    const form = document.createElement('form');
    form.action = '${stage.worldUrl}/steal';
    form.method = 'post';
    document.body.append(form);
    form.submit();
    fetch('${stage.worldUrl}/steal').catch(() => {});
    new Image().src = '${stage.worldUrl}/steal';
    try { document.body.innerHTML = '<img onerror=alert(1) src=x>'; } catch { document.body.dataset.trusted = 'held'; }
  `);
  await page.waitForTimeout(200);
  assert.equal(await page.getAttribute('body', 'data-trusted'), 'held');
  assert.ok(complaints.length >= 3);
  assert.deepEqual(
    stage.asked.filter((line) => line.includes('/steal')),
    [],
  );
  await page.goto(`${stage.worldUrl}/framing`);
  await page.evaluate(`document.body.append(Object.assign(document.createElement('iframe'), { src: '${url}' }))`);
  await page.waitForTimeout(200);
  const frame = page.frames().at(-1)!;
  assert.equal(await frame.locator('#number').count(), 0);
  assert.equal(viewAt(url).payment.state, 'open');
  await context.close();
});
