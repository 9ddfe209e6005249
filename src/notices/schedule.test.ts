import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { afterFailure } from './schedule.ts';

const minute = 60_000;
const quarters = Array.from({ length: 8 }, () => 15 * minute);

/** When each try of a series is due, if every one fails `lateMs` after it fell due. */
const series = (pausesMs: readonly number[], lateMs: (tries: number) => number): number[] => {
  const dues = [0];
  for (;;) {
    const tries = dues.length - 1;
    const dueAt = dues.at(-1)!;
    const end = afterFailure({ tries, dueAt }, pausesMs, dueAt + lateMs(tries));
    if (end.state !== 'due') return dues;
    dues.push(end.dueAt);
  }
};

test('eight pauses of a quarter of an hour make nine tries in two hours, then the notice is abandoned', () => {
  const minutes = series(quarters, () => 0).map((at) => at / minute);
  assert.deepEqual(minutes, [0, 15, 30, 45, 60, 75, 90, 105, 120]);
  assert.deepEqual(afterFailure({ tries: 8, dueAt: 0 }, quarters, 0), { state: 'abandoned' });
});

test('slow receivers and busy workers do not stretch the series', () => {
  assert.deepEqual(
    series(quarters, () => 7 * minute),
    series(quarters, () => 0),
  );
});

test('after a long stop the next try is half a pause away, and the series goes on from there', () => {
  const stop = series(quarters, (tries) => (tries === 1 ? 180 * minute : 0));
  const minutes = stop.map((at) => at / minute);
  assert.deepEqual(minutes, [0, 15, 202.5, 217.5, 232.5, 247.5, 262.5, 277.5, 292.5]);
});

test('a merchant who is told once is told once', () => {
  assert.deepEqual(afterFailure({ tries: 0, dueAt: 5 }, [], 9), { state: 'abandoned' });
});

test('however late tries are, there is half a pause between them and as many tries as pauses allow', () => {
  const pauses = fc.array(fc.integer({ min: 1, max: 10_000 }), { maxLength: 12 });
  fc.assert(
    fc.property(pauses, fc.array(fc.nat(50_000)), (pausesMs, lateness) => {
      const late = (tries: number) => lateness[tries] ?? 0;
      const dues = series(pausesMs, late);
      assert.equal(dues.length, pausesMs.length + 1);
      for (const [tries, pauseMs] of pausesMs.entries()) {
        const next = dues[tries + 1]!;
        assert.ok(Number.isInteger(next));
        assert.ok(next - (dues[tries]! + late(tries)) >= pauseMs / 2);
        assert.ok(next - dues[tries]! >= pauseMs);
      }
    }),
  );
});
