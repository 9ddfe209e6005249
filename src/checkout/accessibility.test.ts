import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../../test/browser.ts';
import { type Play, startStage } from './stage.ts';
import { pay, visit } from './visitor.ts';

const stage = await startStage();
const browser = await launchBrowser();
after(() => stage.close());
beforeEach(() => {
  stage.acquirer.answer = 'approved';
});

let count = 0;
const open = (play: Play = {}) => stage.open(`A${++count}`, play);

const faultsIn = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'target-size': { enabled: true } },
    }),
  );
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  // `document` and `window` live in the page, not here: hence the text.
  const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  return wide ? [...found, 'wider than the window'] : found;
};

/** Every state of the page, and how to come to it. */
const scenes: Readonly<
  Record<string, { play?: Play; come: (page: Page, url: string) => Promise<unknown>; text: RegExp }>
> = {
  form: { come: (page, url) => page.goto(url), text: /Card number|卡號|卡号/ },
  'form of all brands, large amount, long name': {
    play: {
      amountMinor: 999_999_999_999n,
      checkout: { brands: ['visa', 'mastercard', 'amex', 'diners', 'jcb', 'unionpay', 'humo'] },
      content: { merchantName: 'Harbour Books & Stationery Company (Hong Kong) Limited', reference: 'X'.repeat(64) },
    },
    come: (page, url) => page.goto(url),
    text: /9,999,999,999\.99/,
  },
  'form in test mode': {
    play: { content: { test: true } },
    come: (page, url) => page.goto(url),
    text: /Card number|卡號|卡号/,
  },
  'form with faults': {
    come: async (page, url) => {
      await page.goto(url);
      await page.fill('#number', '4440000009900011');
      await page.click('button.go');
    },
    text: /card number is not right|卡號不正確|卡号不正确/,
  },
  'busy form': {
    come: (page, url) => {
      stage.acquirer.answer = 'busy';
      return pay(page, url);
    },
    text: /busy just now|目前繁忙/,
  },
  challenge: {
    come: async (page, url) => {
      stage.acquirer.answer = 'challenge';
      // "No content" keeps the browser where it is.
      await page.route('**/issuer', (route) => route.fulfill({ status: 204 }));
      await pay(page, url);
    },
    text: /Continue to your bank|前往銀行|前往银行/,
  },
  checking: {
    come: (page, url) => {
      stage.acquirer.answer = 'silence';
      return pay(page, url);
    },
    text: /being checked|查核|核实/,
  },
  approved: {
    come: (page, url) => {
      stage.acquirer.answer = 'approved';
      return pay(page, url);
    },
    text: /approved|批准/,
  },
  'approved, leaving for an app': {
    play: { exit: 'shopapp://done' },
    come: (page, url) => {
      stage.acquirer.answer = 'approved';
      return pay(page, url);
    },
    text: /Return to|返回/,
  },
  declined: {
    come: (page, url) => {
      stage.acquirer.answer = 'declined';
      return pay(page, url);
    },
    text: /declined|被拒/,
  },
  cancelled: {
    come: async (page, url) => {
      await page.goto(url);
      await page.click('button.quiet');
    },
    text: /cancelled this payment|已取消/,
  },
  expired: {
    play: { checkout: { expiresAt: 0 } },
    come: (page, url) => page.goto(url),
    text: /expired|已过期|已過期/,
  },
  'not found': { come: (page, url) => page.goto(url.replace(/A\d+/, 'none')), text: /not found|找不到/ },
};

Object.entries(scenes).forEach(([name, { play, come, text }], i) => {
  test(`WCAG 2.2 AA, 320 px wide, light and dark: ${name}`, async () => {
    for (const [locale, colorScheme] of [
      ['en_US', 'light'],
      // The two others take turns: what they may break does not depend on the state.
      [i % 2 === 0 ? 'zh_HK' : 'zh_CN', 'dark'],
    ] as const) {
      const { context, page, complaints } = await visit(browser, {
        viewport: { width: 320, height: 640 },
        colorScheme,
        reducedMotion: 'reduce',
      });
      await come(page, `${open(play)}?locale=${locale}`);
      await page.locator('main', { hasText: text }).waitFor();
      assert.deepEqual(await faultsIn(page), [], `${locale} ${colorScheme}`);
      assert.deepEqual(
        complaints.filter((line) => !line.includes('shopapp')),
        [],
      );
      await context.close();
    }
  });
});
