import type { Attempt, Operation, View } from './model.ts';
import { isRest } from './rest.ts';

/**
 * The attempt that a capture, refund, release or reversal is about: what the acquirer knows the money by. Undefined for
 * an operation that is about no other.
 */
export const originalOf = (view: View, operation: Operation): Attempt | undefined => {
  // What a capture leaves is released of the authorization.
  const target = isRest(operation) ? 1 : operation.target;
  return target === null ? undefined : view.attempts.findLast((attempt) => attempt.operation === target);
};
