import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { appleContent, applePayload, newPair, spkiOf } from '../testing/phones.ts';
import { openApplePay, readApplePay } from './apple-pay.ts';

const key = newPair();
const merchant = 'merchant.hk.example.lamps';
const payload = await applePayload({ key, merchant });
const keys = [newPair().privateKey, key.privateKey];

const open = (body: object, by = keys, as = merchant) => {
  const read = readApplePay(JSON.stringify(body));
  assert.ok(read, 'the structure is right');
  return openApplePay(read, by, as);
};

test('a payload of EC_v1 gives number, expiry and cryptogram, by whichever key it was sealed for (section 5.5)', () => {
  const { card } = open(payload)!;
  assert.deepEqual([card.number.reveal(), card.expiry], ['4508750015741019', '2039-11']);
  assert.equal(card.cryptogram!.reveal(), 'AgAAAAAABk4DWZ4C28yUQAAAAAA=');
});

test('it comes as JSON text or that in base64, alone or within the token of the browser (section 5.5)', () => {
  const text = JSON.stringify(payload);
  for (const form of [
    text,
    Buffer.from(text).toString('base64'),
    JSON.stringify({ transactionIdentifier: 'a', paymentMethod: { network: 'Visa' }, paymentData: payload }),
  ]) {
    assert.ok(readApplePay(form), form.slice(0, 40));
  }
});

test('what is no payload of EC_v1 is none (section 5.5)', () => {
  const header = (change: object) => ({ ...payload, header: { ...payload.header, ...change } });
  const elsewhere = spkiOf(newPair('P-384')).toString('base64');
  const wrong: unknown[] = [
    {},
    [payload],
    null,
    'text',
    { ...payload, version: 'RSA_v1' },
    { ...payload, data: undefined },
    { ...payload, data: `${payload.data.slice(0, -1)}!` },
    { ...payload, data: Buffer.alloc(16).toString('base64') },
    { ...payload, signature: '' },
    { ...payload, header: [] },
    header({ ephemeralPublicKey: 'AAAA' }),
    header({ ephemeralPublicKey: elsewhere }),
    header({ publicKeyHash: 'AAAA' }),
    header({ publicKeyHash: 1 }),
    header({ transactionId: 'not hex' }),
  ];
  for (const body of wrong) assert.equal(readApplePay(JSON.stringify(body) ?? ''), undefined, JSON.stringify(body));
  for (const text of ['', '{', 'AAAA', '4440000009900010']) assert.equal(readApplePay(text), undefined, text);
});

test('it opens for the key and the merchant that it was sealed for, and unchanged, or not at all', () => {
  const bent = Buffer.from(payload.data, 'base64');
  bent[3]! ^= 1;
  const other = newPair();
  const otherHash = { ...payload.header, publicKeyHash: Buffer.alloc(32).toString('base64') };
  const otherEphemeral = { ...payload.header, ephemeralPublicKey: spkiOf(other).toString('base64') };
  assert.ok(open(payload));
  assert.equal(open(payload, [other.privateKey]), undefined);
  assert.equal(open(payload, keys, 'merchant.hk.example.other'), undefined);
  assert.equal(open({ ...payload, data: bent.toString('base64') }), undefined);
  assert.equal(open({ ...payload, header: otherHash }), undefined);
  assert.equal(open({ ...payload, header: otherEphemeral }), undefined);
});

test('a content without a card that can be charged is refused', async () => {
  const contents = [
    appleContent({ applicationPrimaryAccountNumber: undefined }),
    appleContent({ applicationExpirationDate: '391330' }),
    appleContent({ applicationExpirationDate: '1139' }),
    appleContent({ paymentDataType: 'EMV', paymentData: { emvData: 'AAAA' } }),
    appleContent({ paymentData: { eciIndicator: '5' } }),
    [],
  ];
  for (const content of contents) {
    assert.equal(open(await applePayload({ key, merchant, content })), undefined, JSON.stringify(content));
  }
});

test('a key that came as SEC 1 is the same key', () => {
  const sec1 = key.privateKey.export({ type: 'sec1', format: 'pem' });
  assert.ok(open(payload, [createPrivateKey(sec1)]));
});
