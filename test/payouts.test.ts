import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { faceOf } from '../src/core/cards.ts';
import type { View } from '../src/core/model.ts';
import { createCards } from '../src/gateway/cards.ts';
import { createGateway } from '../src/gateway/create.ts';
import type { Result } from '../src/gateway/gateway.ts';
import { createPayouts, type PayoutRequest, type PayoutResult } from '../src/gateway/payouts.ts';
import { type Acquirer, type Order, type Outcome, referenceScope, type Shop } from '../src/gateway/ports.ts';
import { BusinessClock } from '../src/kit/clock.ts';
import { silentLog } from '../src/kit/log.ts';
import { connect } from '../src/kit/postgres.ts';
import { Secret } from '../src/kit/secret.ts';
import { openStore } from '../src/store/index.ts';
import { surroundings } from '../src/surroundings.ts';
import { openVault } from '../src/vault/index.ts';
import { testDatabase } from './database.ts';

/** Payouts over two stores, as two processes have them, with an acquirer that does as each test says. */
const url = await testDatabase();
const clock = new BusinessClock();
const stores = [openStore({ url, log: silentLog }), openStore({ url, log: silentLog })];
const sql = connect(url, 2, 'test');
const vault = openVault({ sql, kek: new Secret(randomBytes(32).toString('base64')), clock });
await stores[0]!.migrate();
await vault.migrate();
after(() => Promise.all([...stores.map((store) => store.close()), sql.end()]));

const words = { acquirerReference: 'A1', acquirerTime: null, responseCode: '00', responseText: 'ok' };
const approved: Outcome = { kind: 'approved', approvalCode: '123456', networkReference: null, ...words };
const silent: Outcome = { kind: 'unknown', doubt: 'silence', note: 'no answer' };
const declined: Outcome = { kind: 'declined', reason: 'declined', ...words };

let next: Outcome = approved;
let orders: { order: Order; hasCard: boolean }[] = [];
const acquirer: Acquirer = {
  name: 'scripted',
  capabilities: {
    partialCapture: true,
    knowsReference: true,
    lagMs: 3_000,
    resumeNeedsCard: true,
    brands: ['visa'],
    wallets: [],
    cardPresent: false,
    payouts: true,
    challenges: {},
  },
  async perform(order, card) {
    orders.push({ order, hasCard: card !== null });
    return next;
  },
  resume: async () => approved,
  describe: async () => undefined,
  resend: async () => {},
  inquire: async () => silent,
  close: async () => silent,
  undo: async () => approved,
};

const [first, second] = stores.map((store) => {
  const open = createGateway({
    surroundings: surroundings(clock, silentLog),
    payments: store.payments,
    directory: store.directory,
    vault: vault.cards,
    acquirers: new Map([[acquirer.name, acquirer]]),
    office: null,
    voices: new Map(),
    acquirerTimeoutMs: 10_000,
    onNotice: () => {},
    onEnd: () => {},
  });
  return { gateway: open.gateway, payouts: createPayouts(open, store.purses), cards: createCards(open, store.cards) };
});
const { gateway, payouts, cards } = first!;

const merchant = await stores[0]!.administration.addMerchant('Mart', clock.now());
const shopNamed = async (wireName: string): Promise<Shop> => {
  await stores[0]!.administration.ensureShop({
    merchantId: merchant.id,
    api: 'test',
    wireName,
    settings: {},
    routes: [
      { acquirer: 'scripted', account: 'M1', brands: ['visa'], currencies: ['EUR'], minMinor: null, maxMinor: null },
    ],
    now: clock.now(),
  });
  return (await stores[0]!.directory.shop('test', wireName)) as Shop;
};

let count = 0;
const number = new Secret('4111111111111111');
const card = {
  details: { number, expiry: '2039-01', code: null, holder: null },
  face: faceOf(number.reveal(), '2039-01'),
};

const words1 = (shop: Shop, amountMinor: bigint) => {
  const reference = `R-${++count}`;
  const claims = [{ scope: referenceScope(shop.id), value: reference }];
  const about = { reference, requestHash: null, noticeUrl: null, memo: null, claims } as const;
  return { ...about, amountMinor, currency: 'EUR', brands: ['visa'] as const, patienceMs: 5_000 };
};

const sold = async (shop: Shop, amountMinor: bigint): Promise<View> => {
  next = approved;
  const result = await gateway.charge(shop, { ...words1(shop, amountMinor), brands: ['visa'], kind: 'sale', card });
  assert.equal(result.kind, 'done');
  orders = [];
  return (result as Extract<Result, { kind: 'done' }>).view;
};

const asked = (shop: Shop, paid: View, amountMinor: bigint, limitMinor: bigint | null = 1_000_000n): PayoutRequest => ({
  ...words1(shop, amountMinor),
  brands: ['visa'],
  to: { paid },
  limitMinor,
  originPaymentId: paid.payment.id,
});

const stateOf = (result: PayoutResult): string =>
  result.kind === 'short' || result.kind === 'refused' ? result.kind : result.operation.state;

test('a payout goes to the card of a payment, by what the acquirer knows that by, and lowers the balance', async () => {
  const shop = await shopNamed('back');
  const paid = await sold(shop, 10_000n);
  assert.deepEqual(await payouts.balance(shop, 'EUR', null), { totalMinor: 10_000n, payableMinor: 10_000n });
  const result = await payouts.pay(shop, asked(shop, paid, 2_500n));
  assert.equal(stateOf(result), 'approved');
  const [{ order, hasCard }] = orders as [(typeof orders)[number]];
  const { sentReference, acquirerReference } = paid.attempts[0]!;
  assert.deepEqual([order.kind, hasCard, order.amountMinor], ['payout', false, 2_500n]);
  assert.deepEqual(order.original, { sentReference, acquirerReference });
  assert.deepEqual(order.card, card.face);
  assert.deepEqual(await payouts.balance(shop, 'EUR', 7_000n), { totalMinor: 7_500n, payableMinor: 7_000n });
  assert.deepEqual(await payouts.balance(shop, 'USD', null), { totalMinor: 0n, payableMinor: 0n });
  const { payment } = (result as Extract<Result, { kind: 'done' }>).view;
  assert.deepEqual(
    [payment.direction, payment.paidOutMinor, payment.originPaymentId],
    ['out', 2_500n, paid.payment.id],
  );
});

test('more than there is, or than may leave, is short, and nothing is written', async () => {
  const shop = await shopNamed('short');
  const paid = await sold(shop, 10_000n);
  const result = await payouts.pay(shop, asked(shop, paid, 9_501n, 9_500n));
  assert.deepEqual(result, { kind: 'short', balance: { totalMinor: 10_000n, payableMinor: 9_500n } });
  assert.deepEqual(orders, []);
  assert.equal(stateOf(await payouts.pay(shop, asked(shop, paid, 9_500n, 9_500n))), 'approved');
  assert.equal(stateOf(await payouts.pay(shop, asked(shop, paid, 9_500n, null))), 'approved', 'may be overdrawn');
  assert.equal((await payouts.balance(shop, 'EUR', null)).totalMinor, -9_000n);
});

test('what is under way counts until it has failed, and another shop of the merchant has a purse of its own', async () => {
  const shop = await shopNamed('held');
  const other = await shopNamed('other');
  const paid = await sold(shop, 1_000n);
  next = silent;
  assert.equal(stateOf(await payouts.pay(shop, asked(shop, paid, 700n))), 'unknown');
  assert.deepEqual(await payouts.balance(shop, 'EUR', 1_000_000n), { totalMinor: 1_000n, payableMinor: 300n });
  next = approved;
  assert.equal(stateOf(await payouts.pay(shop, asked(shop, paid, 301n))), 'short');
  next = declined;
  assert.equal(stateOf(await payouts.pay(shop, asked(shop, paid, 300n))), 'declined');
  assert.equal((await payouts.balance(shop, 'EUR', 1_000_000n)).payableMinor, 300n);
  assert.equal((await payouts.balance(other, 'EUR', 1_000_000n)).totalMinor, 0n);
});

test('a payment that was not approved, or whose account the shop has no way to, gets nothing', async () => {
  const shop = await shopNamed('refused');
  next = declined;
  const failed = await gateway.charge(shop, { ...words1(shop, 100n), brands: ['visa'], kind: 'sale', card });
  const { view } = failed as Extract<Result, { kind: 'done' }>;
  assert.equal(stateOf(await payouts.pay(shop, asked(shop, view, 100n, null))), 'refused');
  const paid = await sold(shop, 100n);
  const moved = { ...paid, attempts: paid.attempts.map((attempt) => ({ ...attempt, account: 'M2' })) };
  assert.equal(stateOf(await payouts.pay(shop, asked(shop, moved, 100n))), 'refused');
  assert.deepEqual(orders, []);
});

test('payouts that ask for the same money at once, in two processes, never get it twice', async () => {
  const shop = await shopNamed('race');
  const paid = await sold(shop, 1_000n);
  const doors = [payouts, second!.payouts];
  const all = await Promise.all(Array.from({ length: 40 }, (_, i) => doors[i % 2]!.pay(shop, asked(shop, paid, 400n))));
  const states = all.map(stateOf);
  assert.equal(states.filter((state) => state === 'approved').length, 2, states.join());
  assert.deepEqual(await payouts.balance(shop, 'EUR', 1_000_000n), { totalMinor: 200n, payableMinor: 200n });
});

test('a card of a partner is charged by its merchants, and known by its number, place and name', async () => {
  const { partners } = stores[0]!;
  const [partner, again] = [
    await partners.ensure('Reseller', clock.now()),
    await partners.ensure('Reseller', clock.now()),
  ];
  assert.equal(partner, again);
  const later = await stores[0]!.administration.addMerchant('Later', clock.now());
  assert.ok(partner > merchant.id && later.id > partner, 'one series');

  const place = { shopId: null, customer: 'cust-7' };
  assert.equal(await cards.like(partner, number, place), undefined);
  const kept = await cards.keep(partner, card, place);
  assert.deepEqual(await cards.find(partner, kept.token), kept);
  assert.deepEqual(await cards.like(partner, number, place), kept);
  const older = { ...card, face: { ...card.face, expiry: '2040-02' } };
  assert.deepEqual(await cards.keep(partner, older, place), { ...kept, face: older.face }, 'the same token');
  const another = await cards.keep(partner, card, { shopId: null, customer: 'cust-8' });
  assert.notEqual(another.token, kept.token);
  const tokens = (await cards.list(partner, null, null)).map(({ token }) => token);
  assert.deepEqual(tokens.sort(), [kept.token, another.token].sort());
  assert.deepEqual(await cards.list(partner, null, 'cust-8'), [another]);
  assert.deepEqual(await cards.list(merchant.id, null, null), []);
  assert.equal(await cards.find(merchant.id, kept.token), undefined);

  const shop = await shopNamed('member');
  next = approved;
  orders = [];
  const sale = () => ({ ...words1(shop, 500n), brands: ['visa' as const], kind: 'sale' as const });
  const owned = { token: kept.token, owner: partner };
  assert.equal(stateOf(await gateway.charge(shop, { ...sale(), card: owned })), 'approved');
  assert.equal(orders[0]!.hasCard, true);
  assert.equal(stateOf(await gateway.charge(shop, { ...sale(), card: { token: kept.token } })), 'refused');
  const payout = asked(shop, await sold(shop, 1n), 1n);
  assert.equal(stateOf(await payouts.pay(shop, { ...payout, to: owned })), 'approved');

  assert.equal(await gateway.forgetCard(partner, kept.token), true);
  assert.equal(await gateway.forgetCard(partner, kept.token), false);
  assert.equal(await cards.find(partner, kept.token), 'forgotten');
  assert.equal(await cards.find(partner, 'TK-never'), undefined);
  assert.equal(await cards.find(partner, 'a\0b'), undefined);
  assert.deepEqual(await cards.list(partner, null, 'a\0b'), []);
  assert.deepEqual(await cards.list(partner, null, 'cust-7'), []);
});

test('cards of one shop are not listed at another', async () => {
  const [here, there] = [await shopNamed('here'), await shopNamed('there')];
  const kept = await cards.keep(merchant.id, card, { shopId: here.id, customer: null });
  assert.deepEqual(await cards.list(merchant.id, here, null), [kept]);
  assert.deepEqual(await cards.list(merchant.id, there, null), []);
  assert.equal(await cards.like(merchant.id, number, { shopId: there.id, customer: null }), undefined);
});
