import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../../test/browser.ts';
import type { LinkContent } from '../gateway/api.ts';
import { startLinkStage } from './link-stage.ts';
import { visit } from './visitor.ts';

const stage = await startLinkStage();
const browser = await launchBrowser();
after(() => stage.close());

const faultsIn = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'target-size': { enabled: true } },
    }),
  );
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  return wide ? [...found, 'wider than the window'] : found;
};

const all: LinkContent['choices'] = [
  { name: 'CARD', brands: ['visa', 'mastercard', 'amex', 'diners', 'jcb', 'unionpay'], wallet: null },
  ...(['payme', 'fps', 'alipayhk', 'alipay', 'wechat', 'octopus'] as const).map((wallet) => ({
    name: wallet,
    brands: [],
    wallet,
  })),
];

const scenes: Readonly<Record<string, Partial<LinkContent>>> = {
  choices: {},
  'all choices, long name, large amount': {
    choices: all,
    amountMinor: 999_999_999_999n,
    merchantName: 'Harbour Books & Stationery Company (Hong Kong) Limited',
    reference: 'X'.repeat(22),
  },
  'choices after a payment that failed': { attempt: stage.attempt('declined'), test: true },
  'choices while a payment is open': { current: '/pay/S1' },
  'a payment that is open': { current: '/pay/S1', choices: [] },
  paid: { state: 'approved', choices: [], attempt: stage.attempt('approved') },
  over: { state: 'expired', choices: [] },
};

for (const [name, content] of Object.entries(scenes)) {
  test(`WCAG 2.2 AA, 320 px wide, light and dark: ${name}`, async () => {
    for (const [locale, colorScheme] of [
      ['en', 'light'],
      ...(['zh_HK', 'zh_CN', 'uz', 'ru'] as const).map((language) => [language, 'dark'] as const),
    ] as const) {
      const { context, page, complaints } = await visit(browser, {
        viewport: { width: 320, height: 640 },
        colorScheme,
        reducedMotion: 'reduce',
      });
      await page.goto(`${stage.put(content)}?locale=${locale}`);
      assert.deepEqual(await faultsIn(page), [], `${locale} ${colorScheme}`);
      assert.deepEqual(complaints, []);
      await context.close();
    }
  });
}

test('a payer without script chooses by the keyboard', async () => {
  const { context, page, complaints } = await visit(browser, { javaScriptEnabled: false });
  const [url, attempt] = [stage.put(), stage.put({ title: 'The attempt' })];
  stage.next.started = { to: new URL(attempt).pathname };
  await page.goto(url);
  await page.getByRole('button', { name: 'PayMe' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('The attempt').waitFor();
  assert.equal(stage.chosen.at(-1), `${url.split('/').at(-1)} PAYME`);
  assert.deepEqual(complaints, []);
  await context.close();
});
