import type { Instant } from './model.ts';

/** How long after the doubt began each inquiry is made, if workers are in time; then every hour. */
const offsetsMs = [2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600].map((seconds) => seconds * 1_000);

const hourMs = 3_600_000;

/** Looks at an open code of a wallet: how many come so far apart. Acquirers tell of payments; asking is for what they forget. */
const looks = [
  { count: 1, pauseMs: 10_000 },
  { count: 1, pauseMs: 20_000 },
  { count: 1, pauseMs: 40_000 },
  { count: 30, pauseMs: 60_000 },
  { count: 30, pauseMs: 600_000 },
] as const;

/** When to ask next whether a code was paid, after `made` looks in which nothing had come. A bill may stand open for a year. */
export const nextLookAt = (made: number, now: Instant): Instant => {
  let left = made;
  for (const { count, pauseMs } of looks) {
    if (left < count) return now + pauseMs;
    left -= count;
  }
  return now + hourMs;
};

/** After so many inquiries without a usable answer a sale or authorization is taken back. */
export const inquiriesMax = offsetsMs.length;

/**
 * When to ask the acquirer next, after `inquiries` of them. Counted from the last one: after an outage of our own the
 * missed ones are not made up in a burst, which would take a charge back after seconds of asking.
 */
export const nextInquiryAt = (inquiries: number, now: Instant): Instant => {
  const offsetMs = offsetsMs[inquiries];
  return now + (offsetMs === undefined ? hourMs : offsetMs - (offsetsMs[inquiries - 1] ?? 0));
};
