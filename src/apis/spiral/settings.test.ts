import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeSettings, settingsOf } from './settings.ts';

test('switches that are not given take their defaults', () => {
  assert.deepEqual(completeSettings({}), {
    types: ['VM', 'UNIONPAY', 'AMEX', 'DINERS', 'PAYME', 'FPS', 'ALIPAYHK', 'ALIPAYCN', 'ALIPAY', 'WECHAT', 'OCTOPUS'],
    currencies: ['HKD', 'CNY', 'USD', 'MOP'],
    tokenization: true,
    sessionMinutes: 30,
    patienceMs: 8_000,
    signatureWindowSeconds: 300,
    appendResultParams: false,
    fpsId: null,
    applePayMerchant: null,
    googlePayRecipient: null,
    googlePayRoots: [],
  });
  assert.equal(completeSettings({ sessionMinutes: 5 }).sessionMinutes, 5);
});

test('a switch that cannot be is refused with its name', () => {
  const wrong: Record<string, unknown>[] = [
    { types: ['VM', 'JCB'] },
    { fpsId: '123456' },
    { fpsId: 9_990_001 },
    { applePayMerchant: '' },
    { applePayMerchant: 'merchant com' },
    { googlePayRecipient: '12345' },
    { googlePayRoots: 'MFkw' },
    { googlePayRoots: [{ keyValue: 'MFkw', keyExpiration: null }] },
    { googlePayRoots: [null] },
    { types: [] },
    { types: ['VM', 'VM'] },
    { types: 'VM' },
    { currencies: ['JPY'] },
    { currencies: ['hkd'] },
    { currencies: ['XYZ'] },
    { tokenization: 'yes' },
    { sessionMinutes: 0 },
    { sessionMinutes: 1.5 },
    { patienceMs: 10_000 },
    { signatureWindowSeconds: 301 },
    { appendResultParams: 1 },
    { colour: 'red' },
    { constructor: 1 },
  ];
  for (const raw of wrong) {
    assert.throws(() => completeSettings(raw), new RegExp(`"${Object.keys(raw)[0]}"`), JSON.stringify(raw));
  }
});

test('a shop stored before a switch existed has its default', () => {
  assert.equal(settingsOf({ settings: { sessionMinutes: 5 } }).patienceMs, 8_000);
});
