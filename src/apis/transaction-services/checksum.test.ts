import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { textOf } from './amount.ts';
import {
  checksumOf,
  type Formula,
  formulas,
  hashesAt,
  isRight,
  type Part,
  type Parts,
  protocolSigning,
  type Signing,
} from './checksum.ts';
import { isOrderId } from './rules.ts';

const vectors = JSON.parse(readFileSync(new URL('vectors/checksums.json', import.meta.url), 'utf8')) as readonly {
  readonly name: string;
  readonly formula: Formula;
  readonly parts: Parts;
  readonly md5: string;
}[];

test('14: every vector has the checksum that it names, and no other', () => {
  assert.ok(vectors.length >= 39);
  for (const { name, formula, parts, md5 } of vectors) {
    assert.equal(checksumOf(formula, parts), md5, name);
    assert.ok(isRight(md5, [formula], parts), name);
    for (const part of formulas[formula]) {
      assert.ok(!isRight(md5, [formula], { ...parts, [part]: `${parts[part]}x` }), `${name} with another ${part}`);
    }
  }
});

test('4.1: upper-case hex is as good; another formula, an empty text and a missing part fit nothing', () => {
  const { formula, parts, md5 } = vectors[0]!;
  assert.ok(isRight(md5.toUpperCase(), [formula], parts));
  assert.ok(isRight(md5, ['C3', formula], parts));
  assert.ok(!isRight('', [formula], parts));
  assert.ok(!isRight(md5.slice(0, 31), [formula], parts));
  assert.ok(!isRight(`${md5}0`, [formula], parts));
  const { K: _, ...keyless } = parts;
  assert.ok(!isRight(md5, [formula], keyless));
  assert.equal(checksumOf(formula, keyless), undefined);
});

test('4.3: a status is part of what is signed: the checksum of Y is none of N', () => {
  const signed = vectors.find(({ name }) => name === 'V23')!;
  assert.ok(!isRight(signed.md5, ['C12'], { ...signed.parts, status: 'N' }));
});

test('5.1, 4.1: whatever the fields hold that a call may sign, no two requests have one text', () => {
  const order = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter(isOrderId);
  const amount = fc.integer({ min: 1, max: 10 ** 9 }).map((cents) => textOf(BigInt(cents), 'EUR'));
  const tuple = fc.record({ order, amount, id: fc.stringMatching(/^[0-9]{1,18}$/) });
  fc.assert(
    fc.property(tuple, tuple, (one, other) => {
      for (const formula of ['C1', 'C2', 'C3', 'C10'] as const) {
        const signed = formulas[formula].filter((part) => part in one) as (keyof typeof one)[];
        const isSame = signed.every((part) => one[part] === other[part]);
        const who = { member: '10042', K: 'k' };
        assert.equal(checksumOf(formula, { ...who, ...one }) === checksumOf(formula, { ...who, ...other }), isSame);
      }
    }),
  );
});

test('HMAC is made with the key over what the others join; no MD5 is one, and the caller does not choose', () => {
  for (const { formula, parts, md5 } of vectors) {
    const own = checksumOf(formula, parts, 'hmac-sha256')!;
    assert.match(own, /^[0-9a-f]{64}$/);
    const names: readonly Part[] = formulas[formula];
    const text = names
      .filter((part) => part !== 'K' && part !== 'PK')
      .map((part) => parts[part])
      .join('|');
    assert.equal(
      own,
      createHmac('sha256', (parts.K ?? parts.PK)!)
        .update(text)
        .digest('hex'),
    );
    assert.ok(isRight(own, [formula], parts, ['hmac-sha256']) && !isRight(own, [formula], parts));
    assert.ok(!isRight(md5, [formula], parts, ['hmac-sha256']));
    assert.ok(isRight(md5, [formula], parts, ['md5', 'hmac-sha256']));
  }
});

test('which hashes are taken: MD5 to the end of its last day in UTC, and then no more', () => {
  const at = (time: string, signing: Signing) => hashesAt(signing, Date.parse(time));
  const moving = { checksumHash: 'hmac-sha256', md5Until: '2027-06-30' } as const;
  assert.deepEqual(at('2027-06-30T23:59:59.999Z', moving), ['md5', 'hmac-sha256']);
  assert.deepEqual(at('2027-07-01T00:00:00.000Z', moving), ['hmac-sha256']);
  assert.deepEqual(at('2027-01-01T00:00:00Z', { ...moving, md5Until: null }), ['hmac-sha256']);
  assert.deepEqual(at('2030-01-01T00:00:00Z', { checksumHash: 'md5', md5Until: '2027-06-30' }), ['md5']);
  assert.deepEqual(at('2030-01-01T00:00:00Z', protocolSigning), ['md5']);
});
