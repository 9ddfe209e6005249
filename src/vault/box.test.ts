import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { open, seal } from './box.ts';

const key = createSecretKey(randomBytes(32));
const place = ['card', 7, 'ref', 'number', 'key-1'];
const plain = '4444330000001111';

test('what is sealed opens with its key in its place', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(open(key, place, seal(key, place, text))?.toString(), Buffer.from(text).toString());
    }),
  );
});

test('every seal is another one: nonces do not repeat', () => {
  const seals = Array.from({ length: 2_000 }, () => seal(key, place, plain));
  assert.equal(new Set(seals.map((sealed) => sealed.toString('hex', 0, 12))).size, seals.length);
});

const elsewhere = {
  'another owner': ['card', 8, 'ref', 'number', 'key-1'],
  'another reference': ['card', 7, 'ref2', 'number', 'key-1'],
  'another field': ['card', 7, 'ref', 'expiry', 'key-1'],
  'another data key': ['card', 7, 'ref', 'number', 'key-2'],
  'another kind of row': ['code', 7, 'ref', 'number', 'key-1'],
  'parts that only look the same when joined': ['card', 7, 'ref,number', 'key-1'],
  'an owner that is text': ['card', '7', 'ref', 'number', 'key-1'],
};

for (const [what, other] of Object.entries(elsewhere)) {
  test(`it stays shut in the place of ${what}`, () =>
    assert.equal(open(key, other, seal(key, place, plain)), undefined));
}

test('it stays shut under another key', () => {
  assert.equal(open(createSecretKey(randomBytes(32)), place, seal(key, place, plain)), undefined);
});

test('it stays shut when any bit has changed, or bytes are missing or too many', () => {
  const sealed = seal(key, place, plain);
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.equal(open(key, place, changed), undefined, `bit ${bit}`);
  }
  for (let length = 0; length < sealed.length; length++) {
    assert.equal(open(key, place, sealed.subarray(0, length)), undefined, `length ${length}`);
  }
  assert.equal(open(key, place, Buffer.concat([sealed, Buffer.from([0])])), undefined);
});
