import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { View } from '../../core/model.ts';
import type { PageAddress } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { startTestServer, type TestServer, testShop } from './testing/server.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const session = {
  cmd: 'SALESESSION',
  type: 'VM',
  amt: 268.5,
  goodsName: 'Desk lamp',
  goodsDesc: 'LED, black',
  successUrl: 'https://shop.example/done?o=17#end',
  failureUrl: 'myapp://retry',
  webhookUrl: 'https://shop.example/hooks/spiral',
};

let count = 0;

/** A new session's page. */
const open = async (more: object = {}, query: Record<string, string> = {}) => {
  const { sessionId } = JSON.parse((await server.call('PUT', `PAGE-${++count}-001`, { ...session, ...more })).body);
  const address: PageAddress = { params: { session: sessionId }, query };
  return { ...(await server.api.sites[0]!.locate(address))!, address, sessionId: sessionId as string };
};

const visa = { brand: 'visa', first6: '444000', last4: '0010', expiry: '2039-01' } as const;

const ends = {
  approved: (view: View) => {
    server.gateway.answer = { kind: 'approved' };
    return server.gateway.pays(view, visa);
  },
  declined: (view: View) => {
    server.gateway.answer = { kind: 'declined', reason: 'declined' };
    return server.gateway.pays(view, visa);
  },
  cancelled: (view: View) => server.gateway.payerCancels(view),
  expired: async (view: View, shop: Shop) => {
    const { now } = server;
    server.now += 30 * 60_000;
    const expired = (await server.gateway.find(shop, view.payment.id))!;
    server.now = now;
    return expired;
  },
};

const exits = async (more: object, query: Record<string, string> = {}) => {
  const found: Record<string, string | null> = {};
  for (const [name, end] of Object.entries(ends)) {
    const { shop, view, address } = await open(more, query);
    assert.equal(server.api.sites[0]!.exit(shop, view, address), null, 'before the end it stays');
    found[name] = server.api.sites[0]!.exit(shop, await end(view, shop), address);
  }
  return found;
};

test('the page of a session shows what is bought (section 12)', async () => {
  const { shop, view, address } = await open({}, { locale: 'zh_HK' });
  assert.deepEqual(server.api.sites[0]!.describe(shop, view, address), {
    merchantName: 'Test Mart',
    title: 'Desk lamp',
    description: 'LED, black',
    reference: `PAGE-${count}-001`,
    locale: 'zh_HK',
    receiptUrl: null,
    codeText: null,
    againUrl: null,
    test: false,
  });
  assert.equal(server.api.sites[0]!.path, '/pay/:session');
});

test('an unknown session has no page (section 12)', async () => {
  const { sessionId } = await open();
  for (const id of [`${sessionId}x`, sessionId.replace('MPGS', 'CK'), '']) {
    assert.equal(await server.api.sites[0]!.locate({ params: { session: id }, query: {} }), undefined);
  }
});

test('the end leads to the merchant, byte for byte (section 12)', async () => {
  assert.deepEqual(await exits({}), {
    approved: 'https://shop.example/done?o=17#end',
    declined: 'myapp://retry',
    cancelled: 'myapp://retry',
    expired: 'myapp://retry',
  });
});

test('without a successUrl the result page is ours (section 12)', async () => {
  assert.equal((await exits({ successUrl: null })).approved, null);
});

test('an app recognises four deep links by string equality (section 13)', async () => {
  const links = {
    approved: 'spiral://checkout/pay/success',
    declined: 'spiral://checkout/pay/fail',
    cancelled: 'spiral://checkout/pay/cancelled',
    expired: 'spiral://checkout/pay/timeout',
  };
  assert.deepEqual(await exits({ channel: 'APP' }), links);
  assert.deepEqual(await exits({ channel: 'app', successUrl: null }), links);
  assert.deepEqual(await exits({}, { view: 'app' }), links);
});

test('a switch adds the result to http and https URLs (section 12)', async () => {
  server.shops = [testShop({ appendResultParams: true })];
  try {
    const { shop, view, address, sessionId } = await open();
    const reference = `PAGE-${count}-001`;
    assert.equal(
      server.api.sites[0]!.exit(shop, ends.approved(view), address),
      `https://shop.example/done?o=17&sessionId=${encodeURIComponent(sessionId)}&merchantRef=${reference}&status=Approved#end`,
    );
    assert.equal((await exits({})).declined, 'myapp://retry');
    assert.match((await exits({ failureUrl: 'http://shop.example' })).declined!, /^http:\/\/shop\.example\?sessionId=/);
  } finally {
    server.shops = [testShop()];
  }
});

/** A bill by FPS with so much of its 268.50 received, and ended as named. */
const bill = async (capturedMinor: bigint, state: 'challenged' | 'expired' | 'approved', query = {}) => {
  server.shops = [testShop({ fpsId: '9990001' })];
  const { shop, view, address } = await open({ type: 'FPS' }, query);
  const [first, ...others] = view.operations;
  const paid: View = {
    ...view,
    payment: { ...view.payment, capturedMinor },
    operations: [{ ...first!, state, finishedAt: state === 'challenged' ? null : server.now }, ...others],
  };
  const site = server.api.sites[0]!;
  return { exit: site.exit(shop, paid, address), codeText: site.describe(shop, paid, address).codeText };
};

test('a bill that is paid, or more than paid, succeeds; a part that is all there will be fails (sections 12, 13)', async () => {
  try {
    const app = { view: 'app' };
    assert.equal((await bill(26_850n, 'approved')).exit, session.successUrl);
    assert.equal((await bill(30_000n, 'approved')).exit, session.successUrl);
    assert.equal((await bill(30_000n, 'approved', app)).exit, 'spiral://checkout/pay/success');
    assert.equal((await bill(100n, 'expired')).exit, session.failureUrl);
    assert.equal((await bill(100n, 'expired', app)).exit, 'spiral://checkout/pay/fail');
    assert.equal((await bill(0n, 'expired', app)).exit, 'spiral://checkout/pay/timeout');
  } finally {
    server.shops = [testShop()];
  }
});

test('the code of a bill asks for what is left of it (section 5.4)', async () => {
  try {
    assert.match((await bill(0n, 'challenged')).codeText!, /5405268\.55802HK/);
    assert.match((await bill(6_850n, 'challenged')).codeText!, /54032005802HK/);
  } finally {
    server.shops = [testShop()];
  }
});
