import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  afterTry,
  amended,
  beginning,
  dueOf,
  dueWork,
  type Mandate,
  type MandateStanding,
  periodUnits,
  retryPausesMs,
  type Schedule,
} from './mandates.ts';
import { reasons } from './reasons.ts';

const at = (text: string) => Date.parse(text);
const schedule = (changed: Partial<Schedule> = {}): Schedule => ({
  unit: 'month',
  count: 1,
  timeZone: 'UTC',
  firstDueAt: at('2026-01-31T09:00:00Z'),
  ...changed,
});
const mandateOf = (changed: Partial<Mandate> = {}): Mandate => ({
  merchantId: 7,
  id: 'mandate',
  shopId: 'shop',
  originPaymentId: 'first',
  amountMinor: 1_000n,
  currency: 'EUR',
  schedule: schedule(),
  periodCountMax: null,
  untilAt: null,
  createdAt: at('2026-01-01T00:00:00Z'),
  ...changed,
});
const dates = (of: Schedule, count: number) =>
  Array.from({ length: count }, (_, index) => new Date(dueOf(of, index + 1)).toISOString().slice(0, 16));

describe('when periods fall due', () => {
  it('the 31st is the last day of shorter months, and comes back', () => {
    assert.deepEqual(dates(schedule(), 4), [
      '2026-01-31T09:00',
      '2026-02-28T09:00',
      '2026-03-31T09:00',
      '2026-04-30T09:00',
    ]);
    const leap = schedule({ unit: 'year', firstDueAt: at('2024-02-29T12:00:00Z') });
    assert.deepEqual(dates(leap, 5), [
      '2024-02-29T12:00',
      '2025-02-28T12:00',
      '2026-02-28T12:00',
      '2027-02-28T12:00',
      '2028-02-29T12:00',
    ]);
  });

  it('is at the same local time in summer and winter', () => {
    const budapest = schedule({ timeZone: 'Europe/Budapest', firstDueAt: at('2026-03-15T08:00:00Z') });
    assert.deepEqual(dates(budapest, 2), ['2026-03-15T08:00', '2026-04-15T07:00']);
    const weekly = schedule({
      unit: 'week',
      count: 2,
      timeZone: 'Europe/Budapest',
      firstDueAt: at('2026-10-20T07:00:00Z'),
    });
    assert.deepEqual(dates(weekly, 2), ['2026-10-20T07:00', '2026-11-03T08:00']);
  });

  it('a local time that the clocks skip is later by as much, one that they repeat is the first', () => {
    const skipped = schedule({ unit: 'day', timeZone: 'Europe/Budapest', firstDueAt: at('2026-03-28T01:30:00Z') });
    assert.deepEqual(dates(skipped, 3), ['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30']);
    const repeated = schedule({ unit: 'day', timeZone: 'Europe/Budapest', firstDueAt: at('2026-10-24T00:30:00Z') });
    assert.deepEqual(dates(repeated, 3), ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30']);
  });

  it('later periods are always later, by about as much', () => {
    const zones = [
      'UTC',
      'Europe/Budapest',
      'Asia/Tashkent',
      'America/New_York',
      'Pacific/Apia',
      'Australia/Lord_Howe',
    ];
    const days = { day: 1, week: 7, month: 28, year: 365 };
    fc.assert(
      fc.property(
        fc.constantFrom(...periodUnits),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(...zones),
        fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
        fc.integer({ min: 1, max: 60 }),
        (unit, count, timeZone, firstDueAt, n) => {
          const of = { unit, count, timeZone, firstDueAt };
          const days2 = (dueOf(of, n + 1) - dueOf(of, n)) / 86_400_000;
          assert.ok(days2 >= days[unit] * count - 0.2, `${days2} days`);
          assert.ok(days2 <= days[unit] * count + 4 * count + 0.2, `${days2} days`);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what is charged', () => {
  const mandate = mandateOf();
  const first = beginning(mandate);
  const feb = dueOf(mandate.schedule, 2);

  it('nothing before its time', () => {
    assert.deepEqual(dueWork(mandate, first, first.dueAt - 1), { standing: first, ends: [] });
    assert.equal(dueWork(mandate, first, first.dueAt), 'charge');
  });

  it('of several periods that were missed the newest alone', () => {
    const may = dueOf(mandate.schedule, 5) + 1;
    const came = dueWork(mandate, first, may);
    assert.ok(came !== 'charge');
    assert.deepEqual([came.standing.period, came.standing.attempt], [5, 1]);
    assert.deepEqual(
      came.ends,
      [1, 2, 3, 4].map((period) => ({ period, outcome: 'missed' })),
    );
    assert.equal(dueWork(mandate, came.standing, may), 'charge');
    const tried = dueWork(mandate, { ...first, attempt: 3 }, may);
    assert.ok(tried !== 'charge');
    assert.equal(tried.ends[0]!.outcome, 'given_up');
  });

  it('approved: the next period; the last one ends it', () => {
    const { standing, ends } = afterTry(mandate, first, { kind: 'approved' }, first.dueAt);
    assert.deepEqual(standing, { state: 'active', reason: null, period: 2, attempt: 1, dueAt: feb });
    assert.deepEqual(ends, [{ period: 1, outcome: 'charged' }]);
    const once = mandateOf({ periodCountMax: 1 });
    assert.equal(afterTry(once, first, { kind: 'approved' }, first.dueAt).standing.state, 'ended');
    const short = mandateOf({ untilAt: feb - 1 });
    assert.equal(afterTry(short, first, { kind: 'approved' }, first.dueAt).standing.state, 'ended');
  });

  it('not known yet: the same try is looked at again, and no other begins', () => {
    const { standing, ends } = afterTry(mandate, first, { kind: 'open' }, first.dueAt);
    assert.deepEqual([standing.period, standing.attempt, ends.length], [1, 1, 0]);
    assert.ok(standing.dueAt > first.dueAt);
  });

  it('a soft decline is tried again by the plan, and given up with it', () => {
    const yearly = mandateOf({ schedule: schedule({ unit: 'year' }) });
    let standing: MandateStanding = beginning(yearly);
    let now = standing.dueAt;
    const began = now;
    for (const pauseMs of retryPausesMs) {
      const next = afterTry(yearly, standing, { kind: 'declined', reason: 'insufficient_funds' }, now).standing;
      assert.equal(next.dueAt, now + pauseMs);
      assert.equal(next.attempt, standing.attempt + 1);
      standing = next;
      now = next.dueAt;
    }
    assert.ok(now - began <= 16 * 86_400_000);
    const { standing: after, ends } = afterTry(yearly, standing, { kind: 'declined', reason: 'declined' }, now);
    assert.deepEqual(ends, [{ period: 1, outcome: 'given_up' }]);
    assert.deepEqual([after.state, after.period, after.attempt], ['active', 2, 1]);
  });

  it('no try reaches into the next period', () => {
    const daily = mandateOf({ schedule: schedule({ unit: 'day' }) });
    const start = beginning(daily);
    const came = afterTry(daily, start, { kind: 'declined', reason: 'declined' }, start.dueAt);
    assert.deepEqual([came.standing.period, came.ends[0]!.outcome], [2, 'given_up']);
  });

  it('a hard decline stops it for good; each reason is one or the other', () => {
    for (const reason of ['blocked_card', 'expired_card', 'unknown_card', 'invalid_token'] as const) {
      const { standing } = afterTry(mandate, first, { kind: 'declined', reason }, first.dueAt);
      assert.deepEqual([standing.state, standing.reason], ['stopped', reason]);
    }
    for (const reason of Object.keys(reasons) as (keyof typeof reasons)[]) {
      const { standing } = afterTry(mandate, first, { kind: 'declined', reason }, first.dueAt);
      assert.ok(standing.state === 'stopped' || standing.attempt === 2, reason);
    }
  });

  it('an end that was brought forward ends it, one that was put off does not', () => {
    const standing = { ...first, period: 4, dueAt: dueOf(mandate.schedule, 4) };
    assert.equal(amended(mandateOf({ periodCountMax: 3 }), standing).state, 'ended');
    assert.equal(amended(mandateOf({ periodCountMax: 4 }), standing).state, 'active');
    const over = dueWork(mandateOf({ periodCountMax: 3 }), standing, standing.dueAt);
    assert.ok(over !== 'charge' && over.standing.state === 'ended');
  });
});
