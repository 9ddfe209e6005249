import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decimalOf, minorOf, priceOf } from './amount.ts';
import type { Good } from './goods.ts';
import { html } from './html.ts';
import { livingParts, orderPage } from './order-page.ts';
import { type Order, Orders } from './orders.ts';
import { isSameOrigin } from './origin.ts';
import { payPage } from './pay-page.ts';
import { shopPage } from './shop-page.ts';
import { spiralWords } from './spiral-till.ts';
import { headlineOf } from './standing-words.ts';
import type { Standing } from './till.ts';

const hostile = `"><script>alert('&')</script>`;
const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;';

const good: Good = { id: 'x', name: hostile, detail: hostile, priceMinor: 100_00n, mxikCode: '', picture: 'tea.svg' };

const standing: Standing = {
  status: 'Approved',
  tone: 'good',
  reason: null,
  card: null,
  approvalCode: null,
  receiptUrl: null,
  paidMinor: 0n,
  capturedMinor: 0n,
  refundedMinor: 0n,
  cardToken: null,
  orderId: null,
  paidBy: null,
};

const newOrder = (about: Partial<Order> = {}): Order => ({
  ...new Orders().place({
    till: 'spiral',
    words: spiralWords,
    visit: 'v',
    lines: [{ good, quantity: 1 }],
    currency: 'HKD',
    amountMinor: 100_00n,
    mode: 'now',
    wallet: null,
    locale: 'en_US',
  }),
  ...about,
});

const exchange = {
  title: hostile,
  method: 'PUT',
  path: hostile,
  requestHeaders: { [hostile]: hostile },
  requestBody: hostile,
  requestSigned: hostile,
  httpStatus: 200,
  answerHeaders: { X: hostile },
  answerBody: JSON.stringify({ goodsName: hostile }),
  answerSigned: hostile,
  genuine: true,
  at: 0,
  tookMs: 1,
};

describe('pages of the demo shop', () => {
  test('escape hostile names of goods', () => {
    const page = shopPage({
      goods: [good],
      quantities: new Map(),
      problem: hostile,
      orders: [newOrder()],
      tills: [],
      hasCounter: false,
    });
    assert.ok(page.includes(escaped));
    assert.ok(!page.includes('<script>alert'));
  });

  test('escape what the gateway, a forger or an error says', () => {
    const order = newOrder({
      problem: hostile,
      standing: { ...standing, status: hostile, tone: 'bad', reason: hostile, card: hostile, approvalCode: hostile },
      steps: [
        { kind: 'refund', reference: hostile, amountMinor: 1n, standing: null, refused: false, problem: hostile },
      ],
      exchanges: [exchange],
      notices: [
        { genuine: false, reference: hostile, headers: { X: hostile }, signed: hostile, body: hostile, at: 0 },
        { genuine: true, reference: hostile, headers: { X: hostile }, signed: hostile, body: hostile, at: 0 },
      ],
    });
    const checkout = { href: hostile, library: { src: hostile, session: hostile } };
    for (const text of [
      orderPage(order, null, hostile),
      payPage(order, checkout),
      ...Object.values(livingParts(order)),
    ]) {
      assert.ok(text.includes('&lt;script&gt;alert'));
      assert.ok(!text.includes('<script>alert'), text);
    }
  });

  test('leave nothing for absent values, and numbers as they are', () => {
    assert.equal(html`a${null}${undefined}${false}${0}${['<', html`<b>`]}`.text, 'a0&lt;<b>');
  });

  test('tell in one word how an order stands', () => {
    const cases: [Partial<Order>, string][] = [
      [{}, 'Not known yet'],
      [{ refused: true }, 'Refused'],
      [{ standing: { ...standing, tone: 'waiting' } }, 'Being checked'],
      [{ standing: { ...standing, tone: 'waiting' }, checkout: { href: '/', library: null } }, 'Waiting for payment'],
      [{ standing: { ...standing, tone: 'bad', status: 'Cancelled' } }, 'Cancelled'],
      [{ standing: { ...standing, paidMinor: 100_00n } }, 'Paid'],
      [{ standing: { ...standing, paidMinor: 100_00n, refundedMinor: 1n } }, 'Partly refunded'],
      [{ standing: { ...standing, paidMinor: 100_00n, refundedMinor: 100_00n } }, 'Refunded'],
      [{ mode: 'reserve', standing: { ...standing, paidMinor: 100_00n } }, 'Reserved'],
      [{ mode: 'reserve', standing: { ...standing, capturedMinor: 40_00n } }, 'Partly captured'],
      [{ mode: 'reserve', standing: { ...standing, capturedMinor: 100_00n } }, 'Captured'],
      [{ mode: 'reserve', standing: { ...standing, capturedMinor: 40_00n, refundedMinor: 40_00n } }, 'Refunded'],
    ];
    for (const [about, text] of cases) assert.equal(headlineOf(newOrder(about)).text, text);
  });
});

test('amounts are read and written without floats', () => {
  assert.deepEqual(['268.5', '1,200', ' 40 ', '0.01'].map(minorOf), [26850n, 120000n, 4000n, 1n]);
  for (const text of ['', '0', '0.00', '-1', '1.234', '1e2', '１', '1234567890', 'abc'])
    assert.equal(minorOf(text), undefined);
  assert.equal(decimalOf(26850n), '268.50');
  assert.equal(priceOf(123456789n, 'HKD'), 'HK$\u00a01,234,567.89');
});

test('only forms of this host are taken', () => {
  assert.ok(isSameOrigin('http://shop.test:8080', 'shop.test:8080'));
  assert.ok(isSameOrigin('https://shop.test', 'shop.test'));
  for (const origin of [
    undefined,
    'null',
    '',
    'http://shop.test',
    'http://evil.test:8080',
    'http://shop.test:8080.evil.test',
  ]) {
    assert.equal(isSameOrigin(origin, 'shop.test:8080'), false);
  }
});

test('the newest 500 orders are kept, and forged notices push out no genuine ones', () => {
  const orders = new Orders();
  const about = {
    till: 'spiral',
    words: spiralWords,
    visit: 'v',
    lines: [],
    currency: 'HKD',
    amountMinor: 1n,
    mode: 'now',
    wallet: null,
    locale: 'en_US',
  } as const;
  const first = orders.place(about);
  for (let i = 0; i < 500; i++) orders.place(about);
  assert.equal(orders.find(first.number), undefined);
  assert.equal(orders.ofVisit('v').length, 500);

  const order = orders.place(about);
  const heard = { reference: order.number, headers: {}, signed: '', body: '' };
  for (let i = 0; i < 30; i++) orders.keepNotice(order, { ...heard, genuine: i < 2 }, i);
  assert.deepEqual(
    order.notices.map((notice) => notice.at),
    [0, 1, 27, 28, 29],
  );
});
