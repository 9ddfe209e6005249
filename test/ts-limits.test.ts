import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readShopRules } from '../src/gateway/shop-rules.ts';
import { booksAgree } from './books.ts';
import { startTollgate } from './installation.ts';
import { Payer } from './payer.ts';
import { type Answer, addTsMerchant, type Fields, type TsMerchant, tsClient } from './ts-merchant.ts';

const tollgate = await startTollgate();
const { PORT: _, TOLLGATE_PUBLIC_URL: __, ...shared } = tollgate.environment;
const second = await startTollgate({ ...shared, TOLLGATE_SANDBOX_URL: tollgate.url });
const dayMs = 86_400_000;

const ruled = async (rules: unknown): Promise<TsMerchant> => {
  const shop = await addTsMerchant(tollgate);
  const { store, clock } = tollgate.installation;
  await store.administration.setShopRules(
    { id: shop.shopId, merchantId: shop.merchantId },
    readShopRules(rules),
    clock.now(),
  );
  return shop;
};
const code = ({ result }: Answer): string => result.code;

test('9.4, 10.2 step 14: amounts of a day, week and month; what failed counts for nothing, and time gives room again', async () => {
  const limit = (window: string, amount: string) => ({ of: 'shop', window, amount, currency: 'EUR' });
  const shop = await ruled({ limits: [limit('day', '120.00'), limit('week', '150.00'), limit('month', '190.00')] });
  assert.equal(code(await shop.pay({ 'card.number': '4000000000000036' })), '11005');
  assert.equal(code(await shop.pay()), '00001');
  const { paymentId } = await shop.pay({ paymentType: 'PA' });
  assert.equal(code(await shop.pay()), '20012');
  assert.equal(
    code(await shop.pay({ amount: '20.00', currency: 'USD' })),
    '00001',
    'of another currency nothing is said',
  );
  assert.equal(code(await shop.follow('RV', paymentId)), '00006');
  assert.equal(code(await shop.pay({ amount: '70.00' })), '00001', 'what was given back of a hold is free again');
  const order = shop.newOrder();
  assert.equal(code(await shop.pay({ merchantTransactionId: order, amount: '0.01' })), '20012');
  await tollgate.advance(dayMs + 1);
  assert.equal(
    code(await shop.pay({ merchantTransactionId: order, amount: '30.00' })),
    '00001',
    'the order is not used up',
  );
  assert.equal(code(await shop.pay({ amount: '0.01' })), '20013');
  await tollgate.advance(6 * dayMs);
  assert.equal(code(await shop.pay({ amount: '41.00' })), '20014');
  assert.equal(code(await shop.pay({ amount: '40.00' })), '00001');
});

test('9.4: 20028 to 20030 for cards that come too often, 20039 to 20041 for their sums; a card is itself in every path', async () => {
  const shop = await ruled({ limits: [{ of: 'card', window: 'week', count: 2 }] });
  assert.equal(code(await shop.pay({ 'card.number': '4000000000000036' })), '11005');
  assert.equal(code(await shop.pay({ createRegistration: 'true', 'customer.customerId': 'c1' })), '00001');
  assert.equal(
    code(await shop.pay({ 'card.number': '4000000000000036' })),
    '11005',
    'tries count, whatever came of them',
  );
  assert.equal(code(await shop.pay({ 'card.number': '4000000000000036' })), '20029');
  const { registrationId } = await shop.pay({ createRegistration: 'true' });
  const stored = await shop.call(`paywithtoken/${registrationId}`, {
    'authentication.memberId': shop.memberId,
    'authentication.checksum': shop.signed(registrationId, '5.00'),
    paymentType: 'DB',
    amount: '5.00',
    currency: 'EUR',
  });
  assert.equal(code(stored), '20029');
  const sums = await ruled({ limits: [{ of: 'card', window: 'day', amount: '60.00', currency: 'EUR' }] });
  assert.equal(code(await sums.pay()), '00001');
  assert.equal(code(await sums.pay()), '20039');
  assert.equal(code(await sums.pay({ 'card.number': '4176661000001056' })), '00001');
});

test('10.2 step 15: 20025 IP, 20026 e-mail, 20027 country, 20031 card; the first of them is told, and no order is used up', async () => {
  const shop = await ruled({
    blocked: {
      ips: ['198.51.100.0/24', '2001:db8::/32'],
      emails: ['bad@shop.example', '@Bad.example'],
      countries: ['kp'],
      cards: ['400000xxxxxx0051', '5549'],
    },
  });
  const order = shop.newOrder();
  const tries: readonly (readonly [Fields, string])[] = [
    [{ 'customer.ip': '198.51.100.7', 'customer.email': 'bad@shop.example' }, '20025'],
    [{ 'customer.ip': '2001:db8::7' }, '20025'],
    [{ 'customer.email': 'BAD@shop.example' }, '20026'],
    [{ 'customer.email': 'ada@bad.example' }, '20026'],
    [{ 'shipping.country': 'KP' }, '20027'],
    [{ 'card.number': '4000000000000051' }, '20031'],
    [{ 'card.number': '5549110920049586', paymentBrand: 'MC' }, '20031'],
  ];
  for (const [more, wanted] of tries) {
    assert.equal(code(await shop.pay({ merchantTransactionId: order, ...more })), wanted, JSON.stringify(more));
  }
  assert.equal(code(await shop.pay({ merchantTransactionId: order })), '00001');
});

test('12.7: of payments at once, at two processes, as many pass as the limit lets', async () => {
  const shop = await ruled({ limits: [{ of: 'shop', window: 'day', amount: '150.00', currency: 'EUR' }] });
  const other = tsClient(second.url, shop);
  for (let round = 0; round < 3; round++) {
    const clients = Array.from({ length: 10 }, (_, n) => (n % 2 ? shop : other));
    const codes = (await Promise.all(clients.map((client) => client.pay()))).map(code);
    assert.deepEqual(codes.toSorted(), [...Array(3).fill('00001'), ...Array(7).fill('20012')]);
    await tollgate.advance(dayMs + 1);
    await second.advance(0);
  }
});

test('7.4: on the hosted page a blocked person comes back with the code, and a card that is used too often is not taken', async () => {
  const shop = await ruled({
    limits: [{ of: 'card', window: 'day', count: 1 }],
    blocked: { emails: ['bad@shop.example'] },
  });
  const open = (email: string) => {
    const order = shop.newOrder();
    const signed = shop.signedLast('Tollgate', '50.00', order, 'https://shop.example/return');
    const address = `${tollgate.url}/transaction/Checkout`;
    return new Payer(address).go(address, {
      memberId: shop.memberId,
      totype: 'Tollgate',
      amount: '50.00',
      currency: 'EUR',
      merchantTransactionId: order,
      merchantRedirectUrl: 'https://shop.example/return',
      paymentMode: 'CC',
      paymentBrand: 'VISA',
      email,
      checksum: signed,
    });
  };
  assert.equal((await open('bad@shop.example')).page.forms[0]!.fields.resultCode, '20026');
  const card = { number: '4111111111111111', expiry: '12/30', code: '123' };
  const payer = await open('ada@shop.example');
  await payer.pay(card);
  assert.equal(payer.page.forms[0]!.fields.status, 'Y');
  const again = await open('ada@shop.example');
  await again.pay(card);
  assert.ok(again.seesCardForm);
  assert.match(again.page.html, /role="alert"/);
  await again.pay({ ...card, number: '4176661000001056' });
  assert.equal(again.page.forms[0]!.fields.status, 'Y');
});

test('the books agree after all of it', async () => {
  await booksAgree(tollgate);
});
