import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../../test/browser.ts';
import { startSandboxWorld } from '../../test/sandbox-world.ts';

const world = await startSandboxWorld();
const browser = await launchBrowser();

/** Listens on an origin of its own, as gateway or shop. */
const listen = async (answer: (url: string, body: string) => { location?: string; text?: string }) => {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { location, text } = answer(request.url!, body);
    if (location) response.writeHead(303, { location }).end();
    else response.writeHead(200, { 'content-type': 'text/html' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
};

/** The payer's way: the gateway's page posts to the issuer, which sends back to the gateway, which sends to the shop. */
const startPayment = async (page: Page) => {
  const returned: URLSearchParams[] = [];
  const shop = await listen(() => ({ text: '<title>The shop</title>' }));
  const gateway: string = await listen((url, body) => {
    // Browsers hold the issuer's form policy against redirects, too, so a gateway leaves for the shop from a page.
    if (url === '/done') return { text: `<meta http-equiv="refresh" content="0; url=${shop}/thanks">` };
    if (url === '/return') {
      returned.push(new URLSearchParams(body));
      return { location: '/done' };
    }
    const fields = `<input type="hidden" name="creq" value="${url.slice(1)}"><input type="hidden" name="threeDSSessionData" value="echo">`;
    return {
      text: `<form method="post" action="${world.url}/sandbox/issuer/challenge">${fields}<button>Pay</button></form>`,
    };
  });
  const { body } = await world.post('/sandbox/acquirer/sale', {
    account: 'H000000H0000001',
    reference: randomUUID(),
    amount: '268.50',
    currency: 'HKD',
    card: { number: '4012001037141112', expiry: '0139', code: '123' },
    initiator: 'payer',
    returnUrl: `${gateway}/return`,
    description: 'Two tea cups',
  });
  const { fields } = body.challenge as { fields: { creq: string } };
  await page.goto(`${gateway}/${fields.creq}`);
  await page.getByRole('button', { name: 'Pay' }).click();
  await page.getByRole('heading', { name: 'Confirm your payment' }).waitFor();
  return { returned };
};

for (const javaScriptEnabled of [true, false]) {
  test(`the payer confirms and ends up in the shop, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
    const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    const { returned } = await startPayment(page);
    await page.getByLabel('One-time code').fill('111111');
    await page.getByRole('button', { name: 'Confirm payment' }).click();
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL('**/thanks');
    assert.equal(await page.title(), 'The shop');
    assert.equal(returned[0]!.get('threeDSSessionData'), 'echo');
    await context.close();
  });
}

test('the page is accessible, and fits 320 pixels, with and without an error', async () => {
  const axe = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
  const context = await browser.newContext({ viewport: { width: 320, height: 640 }, bypassCSP: true });
  const page = await context.newPage();
  await startPayment(page);
  for (const _state of ['question', 'error']) {
    await page.evaluate(axe);
    const found = await page.evaluate('axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.nodes[0].html))');
    assert.deepEqual(found, []);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320);
    await page.getByRole('button', { name: 'Confirm payment' }).click();
    await page.getByRole('alert').waitFor();
  }
  await context.close();
});
