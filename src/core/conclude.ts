import type { Decision } from './change.ts';
import { codeIn, concludeCollect, declineCode, receivedLate, showCode, whileOpen } from './code.ts';
import type { Conclude } from './commands.ts';
import { stillOpen } from './doubt.ts';
import { Draft } from './draft.ts';
import { challengeEndOf } from './due.ts';
import { approve, decline, endUnpaid } from './ends.ts';
import type { Attempt, Instant, Operation, OtpStanding, View } from './model.ts';
import { begun, missed, otpEndOf } from './otp.ts';
import { acknowledge, giveUp, isBeingReversed } from './reversal.ts';
import { isAttemptFinal } from './states.ts';
import { stray } from './stray.ts';
import { wordsOf } from './words.ts';

const settled: Decision = { kind: 'settled' };

/**
 * Evidence about an attempt that has ended: it says the same again, or it is a contradiction. An approval of what was
 * reversed is none: approved and reversed is reversed.
 */
const afterTheEnd = (view: View, command: Conclude, now: Instant, operation: Operation, attempt: Attempt): Decision => {
  const { kind } = command.evidence;
  const { state } = attempt;
  const approvedLate = kind === 'approved' && state !== 'approved' && state !== 'reversed';
  const declinedLate = kind === 'declined' && state === 'approved';
  // A card that was proven too late has moved nothing.
  if (operation.kind === 'verify') return settled;
  if (operation.kind === 'collect') return receivedLate(view, command, now, attempt);
  if (approvedLate && operation.kind !== 'reversal') return stray(view, command, now, operation, attempt);
  if (!approvedLate && !declinedLate) return settled;
  const draft = new Draft(command, now, view);
  draft.cases.push({ kind: 'mismatch', operation: operation.ordinal, evidence: `${kind} after it had been ${state}` });
  draft.note('contradiction', 'acquirer', operation.ordinal, kind);
  return draft.decision();
};

/** While it is being taken back only the end of that counts; what is said meanwhile is kept for those who look into it. */
const whileReversing = (view: View, command: Conclude, now: Instant, attempt: Attempt): Decision => {
  const heard = wordsOf(attempt, command.evidence);
  if (Object.entries(heard).every(([name, word]) => attempt[name as keyof typeof heard] === word)) return settled;
  const draft = new Draft(command, now, view);
  draft.moveAttempt(attempt, heard);
  draft.note('answered_while_reversing', 'acquirer', attempt.operation, command.evidence.kind);
  return draft.decision();
};

/** The payer must answer first. One challenge an attempt: one that is repeated, or makes no sense, tells nothing. */
const challenge = (draft: Draft, command: Conclude, operation: Operation, attempt: Attempt): Decision => {
  const { evidence, late } = command;
  const { checkout } = draft;
  if (operation.ordinal !== 1) return stillOpen(draft, command, operation, attempt);
  if (!checkout) {
    // Nobody is there to answer it, and no money moves without an answer.
    decline(draft, operation, 'authentication_failed', late);
    return draft.decision();
  }
  if (evidence.challenge?.kind === 'qr') {
    showCode(draft, attempt, evidence.challenge);
    return draft.decision();
  }
  if (!evidence.challenge || attempt.challenge) return stillOpen(draft, command, operation, attempt);
  const vaultRef = evidence.vaultRef ?? attempt.vaultRef;
  const asked = evidence.challenge.kind === 'otp' ? begun(evidence.challenge, draft.now) : evidence.challenge;
  draft.moveAttempt(attempt, { state: 'challenged', challenge: asked, vaultRef, dueAt: null });
  draft.moveOperation(1, { state: 'challenged' });
  // The timer may have passed while the attempt was under way.
  draft.schedule('expire', challengeEndOf(draft.lastAttempt(1)!, checkout));
  draft.note('challenged', 'acquirer', 1);
  return draft.decision();
};

/** The payer's turn begins anew, with the code as it stands. */
const codeAgain = (draft: Draft, attempt: Attempt, otp: OtpStanding): void => {
  draft.moveAttempt(attempt, { state: 'challenged', challenge: otp, dueAt: null });
  draft.moveOperation(1, { state: 'challenged' });
  draft.schedule('expire', otpEndOf(otp));
};

/** The code was not the one that was texted: the payer may try again, but not for ever. */
const wrongCode = (draft: Draft, command: Conclude, operation: Operation, attempt: Attempt): Decision => {
  const { challenge } = attempt;
  if (challenge?.kind !== 'otp' || !draft.checkout) return stillOpen(draft, command, operation, attempt);
  const next = missed(challenge);
  if (!next) {
    decline(draft, operation, 'wrong_codes', command.late);
    return draft.decision();
  }
  codeAgain(draft, attempt, next);
  draft.note('wrong_code', 'payer', 1);
  return draft.decision();
};

/**
 * The order did not leave: the payer may try again while there is time; a merchant's call ends. Believed of the sender
 * alone, and before anybody else may have asked: of an inquiry it says only that the question did not leave. A release is sent
 * again instead, by others who may have begun.
 */
const notSent = (draft: Draft, command: Conclude, operation: Operation, attempt: Attempt): Decision => {
  const { now, checkout } = draft;
  const isSenders = attempt.state === 'sending' && now < attempt.dueAt! && operation.kind !== 'release';
  if (!isSenders) return stillOpen(draft, command, operation, attempt);
  if (!checkout || operation.ordinal !== 1) {
    decline(draft, operation, 'unreachable', command.late, 'not_sent');
    return draft.decision();
  }
  draft.note('not_sent', 'acquirer', 1);
  if (attempt.challenge?.kind === 'otp') {
    // The acquirer has the order and waits for the code: it is typed once more, and this was no try.
    codeAgain(draft, attempt, attempt.challenge);
    return draft.decision();
  }
  draft.moveAttempt(attempt, { state: 'not_sent', challenge: null, dueAt: null });
  draft.moveOperation(1, { state: 'waiting' });
  draft.move({ state: 'open' });
  // The timer may have passed while the attempt was under way.
  if (now < checkout.expiresAt) draft.schedule('expire', checkout.expiresAt);
  else endUnpaid(draft, 'expired', 'timer');
  return draft.decision();
};

/** Only its acknowledgement or refusal ends a reversal: whatever else is said, it is sent again. */
const concludeReversal = (draft: Draft, command: Conclude, reversal: Operation, attempt: Attempt): Decision => {
  const { kind } = command.evidence;
  if (kind !== 'approved' && kind !== 'declined') return stillOpen(draft, command, reversal, attempt);
  if (kind === 'approved') acknowledge(draft, reversal);
  else giveUp(draft, reversal);
  return draft.decision();
};

/**
 * What becomes of evidence about an attempt. It is never refused, whoever brings it, however late and however often:
 * what the state cannot take any more becomes a stray operation in suspense, a case, and where possible an order to give
 * the money back. Throws only for an attempt that was never made.
 */
export const conclude = (view: View, command: Conclude, now: Instant): Decision => {
  const { evidence } = command;
  const operation = view.operations[command.operation - 1];
  const attempt = view.attempts.find((a) => a.operation === command.operation && a.ordinal === command.attempt);
  if (!operation || !attempt) throw new Error('evidence about an attempt that was never made');
  if (isAttemptFinal(attempt.state)) return afterTheEnd(view, command, now, operation, attempt);
  if (isBeingReversed(view, operation)) return whileReversing(view, command, now, attempt);
  if (operation.kind === 'collect' && evidence.kind !== 'not_sent') return concludeCollect(view, command, now, attempt);
  const decides = evidence.kind === 'approved' || evidence.kind === 'declined';
  if (attempt.state === 'challenged' && !decides) {
    return codeIn(attempt) ? whileOpen(view, command, now, attempt) : settled;
  }

  const draft = new Draft(command, now, view);
  draft.moveAttempt(attempt, wordsOf(attempt, evidence));
  if (operation.kind === 'reversal') return concludeReversal(draft, command, operation, attempt);
  switch (evidence.kind) {
    case 'approved':
      approve(draft, command, operation);
      return draft.decision();
    case 'declined':
      declineCode(draft, command, operation, attempt);
      return draft.decision();
    case 'challenge':
      return challenge(draft, command, operation, attempt);
    case 'wrong_code':
      return wrongCode(draft, command, operation, attempt);
    case 'not_sent':
      return notSent(draft, command, operation, attempt);
    case 'received':
    case 'accepted':
    case 'unknown':
    case 'not_found':
      return stillOpen(draft, command, operation, attempt);
  }
};
