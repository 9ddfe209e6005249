import assert from 'node:assert/strict';
import { test } from 'node:test';
import { words } from '../../sandbox/codes.ts';
import { knownCodes, reasonOf } from './codes.ts';

test('every code of the host but approval has its reason, and no other has', () => {
  assert.deepEqual(
    [...knownCodes].sort(),
    Object.keys(words)
      .filter((code) => code !== '00')
      .sort(),
  );
});

test('a code that is new to us is a decline like any other', () => {
  assert.equal(reasonOf('99'), 'declined');
  assert.equal(reasonOf(null), 'declined');
  assert.equal(reasonOf('51'), 'insufficient_funds');
});
