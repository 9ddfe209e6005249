import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '../../kit/ids.ts';
import {
  amountFrom,
  amountText,
  expiryDate,
  idFrom,
  maskOf,
  nameOfId,
  timeFrom,
  timeText,
  withTransaction,
} from './values.ts';

test('3.1: an id is 32 hex digits on the wire, and comes back from them', () => {
  const id = newId(42, Date.UTC(2026, 1, 11));
  assert.match(nameOfId(id), /^[0-9a-f]{32}$/);
  assert.equal(idFrom(nameOfId(id)), id);
  for (const text of ['', 'nope', id, nameOfId(id).toUpperCase(), `${nameOfId(id)}0`, '0'.repeat(32)]) {
    assert.equal(idFrom(text), undefined, text);
  }
});

test('2.5: amounts are decimals of at most ten and two digits', () => {
  for (const [value, minor] of [
    [1490, 149_000n],
    ['12.5', 1_250n],
    [0, 0n],
    ['9999999999.99', 999_999_999_999n],
  ] as const) {
    assert.equal(amountFrom(value, 'HUF'), minor);
  }
  for (const value of ['1e3', 1e21, '1.234', '-1', ' 1', '1,5', '10000000000', '', '.5', true, [], Number.NaN]) {
    assert.equal(amountFrom(value, 'HUF'), undefined, String(value));
  }
  // A currency without decimals takes those that say nothing.
  assert.deepEqual([amountFrom('5.00', 'JPY'), amountFrom('5.5', 'JPY')], [5n, undefined]);
});

test('2.5: amounts go out without trailing zeros', () => {
  assert.deepEqual(
    [10_000n, 1_250n, 1_205n, 0n].map((minor) => amountText(minor, 'HUF')),
    ['100', '12.5', '12.05', '0'],
  );
  assert.equal(amountText(100n, 'JPY'), '100');
});

test('2.5: times are those of Budapest, in winter and in summer', () => {
  assert.equal(timeText(Date.UTC(2026, 1, 11, 8, 14, 52)), '2026-02-11 09:14:52');
  assert.equal(timeText(Date.UTC(2026, 6, 1, 22, 0, 0)), '2026-07-02 00:00:00');
  for (const text of ['2030-01-01 00:00:00', '2026-07-02 12:30:00']) assert.equal(timeText(timeFrom(text)!), text);
  // An hour that the clocks repeat is its first; one that they leave out is none.
  assert.equal(timeFrom('2026-10-25 02:30:00'), Date.UTC(2026, 9, 25, 0, 30));
  for (const text of ['2026-03-29 02:30:00', '2026-02-30 00:00:00', '2026-13-01 00:00:00', 'soon', '']) {
    assert.equal(timeFrom(text), undefined, text);
  }
});

test('3.5: a card is good until the last day of its month, and shows its ends', () => {
  const face = { brand: 'visa', first6: '455052', last4: '5372', expiry: '2028-02' } as const;
  assert.deepEqual([expiryDate(face), maskOf(face)], ['2028-02-29', '455052******5372']);
  assert.equal(expiryDate({ ...face, expiry: '2029-11' }), '2029-11-30');
});

test('6.2: the id joins the query of the ResponseUrl, and nothing else changes', () => {
  for (const [url, expected] of [
    ['https://shop.test/back', 'https://shop.test/back?TransactionId=1'],
    ['https://shop.test/?wc-api=pay&x=', 'https://shop.test/?wc-api=pay&x=&TransactionId=1'],
    ['https://shop.test/a#done', 'https://shop.test/a?TransactionId=1#done'],
    ['https://shop.test/?TransactionId=0&a=%26', 'https://shop.test/?a=%26&TransactionId=1'],
    ['https://shop.test/?a=1?b=2', 'https://shop.test/?a=1?b=2&TransactionId=1'],
  ] as const) {
    assert.equal(withTransaction(url, '1'), expected);
  }
});
