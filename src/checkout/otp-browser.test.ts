import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../../test/browser.ts';
import { rightCode, startStage } from './stage.ts';
import { emptied, visit } from './visitor.ts';

const stage = await startStage();
const browser = await launchBrowser();
after(() => stage.close());
beforeEach(() => {
  stage.acquirer.answer = 'otp';
  stage.acquirer.onSubmit = async () => {};
});

const wrongCode = '222222';
let count = 0;
const callsOf = (name: string) => stage.calls.filter((call) => call.name === name).length;

/** To the field for the code of an Uzcard. */
const come = async (page: Page, lang = 'en') => {
  const url = `${stage.open(`T${++count}`, {
    amountMinor: 45_000_000n,
    currency: 'UZS',
    checkout: { brands: ['uzcard', 'humo', 'visa'] },
    exit: 'shop',
  })}?lang=${lang}`;
  await page.goto(url);
  await page.fill('#number', '8600310000000018');
  await page.fill('#expiry', '01/39');
  await page.click('button.go');
  await page.locator('#otp').waitFor();
  return url;
};

const words = {
  en: {
    pay: 'Confirm payment of UZS 450,000.00',
    wrong: 'That code was not right. 2 tries left.',
    soon: 'You can ask for a new code in 60 seconds.',
    resend: 'Send a new code',
    sentAgain: 'We sent a new code to 99890*****67.',
  },
  uz: {
    pay: '450 000,00 soʻm toʻlovni tasdiqlash',
    wrong: 'Kod notoʻgʻri. Yana 2 marta urinishingiz mumkin.',
    soon: 'Yangi kodni 60 soniyadan keyin soʻrashingiz mumkin.',
    resend: 'Yangi kod yuborish',
    sentAgain: 'Yangi kod 99890*****67 raqamiga yuborildi.',
  },
  ru: {
    pay: 'Подтвердить оплату 450 000,00 сум',
    wrong: 'Неверный код. Осталось 2 попытки.',
    soon: 'Новый код можно запросить через 60 секунд.',
    resend: 'Отправить новый код',
    sentAgain: 'Мы отправили новый код на номер 99890*****67.',
  },
} as const;

for (const [lang, said] of Object.entries(words)) {
  test(`without JavaScript, in ${lang}: a wrong code, a text too soon, another text, paid`, async () => {
    const { context, page } = await visit(browser, { javaScriptEnabled: false });
    const url = await come(page, lang);
    assert.equal(await page.locator('#code:focus').count(), 1);
    await page.fill('#code', wrongCode);
    await page.getByRole('button', { name: said.pay }).click();
    await page.locator('#code-fault', { hasText: said.wrong }).waitFor();
    assert.equal(page.url(), url);
    assert.equal(await page.locator('#code:focus').count(), 1);
    assert.equal(await page.inputValue('#code'), '');
    await page.getByRole('button', { name: said.resend }).click();
    await page.getByRole('alert').filter({ hasText: said.soon }).waitFor();
    stage.time.now += 60_000;
    await page.getByRole('button', { name: said.resend }).click();
    await page.getByText(said.sentAgain).waitFor();
    await page.fill('#code', rightCode);
    await page.getByRole('button', { name: said.pay }).click();
    await page.waitForURL(`${stage.worldUrl}/approved?o=17`);
    await context.close();
  });

  test(`with JavaScript, in ${lang}: a code that is too short, a wrong one, one that is pasted with a gap, paid`, async () => {
    const { context, page, complaints, fetched } = await visit(browser);
    await come(page, lang);
    const before = callsOf('resume');
    assert.equal(await page.locator('#code:focus').count(), 1);
    await page.keyboard.type('12 34');
    assert.equal(await page.inputValue('#code'), '1234');
    await page.keyboard.press('Enter');
    await page.locator('#code[aria-invalid]:focus').waitFor();
    assert.match((await page.textContent('#code-fault'))!, /6/);
    await page.keyboard.type('567');
    assert.equal(await page.inputValue('#code'), '123456');
    assert.equal(await page.textContent('#code-fault'), '');
    assert.equal(callsOf('resume'), before);
    await page.keyboard.press('Enter');
    await page.locator('#code-fault', { hasText: said.wrong }).waitFor();
    await page.keyboard.insertText('111 111');
    assert.equal(await page.inputValue('#code'), rightCode);
    await page.getByRole('button', { name: said.pay }).click();
    await page.waitForURL(`${stage.worldUrl}/approved?o=17`);
    assert.equal(callsOf('resume'), before + 2);
    assert.deepEqual(
      fetched.filter((address) => address.includes(rightCode) || address.includes(wrongCode)),
      [],
    );
    assert.deepEqual(complaints, []);
    assert.deepEqual(await context.cookies(), []);
    await context.close();
  });
}

test('another text can be asked for when the clock at its button has run down, and once', async () => {
  const { context, page } = await visit(browser);
  await page.clock.install();
  await come(page);
  const before = callsOf('resend');
  const button = page.locator('#resend button');
  assert.match((await button.textContent())!, /^New code in (1:00|0:59)$/);
  assert.equal(await button.getAttribute('aria-disabled'), 'true');
  await button.click({ force: true });
  assert.equal(callsOf('resend'), before);
  await page.clock.runFor(61_000);
  stage.time.now += 61_000;
  assert.equal(await button.textContent(), 'Send a new code');
  assert.equal(await button.getAttribute('aria-disabled'), null);
  await button.dblclick();
  await page.getByText('We sent a new code').waitFor();
  assert.equal(callsOf('resend'), before + 1);
  await context.close();
});

test('the code’s clock runs down, warns, and then the card form is there and says why', async () => {
  const { context, page } = await visit(browser);
  await page.clock.install();
  await come(page);
  const clock = page.locator('[role=timer]');
  assert.match((await clock.textContent())!, /^(5:00|4:59)$/);
  await page.clock.runFor(245_000);
  assert.match((await clock.textContent())!, /^0:5\d$/);
  assert.equal(await page.textContent('[data-warning]'), 'The code works for one more minute.');
  stage.time.now += 301_000;
  await page.clock.runFor(60_000);
  await page.getByRole('alert').filter({ hasText: 'can no longer be confirmed' }).waitFor();
  await page.locator('#number').waitFor();
  await context.close();
});

test('a double click, and Enter on top of it, are one try', async () => {
  let release = () => {};
  const { context, page } = await visit(browser);
  await come(page);
  const posts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') posts.push(request.url());
  });
  stage.acquirer.onSubmit = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  const before = callsOf('resume');
  await page.fill('#code', wrongCode);
  // Raw input: Playwright's own actions would wait for the navigation under way.
  const { x, y, width, height } = (await page.locator('button.go').boundingBox())!;
  await page.mouse.dblclick(x + width / 2, y + height / 2);
  while (callsOf('resume') === before) await new Promise(setImmediate);
  await page.keyboard.press('Enter');
  release();
  await page.locator('#code-fault', { hasText: '2 tries left' }).waitFor();
  assert.equal(posts.length, 1);
  assert.equal(callsOf('resume'), before + 1);
  await context.close();
});

test('back and reload show how it stands, never a code or the card', async () => {
  const { context, page } = await visit(browser);
  await come(page);
  const before = callsOf('resume');
  await page.fill('#code', wrongCode);
  await page.click('button.go');
  await page.locator('#code-fault', { hasText: '2 tries left' }).waitFor();
  await page.fill('#code', wrongCode);
  await page.reload();
  await page.locator('#code-fault', { hasText: '2 tries left' }).waitFor();
  await emptied(page, '#code');
  await page.fill('#code', wrongCode);
  await page.goto(`${stage.worldUrl}/elsewhere`);
  await page.goBack();
  await page.waitForLoadState('networkidle');
  await emptied(page, '#code');
  assert.equal(callsOf('resume'), before + 1);
  assert.equal(await page.evaluate('localStorage.length + sessionStorage.length'), 0);
  await context.close();
});

test('two tabs: a code from the one that is out of date costs no try', async () => {
  const { context, page } = await visit(browser);
  const url = await come(page);
  const other = await context.newPage();
  await other.goto(url);
  await other.fill('#code', wrongCode);
  await page.fill('#code', wrongCode);
  await page.click('button.go');
  await page.locator('#code-fault', { hasText: '2 tries left' }).waitFor();
  await other.click('button.go');
  await other.locator('#code-fault', { hasText: '2 tries left' }).waitFor();
  await context.close();
});

test('with the keyboard alone: code, confirm, new code, another card, cancel', async () => {
  const { context, page } = await visit(browser);
  await come(page);
  const focused = () => page.evaluate('document.activeElement.id || document.activeElement.textContent');
  const order = [await focused()];
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press('Tab');
    order.push(
      String(await focused())
        .replace(/\s+/g, ' ')
        .replace(/\d:\d\d/, '…'),
    );
  }
  assert.deepEqual(order, [
    'code',
    'Confirm payment of UZS 450,000.00',
    'New code in …',
    'Use another card',
    'Cancel payment',
  ]);
  await context.close();
});

test('a card without a security code is asked for none, and the field is there again for one that has it', async () => {
  const { context, page } = await visit(browser);
  await page.goto(stage.open(`T${++count}`, { checkout: { brands: ['uzcard', 'humo', 'visa', 'mastercard'] } }));
  const code = page.locator('#code');
  assert.equal(await page.textContent('#code-hint'), '3 digits on the back, if your card has one');
  await page.fill('#code', '123');
  await page.locator('#number').pressSequentially('8600');
  assert.equal(await code.isVisible(), false);
  assert.equal(await code.inputValue(), '');
  await page.fill('#number', '4440000009900010');
  assert.equal(await code.isVisible(), true);
  await page.fill('#expiry', '01/39');
  await page.click('button.go');
  await page.locator('#summary:focus').waitFor();
  assert.deepEqual(await page.locator('#summary li').allTextContents(), ['Enter the 3-digit security code.']);
  await page.fill('#number', '9860180000000018');
  await page.click('button.go');
  await page.locator('#otp').waitFor();
  await context.close();
});

test('the page of the code is under 40 KB, all of it from our own origin', async () => {
  for (const lang of ['en', 'uz', 'ru']) {
    const url = await (async () => {
      const { context, page } = await visit(browser);
      const address = await come(page, lang);
      await context.close();
      return address;
    })();
    const { context, page, fetched } = await visit(browser);
    const sizes: Promise<number>[] = [];
    page.on('response', (response) => sizes.push(response.body().then((body) => body.length)));
    await page.goto(url, { waitUntil: 'networkidle' });
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    assert.ok(sizes.length >= 6 && bytes > 10_000, `${sizes.length} answers`);
    assert.ok(bytes < 40_000, `${bytes} bytes`);
    assert.deepEqual(
      fetched.filter((address) => !address.startsWith(`${stage.url}/`)),
      [],
    );
    await context.close();
  }
});
