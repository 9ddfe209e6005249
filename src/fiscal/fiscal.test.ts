import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { startSandboxWorld } from '../../test/sandbox-world.ts';
import type { ReceiptOrder } from '../gateway/ports.ts';
import { sandboxOffice } from './sandbox/index.ts';

const world = await startSandboxWorld();
const office = sandboxOffice({ url: world.url });
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
  const both = await Promise.all([1, 2].map(() => office.register(refund(number, 8_500_000n), soon())));
  assert.deepEqual(both.map(({ kind }) => kind).sort(), ['failed', 'registered']);
  assert.equal((await office.register(refund('1', 1n), soon())).kind, 'failed');
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

test('what is no answer is a failure, and nothing of it is told', async () => {
  const bodies = ['', 'secret words', '{"reference":"x"}', JSON.stringify('x'.repeat(70_000))];
  let body = '';
  const server = createServer((_request, response) => response.end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const { port } = server.address() as { port: number };
  const odd = sandboxOffice({ url: `http://127.0.0.1:${port}` });
  for (body of bodies) {
    const answer = await odd.register(sale(), soon());
    assert.deepEqual(answer, { kind: 'failed', message: 'the tax office gave no usable answer' });
  }
  const nobody = sandboxOffice({ url: 'http://127.0.0.1:9' });
  assert.equal((await nobody.register(sale(), soon())).kind, 'failed');
});
