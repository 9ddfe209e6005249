import type { Id, Instant } from './model.ts';
import type { Reason } from './reasons.ts';

/** A period: so many days, weeks, months or years. */
export const periodUnits = ['day', 'week', 'month', 'year'] as const;
export type PeriodUnit = (typeof periodUnits)[number];

/** When a mandate's periods fall due: at the local time of the first, each `count` units after the one before. */
export interface Schedule {
  readonly unit: PeriodUnit;
  readonly count: number;
  /** IANA. */
  readonly timeZone: string;
  readonly firstDueAt: Instant;
}

/** `ended`: as it was agreed. `stopped`: the issuer will never pay again. */
export type MandateState = 'active' | 'ended' | 'stopped' | 'cancelled';

/** A payer's standing order: what a merchant may charge to a stored card again and again. */
export interface Mandate {
  readonly merchantId: number;
  readonly id: Id;
  readonly shopId: Id;
  /** The payment that began the series: its card is charged, and acquirers are told of it. */
  readonly originPaymentId: Id;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly schedule: Schedule;
  /** How many periods there are at most, and until when one may fall due; null: no end. */
  readonly periodCountMax: number | null;
  readonly untilAt: Instant | null;
  readonly createdAt: Instant;
}

/** Where a mandate stands: the period and try that come next, counted from 1, and when. */
export interface MandateStanding {
  readonly state: MandateState;
  readonly reason: Reason | null;
  readonly period: number;
  readonly attempt: number;
  readonly dueAt: Instant;
}

/** What became of a period. `missed`: nobody was there to charge it before the next fell due. `given_up`: after all its tries. */
export type PeriodOutcome = 'charged' | 'given_up' | 'missed';

export interface PeriodEnd {
  readonly period: number;
  readonly outcome: PeriodOutcome;
}

/** What follows: how the mandate stands, and the periods that are over. */
export interface Progress {
  readonly standing: MandateStanding;
  readonly ends: readonly PeriodEnd[];
}

const dayMs = 86_400_000;

/** Pauses after a try that was declined and may be approved later: five tries within 16 days, less than any network allows. */
export const retryPausesMs: readonly number[] = [1, 3, 5, 7].map((days) => days * dayMs);

/** How soon a try whose end is not known yet is looked at again, ms. */
export const lookAgainMs = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The local time as if it were UTC, ms. */
const localOf = (at: Instant, timeZone: string): number => {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return Date.parse(`${format.format(at).replace(' ', 'T')}Z`) + (at % 1_000);
};

/** The instant of a local time, given as if it were UTC; of a time that the clocks repeat the first, and of one that they skip as much later. */
export const instantOf = (local: number, timeZone: string): Instant => {
  const offsetAt = (at: number) => localOf(at, timeZone) - at;
  const [before, after] = [local - offsetAt(local - dayMs), local - offsetAt(local + dayMs)];
  const real = [before, after].filter((at) => localOf(at, timeZone) === local);
  return real.length > 0 ? Math.min(...real) : before;
};

/** Months later, on the same day or, where the month is shorter, on its last. */
const monthsLater = (local: number, months: number): number => {
  const date = new Date(local);
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return first.getTime() + (Math.min(date.getUTCDate(), last) - 1) * dayMs + (local % dayMs);
};

/** When a period falls due; the first is number 1. Each is reckoned from the first, so that the 31st comes back after February. */
export const dueOf = ({ unit, count, timeZone, firstDueAt }: Schedule, period: number): Instant => {
  if (period === 1) return firstDueAt;
  const local = localOf(firstDueAt, timeZone);
  const units = (period - 1) * count;
  const moved =
    unit === 'day' || unit === 'week'
      ? local + units * (unit === 'day' ? 1 : 7) * dayMs
      : monthsLater(local, unit === 'month' ? units : 12 * units);
  return instantOf(moved, timeZone);
};

/** Whether there is a period of that number. */
const isWithin = ({ schedule, periodCountMax, untilAt }: Mandate, period: number): boolean =>
  (periodCountMax === null || period <= periodCountMax) && (untilAt === null || dueOf(schedule, period) <= untilAt);

const startOf = (mandate: Mandate, period: number): MandateStanding => {
  const dueAt = dueOf(mandate.schedule, period);
  const state = isWithin(mandate, period) ? 'active' : 'ended';
  return { state, reason: null, period, attempt: 1, dueAt };
};

/** How a new mandate stands. */
export const beginning = (mandate: Mandate): MandateStanding => startOf(mandate, 1);

/**
 * What is to be done about a mandate that is due: `charge` the try that it stands at, unless its period is over: the next has fallen
 * due, or was taken away. Of several that were missed only the newest is charged: a payer is not charged for a year at once.
 */
export const dueWork = (mandate: Mandate, standing: MandateStanding, now: Instant): 'charge' | Progress => {
  const { schedule } = mandate;
  const { period, attempt } = standing;
  if (!isWithin(mandate, period)) return { standing: { ...standing, state: 'ended' }, ends: [] };
  let newest = period;
  while (isWithin(mandate, newest + 1) && dueOf(schedule, newest + 1) <= now) newest += 1;
  if (newest === period)
    return dueOf(schedule, period) <= now ? 'charge' : { standing: startOf(mandate, period), ends: [] };
  const ends = Array.from({ length: newest - period }, (_, index): PeriodEnd => {
    const outcome = index === 0 && attempt > 1 ? 'given_up' : 'missed';
    return { period: period + index, outcome };
  });
  return { standing: startOf(mandate, newest), ends };
};

/**
 * Whether a card may be charged again after it was declined so. What an issuer will never approve must not be tried again: networks
 * fine for it.
 */
const verdicts: Readonly<Record<Reason, 'again' | 'never'>> = {
  unknown_order: 'never',
  duplicate_reference: 'again',
  invalid_token: 'never',
  card_expired: 'never',
  brand_not_accepted: 'never',
  no_route: 'again',
  unknown_terminal: 'again',
  duplicate_trace: 'again',
  batch_closed: 'again',
  unknown_original: 'never',
  invalid_state: 'again',
  wrong_amount: 'never',
  exceeds_authorized: 'again',
  exceeds_captured: 'again',
  limit_exceeded: 'again',
  in_progress: 'again',
  code_expired: 'again',
  resend_too_soon: 'again',
  resend_limit: 'again',
  declined: 'again',
  insufficient_funds: 'again',
  expired_card: 'never',
  invalid_code: 'again',
  blocked_card: 'never',
  unknown_card: 'never',
  no_phone: 'again',
  wrong_codes: 'again',
  authentication_failed: 'again',
  processing_error: 'again',
  timed_out: 'again',
  host_error: 'again',
  unreachable: 'again',
  cancelled: 'again',
  expired: 'again',
  withdrawn: 'again',
  busy: 'again',
};

/** What a try came to. `open`: not known yet, or it could not even be begun just now. */
export type TryEnd =
  | { readonly kind: 'approved' }
  | { readonly kind: 'open' }
  | { readonly kind: 'declined'; readonly reason: Reason };

/** How a mandate goes on after a try of the period that it stands at. */
export const afterTry = (mandate: Mandate, standing: MandateStanding, end: TryEnd, now: Instant): Progress => {
  const { schedule } = mandate;
  const { period, attempt } = standing;
  if (end.kind === 'open') {
    return { standing: { ...standing, dueAt: now + lookAgainMs }, ends: [] };
  }
  const over = (outcome: PeriodOutcome): Progress => ({
    standing: startOf(mandate, period + 1),
    ends: [{ period, outcome }],
  });
  if (end.kind === 'approved') return over('charged');
  if (verdicts[end.reason] === 'never') {
    const stopped = { ...standing, state: 'stopped', reason: end.reason } as const;
    return { standing: stopped, ends: [{ period, outcome: 'given_up' }] };
  }
  const pauseMs = retryPausesMs[attempt - 1];
  const dueAt = now + (pauseMs ?? 0);
  // The next period's charge takes the place of what is left of this one's tries.
  if (pauseMs === undefined || (isWithin(mandate, period + 1) && dueOf(schedule, period + 1) <= dueAt)) {
    return over('given_up');
  }
  return { standing: { ...standing, attempt: attempt + 1, dueAt }, ends: [] };
};

/** How a mandate stands after its end was changed, or its amount: from the period on that has not fallen due. */
export const amended = (mandate: Mandate, standing: MandateStanding): MandateStanding =>
  isWithin(mandate, standing.period) ? standing : { ...standing, state: 'ended' };
