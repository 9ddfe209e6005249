import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { booksAgree, dossierOf } from './books.ts';
import { launchBrowser } from './browser.ts';
import { startShop } from './browser-shop.ts';
import { challenged, declined, journeys, lost, pay, payButton, typeCard, type Visit, visa } from './browser-visit.ts';
import { startTollgate, until } from './installation.ts';
import { startReceiver } from './receiver.ts';
import { addSpiralMerchant } from './spiral-merchant.ts';

// A merchant's payers at a real browser: from the basket over the hosted page and the issuer's, back to the shop.

const tollgate = await startTollgate();
const merchant = await addSpiralMerchant(tollgate);
const receiver = await startReceiver();
const shop = await startShop(`${tollgate.url}/js/v2/spiralpg.min.js`);
const browser = await launchBrowser();
const journey = journeys(browser);

const minuteMs = 60_000;
const successUrl = `${shop.url}/done?o=17&x=%7e;a=b&q=%E5%95%86+1&empty=`;
const failureUrl = `${shop.url}/retry?o=17&again=%2F`;

/** A session whose notices go to a path of its own. */
const begin = async (body: object = {}) => {
  const hook = `/hooks/${merchant.newReference()}`;
  const session = await merchant.openSession({ successUrl, failureUrl, webhookUrl: receiver.url + hook, ...body });
  const hosted = `${tollgate.url}/pay/${encodeURIComponent(session.sessionId)}`;
  const { length } = await tollgate.assembly.sandbox!.book.entries();
  return { ...session, hook, hosted, entryCount: length };
};

type Begun = Awaited<ReturnType<typeof begin>>;

const recordOf = async ({ reference }: Begun) => (await merchant.query(reference)).body;

/** How many messages the acquirer has taken since the session began. */
const entriesSince = async ({ entryCount }: Begun) =>
  (await tollgate.assembly.sandbox!.book.entries()).slice(entryCount);

/** The payer is on the hosted page, whichever state it is in. */
const onHostedPage =
  ({ hosted }: Begun) =>
  ({ href }: URL) =>
    href.startsWith(hosted);

/** What the page says to the payer when all is told. */
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });

/** From the basket to the hosted page's form. */
const toTheTill = async (page: Page, begun: Begun) => {
  await page.goto(shop.basket(begun.sessionId, { locale: 'en_US' }));
  await page.getByRole('button', { name: 'To the till' }).click();
  await page.waitForURL(onHostedPage(begun));
};

/** From the hosted page to the issuer's question; without JavaScript by a button. */
const toTheIssuer = async (page: Page, begun: Begun, javaScriptEnabled = true) => {
  await page.goto(begun.hosted);
  await pay(page, challenged);
  if (!javaScriptEnabled) await page.getByRole('button', { name: 'Continue to your bank' }).click();
  await heading(page, 'Confirm your payment').waitFor();
};

/** Types a code for the issuer and comes back. */
const answer = async (page: Page, code: string, javaScriptEnabled = true) => {
  await page.fill('[autocomplete=one-time-code]', code);
  await page.getByRole('button', { name: 'Confirm payment' }).click();
  if (!javaScriptEnabled) await page.getByRole('button', { name: 'Continue', exact: true }).click();
};

const atTheShop = (page: Page, url: string) => page.waitForURL((here) => here.href === url);

/** Page, query, signed notice and the acquirer's book tell the same end. */
const endsAs = async (begun: Begun, status: string, expected: { resp?: string; entries: number }) => {
  const { body } = await merchant.query(begun.reference);
  assert.equal(body.status, status);
  assert.equal(body.resp, expected.resp);
  assert.equal(body.paidAmt, status === 'Approved' ? 268.5 : 0);
  const arrived = () => receiver.received.filter(({ path }) => path === begun.hook);
  const notice = await until('the notice', () => arrived()[0]);
  assert.ok(merchant.isGenuine(notice));
  const told = JSON.parse(notice.text);
  assert.deepEqual([told.merchantRef, told.status, told.resp], [begun.reference, status, expected.resp]);
  await until('its delivery on record', async () =>
    (await dossierOf(tollgate, begun.reference)).notices.every(({ state }) => state === 'delivered'),
  );
  assert.equal(arrived().length, 1);
  assert.equal((await entriesSince(begun)).length, expected.entries);
};

const paid = { resp: 'APPROVED', entries: 1 };
const untouched = { entries: 0 };

for (const [way, locale, lang] of [
  ['pay', 'zh_HK', 'zh-Hant'],
  ['redirectToPay', 'en_US', 'en'],
  ['loaded later', 'xx_XX', 'en'],
] as const) {
  // The browser's own language does not count where the merchant named one, be it unknown.
  journey(`11, 12: a shop calls ${way} for ${locale}, and the payer pays`, { locale: 'zh-CN' }, async ({ page }) => {
    const begun = await begin();
    await page.goto(shop.basket(begun.sessionId, { way, locale }));
    if (way === 'pay') await page.getByRole('button', { name: 'To the till' }).click();
    await page.waitForURL(onHostedPage(begun));
    assert.equal(await page.getAttribute('html', 'lang'), lang);
    await page.locator('main', { hasText: merchant.name }).waitFor();
    await pay(page, visa);
    await atTheShop(page, successUrl);
    await heading(page, 'Thank you').waitFor();
    // Byte for byte on the wire, too: no result is added, nothing is encoded anew.
    assert.equal(shop.url + shop.asked.at(-1), successUrl);
    await endsAs(begun, 'Approved', paid);
  });
}

journey('12: a declined card ends the session at the failureUrl', {}, async ({ page }) => {
  const begun = await begin();
  await toTheTill(page, begun);
  await pay(page, declined);
  await atTheShop(page, failureUrl);
  await heading(page, 'Not paid').waitFor();
  assert.equal(shop.url + shop.asked.at(-1), failureUrl);
  await endsAs(begun, 'Declined', { resp: 'DECLINED', entries: 1 });
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';

  journey(
    `12: a mistyped number is an error beside the field, ${how} JavaScript; the right one pays`,
    {
      javaScriptEnabled,
    },
    async ({ page, expect }) => {
      if (!javaScriptEnabled) expect(/^422 POST$/);
      const begun = await begin();
      await page.goto(`${begun.hosted}?locale=en_US`);
      await pay(page, { ...visa, number: '9440000009900010' });
      const fault = 'This card number is not right. Check each digit.';
      await page.locator('[autocomplete=cc-number][aria-invalid=true]').waitFor();
      const described = await page.getAttribute('[autocomplete=cc-number]', 'aria-describedby');
      assert.equal(await page.locator(`#${described!.split(' ').at(-1)}`).textContent(), fault);
      const record = await recordOf(begun);
      assert.deepEqual([record.status, record.resp], ['Unconfirmed', undefined]);
      assert.deepEqual(await entriesSince(begun), []);
      await pay(page, visa);
      await atTheShop(page, successUrl);
      await endsAs(begun, 'Approved', paid);
    },
  );

  journey(`12: the payer pays ${how} JavaScript and comes to the shop`, { javaScriptEnabled }, async ({ page }) => {
    const begun = await begin();
    await page.goto(begun.hosted);
    await pay(page, visa);
    await atTheShop(page, successUrl);
    await endsAs(begun, 'Approved', paid);
  });

  journey(`12: the payer confirms to the issuer ${how} JavaScript`, { javaScriptEnabled }, async ({ page }) => {
    const begun = await begin();
    await toTheIssuer(page, begun, javaScriptEnabled);
    await answer(page, '111111', javaScriptEnabled);
    await atTheShop(page, successUrl);
    await endsAs(begun, 'Approved', paid);
  });

  journey(`12: a wrong code, ${how} JavaScript, is no payment`, { javaScriptEnabled }, async ({ page }) => {
    const begun = await begin();
    await toTheIssuer(page, begun, javaScriptEnabled);
    await answer(page, '222222', javaScriptEnabled);
    await atTheShop(page, failureUrl);
    await endsAs(begun, 'Declined', { resp: 'AUTHENTICATION_FAILED', entries: 1 });
  });

  journey(`12: the payer cancels ${how} JavaScript`, { javaScriptEnabled }, async ({ page }) => {
    const begun = await begin();
    await page.goto(begun.hosted);
    await page.getByRole('button', { name: 'Cancel payment' }).click();
    await atTheShop(page, failureUrl);
    await endsAs(begun, 'Cancelled', untouched);
  });

  journey(
    `8: who submits ${how} JavaScript when the time is over goes back to the shop`,
    {
      javaScriptEnabled,
    },
    async ({ page }) => {
      const begun = await begin();
      await page.goto(begun.hosted);
      await typeCard(page, visa);
      await tollgate.advance(30 * minuteMs);
      await payButton(page).click();
      await atTheShop(page, failureUrl);
      await endsAs(begun, 'Timeout', untouched);
    },
  );

  journey(
    `8, 12: a lost answer keeps the payer waiting ${how} JavaScript, until an inquiry tells it`,
    {
      javaScriptEnabled,
    },
    async ({ page }) => {
      const begun = await begin();
      if (javaScriptEnabled) await page.clock.install();
      await page.goto(begun.hosted);
      await pay(page, lost);
      const waiting = heading(page, 'Your payment is being checked');
      await waiting.waitFor();
      await page.reload();
      await waiting.waitFor();
      assert.equal((await recordOf(begun)).status, 'Unconfirmed');
      // The first inquiry, after two seconds, comes too early for the acquirer to know.
      for (let n = 0; n < 2; n++) await tollgate.advance(10_000);
      await until('the inquiry', async () => (await recordOf(begun)).status === 'Approved');
      if (javaScriptEnabled) await page.clock.fastForward(3_000);
      await atTheShop(page, successUrl);
      await endsAs(begun, 'Approved', paid);
    },
  );

  journey(`12: a double click ${how} JavaScript is one payment`, { javaScriptEnabled }, async ({ page }) => {
    const begun = await begin();
    await page.goto(begun.hosted);
    await typeCard(page, visa);
    await payButton(page).scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await payButton(page).boundingBox())!;
    // Raw input: a click on an element would wait for what the first one set going.
    await page.mouse.dblclick(x + width / 2, y + height / 2);
    await atTheShop(page, successUrl);
    await endsAs(begun, 'Approved', paid);
  });
}

journey('12: the payer cancels at the issuer', {}, async ({ page }) => {
  const begun = await begin();
  await toTheIssuer(page, begun);
  await page.getByRole('button', { name: 'Cancel and go back' }).click();
  await atTheShop(page, failureUrl);
  await endsAs(begun, 'Declined', { resp: 'AUTHENTICATION_FAILED', entries: 1 });
});

journey('12: reload and back button on the way to the issuer cost nothing', {}, async ({ page }) => {
  const begun = await begin();
  await toTheIssuer(page, begun);
  const question = heading(page, 'Confirm your payment');
  await page.reload();
  await question.waitFor();
  await page.goBack();
  await page.waitForURL(onHostedPage(begun));
  await heading(page, 'Confirm with your bank').waitFor();
  await page.getByRole('button', { name: 'Continue to your bank' }).waitFor();
  // A page that is loaded anew, and not come back to, takes the payer on by itself.
  await page.reload();
  await question.waitFor();
  await answer(page, '111111');
  await atTheShop(page, successUrl);
  await endsAs(begun, 'Approved', paid);
});

journey('8: who closes the browser at the issuer has not paid when the time is over', {}, async ({ context, page }) => {
  const begun = await begin();
  await toTheIssuer(page, begun);
  await context.close();
  await tollgate.advance(30 * minuteMs);
  assert.equal((await recordOf(begun)).status, 'Unconfirmed');
  // Money may be about to move, so the issuer's form stays good ten minutes longer.
  await tollgate.advance(10 * minuteMs);
  await endsAs(begun, 'Timeout', { entries: 1 });
});

journey(
  '12: what the issuer sent back, posted again from another site, leads to the same end',
  {},
  async ({ context, page }) => {
    const begun = await begin();
    await toTheIssuer(page, begun);
    const returned = page.waitForRequest((request) => new URL(request.url()).pathname.endsWith('/return'));
    await answer(page, '111111');
    const request = await returned;
    await atTheShop(page, successUrl);
    const fields = [...new URLSearchParams(request.postData()!)].map(
      ([name, value]) => `<input name="${name}" value="${value}">`,
    );
    assert.ok(fields.length >= 2);
    const other = await context.newPage();
    await other.goto(`${shop.url}/retry`);
    await other.setContent(
      `<form method="post" action="${request.url()}">${fields.join('')}<button>Again</button></form>`,
    );
    await other.getByRole('button', { name: 'Again' }).click();
    await atTheShop(other, successUrl);
    await endsAs(begun, 'Approved', paid);
  },
);

journey('5.4, 6: an amount held on the hosted page is captured and refunded in parts', {}, async ({ page }) => {
  const begun = await begin({ cmd: 'AUTHSESSION' });
  await toTheTill(page, begun);
  await pay(page, visa);
  await atTheShop(page, successUrl);
  await endsAs(begun, 'Approved', paid);
  const { orderId, txnType } = await recordOf(begun);
  assert.equal(txnType, 'AUTH');
  const follow = async (cmd: string, amt: number) => {
    const { body } = await merchant.put(merchant.newReference(), { cmd, orderId, amt });
    return `${cmd} ${amt} ${body.status}`;
  };
  assert.deepEqual(
    [
      await follow('CAPTURE', 100),
      await follow('REFUND', 100.01),
      await follow('REFUND', 60),
      await follow('CAPTURE', 168.51),
      await follow('CAPTURE', 168.5),
      await follow('REFUND', 208.5),
      await follow('REFUND', 0.01),
    ],
    [
      'CAPTURE 100 Approved',
      'REFUND 100.01 Declined',
      'REFUND 60 Approved',
      'CAPTURE 168.51 Declined',
      'CAPTURE 168.5 Approved',
      'REFUND 208.5 Approved',
      'REFUND 0.01 Declined',
    ],
  );
  assert.deepEqual(
    (await entriesSince(begun)).map(({ kind, amount, status }) => `${kind} ${amount} ${status}`),
    [
      'authorize 268.50 approved',
      'capture 100.00 approved',
      'refund 60.00 approved',
      'capture 168.50 approved',
      'refund 208.50 approved',
    ],
  );
});

journey('12: the back button after the payment leads to the shop again', {}, async ({ page }) => {
  const begun = await begin();
  await toTheTill(page, begun);
  await pay(page, visa);
  await atTheShop(page, successUrl);
  const visits = () => shop.asked.filter((address) => shop.url + address === successUrl).length;
  const before = visits();
  await page.goBack({ waitUntil: 'commit' });
  await until('the payer at the shop again', () => visits() > before);
  await atTheShop(page, successUrl);
  await heading(page, 'Thank you').waitFor();
  await endsAs(begun, 'Approved', paid);
});

journey('12: two tabs on one session are one payment, and both come to the shop', {}, async ({ context, page }) => {
  const begun = await begin();
  const tabs = [page, await context.newPage()];
  for (const tab of tabs) {
    await tab.goto(begun.hosted);
    await typeCard(tab, visa);
  }
  await Promise.all(tabs.map((tab) => payButton(tab).click()));
  await Promise.all(tabs.map((tab) => atTheShop(tab, successUrl)));
  await endsAs(begun, 'Approved', paid);
});

journey('12: a tab that was left open shows how the session ended in another', {}, async ({ context, page }) => {
  const begun = await begin();
  await page.goto(begun.hosted);
  const other = await context.newPage();
  await other.goto(begun.hosted);
  await other.getByRole('button', { name: 'Cancel payment' }).click();
  await atTheShop(other, failureUrl);
  await pay(page, visa);
  await atTheShop(page, failureUrl);
  await endsAs(begun, 'Cancelled', untouched);
});

journey('12: who loses the line at the submit and reloads has paid once', {}, async ({ page, expect }) => {
  expect(/^net::ERR_CONNECTION_RESET POST/);
  const begun = await begin();
  await page.goto(begun.hosted);
  await page.route(onHostedPage(begun), async (route) => {
    await route.fetch({ maxRedirects: 0 });
    await route.abort('connectionreset');
  });
  await pay(page, visa);
  await page.waitForURL('chrome-error://chromewebdata/');
  await page.unrouteAll();
  await page.reload();
  await atTheShop(page, successUrl);
  await endsAs(begun, 'Approved', paid);
});

journey(
  '12: without a successUrl the page tells the end itself, and reload and back button, too',
  {},
  async ({ page }) => {
    const begun = await begin({ successUrl: '' });
    await page.goto(`${shop.url}/retry`);
    await page.goto(begun.hosted);
    await pay(page, visa);
    const end = heading(page, 'Payment complete');
    await end.waitFor();
    await page.reload();
    await end.waitFor();
    await page.goBack();
    if (onHostedPage(begun)(new URL(page.url()))) await end.waitFor();
    assert.equal(await page.locator('[autocomplete=cc-number]').count(), 0);
    await endsAs(begun, 'Approved', paid);
  },
);

/** Every end that a payer can come to in the web view of the mobile SDK (section 13). */
const appEnds: readonly {
  link: string;
  title: string;
  status: string;
  entries: number;
  come: (page: Page) => Promise<unknown>;
}[] = [
  {
    link: 'spiral://checkout/pay/success',
    title: 'Payment complete',
    status: 'Approved',
    entries: 1,
    come: (page) => pay(page, visa),
  },
  {
    link: 'spiral://checkout/pay/fail',
    title: 'Payment declined',
    status: 'Declined',
    entries: 1,
    come: (page) => pay(page, declined),
  },
  {
    link: 'spiral://checkout/pay/cancelled',
    title: 'Payment cancelled',
    status: 'Cancelled',
    entries: 0,
    come: (page) => page.getByRole('button', { name: 'Cancel payment' }).click(),
  },
  {
    link: 'spiral://checkout/pay/timeout',
    title: 'Payment page expired',
    status: 'Timeout',
    entries: 0,
    come: async (page) => {
      await tollgate.advance(30 * minuteMs);
      await pay(page, visa);
    },
  },
];

for (const { link, title, status, entries, come } of appEnds) {
  const endsInApp = async ({ page, appLinks }: Visit, begun: Begun) => {
    await come(page);
    await heading(page, title).waitFor();
    await until('the app', () => appLinks.length > 0);
    assert.deepEqual(appLinks, [link]);
    // For browsers that wait for a touch before they open an app.
    assert.equal(await page.getByRole('link', { name: `Return to ${merchant.name}` }).getAttribute('href'), link);
    const { body } = await merchant.query(begun.reference);
    assert.equal(body.status, status);
    assert.equal((await entriesSince(begun)).length, entries);
  };

  journey(`13: the web view ends on exactly ${link}`, {}, async (visit) => {
    const begun = await begin({ successUrl: 'about:blank', failureUrl: 'about:blank' });
    const query = new URLSearchParams({ sessionID: begun.sessionId, locale: 'en_US' });
    await visit.page.goto(`${tollgate.url}/js/v2/spiralpg.html?${query}`);
    await visit.page.waitForURL(onHostedPage(begun));
    await endsInApp(visit, begun);
  });

  journey(
    `12: a session for the channel APP ends on exactly ${link}, also without JavaScript`,
    {
      javaScriptEnabled: false,
    },
    async (visit) => {
      const begun = await begin({ channel: 'APP' });
      await visit.page.goto(begun.hosted);
      await endsInApp(visit, begun);
    },
  );
}

journey('13: through the issuer the web view stays the web view, in its language', {}, async ({ page, appLinks }) => {
  const begun = await begin();
  const query = new URLSearchParams({ sessionID: begun.sessionId, locale: 'zh_CN' });
  await page.goto(`${tollgate.url}/js/v2/spiralpg.html?${query}`);
  await page.waitForURL(onHostedPage(begun));
  await pay(page, challenged);
  await heading(page, 'Confirm your payment').waitFor();
  await answer(page, '111111');
  await heading(page, '付款完成').waitFor();
  await until('the app', () => appLinks.length > 0);
  assert.deepEqual(appLinks, ['spiral://checkout/pay/success']);
  await endsAs(begun, 'Approved', paid);
});

test('the two books agree', () => booksAgree(tollgate));
