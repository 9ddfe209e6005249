import type { Instant } from './model.ts';

const secondMs = 1_000;

/** How long after the order left each inquiry is made; then every hour. */
const scheduleMs = [2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600].map((seconds) => seconds * secondMs);

/** After so many inquiries without a usable answer a sale or authorization is taken back. */
export const inquiriesMax = scheduleMs.length;

/** When to ask the acquirer next. An order has been asked about `inquiries` times since it left at `sentAt`. */
export const nextInquiryAt = (sentAt: Instant, inquiries: number, now: Instant): Instant => {
  const offsetMs = scheduleMs[inquiries];
  return offsetMs === undefined ? now + 3_600 * secondMs : Math.max(sentAt + offsetMs, now);
};
