import assert from 'node:assert/strict';
import { test } from 'node:test';
import { charge } from '../sample.ts';
import { recordStatement, rowsOf } from './statement.ts';

test('tables that a batch does not touch are left out, and batches that touch the same share one text', () => {
  const sale = () => recordStatement([rowsOf(charge().step)]);
  assert.equal(sale().text, sale().text);
  for (const word of ['gates_next', 'payments_next', 'postings', 'tollgate.claims', 'torn_claim', 'stored_cards']) {
    assert.ok(!sale().text.includes(word), word);
  }
});
