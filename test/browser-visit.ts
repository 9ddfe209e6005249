import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** A payer at a browser, and everything that goes wrong in any of its tabs. */
export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Links into apps that the browser was sent to, byte for byte. It has no such app, and stays. */
  readonly appLinks: readonly string[];
  /** Forgives the complaints of that kind; fails where there is none. */
  readonly expect: (complaint: RegExp) => void;
}

/** Notes console errors and warnings, violated policies, errors of scripts, and requests that failed or were refused. */
const watch = (context: BrowserContext) => {
  const complaints: string[] = [];
  const appLinks: string[] = [];
  context.on('console', (message) => {
    // An answer that loads nothing is noted below.
    if (message.type() !== 'log' && !message.text().startsWith('Failed to load resource'))
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  context.on('request', (request) => {
    if (!/^(https?|data|blob):/.test(request.url())) appLinks.push(request.url());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  context.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.request().method()}`);
  });
  context.on('requestfailed', (request) => {
    const { errorText = '' } = request.failure() ?? {};
    // So ends what the browser itself gave up, such as the open stream of a page that is left.
    if (errorText !== 'net::ERR_ABORTED') complaints.push(`${errorText} ${request.method()} ${request.url()}`);
  });
  return { complaints, appLinks };
};

/**
 * Defines tests that walk through pages in a context of their own, of a phone unless said otherwise. Each fails on any
 * complaint that it did not expect.
 */
export const journeys =
  (browser: Browser) =>
  (name: string, options: BrowserContextOptions, walk: (visit: Visit) => Promise<void>): void => {
    test(name, async () => {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
      context.setDefaultTimeout(10_000);
      const { complaints, appLinks } = watch(context);
      let forgiven: RegExp[] = [];
      const expect = (complaint: RegExp) => {
        forgiven = [...forgiven, complaint];
      };
      try {
        await walk({ context, page: await context.newPage(), appLinks, expect });
        for (const kind of forgiven) {
          assert.ok(
            complaints.some((text) => kind.test(text)),
            `there is no complaint ${kind}`,
          );
        }
        assert.deepEqual(
          complaints.filter((text) => !forgiven.some((kind) => kind.test(text))),
          [],
        );
      } finally {
        await context.close();
      }
    });
  };

/** What keeps people out of the page, in its light and its dark colours (WCAG 2.2 AA). */
export const barriersOn = async (page: Page): Promise<string[]> => {
  const found: string[] = [];
  await page.evaluate(axe.source);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations, passes } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
        rules: { 'target-size': { enabled: true } },
      }),
    );
    assert.ok(passes.length > 5, 'hardly anything was checked');
    for (const { id, nodes } of violations) {
      found.push(`${colorScheme} ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    }
  }
  return found;
};

export interface TypedCard {
  readonly number: string;
  /** `MM/YY`. */
  readonly expiry: string;
  readonly code: string;
}

/** The card that pays. */
export const visa: TypedCard = { number: '4440000009900010', expiry: '01/39', code: '123' };
export const declined: TypedCard = { ...visa, expiry: '05/39' };
/** It pays, but the acquirer's answer is lost. */
export const lost: TypedCard = { ...visa, expiry: '08/28' };
/** Its issuer wants to know that it is really the payer. */
export const challenged: TypedCard = { ...visa, number: '4012001037141112' };

/** Types a card into the hosted page, whose fields are known by what browsers know them by. */
export const typeCard = async (page: Page, { number, expiry, code }: TypedCard): Promise<void> => {
  await page.fill('[autocomplete=cc-number]', number);
  await page.fill('[autocomplete=cc-exp]', expiry);
  await page.fill('[autocomplete=cc-csc]', code);
};

/** The hosted page's one clear button. */
export const payButton = (page: Page) => page.locator('form:has([autocomplete=cc-number]) button');

export const pay = async (page: Page, card: TypedCard): Promise<void> => {
  await typeCard(page, card);
  await payButton(page).click();
};
