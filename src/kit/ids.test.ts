import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isId, merchantOf, newId, wireId } from './ids.ts';

const merchant = fc.integer({ min: 0, max: 2 ** 26 - 1 });
const instant = fc.integer({ min: 0, max: 2 ** 48 - 1 });

test('an id is a UUID version 8 that says whose it is, in both of its forms', () => {
  fc.assert(
    fc.property(merchant, instant, (merchantId, now) => {
      const id = newId(merchantId, now);
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.ok(isId(id));
      assert.equal(merchantOf(id), merchantId);
      assert.ok(isId(wireId(id)));
      assert.equal(merchantOf(wireId(id)), merchantId);
    }),
  );
});

test('ids sort by time first', () => {
  fc.assert(
    fc.property(merchant, merchant, instant, instant, (a, b, earlier, later) => {
      fc.pre(earlier < later);
      assert.ok(newId(a, earlier) < newId(b, later));
    }),
  );
});

test('the wire form swaps the first and last 12 digits and is its own inverse', () => {
  assert.equal(wireId('01890a5d-ac96-8abc-9def-0123456789ab'), '01234567-89ab-8abc-9def-01890a5dac96');
  fc.assert(
    fc.property(merchant, instant, (merchantId, now) => {
      const id = newId(merchantId, now);
      assert.equal(wireId(wireId(id)), id);
    }),
  );
});

test('ids of one merchant in one millisecond differ, and so do the first 8 digits that merchants see', () => {
  const ids = Array.from({ length: 5_000 }, () => newId(7, 1_700_000_000_000));
  assert.equal(new Set(ids).size, ids.length);
  // 5,000 random 32-bit values hold about 0.003 equal pairs.
  assert.ok(new Set(ids.map((id) => wireId(id).slice(0, 8))).size > 4_990);
});

test('what has no room in an id is refused instead of becoming the id of somebody else', () => {
  for (const merchantId of [-1, 2 ** 26, 1.5, Number.NaN]) assert.throws(() => newId(merchantId, 0), RangeError);
  for (const now of [-1, 2 ** 48, 0.25, Number.NaN]) assert.throws(() => newId(1, now), RangeError);
});

test('texts that are no ids', () => {
  const id = newId(1, 1_700_000_000_000);
  for (const text of ['', id.toUpperCase(), `${id} `, id.slice(1), id.replaceAll('-', ''), `${id}\n`]) {
    assert.equal(isId(text), false, JSON.stringify(text));
  }
  assert.equal(isId('01890a5d-ac96-4abc-9def-0123456789ab'), false, 'version 4');
  assert.equal(isId('01890a5d-ac96-8abc-cdef-0123456789ab'), false, 'other variant');
});
