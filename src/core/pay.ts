import { sending } from './begin.ts';
import type { Decision } from './change.ts';
import type { Cancel, Resume, Submit } from './commands.ts';
import { Draft } from './draft.ts';
import type { Instant, View } from './model.ts';

/** A payer's card goes to the acquirer. Refused unless the page still waits for one: `invalid_state`, `expired`. */
export const submit = (view: View, command: Submit, now: Instant): Decision => {
  const [operation] = view.operations;
  if (!view.checkout || operation?.state !== 'waiting')
    return { kind: 'refused', refusal: { reason: 'invalid_state' } };
  if (now >= view.checkout.expiresAt) return { kind: 'refused', refusal: { reason: 'expired' } };
  const draft = new Draft(command.id, now, view);
  draft.move({ state: 'acting' });
  draft.moveOperation(1, { state: 'acting' });
  const attempt = draft.addAttempt(sending(1, command.way, { ...command, now }));
  draft.depart(attempt, 'perform');
  draft.note('submitted', 'payer', 1);
  return draft.decision();
};

/** A payer is back from a challenge. A second return, or one that comes too late, finds it settled. */
export const resume = (view: View, command: Resume, now: Instant): Decision => {
  const attempt = view.attempts.find((a) => a.sentReference === command.sentReference);
  if (attempt?.state !== 'challenged') return { kind: 'settled' };
  const draft = new Draft(command.id, now, view);
  draft.moveAttempt(attempt, { state: 'sending', sentAt: now, inquiries: 0, notFound: 0, dueAt: command.dueAt });
  draft.moveOperation(attempt.operation, { state: 'acting' });
  draft.depart(draft.attempt(attempt.operation, attempt.ordinal), 'resume');
  draft.note('resumed', 'payer', attempt.operation);
  return draft.decision();
};

/** A payer gives up. Only what waits for the payer can be given up; what is with the acquirer goes on. */
export const cancel = (view: View, command: Cancel, now: Instant): Decision => {
  const state = view.operations[0]!.state;
  if (state !== 'waiting' && state !== 'challenged') return { kind: 'settled' };
  const draft = new Draft(command.id, now, view);
  endUnpaid(draft, 'cancelled', 'payer');
  return draft.decision();
};

/** Ends a payment that still waits for its payer. */
export const endUnpaid = (draft: Draft, state: 'cancelled' | 'expired', actor: 'payer' | 'timer'): void => {
  const attempt = draft.lastAttempt(1);
  if (attempt?.state === 'challenged') draft.moveAttempt(attempt, { state: 'abandoned', challenge: null });
  draft.moveOperation(1, { state, reason: state }, { late: true });
  draft.move({ state });
  draft.unschedule('expire');
  draft.note(state, actor, 1);
};
