import type { Attempt, Operation, View } from './model.ts';

/**
 * The attempt that a capture, refund, release or reversal is about: what the acquirer knows the money by. Undefined for
 * an operation that is about no other.
 */
export const originalOf = (view: View, { target }: Operation): Attempt | undefined =>
  target === null ? undefined : view.attempts.findLast((attempt) => attempt.operation === target);
