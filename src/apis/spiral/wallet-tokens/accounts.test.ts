import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { completeSettings } from '../settings.ts';
import { newPair, pemOf, rootList, spkiOf } from '../testing/phones.ts';
import { readWalletAccounts } from './accounts.ts';
import { privateKeysFrom } from './keys.ts';

const root = newPair();
const pem = pemOf(newPair());
const apple = { 'apple-pay-merchant': 'merchant.example', 'apple-pay-secret': pem };
const google = { 'google-pay-recipient': 'merchant:123', 'google-pay-roots': rootList(root), 'google-pay-secret': pem };

test('each wallet has its switches and its secret, and nothing where it is not asked for', () => {
  const { settings, secrets } = readWalletAccounts('testmart', { ...apple, ...google });
  assert.deepEqual(settings, {
    applePayMerchant: 'merchant.example',
    googlePayRecipient: 'merchant:123',
    googlePayRoots: [{ keyValue: spkiOf(root).toString('base64'), keyExpiration: '4102444800000' }],
  });
  assert.doesNotThrow(() => completeSettings(settings));
  assert.deepEqual(Object.keys(secrets), ['spiral:apple-pay:testmart', 'spiral:google-pay:testmart']);
  assert.equal(secrets['spiral:apple-pay:testmart']!.reveal(), pem);
  assert.deepEqual(readWalletAccounts('testmart', {}), { settings: {}, secrets: {} });
  assert.deepEqual(Object.keys(readWalletAccounts('testmart', apple).settings), ['applePayMerchant']);
});

test("a wallet's options come together", () => {
  for (const options of [apple, google] as Record<string, string>[]) {
    for (const left of Object.keys(options)) {
      const { [left]: _, ...rest } = options;
      assert.throws(() => readWalletAccounts('testmart', rest), new RegExp(`^Error: ${left} is missing$`));
    }
  }
});

test('private keys are on P-256, in PKCS #8 or SEC 1, and one file may hold several', () => {
  const sec1 = newPair().privateKey.export({ type: 'sec1', format: 'pem' }) as string;
  assert.equal(privateKeysFrom(`old:\n${sec1}\nnew:\n${pem}`).length, 2);
  const wrong = (secret: string) => () => readWalletAccounts('testmart', { ...apple, 'apple-pay-secret': secret });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
  assert.throws(wrong('x'), /apple-pay-secret: there is no private key/);
  assert.throws(wrong(pemOf(newPair('P-384'))), /apple-pay-secret: .* must be an EC key on the curve P-256/);
  assert.throws(wrong(rsa.export({ type: 'pkcs8', format: 'pem' }) as string), /P-256/);
  assert.throws(wrong(pem.replace(/\n.{20}/, '\n')), /apple-pay-secret: .* damaged/);
});
