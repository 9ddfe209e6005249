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

/** The page of an order by wallet. */
const walletPage = async (wallet: string, account = 'H000000H0000001') => {
  const order = { account, reference: randomUUID(), amount: '100.00', currency: 'HKD', wallet, description: null };
  const { body } = await world.post('/sandbox/acquirer/wallet', order);
  return (body.qr as { text: string }).text.replace('http://pay.example', '');
};

test('a payer pays in the app, and transfers what is missing, without JavaScript', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(world.url + (await walletPage('payme')));
  await page.getByRole('button', { name: 'Pay' }).click();
  await page.getByRole('heading', { name: 'Paid' }).waitFor();
  await page.goto(world.url + (await walletPage('fps')));
  await page.getByLabel('Amount to send').fill('60');
  await page.getByLabel('Amount to send').press('Enter');
  await page.getByRole('listitem').filter({ hasText: 'HKD 60.00' }).waitFor();
  await page.reload();
  assert.equal(await page.getByRole('listitem').count(), 1, 'loading the page again sends nothing');
  assert.equal(await page.getByLabel('Amount to send').inputValue(), '40.00');
  await page.getByRole('button', { name: 'Transfer' }).click();
  await page.getByRole('listitem').filter({ hasText: 'HKD 40.00' }).waitFor();
  await page.getByRole('button', { name: 'Refuse' }).click();
  await page.getByRole('heading', { name: 'Refused' }).waitFor();
  await context.close();
});

/** What a person who needs a large type, a screen reader or the dark would stumble over. */
const barriers = async (page: Page): Promise<unknown> => {
  await page.evaluate(readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8'));
  return page.evaluate('axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.nodes[0].html))');
};

const textOne = (account: string) =>
  world.post('/sandbox/acquirer/sale', {
    account,
    reference: randomUUID(),
    amount: '185000.00',
    currency: 'UZS',
    card: { number: '8600310000000018', expiry: '1128' },
    initiator: 'payer',
    returnUrl: null,
    description: null,
  });

test('the phone shows a text that comes while it is looked at, without loading itself anew', async () => {
  const page = await browser.newPage();
  await page.goto(`${world.url}/sandbox/phone`);
  await page.evaluate('window.isSame = true');
  await textOne('while-looking');
  await page.locator('li', { hasText: 'To 99890*****67 from while-looking' }).waitFor();
  assert.equal(await page.evaluate('window.isSame'), true);
  await page.close();
});

test('without JavaScript the phone is looked at again by a link', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${world.url}/sandbox/phone`);
  await textOne('by-hand');
  await page.getByRole('link', { name: 'Look for new texts' }).click();
  await page.locator('li', { hasText: 'by-hand' }).waitFor();
  await context.close();
});

test('phone, wallets and receipt are accessible and fit 320 pixels, by day and by night', async () => {
  const account = '5b2f7c9e-8d7a-4f0e-9b58-1f5f3f1f6a4e';
  const apps = [await walletPage('payme', account), await walletPage('fps', account), '/sandbox/wallet/unknown'];
  await textOne('H000000H0000001');
  const line = { title: 'World atlas, second edition', price: '9250000.00', count: '2', vatPercent: 12 };
  const { body } = await world.post('/sandbox/tax/receipts', {
    reference: randomUUID(),
    kind: 'sale',
    original: null,
    seller: 'Kitob Dokon',
    amount: '18500000.00',
    currency: 'UZS',
    lines: [{ ...line, codes: { code: '04901001001000003', units: '1', packageCode: '1495001' } }],
  });
  const receipt = (body.url as string).replace('http://pay.example', '');
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 }, bypassCSP: true, colorScheme });
    const page = await context.newPage();
    for (const address of ['/sandbox/phone', ...apps, receipt, '/fiscal/check']) {
      await page.goto(world.url + address);
      assert.deepEqual(await barriers(page), [], `${colorScheme} ${address}`);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320, address);
    }
    await page.goto(world.url + apps[1]);
    await page.getByLabel('Amount to send').fill('0');
    await page.getByRole('button', { name: 'Transfer' }).click();
    await page.getByRole('alert').waitFor();
    assert.deepEqual(await barriers(page), [], `${colorScheme} an amount that is none`);
    await context.close();
  }
});
