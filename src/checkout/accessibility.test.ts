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
  stage.acquirer.onOffer = 'challenge';
});

let count = 0;
const sessionAt = (url: string) => /A\d+/.exec(url)![0];
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

const sums: Play = {
  amountMinor: 45_000_000n,
  currency: 'UZS',
  checkout: { brands: ['uzcard', 'humo', 'visa', 'mastercard'] },
};

const comeToCode = async (page: Page, url: string) => {
  stage.acquirer.answer = 'otp';
  await page.goto(url);
  await page.fill('#number', '8600310000000018');
  await page.fill('#expiry', '01/39');
  await page.click('button.go');
  await page.locator('#otp').waitFor();
};

const sendCode = async (page: Page, code: string) => {
  await page.fill('#code', code);
  await page.click('button.go');
};

interface Scene {
  readonly play?: Play;
  readonly come: (page: Page, url: string) => Promise<unknown>;
  readonly text: RegExp;
  /** Shown in these in the dark. */
  readonly languages?: readonly string[];
}

/** Every state of the page, and how to come to it. */
const scenes: Readonly<Record<string, Scene>> = {
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
  'form that asks whether the card is to be stored': {
    play: { checkout: { keepsCard: true, asksToKeep: true } },
    come: (page, url) => page.goto(url),
    text: /Store this card|儲存此卡|保存此卡|saqlash|Сохранить|Karte für|mentése/,
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
  'form of cards with and without a code': {
    play: sums,
    come: (page, url) => page.goto(url),
    text: /Card number|Karta raqami|Номер карты/,
    languages: ['uz', 'ru'],
  },
  otp: {
    play: sums,
    come: comeToCode,
    text: /We sent it to|raqamiga yuborildi|отправили код|已發送至|已发送至/,
    languages: ['uz', 'ru', 'zh_HK', 'zh_CN'],
  },
  'otp after a wrong code': {
    play: sums,
    come: async (page, url) => {
      await comeToCode(page, url);
      await sendCode(page, '222222');
    },
    text: /2 tries left|Yana 2 marta|Осталось 2 попытки/,
    languages: ['uz', 'ru'],
  },
  'otp that cannot be one': {
    play: sums,
    come: async (page, url) => {
      await comeToCode(page, url);
      await sendCode(page, '22');
    },
    text: /Enter the 6-digit code|6 xonali kodni|6 цифр\./,
    languages: ['uz', 'ru'],
  },
  'otp that did not get through': {
    play: sums,
    come: async (page, url) => {
      await comeToCode(page, url);
      stage.acquirer.onCode = 'not_sent';
      await sendCode(page, '111111');
    },
    text: /did not count|hisobga olinmadi|не засчитана/,
    languages: ['uz', 'ru'],
  },
  'form after a card that was not confirmed': {
    play: sums,
    come: async (page, url) => {
      await comeToCode(page, url);
      await page.click('form[action*="/again"] button');
    },
    text: /can no longer be confirmed|tasdiqlab boʻlmaydi|Подтвердить прежнюю карту уже нельзя/,
    languages: ['uz', 'ru'],
  },
  'approved, with a fiscal receipt': {
    play: { ...sums, content: { receiptUrl: 'https://receipts.example/1' } },
    come: async (page, url) => {
      await comeToCode(page, url);
      await sendCode(page, '111111');
    },
    text: /Fiscal receipt|Fiskal chek|Фискальный чек/,
    languages: ['uz', 'ru'],
  },
  'code of a wallet': {
    play: { checkout: { wallet: 'payme' } },
    come: (page, url) => page.goto(url),
    text: /Scan with PayMe|PayMe掃描|PayMe扫描|PayMe ilovasida|в приложении PayMe/,
    languages: ['uz', 'ru', 'zh_HK', 'zh_CN'],
  },
  'long code, part paid': {
    play: {
      amountMinor: 999_999_999_999n,
      checkout: { wallet: 'fps' },
      content: {
        codeText: '0002010102'.repeat(40),
        merchantName: 'Harbour Books & Stationery Company (Hong Kong) Limited',
      },
    },
    come: async (page, url) => {
      stage.receive(sessionAt(url), [4_000n]);
      await page.goto(url);
    },
    text: /still to pay|尚欠|还需支付|toʻlash kerak|осталось оплатить/,
    languages: ['uz', 'ru', 'zh_HK', 'zh_CN'],
  },
  'code that could not be made': {
    come: async (page, url) => {
      stage.acquirer.onOffer = 'not_sent';
      const refused = sessionAt(open({ checkout: { wallet: 'octopus' } }));
      await page.goto(url.replace(/A\d+/, refused));
    },
    text: /could not be made|未能產生|无法生成|yaratib boʻlmadi|Не удалось создать/,
    languages: ['uz', 'ru', 'zh_HK', 'zh_CN'],
  },
  site: {
    play: { checkout: { wallet: 'site:ideal' }, code: { appUrl: 'https://bank.example/pay' } },
    come: (page, url) => page.goto(url.replace('?', '/return?')),
    text: /waiting for word from iDEAL|iDEAL/,
    languages: ['uz', 'ru', 'zh_HK', 'zh_CN', 'de_DE', 'hu_HU'],
  },
  'form of a bank account': {
    play: { checkout: { brands: [], debit: 'sepa' } },
    come: (page, url) => page.goto(url),
    text: /IBAN/,
    languages: ['uz', 'ru', 'zh_HK', 'zh_CN', 'de_DE', 'hu_HU'],
  },
  'form of a bank account, with faults': {
    play: { checkout: { brands: [], debit: 'check' } },
    come: async (page, url) => {
      await page.goto(url);
      await page.fill('#holder', 'Ada');
      await page.fill('#routing', '123');
      await page.fill('#account', '12');
      await page.click('button.go');
      await page.locator('#summary').waitFor();
    },
    text: /routing number is not right|路由號碼不正確|路由号码不正确/,
  },
  'code being closed': {
    play: { checkout: { wallet: 'fps' } },
    come: async (page, url) => {
      await page.goto(url);
      await page.click('button.quiet');
    },
    text: /waiting for word from FPS|正在等候轉數快|正在等待转数快/,
  },
  'part paid, and over': {
    play: { checkout: { wallet: 'fps' } },
    come: async (page, url) => {
      stage.receive(sessionAt(url), [4_000n], true);
      await page.goto(url);
    },
    text: /not completed|未完成|yakunlanmadi|не завершена/,
    languages: ['uz', 'ru', 'zh_HK', 'zh_CN'],
  },
  'declined, at a payment that can be begun anew': {
    play: { content: { againUrl: '/link/T1' } },
    come: (page, url) => {
      stage.acquirer.answer = 'declined';
      return pay(page, url);
    },
    text: /Back to the ways to pay|返回付款方式|Toʻlov usullariga qaytish|Назад к способам оплаты/,
    languages: ['uz', 'ru', 'zh_HK', 'zh_CN'],
  },
  'not found': { come: (page, url) => page.goto(url.replace(/A\d+/, 'none')), text: /not found|找不到/ },
};

Object.entries(scenes).forEach(([name, { play, come, text, languages }], i) => {
  test(`WCAG 2.2 AA, 320 px wide, light and dark: ${name}`, async () => {
    for (const [locale, colorScheme] of [
      ['en_US', 'light'],
      // The two others take turns: what they may break does not depend on the state.
      ...(languages ?? [i % 2 === 0 ? 'zh_HK' : 'zh_CN']).map((language) => [language, 'dark'] as const),
    ] as const) {
      stage.acquirer.onCode = null;
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

test('WCAG 2.2 AA on a phone whose browser runs no script of ours: code of a wallet', async () => {
  const { context, page } = await visit(browser, {
    viewport: { width: 320, height: 640 },
    isMobile: true,
    hasTouch: true,
  });
  // Not by the browser's own switch: what looks for faults is a script itself.
  await page.route('**/*.js', (route) => route.abort());
  await page.goto(open({ checkout: { wallet: 'payme' } }));
  await page.getByRole('img', { name: 'scan it with PayMe' }).waitFor();
  assert.equal(await page.locator('#copy').isVisible(), false);
  assert.deepEqual(await faultsIn(page), []);
  await context.close();
});
