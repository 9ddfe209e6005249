import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BusinessClock, realClock } from './clock.ts';

test('the business clock runs with real time until it is moved, and then ahead by just that much', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const clock = new BusinessClock();
  assert.equal(clock.now(), 1_000_000);
  clock.setOffset(86_400_000);
  assert.equal(clock.now(), 87_400_000);
  t.mock.timers.setTime(1_000_500);
  assert.equal(clock.now(), 87_400_500);
  assert.equal(realClock.now(), 1_000_500);
});

test('an offset replaces the one before it and is a whole number', () => {
  const clock = new BusinessClock();
  clock.setOffset(5_000);
  clock.setOffset(7_000);
  assert.ok(Math.abs(clock.now() - Date.now() - 7_000) < 1_000);
  for (const wrong of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
    assert.throws(() => clock.setOffset(wrong), RangeError);
  }
});
