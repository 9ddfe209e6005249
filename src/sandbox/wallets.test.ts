import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import Fastify from 'fastify';
import { startSandboxWorld } from '../../test/sandbox-world.ts';
import { sandboxWorld } from './index.ts';
import { asyncRefundMs } from './refunds.ts';
import { apps } from './wallets.ts';

const world = await startSandboxWorld();
const { book, advance } = world;

type Fields = Readonly<Record<string, unknown>>;

const order = (wallet = 'payme', patch: Fields = {}) => ({
  account: `M${randomUUID().slice(0, 8)}`,
  reference: randomUUID(),
  amount: '100.00',
  currency: 'HKD',
  wallet,
  description: null,
  ...patch,
});
type Order = ReturnType<typeof order>;

const send = async (message: string, body: object) => (await world.post(`/sandbox/acquirer/${message}`, body)).body;
const named = ({ account, reference, amount, currency }: Order, patch: Fields = {}) => ({
  account,
  reference,
  amount,
  currency,
  ...patch,
});
const inquire = (asked: Order) => send('inquire', named(asked));
const close = (asked: Order) => send('close', named(asked));
const about = (paid: Order, patch: Fields = {}) =>
  named(paid, { reference: randomUUID(), original: paid.reference, ...patch });

const pageOf = (answer: Fields): string => new URL((answer.qr as { text: string }).text).pathname;
/** A press of a button in the app, or the form that a script posts. */
const act = async (page: string, fields: Record<string, string>) => {
  const body = new URLSearchParams(fields);
  return fetch(world.url + page, { method: 'POST', body, redirect: 'manual' });
};
const see = async (page: string) => (await fetch(world.url + page)).text();
/** An order that waits for its payer, and the page where it does. */
const open = async (wallet = 'payme', patch: Fields = {}) => {
  const asked = order(wallet, patch);
  const page = pageOf(await send('wallet', asked));
  const pay = (fields: Record<string, string> = { act: 'pay' }) => act(page, fields);
  const push = (amount: string) => pay({ act: 'transfer', amount });
  return { asked, page, pay, push };
};
const amounts = (answer: Fields) => (answer.transfers as { amount: string }[]).map(({ amount }) => amount);

test('an order by wallet is answered with the address of its page, as text for the code and for the app', async () => {
  for (const wallet of apps) {
    const asked = order(wallet);
    const { qr, time, hostReference, ...rest } = await send('wallet', asked);
    const { text, appUrl } = qr as { text: string; appUrl: string };
    assert.match(text, /^http:\/\/pay\.example\/sandbox\/wallet\/[0-9a-f]{32}$/);
    assert.equal(appUrl, text);
    assert.match(hostReference as string, /^SB\d{12}$/);
    assert.ok(!Number.isNaN(Date.parse(time as string)));
    assert.deepEqual(rest, { ...named(asked), card: null, wallet, status: 'challenge', code: null, text: null });
  }
});

test('the same order again gets the same code; another message under its reference is a conflict', async () => {
  const { asked } = await open();
  const again = await Promise.all([send('wallet', asked), send('wallet', asked)]);
  assert.deepEqual(again[0], again[1]);
  assert.equal((await book.entries(asked.account)).length, 1);
  for (const patch of [{ amount: '100.01' }, { currency: 'USD' }, { wallet: 'octopus' }, { account: 'another' }]) {
    assert.equal((await world.post('/sandbox/acquirer/wallet', { ...asked, ...patch })).status, 409);
  }
  const { wallet: _, ...rest } = asked;
  const card = { number: '4440000009900010', expiry: '0139' };
  const sale = { ...rest, card, initiator: 'payer', returnUrl: null };
  assert.equal((await world.post('/sandbox/acquirer/sale', sale)).status, 409);
  const other = { ...sale, reference: randomUUID() };
  assert.equal((await send('sale', other)).status, 'approved');
  assert.equal((await world.post('/sandbox/acquirer/wallet', { ...asked, reference: other.reference })).status, 409);
});

test('nothing to pay and too many decimals are declined, an unknown wallet is no message', async () => {
  for (const patch of [{ amount: '0.00' }, { amount: '1.001' }, { currency: 'JPY', amount: '1.5' }]) {
    for (const wallet of ['payme', 'fps']) {
      const { status, code, qr } = await send('wallet', order(wallet, patch));
      assert.deepEqual([status, code, qr], ['declined', '13', undefined]);
    }
  }
  assert.equal((await world.post('/sandbox/acquirer/wallet', order('cash'))).status, 400);
});

test('an open order is told with its code again, a paid one with its payer, and its money is in the totals', async () => {
  const { asked, page, pay } = await open();
  assert.equal(pageOf(await inquire(asked)), page);
  assert.equal((await inquire(asked)).status, 'challenge');
  assert.deepEqual(await book.totals(asked.account), []);
  assert.equal((await pay()).status, 303);
  const { status, code, payer, qr, storable } = await inquire(asked);
  assert.deepEqual([status, code, qr, storable], ['approved', '00', undefined, undefined]);
  assert.match(payer as string, /^ff\d{20}$/);
  const { account } = asked;
  const moved = {
    account,
    currency: 'HKD',
    authorized: '100.00',
    captured: '100.00',
    refunded: '0.00',
    paidOut: '0.00',
  };
  assert.deepEqual(await book.totals(account), [moved]);
  assert.equal((await inquire({ ...asked, account: 'another' })).status, 'not_found');
});

test('two payers are told apart', async () => {
  const payers = new Set<unknown>();
  for (const wallet of ['wechat', 'wechat', 'octopus', 'alipayhk']) {
    const { asked, pay } = await open(wallet);
    await pay();
    payers.add((await inquire(asked)).payer);
  }
  assert.equal(payers.size, 4);
});

test('refused and cancelled are two kinds of decline; the first word counts', async () => {
  for (const wallet of ['payme', 'fps']) {
    for (const [name, code] of [
      ['refuse', '05'],
      ['cancel', 'C1'],
    ] as const) {
      const { asked, pay } = await open(wallet);
      await pay({ act: name });
      await pay();
      await pay({ act: name === 'refuse' ? 'cancel' : 'refuse' });
      const { status, code: told } = await inquire(asked);
      assert.deepEqual([status, told], ['declined', code]);
      assert.deepEqual(await book.totals(asked.account), []);
    }
  }
});

test('payments and refusals that arrive together have one end, and the page shows it', async () => {
  for (let round = 0; round < 8; round++) {
    const { asked, page, pay } = await open();
    await Promise.all([pay(), pay({ act: 'refuse' }), close(asked), pay()]);
    const { status } = await inquire(asked);
    assert.equal((await see(page)).includes('<h1>Paid</h1>'), status === 'approved');
    assert.equal((await book.totals(asked.account)).length, status === 'approved' ? 1 : 0);
  }
});

test('a closed order can no longer be paid, a paid one answers as paid', async () => {
  const closed = await open();
  assert.deepEqual([(await close(closed.asked)).status, (await close(closed.asked)).code], ['declined', 'C2']);
  await closed.pay();
  assert.equal((await inquire(closed.asked)).status, 'declined');
  assert.deepEqual(await book.totals(closed.asked.account), []);
  assert.ok((await see(closed.page)).includes('<h1>Closed</h1>'));
  const paid = await open();
  await paid.pay();
  const answer = await close(paid.asked);
  assert.equal(answer.status, 'approved');
  assert.deepEqual(answer, await inquire(paid.asked));
});

test('an order that comes after it was closed finds itself taken back, whatever wallet it is for', async () => {
  for (const wallet of ['payme', 'fps']) {
    const asked = order(wallet);
    assert.equal((await close(asked)).status, 'reversed');
    for (const { status, qr } of [await send('wallet', asked), await inquire(asked), await close(asked)]) {
      assert.deepEqual([status, qr], ['reversed', undefined]);
    }
  }
});

test('orders and closings that arrive together leave no code that is open', async () => {
  for (let round = 0; round < 8; round++) {
    const asked = order();
    const [answer, ended] = await Promise.all([send('wallet', asked), close(asked)]);
    assert.ok(['declined', 'reversed'].includes(ended.status as string));
    if (answer.qr) await act(pageOf(answer), { act: 'pay' });
    assert.deepEqual(await book.totals(asked.account), []);
  }
});

test('closing is for wallets and for their own account', async () => {
  const { asked, pay } = await open();
  assert.equal((await close({ ...asked, account: 'another' })).status, 'not_found');
  const { wallet: _, ...rest } = order();
  const card = { number: '4012001037141112', expiry: '0139' };
  const sale = { ...rest, card, initiator: 'payer', returnUrl: 'https://pay.example/return' };
  await send('sale', sale);
  assert.equal((await close({ ...rest, wallet: '' })).status, 'challenge');
  assert.equal((await world.post('/sandbox/acquirer/close', named(asked, { amount: '1.001' }))).status, 400);
  await pay();
  assert.equal((await inquire(asked)).status, 'approved');
});

test('transfers are told in order, under and over what was asked, each with a reference of its own', async () => {
  const { asked, push } = await open('fps');
  const nothing = await inquire(asked);
  assert.deepEqual([nothing.status, nothing.transfers, nothing.closed], ['received', [], false]);
  await push('60.00');
  await push('0.5');
  const part = await inquire(asked);
  assert.deepEqual(amounts(part), ['60.00', '0.50']);
  assert.equal(pageOf(part), pageOf(nothing));
  await push('59.50');
  const { transfers, closed } = await inquire(asked);
  const all = transfers as { reference: string; time: string; payer: string }[];
  assert.equal(closed, false);
  assert.equal(new Set(all.map(({ reference }) => reference)).size, 3);
  assert.equal(new Set(all.map(({ payer }) => payer)).size, 3);
  for (const { reference, time } of all) {
    assert.match(reference, /^T\d+$/);
    assert.ok(!Number.isNaN(Date.parse(time)));
  }
  const { account } = asked;
  const moved = {
    account,
    currency: 'HKD',
    authorized: '120.00',
    captured: '120.00',
    refunded: '0.00',
    paidOut: '0.00',
  };
  assert.deepEqual(await book.totals(account), [moved]);
  assert.deepEqual(
    (await book.entries(account)).map(({ kind, amount, original }) => [kind, amount, original]),
    [['collect', '100.00', null], ...['60.00', '0.50', '59.50'].map((amount) => ['transfer', amount, asked.reference])],
  );
});

test('a bank sends to a closed order all the same; closing tells what had come', async () => {
  const { asked, page, push } = await open('fps');
  await push('60.00');
  const closed = await close(asked);
  assert.deepEqual(
    [closed.status, closed.closed, closed.qr, amounts(closed)],
    ['received', true, undefined, ['60.00']],
  );
  const shown = await see(page);
  assert.ok(shown.includes('<h1>Closed</h1>') && shown.includes('value="40.00"'));
  await push('40.00');
  assert.deepEqual(amounts(await inquire(asked)), ['60.00', '40.00']);
  assert.equal((await inquire(asked)).closed, true);
  const empty = await open('fps');
  const ended = await close(empty.asked);
  assert.deepEqual([ended.status, ended.closed, ended.transfers], ['received', true, []]);
  // Refused by one, paid by another.
  const refused = await open('fps');
  await refused.pay({ act: 'refuse' });
  await refused.push('5');
  assert.deepEqual(amounts(await inquire(refused.asked)), ['5.00']);
});

test('a second click is no second transfer', async () => {
  const form = { act: 'transfer', amount: '10.00', after: '0' };
  for (let round = 0; round < 10; round++) {
    const { asked, page, pay } = await open('fps');
    await Promise.all(Array.from({ length: 6 }, () => pay(form)));
    assert.deepEqual(amounts(await inquire(asked)), ['10.00']);
    assert.ok((await see(page)).includes('name="after" value="1"'));
  }
});

test('an amount that is none is asked for again', async () => {
  const { asked, pay, push } = await open('fps');
  await push('10.00');
  for (const amount of ['', '0', '0.00', '-1', '1.001', '1e2', 'x"><u>', '9'.repeat(25)]) {
    const response = await push(amount);
    assert.equal(response.status, 422);
    const text = await response.text();
    assert.ok(text.includes('aria-invalid="true"') && text.includes('<title>Error:') && !text.includes('<u>'));
  }
  assert.equal((await pay({ act: 'pay' })).status, 422, 'what is pushed has no amount that could be agreed to');
  assert.deepEqual(amounts(await inquire(asked)), ['10.00']);
  const payme = await open();
  assert.equal((await payme.push('1.00')).status, 422);
  assert.equal((await inquire(payme.asked)).status, 'challenge');
});

test('a paid order is refunded and taken back as a sale by card is, one that payers pushed up to what came', async () => {
  const { asked, pay } = await open();
  assert.equal((await send('refund', about(asked))).code, '12', 'nothing to refund yet');
  await pay();
  for (const [amount, code] of [
    ['60.00', '00'],
    ['40.01', '13'],
    ['40.00', '00'],
  ]) {
    assert.equal((await send('refund', about(asked, { amount }))).code, code);
  }
  assert.equal((await send('capture', about(asked))).code, '12');
  const other = await open();
  await other.pay();
  assert.equal((await send('reverse', about(other.asked))).status, 'approved');
  assert.equal((await inquire(other.asked)).status, 'reversed');
  assert.deepEqual(await book.totals(other.asked.account), []);

  const pushed = await open('fps');
  const refund = async (amount: string) => {
    const message = about(pushed.asked, { amount });
    await send('refund', message);
    advance(asyncRefundMs);
    return (await inquire({ ...pushed.asked, ...message })).code;
  };
  assert.equal(await refund('1.00'), '13');
  await pushed.push('70.00');
  await pushed.push('50.00');
  assert.equal(await refund('100.00'), '00');
  assert.equal(await refund('20.01'), '13');
  assert.equal((await close(pushed.asked)).closed, true);
  assert.equal(await refund('20.00'), '00');
});

test('what payers pushed cannot be taken back; an order under which nothing came can', async () => {
  const { asked, push } = await open('fps');
  await push('1.00');
  assert.equal((await send('reverse', about(asked))).code, '12');
  const [{ reference }] = (await inquire(asked)).transfers as [{ reference: string }];
  assert.equal((await send('reverse', about(asked, { original: reference, amount: '1.00' }))).code, '12');
  const empty = await open('fps');
  assert.equal((await send('reverse', about(empty.asked))).code, '00');
  assert.equal((await inquire(empty.asked)).status, 'reversed');
  await empty.push('2.00');
  const told = await inquire(empty.asked);
  assert.deepEqual([told.closed, amounts(told)], [true, ['2.00']]);
});

test('refunds of Octopus, FPS and WeChat wallets and of UnionPay cards are decided 5 s later, all others at once', async () => {
  for (const wallet of apps) {
    const { asked, pay, push } = await open(wallet);
    await (wallet === 'fps' ? push('100.00') : pay());
    const refund = about(asked);
    const late = ['octopus', 'fps', 'wechat'].includes(wallet);
    assert.equal((await send('refund', refund)).status, late ? 'pending' : 'approved', wallet);
    assert.equal((await book.totals(asked.account))[0]?.refunded, late ? '0.00' : '100.00');
    assert.equal((await send('refund', about(asked, { amount: '1.00' }))).status, late ? 'pending' : 'declined');
    advance(asyncRefundMs - 1_000);
    assert.equal((await inquire({ ...asked, ...refund })).status, late ? 'pending' : 'approved');
    advance(1_000);
    assert.equal((await inquire({ ...asked, ...refund })).status, 'approved');
  }
  for (const [number, status] of [
    ['6250941006528599', 'pending'],
    ['4440000009900010', 'approved'],
  ] as const) {
    const { wallet: _, ...rest } = order();
    const sale = { ...rest, card: { number, expiry: '0139', code: '123' }, initiator: 'payer', returnUrl: null };
    assert.equal((await send('sale', sale)).status, 'approved');
    assert.equal((await send('refund', about({ ...sale, wallet: '' }))).status, status);
  }
});

test('the page shows who asks for how much by which wallet, runs no script and is kept nowhere', async () => {
  const account = 'M<u>1</u>';
  const pushed = await see((await open('fps', { account })).page);
  for (const shown of ['HKD 100.00', 'FPS', 'M&#60;u&#62;', '>Transfer<', '>Refuse<', '>Cancel<']) {
    assert.ok(pushed.includes(shown), shown);
  }
  const { asked, page } = await open('octopus', { account });
  const response = await fetch(world.url + page);
  const policy = response.headers.get('content-security-policy')!;
  assert.ok(policy.startsWith("default-src 'none'") && policy.includes("form-action 'self'"));
  assert.ok(!policy.includes('script') && !policy.includes('unsafe'));
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const text = await response.text();
  for (const shown of ['HKD 100.00', 'Octopus', 'M&#60;u&#62;', '>Pay<', '>Refuse<', '>Cancel<']) {
    assert.ok(text.includes(shown), shown);
  }
  assert.ok(!text.includes('<script') && !text.includes(asked.reference));
  const style = await fetch(`${world.url}/sandbox/wallet/wallet.css`);
  assert.ok(style.headers.get('content-type')!.startsWith('text/css'));
  for (const token of ['x', '0'.repeat(32), "'%20or%20true", 'otp']) {
    for (const method of ['GET', 'POST']) {
      const unknown = await fetch(`${world.url}/sandbox/wallet/${token}`, { method });
      assert.equal(unknown.status, 404);
      assert.ok((await unknown.text()).includes('Nothing to pay'));
    }
  }
});

test('the amount box asks for what is missing, in the decimals of the currency', async () => {
  for (const [currency, amount, part, left] of [
    ['HKD', '100.00', '99.95', '0.05'],
    ['JPY', '500', '1', '499'],
    ['KWD', '1.234', '1.230', '0.004'],
    ['CNY', '100.00', '100.00', ''],
    ['CNY', '100.00', '120.00', ''],
  ] as const) {
    const { page, push } = await open('fps', { currency, amount });
    assert.ok(
      (await see(page)).includes(
        `name="amount" type="text" inputmode="decimal" autocomplete="off" maxlength="20" value="${amount}"`,
      ),
    );
    await push(part);
    const text = await see(page);
    assert.ok(text.includes(`maxlength="20" value="${left}"`), `${currency} ${left}`);
    assert.ok(text.includes(`<dd>${currency} ${part}</dd>`), 'what has come');
  }
});

test('the gateway is told after each act that changed something, and after no other', async () => {
  const told: string[] = [];
  const app = Fastify();
  after(() => app.close());
  const parts = { sql: world.sql, clock: { now: Date.now }, publicUrl: 'http://pay.example' };
  await app.register(sandboxWorld({ ...parts, tell: (reference) => told.push(reference) }).plugin);
  const press = async (page: string, fields: Record<string, string>) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await app.inject({ method: 'POST', url: page, headers, body: new URLSearchParams(fields).toString() });
  };
  const [paid, refused, pushed] = [await open(), await open(), await open('fps')];
  await app.inject(paid.page);
  assert.deepEqual(told, []);
  await press(paid.page, { act: 'pay' });
  await press(paid.page, { act: 'pay' });
  assert.deepEqual(told.splice(0), [paid.asked.reference]);
  await press(refused.page, { act: 'cancel' });
  await press(refused.page, { act: 'pay' });
  assert.deepEqual(told.splice(0), [refused.asked.reference]);
  const form = { act: 'transfer', amount: '1', after: '0' };
  for (const fields of [form, form, { ...form, amount: '0' }]) await press(pushed.page, fields);
  await close(pushed.asked);
  assert.deepEqual(told.splice(0), [pushed.asked.reference]);
  await press(pushed.page, { ...form, after: '1' });
  assert.deepEqual(told, [pushed.asked.reference], 'of a closed order, too');
});
