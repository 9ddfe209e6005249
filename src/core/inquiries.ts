import type { Instant } from './model.ts';

/** How long after the doubt began each inquiry is made, if workers are in time; then every hour. */
const offsetsMs = [2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600].map((seconds) => seconds * 1_000);

const hourMs = 3_600_000;

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
