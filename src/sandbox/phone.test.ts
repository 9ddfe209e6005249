import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startSandboxWorld } from '../../test/sandbox-world.ts';

const world = await startSandboxWorld();

const charge = (message: string, amount: string) =>
  world.post(`/sandbox/acquirer/${message}`, {
    account: 'M<1>',
    reference: randomUUID(),
    amount,
    currency: 'UZS',
    card: { number: '8600310000000018', expiry: '1128' },
    initiator: 'payer',
    returnUrl: null,
    description: null,
  });

test('the phone shows what was texted, newest first, with no more of a card than its end', async () => {
  const empty = await (await fetch(`${world.url}/sandbox/phone`)).text();
  assert.match(empty, /No text has come yet/);
  await charge('sale', '185000.00');
  await charge('verify', '0.00');
  const response = await fetch(`${world.url}/sandbox/phone`);
  assert.match(response.headers.get('content-security-policy')!, /default-src 'none'/);
  const page = await response.text();
  const [bind, pay] = [page.indexOf('to bind'), page.indexOf('UZS 185000.00')];
  assert.ok(bind > 0 && pay > bind);
  assert.ok(page.includes('111111') && page.includes('*0018') && page.includes('M&#60;1&#62;'));
  assert.ok(!page.includes('86003100'));
  assert.equal((await fetch(`${world.url}/sandbox/phone/phone.css`)).status, 200);
  const texts = (await (await fetch(`${world.url}/sandbox/phone/texts`)).json()) as { text: string }[];
  assert.deepEqual(
    texts.map(({ text }) => /^Code (\d{6}) /.exec(text)?.[1]),
    ['111111', '111111'],
  );
});
