import type { LeasedNotice, NoticeEnd } from '../gateway/ports.ts';

/**
 * What becomes of a notice whose try failed at `now` (business ms). The next try is due one pause after this one *was
 * due*, so that slow receivers and busy workers do not stretch the series; yet never sooner than half a pause from now,
 * so that after a long stop a merchant does not get the whole series at once. After the last pause it is abandoned.
 */
export const afterFailure = (
  { tries, dueAt }: Pick<LeasedNotice, 'tries' | 'dueAt'>,
  pausesMs: readonly number[],
  now: number,
): NoticeEnd => {
  const pauseMs = pausesMs[tries];
  if (pauseMs === undefined) return { state: 'abandoned' };
  return { state: 'due', dueAt: Math.max(dueAt + pauseMs, now + Math.ceil(pauseMs / 2)) };
};
