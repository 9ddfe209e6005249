import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { linkAddresses } from './link-address.ts';
import { voice } from './notice.ts';
import { testDrawer, testShop } from './testing/server.ts';
import { vector } from './testing/vector.ts';

const addresses = await linkAddresses(testDrawer, 'https://pay.example');
const spoken = voice(createPrivateKey(vector('gateway-private.pem')), addresses);

test('nine tries in two hours, each given ten seconds (section 14.3)', () => {
  assert.deepEqual(spoken.pausesMs, Array(8).fill(15 * 60_000));
  assert.equal(spoken.timeoutMs, 10_000);
});

test('only 200 acknowledges (section 14.3)', () => {
  for (const status of [100, 201, 202, 204, 301, 302, 400, 500]) assert.equal(spoken.acknowledged(status), false);
  assert.equal(spoken.acknowledged(200), true);
});

test('V7: each try has its own date and signature (sections 14.3, 21)', async () => {
  const body = '{"dateTime":"2026-01-17 11:39:52+0800","clientId":"testmart","merchantRef":"INV-20260117-01"}';
  const at = Date.parse('2026-01-17T03:41:07.900Z');
  const { valid } = JSON.parse(vector('signatures.json')) as { valid: { name: string; signature: string }[] };
  assert.deepEqual(await spoken.headers(testShop(), body, at, { operationId: '', tries: 0 }), {
    'Content-Type': 'application/json',
    'Spiral-Request-Datetime': '2026-01-17T03:41:07Z',
    'Spiral-Server-Signature': valid.find(({ name }) => name === 'V7')!.signature,
  });
});
