import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SecretDrawer, Shop } from '../../gateway/ports.ts';
import { Secret } from '../../kit/secret.ts';
import { secretName, voice } from './notice.ts';
import { completeSettings } from './settings.ts';

const operationId = '019bc9e8-1a40-8000-8001-0123456789ab';
const body = '{"id":"90c192cf-d3ac-44af-8f21-ddb66cad4a26","status":"APPROVED"}';

const shop = (settings: Record<string, unknown>): Shop => ({
  id: 'shop',
  merchantId: 1,
  merchantName: 'Kitob Dokon',
  api: 'globalpay',
  wireName: '412',
  state: 'active',
  settings: completeSettings(settings),
  routes: [],
  publicKeys: [],
});

const holding = (secret: string | undefined): SecretDrawer => ({
  ensure: async () => new Secret(''),
  find: async (name) => (secret !== undefined && name === secretName('412') ? new Secret(secret) : undefined),
  put: async () => {},
});

const headers = (callbackAuth: string, secret?: string, tries = 0) =>
  voice({ drawer: holding(secret), publicUrl: '' }).headers(shop({ callbackAuth }), body, 0, { operationId, tries });

test('9: by default a callback proves nothing; its id stays, its attempts count', async () => {
  const first = await headers('none');
  const second = await headers('none', undefined, 1);
  assert.deepEqual(Object.keys(first), ['Content-Type', 'User-Agent', 'X-Request-Id', 'X-Attempt']);
  assert.equal(second['X-Request-Id'], first['X-Request-Id']);
  assert.deepEqual([first['X-Attempt'], second['X-Attempt']], ['1', '2']);
});

test('9: the vector of the signature', async () => {
  const signed = await headers('signature', 'cb-secret-1');
  assert.equal(signed['X-Signature'], 'b584042909ac154f99435238f51ec2db37776f935c109fa942cfb099b1ce668a');
});

test('9: basic authentication', async () => {
  const basic = await headers('basic', 'tollgate:pass');
  assert.equal(basic.Authorization, `Basic ${Buffer.from('tollgate:pass').toString('base64')}`);
});

test('a secret that is gone stops the callback rather than sending it without', async () => {
  await assert.rejects(headers('signature'), /secret/);
});

test('9: seven tries, and any 2xx is an acknowledgement', () => {
  const spoken = voice({ drawer: holding(undefined), publicUrl: '' });
  assert.deepEqual(spoken.pausesMs, [10_000, 60_000, 300_000, 1_800_000, 7_200_000, 21_600_000]);
  assert.deepEqual([199, 200, 204, 299, 301, 500].map(spoken.acknowledged), [false, true, true, true, false, false]);
});
