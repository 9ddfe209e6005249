import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { startSandboxWorld } from '../../test/sandbox-world.ts';
import type { ReceiptOrder } from '../gateway/ports.ts';
import { sandboxOffice } from './sandbox/index.ts';

const world = await startSandboxWorld();
const office = sandboxOffice({ url: world.url });
const refused = { kind: 'failed', message: 'the tax office refused the receipt' };
const soon = (ms = 5_000) => Date.now() + ms;

const sale = (patch: Partial<ReceiptOrder> = {}): ReceiptOrder => ({
  reference: randomUUID(),
  kind: 'sale',
  merchantName: 'Kitob <Dokon>',
  amountMinor: 18_500_000n,
  currency: 'UZS',
  lines: [
    { title: 'Atlas', priceMinor: 6_250_000n, count: '2', vatPercent: 12, codes: { code: '04901001001000003' } },
    { title: 'Tea & cake', priceMinor: 12_000_000n, count: '0.5', vatPercent: 0, codes: {} },
  ],
  original: null,
  ...patch,
});

const registered = async (order: ReceiptOrder) => {
  const answer = await office.register(order, soon());
  assert.ok(answer.kind === 'registered', JSON.stringify(answer));
  return answer;
};
const check = (url: string) => fetch(url.replace('http://pay.example', world.url));
const refund = (original: string, amountMinor: bigint) => sale({ kind: 'refund', lines: [], original, amountMinor });

test('a receipt is registered with number, terminal, sign and an address that shows lines and VAT (section 12)', async () => {
  const answer = await registered(sale());
  assert.match(answer.number, /^\d+$/);
  assert.match(answer.sign, /^\d{12}$/);
  assert.match(answer.url, /^http:\/\/pay\.example\/fiscal\/check\?t=UZ210317250041&r=\d+&c=\d{14}&s=\d{12}$/);
  const response = await check(answer.url);
  const page = await response.text();
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-security-policy')!, /default-src 'none'/);
  // 125 000.00 at 12 % holds 13 392.86: rounded half up to a tiyin.
  const parts = [
    'Kitob &#60;Dokon&#62;',
    'Atlas',
    'Tea &#38; cake',
    '13\u202f392.86 (12%)',
    '60\u202f000.00',
    '185\u202f000.00',
  ];
  for (const part of parts) assert.ok(page.includes(part), part);
});

test('the time in the address is that of Tashkent', async () => {
  const { url, registeredAt } = await registered(sale());
  const stamp = new URL(url).searchParams.get('c')!;
  const there = new Date(registeredAt + 5 * 3_600_000).toISOString();
  assert.equal(stamp, there.slice(0, 19).replace(/\D/g, ''));
});

test('sent again it is the same receipt', async () => {
  const order = sale();
  const [first, second] = await Promise.all([registered(order), registered(order)]);
  assert.deepEqual(second, first);
});

test('an address that fits no receipt shows none', async () => {
  const { url } = await registered(sale());
  for (const [name, value] of [
    ['s', '000000000000'],
    ['t', 'UZ000000000000'],
    ['c', '20200101000000'],
    ['r', '1'],
    ['r', 'x'],
  ]) {
    const other = new URL(url);
    other.searchParams.set(name!, value!);
    assert.equal((await check(other.href)).status, 404, name);
  }
});

test('a refund names the receipt it is about, and refunds together never exceed it', async () => {
  const { number } = await registered(sale());
  const { url } = await registered(refund(number, 10_000_000n));
  assert.ok((await (await check(url)).text()).includes(`About receipt ${number}`));
  // Eight at once, several times: two would slip through a check that does not wait for the other.
  for (let round = 0; round < 5; round += 1) {
    const { number: sold } = await registered(sale());
    const all = await Promise.all(Array.from({ length: 8 }, () => office.register(refund(sold, 10_000_000n), soon())));
    assert.equal(all.filter(({ kind }) => kind === 'registered').length, 1);
  }
  assert.equal((await office.register(refund('1', 1n), soon())).kind, 'failed');
});

test('a refund sent again is the same receipt, also when nothing of the sale is left', async () => {
  const { number } = await registered(sale());
  const all = refund(number, 18_500_000n);
  const [first, second] = await Promise.all([registered(all), registered(all)]);
  assert.deepEqual(second, first);
  assert.deepEqual(await registered(all), first);
  assert.deepEqual(await office.register(refund(number, 1n), soon()), refused);
});

test('each currency has its own decimals, on the wire and on the page', async () => {
  const priced = (currency: string, priceMinor: bigint) =>
    sale({ currency, amountMinor: priceMinor, lines: [{ ...sale().lines[0]!, count: '1', priceMinor }] });
  for (const [currency, priceMinor, vat] of [
    ['KWD', 1_120n, '0.120'],
    ['JPY', 1_120n, '120'],
    ['UZS', 1_121n, '1.20'],
    ['UZS', 14n, '0.02'],
  ] as const) {
    const { url } = await registered(priced(currency, priceMinor));
    const page = await (await check(url)).text();
    assert.ok(page.includes(`<td>${vat} (12%)</td>`), `${currency}: ${page}`);
  }
});

test('what cannot be a receipt is refused, and leaves none', async () => {
  const line = sale().lines[0]!;
  const faulty: Partial<ReceiptOrder>[] = [
    { amountMinor: -1n },
    { lines: [] },
    { lines: [line, { ...line, count: '0' }] },
    { lines: [{ ...line, vatPercent: 101 }] },
    { merchantName: 'Kitob\u0000' },
  ];
  for (const patch of faulty) {
    const order = sale(patch);
    assert.deepEqual(await office.register(order, soon()), refused, Object.keys(patch)[0]);
    await registered(sale({ reference: order.reference }));
  }
});

test('an amount finer than its currency is malformed', async () => {
  const message = { reference: randomUUID(), kind: 'sale', original: null, seller: 'Kitob', currency: 'JPY' };
  const line = { title: 'Atlas', price: '2', count: '1', vatPercent: 12, codes: {} };
  const fine = { ...message, amount: '2', lines: [line] };
  for (const fault of [{ amount: '1.5' }, { lines: [line, { ...line, price: '1.5' }] }]) {
    assert.equal((await world.post('/sandbox/tax/receipts', { ...fine, ...fault })).status, 400);
  }
  assert.equal((await world.post('/sandbox/tax/receipts', fine)).status, 200);
});

test('an office that is closed or slow fails, in time, and works again afterwards', async () => {
  const set = (mode: string) => world.post('/sandbox/tax/outage', { mode });
  const order = sale();
  await set('down');
  assert.deepEqual(await office.register(order, soon()), { kind: 'failed', message: 'the tax office does not answer' });
  await set('slow');
  const startedAt = Date.now();
  assert.equal((await office.register(order, soon(200))).kind, 'failed');
  assert.ok(Date.now() - startedAt < 2_000);
  await set('none');
  await registered(order);
});

test('an office that answers drop by drop is given up at the deadline', async () => {
  const server = createServer((_request, response) => {
    const drops = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drops));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const { port } = server.address() as { port: number };
  const startedAt = Date.now();
  const answer = await sandboxOffice({ url: `http://127.0.0.1:${port}` }).register(sale(), soon(200));
  assert.equal(answer.kind, 'failed');
  assert.ok(Date.now() - startedAt < 2_000);
});

test('a receipt over nothing, or a sale that is about another receipt, is refused and not a fault of the office', async () => {
  const { number } = await registered(sale());
  for (const order of [sale({ amountMinor: 0n }), sale({ original: number }), refund(number, 0n)]) {
    assert.deepEqual(await office.register(order, soon()), refused);
  }
});

test('what is no answer is a failure, and nothing of it is told', async () => {
  const order = sale();
  const { kind, ...words } = await registered(order);
  const whole = { ...words, number: Number(words.number), reference: order.reference };
  const bodies = [
    '',
    'secret words',
    '{"reference":"x"}',
    JSON.stringify({ ...whole, reference: randomUUID() }),
    JSON.stringify({ ...whole, number: String(whole.number) }),
    JSON.stringify({ ...whole, url: 'javascript:alert(1)' }),
    JSON.stringify(whole).padEnd(70_000),
  ];
  let body = '';
  const server = createServer((_request, response) => response.end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const { port } = server.address() as { port: number };
  const odd = sandboxOffice({ url: `http://127.0.0.1:${port}` });
  for (body of bodies) {
    const answer = await odd.register(order, soon());
    assert.deepEqual(answer, { kind: 'failed', message: 'the tax office gave no usable answer' }, body.slice(0, 300));
  }
  body = JSON.stringify(whole);
  assert.equal((await odd.register(order, soon())).kind, 'registered', 'none of them for another reason');
  const nobody = sandboxOffice({ url: 'http://127.0.0.1:9' });
  assert.equal((await nobody.register(sale(), soon())).kind, 'failed');
});
