import assert from 'node:assert/strict';
import { test } from 'node:test';
import { googleContent, googlePayload, newPair, rootList, spkiOf } from '../testing/phones.ts';
import { openGooglePay, readGooglePay } from './google-pay.ts';
import { rootsFrom } from './google-roots.ts';

const [key, root] = [newPair(), newPair()];
const recipient = 'merchant:12345678901234567890';
const account = { recipient, keys: [newPair().privateKey, key.privateKey], roots: rootsFrom(rootList(root)) };
const payload = await googlePayload({ key, root, recipient });
const now = Date.now();

const open = (body: object, as = account, at = now) => {
  const read = readGooglePay(JSON.stringify(body));
  assert.ok(read, 'the structure is right');
  return openGooglePay(read, as, at);
};

const openContent = async (content: object, at = now) =>
  open(await googlePayload({ key, root, recipient, content }), account, at);

test('a payload of ECv2 gives number, expiry and cryptogram, by whichever key it was sealed for (section 5.5)', () => {
  const { card } = open(payload)!;
  assert.deepEqual([card.number.reveal(), card.expiry], ['5123450000000008', '2039-03']);
  assert.equal(card.cryptogram!.reveal(), 'AAAAAA+n2rOWAAHiy0MjAoABFA==');
});

test('it comes as JSON text or that in base64 (section 5.5)', () => {
  const text = JSON.stringify(payload);
  for (const form of [text, Buffer.from(text).toString('base64')]) assert.ok(readGooglePay(form));
});

test('a number as it stands on the card comes without a cryptogram', async () => {
  const details = { authMethod: 'PAN_ONLY', cryptogram: undefined };
  assert.equal((await openContent(googleContent({}, details)))!.card.cryptogram, null);
});

test('what is no payload of ECv2 is none (section 5.5)', () => {
  const key = payload.intermediateSigningKey;
  const wrong: unknown[] = [
    {},
    [payload],
    { ...payload, protocolVersion: 'ECv1' },
    { ...payload, signature: 'not base64' },
    { ...payload, signedMessage: '{}' },
    { ...payload, signedMessage: JSON.parse(payload.signedMessage) },
    { ...payload, intermediateSigningKey: undefined },
    { ...payload, intermediateSigningKey: { ...key, signatures: [] } },
    { ...payload, intermediateSigningKey: { ...key, signatures: [1, null, ''] } },
    { ...payload, intermediateSigningKey: { ...key, signedKey: undefined } },
  ];
  for (const body of wrong) assert.equal(readGooglePay(JSON.stringify(body)), undefined, JSON.stringify(body));
});

test('it opens only when Google signed it: message, signing key and root all count', async () => {
  const stranger = await googlePayload({ key, root: newPair(), recipient });
  const { signedKey, signatures } = payload.intermediateSigningKey;
  assert.ok(open({ ...payload, intermediateSigningKey: { signedKey, signatures: ['AAAA', ...signatures] } }));
  const wrong = [
    stranger,
    { ...payload, signature: stranger.signature },
    { ...payload, signature: 'AAAA' },
    { ...payload, intermediateSigningKey: { signedKey, signatures: [payload.signature] } },
    { ...payload, intermediateSigningKey: stranger.intermediateSigningKey },
    { ...payload, signedMessage: `${payload.signedMessage} ` },
    { ...payload, intermediateSigningKey: { signedKey: `${signedKey} `, signatures } },
  ];
  for (const body of wrong) assert.equal(open(body), undefined);
});

test('it opens only for its recipient and the key that it was sealed for', async () => {
  assert.equal(open(payload, { ...account, recipient: 'merchant:1' }), undefined);
  assert.equal(open(payload, { ...account, keys: [newPair().privateKey] }), undefined);
});

test('a signed message that was sealed wrongly does not open', async () => {
  const other = await googlePayload({ key: newPair(), root, recipient });
  assert.equal(open(other), undefined);
  for (const tag of [Buffer.alloc(32), Buffer.alloc(16)]) {
    assert.equal(open(await googlePayload({ key, root, recipient, tag })), undefined);
  }
});

test('root, signing key and message each end at their time', async () => {
  assert.equal(
    open(payload, { ...account, roots: rootsFrom(rootList(root, { keyExpiration: String(now) })) }),
    undefined,
  );
  assert.ok(open(payload, { ...account, roots: rootsFrom(rootList(root, { keyExpiration: String(now + 1) })) }));
  assert.ok(open(payload, { ...account, roots: rootsFrom(rootList(root, { keyExpiration: undefined })) }));
  for (const [keyExpiration, opens] of [
    [now, false],
    [now + 1, true],
  ] as const) {
    const body = await googlePayload({ key, root, recipient, keyExpiration });
    assert.equal(open(body) !== undefined, opens);
    assert.equal((await openContent(googleContent({ messageExpiration: String(keyExpiration) }))) !== undefined, opens);
  }
  assert.equal(await openContent(googleContent({ messageExpiration: undefined })), undefined);
});

test('a content without a card that can be charged is refused', async () => {
  const contents = [
    googleContent({ paymentMethod: 'TOKENIZED_CARD' }),
    googleContent({ paymentMethodDetails: null }),
    googleContent({}, { pan: 5123450000000008 }),
    googleContent({}, { expirationMonth: 13 }),
    googleContent({}, { expirationYear: 39 }),
    googleContent({}, { authMethod: 'OTHER' }),
    googleContent({}, { cryptogram: undefined }),
    [],
  ];
  for (const content of contents) assert.equal(await openContent(content), undefined, JSON.stringify(content));
});

test('of the list of roots those of ECv2 count, and what is no such list is refused', () => {
  assert.equal(account.roots.length, 1);
  assert.equal(account.roots[0]!.keyValue, spkiOf(root).toString('base64'));
  for (const text of ['', '{}', '{"keys":{}}', '{"keys":[{"keyValue":"MFkw","protocolVersion":"ECv1"}]}']) {
    assert.throws(() => rootsFrom(text), /must be Google's list/);
  }
  assert.throws(() => rootsFrom('{"keys":[{"keyValue":"MFkw","protocolVersion":"ECv2"}]}'), /cannot be read/);
  assert.throws(() => rootsFrom('{"keys":[null]}'), /must be Google's list/);
});
