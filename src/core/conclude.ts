import type { Decision } from './change.ts';
import type { Conclude, Evidence } from './commands.ts';
import { Draft } from './draft.ts';
import { afterLongSilence, approve, decline, reversalUnderWay, stray } from './ends.ts';
import { inquiriesMax, nextInquiryAt } from './inquiries.ts';
import type { Attempt, Instant, Operation, View } from './model.ts';
import { isAttemptFinal, isOperationFinal } from './states.ts';

/** What the acquirer said, as the attempt keeps it: later words fill gaps, they never erase. */
const words = (attempt: Attempt, evidence: Evidence): Partial<Attempt> => ({
  acquirerReference: evidence.acquirerReference ?? attempt.acquirerReference,
  acquirerTime: evidence.acquirerTime ?? attempt.acquirerTime,
  responseCode: evidence.responseCode ?? attempt.responseCode,
  responseText: evidence.responseText ?? attempt.responseText,
  approvalCode: evidence.approvalCode ?? attempt.approvalCode,
  networkReference: evidence.networkReference ?? attempt.networkReference,
});

/** Evidence about something that has ended: it changes nothing, or it is a contradiction that a person must see. */
const afterTheEnd = (view: View, command: Conclude, now: Instant, operation: Operation, attempt: Attempt): Decision => {
  const { kind } = command.evidence;
  if (kind === 'approved' && operation.state !== 'approved' && operation.state !== 'reversed') {
    return stray(view, command, now, operation, attempt);
  }
  if (kind === 'declined' && attempt.state === 'approved') {
    const draft = new Draft(command.id, now, view);
    draft.raise('mismatch', operation.ordinal, 'declined after it had been approved');
    draft.note('contradiction', 'acquirer', operation.ordinal);
    return draft.decision();
  }
  return { kind: 'settled' };
};

/** Nothing certain yet: look again later, and after long silence take a charge back rather than leave it hanging. */
const stillOpen = (draft: Draft, command: Conclude, operation: Operation, attempt: Attempt): Decision => {
  const { evidence } = command;
  const asked = attempt.state === 'sending' && evidence.kind === 'unknown' ? 0 : attempt.inquiries + 1;
  const notFound = attempt.notFound + (evidence.kind === 'not_found' ? 1 : 0);
  const doubt = attempt.doubt ?? evidence.doubt ?? 'silence';
  const state = evidence.kind === 'accepted' ? 'accepted' : 'unknown';
  if (notFound >= 2 && draft.now >= attempt.sentAt + command.lagMs && operation.kind !== 'reversal') {
    draft.moveAttempt(attempt, { doubt, notFound, inquiries: asked });
    decline(draft, operation.ordinal, attempt.ordinal, doubt === 'silence' ? 'timed_out' : 'host_error', true);
    return draft.decision();
  }
  draft.moveAttempt(attempt, {
    ...words(attempt, evidence),
    state,
    doubt,
    notFound,
    inquiries: asked,
    dueAt: nextInquiryAt(attempt.sentAt, asked, draft.now),
  });
  draft.moveOperation(operation.ordinal, { state });
  if (operation.state !== state) draft.note(state, 'acquirer', operation.ordinal, evidence.doubt ?? null);
  if (asked === inquiriesMax) afterLongSilence(draft, command, operation.ordinal);
  return draft.decision();
};

/** Proven that nothing left: the payer may try again; a merchant's call ends. */
const notSent = (draft: Draft, command: Conclude, operation: Operation, attempt: Attempt, view: View): Decision => {
  if (!view.checkout || operation.ordinal !== 1) {
    decline(draft, operation.ordinal, attempt.ordinal, 'unreachable', command.late, 'not_sent');
    return draft.decision();
  }
  draft.moveAttempt(attempt, { state: 'not_sent', dueAt: null });
  draft.moveOperation(1, { state: 'waiting' });
  draft.move({ state: 'open' });
  // The timer may have passed while the attempt was under way, so it is set again.
  draft.schedule({ kind: 'expire', dueAt: view.checkout.expiresAt });
  draft.note('not_sent', 'acquirer', 1);
  return draft.decision();
};

/**
 * Evidence is never refused, whoever brings it and however late. What the state cannot take any more becomes a stray
 * operation in suspense, a case, and where possible an order to give the money back.
 */
export const conclude = (view: View, command: Conclude, now: Instant): Decision => {
  const operation = view.operations[command.operation - 1]!;
  const draft = new Draft(command.id, now, view);
  const attempt = draft.attempt(command.operation, command.attempt);
  const { evidence } = command;
  if (isAttemptFinal(attempt.state) || isOperationFinal(operation.state)) {
    return afterTheEnd(view, command, now, operation, attempt);
  }
  // While it is being taken back, only the end of that reversal counts: approved and reversed is reversed.
  if (operation.kind !== 'reversal' && reversalUnderWay(view, operation.ordinal)) return { kind: 'settled' };
  switch (evidence.kind) {
    case 'approved':
      draft.moveAttempt(attempt, words(attempt, evidence));
      approve(draft, command);
      return draft.decision();
    case 'declined':
      draft.moveAttempt(attempt, words(attempt, evidence));
      decline(draft, operation.ordinal, attempt.ordinal, evidence.reason ?? 'declined', command.late);
      return draft.decision();
    case 'challenge':
      // Nobody is there to answer it, and no money moves without an answer.
      if (!view.checkout) decline(draft, operation.ordinal, attempt.ordinal, 'authentication_failed', command.late);
      else {
        const challenge = evidence.challenge ?? null;
        const vaultRef = evidence.vaultRef ?? attempt.vaultRef;
        draft.moveAttempt(attempt, {
          ...words(attempt, evidence),
          state: 'challenged',
          challenge,
          vaultRef,
          dueAt: null,
        });
        draft.moveOperation(operation.ordinal, { state: 'challenged' });
        draft.note('challenged', 'acquirer', operation.ordinal);
      }
      return draft.decision();
    case 'not_sent':
      // A reversal is due until it is acknowledged; that it could not leave just now is no end.
      if (operation.kind !== 'reversal') return notSent(draft, command, operation, attempt, view);
      return stillOpen(draft, command, operation, attempt);
    case 'accepted':
    case 'unknown':
    case 'not_found':
      return stillOpen(draft, command, operation, attempt);
  }
};
