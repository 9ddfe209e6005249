import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { faceOf } from '../../core/cards.ts';
import { dateTimeText, hostTimeText, instantFromUtc, utcText } from './dates.ts';
import { placeFrom, tokenText } from './list.ts';
import { isNewReference, isReference } from './references.ts';
import { amountMinorOf } from './schema.ts';
import { composeSessionId } from './session.ts';
import { isSignedBy, serverSignatureHeader, signedHeaders } from './signature.ts';
import { vector } from './testing/vector.ts';
import { amountText, panText } from './write.ts';

interface Signature {
  readonly name: string;
  readonly key: 'merchant' | 'gateway';
  readonly clientId: string;
  readonly merchantRef: string;
  readonly dateTime: string;
}

const signatures = JSON.parse(vector('signatures.json')) as {
  readonly valid: readonly (Signature & { readonly signature: string })[];
  readonly invalid: readonly (Signature & { readonly signatureOf: string })[];
};
const texts = JSON.parse(vector('texts.json'));

const publicKeys = { merchant: [vector('merchant-public.pem')], gateway: [vector('gateway-public.pem')] };

for (const signed of signatures.valid) {
  test(`signature ${signed.name} verifies (section 21)`, () => {
    assert.equal(isSignedBy(publicKeys[signed.key], signed, signed.signature), true);
  });
  if (/T[\d:]{8}Z$/.test(signed.dateTime)) {
    test(`signature ${signed.name} is what we would make (section 21)`, async () => {
      const key = createPrivateKey(vector(`${signed.key}-private.pem`));
      const headers = await signedHeaders(key, signed, Date.parse(signed.dateTime));
      assert.equal(headers[serverSignatureHeader], signed.signature);
    });
  }
}

for (const signed of signatures.invalid) {
  test(`no signature: ${signed.name} (section 21)`, () => {
    const { signature } = signatures.valid.find(({ name }) => name === signed.signatureOf)!;
    assert.equal(isSignedBy(publicKeys[signed.key], signed, signature), false);
  });
}

test('either of two active keys may sign (section 3.1)', () => {
  const [signed] = signatures.valid;
  const both = [...publicKeys.gateway, ...publicKeys.merchant];
  assert.equal(isSignedBy(both, signed!, signed!.signature), true);
});

test('session ids (section 5.4)', () => {
  for (const { prefix, txnId, clientId, merchantRef, sessionId } of texts.sessionIds) {
    assert.equal(composeSessionId(prefix, txnId, clientId, merchantRef), sessionId);
  }
});

test('a session id in a query (section 21)', () => {
  const { sessionId, encoded } = texts.sessionIdInQuery;
  assert.equal(encodeURIComponent(sessionId), encoded);
});

test('next tokens, out and in (section 16.2)', () => {
  for (const { clientId, merchantRef, dateTime, text } of texts.nextTokens) {
    const place = { second: Date.parse(dateTime) / 1_000, reference: merchantRef };
    assert.equal(tokenText(clientId, place), text);
    assert.deepEqual(placeFrom(clientId, text), place);
    assert.equal(placeFrom(`${clientId}2`, text), undefined);
  }
});

test('masks (section 5.8)', () => {
  for (const { number, pan } of texts.masks) assert.equal(panText(faceOf(number, '2039-01')), pan);
});

test('amounts in and out (section 2.4)', () => {
  for (const { json, amt } of texts.amounts.valid) {
    const amountMinor = amountMinorOf(json);
    assert.notEqual(amountMinor, undefined, json);
    assert.equal(amountText(amountMinor!, 'HKD').text, amt);
  }
  for (const json of texts.amounts.invalid) assert.equal(amountMinorOf(json), undefined, json);
});

test('references (section 2.5)', () => {
  for (const reference of texts.references.valid) assert.equal(isNewReference(reference), true, reference);
  for (const reference of texts.references.invalid) assert.equal(isNewReference(reference), false, reference);
  for (const reference of texts.references.askable) assert.equal(isReference(reference), true, reference);
  for (const reference of texts.references.unaskable) assert.equal(isReference(reference), false, reference);
});

test('dates that go out (section 2.3)', () => {
  for (const { utc, dateTime, hostTime } of texts.dateTimes) {
    const at = Date.parse(utc);
    assert.equal(utcText(at), utc);
    assert.equal(utcText(at + 999), utc);
    assert.equal(dateTimeText(at), dateTime);
    assert.equal(hostTimeText(at), hostTime);
  }
});

test('dates that come in (section 2.3)', () => {
  for (const text of texts.requestDateTimes.valid) assert.equal(instantFromUtc(text), Date.parse(text), text);
  for (const text of texts.requestDateTimes.invalid) assert.equal(instantFromUtc(text), undefined, text);
});
