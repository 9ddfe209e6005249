import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskNumbers } from './core/cards.ts';
import { requestIds } from './request-ids.ts';

test('request ids are 32 hex digits, differ, and never look like a card number', () => {
  const seen = new Set<string>();
  for (let life = 0; life < 200; life++) {
    const next = requestIds();
    for (let n = 0; n < 50; n++) {
      const id = next();
      assert.match(id, /^[0-9a-f]{32}$/);
      assert.doesNotMatch(id, /\d{8}/);
      assert.equal(maskNumbers(id), id);
      seen.add(id);
    }
  }
  assert.equal(seen.size, 10_000);
});
