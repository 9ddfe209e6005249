import type { Decision } from './change.ts';
import type { Cancel, Resume, Submit } from './commands.ts';
import { Draft } from './draft.ts';
import { expiryOf } from './due.ts';
import { endUnpaid } from './ends.ts';
import type { Instant, View } from './model.ts';

const isOver = (view: View, now: Instant): boolean => {
  const expiresAt = expiryOf(view);
  return expiresAt !== null && now >= expiresAt;
};

/**
 * A payer's card goes to the acquirer. Refusals: `invalid_state` when the page does not wait for a card (any more),
 * `expired` when its time is over, whether or not the timer has noticed.
 */
export const submit = (view: View, command: Submit, now: Instant): Decision => {
  if (!view.checkout || view.operations[0]?.state !== 'waiting') {
    return { kind: 'refused', refusal: { reason: 'invalid_state' } };
  }
  if (isOver(view, now)) return { kind: 'refused', refusal: { reason: 'expired' } };
  const draft = new Draft(command, now, view);
  draft.move({ state: 'acting' });
  draft.moveOperation(1, { state: 'acting' });
  draft.depart(draft.send(1, command.way, command), 'perform');
  draft.note('submitted', 'payer', 1);
  return draft.decision();
};

/**
 * A payer is back from a challenge. A second return finds it settled. Refusal: `expired` when the grace after the
 * checkout's end is over.
 */
export const resume = (view: View, command: Resume, now: Instant): Decision => {
  const attempt = view.attempts.find((a) => a.sentReference === command.sentReference);
  if (attempt?.state !== 'challenged') return { kind: 'settled' };
  if (isOver(view, now)) return { kind: 'refused', refusal: { reason: 'expired' } };
  const draft = new Draft(command, now, view);
  // The challenge stays on record: an acquirer that repeats it is not heard again.
  draft.moveAttempt(attempt, { state: 'sending', sentAt: now, inquiries: 0, notFound: 0, dueAt: command.dueAt });
  draft.moveOperation(attempt.operation, { state: 'acting' });
  draft.depart(attempt, 'resume');
  draft.note('resumed', 'payer', attempt.operation);
  return draft.decision();
};

/**
 * A payer gives up. Only what waits for the payer can be given up: what is with the acquirer goes on, and what is over
 * has expired, even if the timer has not noticed.
 */
export const cancel = (view: View, command: Cancel, now: Instant): Decision => {
  const { state } = view.operations[0]!;
  if (state !== 'waiting' && state !== 'challenged') return { kind: 'settled' };
  const draft = new Draft(command, now, view);
  if (isOver(view, now)) endUnpaid(draft, 'expired', 'timer');
  else endUnpaid(draft, 'cancelled', 'payer');
  return draft.decision();
};
