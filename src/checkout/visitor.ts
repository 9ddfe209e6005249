import assert from 'node:assert/strict';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** For tests: a card that pays. */
export const number = '4440000009900010';

/** A visitor who notes all that a browser complains of and all that it fetches. */
export const visit = async (browser: Browser, options: BrowserContextOptions = {}) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  const fetched: string[] = [];
  page.on('console', (message) => {
    // A 422 or 404 is ours; Chrome notes it as an error all the same.
    if (message.type() !== 'log' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => fetched.push(request.url()));
  return { context, page, complaints, fetched };
};

export const fill = async (page: Page) => {
  await page.fill('#number', number);
  await page.fill('#expiry', '01/39');
  await page.fill('#code', '123');
};

export const pay = async (page: Page, url: string) => {
  await page.goto(url);
  await fill(page);
  await page.click('button.go');
};

/** Until the field is empty, for 300 frames at most. The page's policy forbids the `eval` that Playwright's own wait repeats. */
export const emptied = async (page: Page, selector: string): Promise<void> => {
  const isEmpty = await page.evaluate(`new Promise((done) => {
    const look = (left) => {
      const isEmpty = document.querySelector('${selector}')?.value === '';
      if (isEmpty || left === 0) done(isEmpty);
      else requestAnimationFrame(() => look(left - 1));
    };
    look(300);
  })`);
  assert.equal(isEmpty, true, `${selector} is not empty`);
};
