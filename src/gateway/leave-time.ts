import type { Attempt, Instant, Operation, View } from '../core/model.ts';
import type { GatewayParts } from './parts.ts';

/** How long after an acquirer's deadline a worker looks after an attempt that its sender has not concluded. */
export const marginMs = 5_000;

/**
 * Whether what a reversal takes back may still be with its sender: nobody has told what became of it, and its sender's clock may
 * have been so far behind that its time seemed over from the start. The time counts from when those who ask first saw it; their own
 * clocks are `marginMs` off at most.
 */
export const mayOvertake = ({ attempts }: View, { target }: Operation, attempt: Attempt, now: Instant): boolean =>
  attempts.findLast(({ operation }) => operation === target)?.state === 'sending' &&
  (attempt.state === 'sending' || now < attempt.sentAt + 2 * marginMs);

/**
 * How long a message may still leave and be waited for, ms. What may move money has had its time since the decision: a
 * process that stood still meanwhile must not send what others have asked about and may have found never sent. By the clock
 * and by elapsed time, whichever is over first: a clock can be set back, and elapsed time may not count a machine's sleep.
 */
export const timeLeft = (
  { surroundings, acquirerTimeoutMs }: GatewayParts,
  { dueAt }: Attempt,
  leavesBy: number | null,
) =>
  leavesBy === null
    ? acquirerTimeoutMs
    : Math.min(dueAt! - marginMs - surroundings.clock.now(), leavesBy - surroundings.elapsed());
