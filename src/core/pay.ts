import type { Decision } from './change.ts';
import type { Again, Cancel, Resend, Resume, Submit, Withdraw } from './commands.ts';
import { Draft } from './draft.ts';
import { expiryOf } from './due.ts';
import { abandonChallenge, closeCode, endUnpaid, runOut } from './ends.ts';
import type { Attempt, Instant, OtpStanding, QrStanding, View } from './model.ts';
import { otpEndOf, resendRefusal, texted } from './otp.ts';
import type { Reason } from './reasons.ts';
import { isOperationFinal } from './states.ts';

const refused = (reason: Reason): Decision => ({ kind: 'refused', refusal: { reason } });

const isOver = (view: View, now: Instant): boolean => {
  const expiresAt = expiryOf(view);
  return expiresAt !== null && now >= expiresAt;
};

/** The code that the payer is asked for, if that is what the payment waits for. */
const otpOf = (view: View): (Attempt & { readonly challenge: OtpStanding }) | undefined => {
  const attempt = view.attempts.findLast((a) => a.operation === 1);
  if (attempt?.state !== 'challenged' || attempt.challenge?.kind !== 'otp') return undefined;
  return attempt as Attempt & { readonly challenge: OtpStanding };
};

const codeOf = (view: View): QrStanding | undefined => {
  const attempt = view.attempts.findLast((a) => a.operation === 1);
  return attempt?.state === 'challenged' && attempt.challenge?.kind === 'qr' ? attempt.challenge : undefined;
};

/**
 * A card goes to the acquirer, or the order for a wallet's code whose first one did not leave. A card that comes while a code
 * is awaited takes the place of the first. Refusals: `invalid_state` when the payment takes no card (any more), `in_progress` while another may be moving money, `expired`
 * when the time is over, whether or not the timer has noticed. One card more than the checkout allows ends the payment.
 */
export const submit = (view: View, command: Submit, now: Instant): Decision => {
  const { checkout, attempts } = view;
  const { state } = view.operations[0]!;
  if (!checkout || isOperationFinal(state)) return refused('invalid_state');
  const wants = checkout.debit ?? (checkout.wallet === null ? 'card' : 'wallet');
  const brings = command.bankAccount?.scheme ?? (command.card ? 'card' : 'wallet');
  if (brings !== wants) return refused('invalid_state');
  if (state !== 'waiting' && !otpOf(view)) return refused('in_progress');
  if (now >= checkout.expiresAt) return refused('expired');
  const draft = new Draft(command, now, view);
  draft.claims.push(...(command.claims ?? []));
  const sentCount = attempts.filter((a) => a.operation === 1 && a.state !== 'not_sent').length;
  if (checkout.submitCountMax !== null && sentCount >= checkout.submitCountMax) {
    endUnpaid(draft, 'limit_exceeded', 'payer');
    return draft.decision();
  }
  abandonChallenge(draft);
  draft.move({ state: 'acting' });
  // What stores its card keeps the name that the card will have; elsewhere the token tells which card pays, or that it may be kept.
  const { cardToken } = checkout.keepsCard && !checkout.asksToKeep ? view.operations[0]! : command;
  draft.moveOperation(1, { state: 'acting', cardToken });
  draft.depart(draft.send(1, command.way, { ...command, wallet: checkout.wallet }), 'perform');
  draft.note('submitted', 'payer', 1);
  return draft.decision();
};

/**
 * A payer is back from a challenge. A second return finds it settled. Refusals: `code_expired` for a code that is too
 * old, `expired` when the time for anything else is over.
 */
export const resume = (view: View, command: Resume, now: Instant): Decision => {
  const attempt = view.attempts.find((a) => a.sentReference === command.sentReference);
  if (attempt?.state !== 'challenged' || attempt.challenge?.kind === 'qr') return { kind: 'settled' };
  if (isOver(view, now)) return refused(attempt.challenge?.kind === 'otp' ? 'code_expired' : 'expired');
  const draft = new Draft(command, now, view);
  // The challenge stays on record: an acquirer that repeats it is not heard again.
  draft.moveAttempt(attempt, { state: 'sending', sentAt: now, inquiries: 0, notFound: 0, dueAt: command.dueAt });
  draft.moveOperation(attempt.operation, { state: 'acting' });
  draft.depart(attempt, 'resume');
  draft.note('resumed', 'payer', attempt.operation);
  return draft.decision();
};

/**
 * A payer wants another text. Refusals: `invalid_state` where no code is awaited, `expired` when the checkout is over,
 * `resend_limit`, `resend_too_soon`.
 */
export const resend = (view: View, command: Resend, now: Instant): Decision => {
  const attempt = otpOf(view);
  if (!attempt || !view.checkout) return refused('invalid_state');
  if (now >= view.checkout.expiresAt) return refused('expired');
  const refusal = resendRefusal(attempt.challenge, now);
  if (refusal) return { kind: 'refused', refusal };
  const draft = new Draft(command, now, view);
  const challenge = texted(attempt.challenge, now);
  draft.moveAttempt(attempt, { challenge });
  draft.schedule('expire', otpEndOf(challenge));
  draft.depart(attempt, 'resend');
  draft.note('text_again', 'payer', 1);
  return draft.decision();
};

/** A payer wants to use another card than the one whose code is awaited. Refusal: `invalid_state` where none is. */
export const again = (view: View, command: Again, now: Instant): Decision => {
  if (!otpOf(view)) return refused('invalid_state');
  const draft = new Draft(command, now, view);
  runOut(draft, 'payer');
  return draft.decision();
};

/**
 * A merchant takes its offer back; it is settled already where nobody can pay any more. Refusals: `in_progress` once a
 * card was submitted, `invalid_state` when it was paid or refused.
 */
export const withdraw = (view: View, command: Withdraw, now: Instant): Decision => {
  const { state } = view.operations[0]!;
  if (state === 'cancelled' || state === 'expired') return { kind: 'settled' };
  if (isOperationFinal(state)) return refused('invalid_state');
  if (state !== 'waiting') return refused('in_progress');
  const draft = new Draft(command, now, view);
  if (isOver(view, now)) endUnpaid(draft, 'expired', 'timer');
  else endUnpaid(draft, command.reason ?? 'withdrawn', 'merchant');
  return draft.decision();
};

/**
 * A payer gives up. Only what waits for the payer can be given up: what is with the acquirer goes on, and what is over
 * has expired, even if the timer has not noticed.
 */
export const cancel = (view: View, command: Cancel, now: Instant): Decision => {
  const { state } = view.operations[0]!;
  if (state !== 'waiting' && state !== 'challenged') return { kind: 'settled' };
  const code = codeOf(view);
  if (code?.closing) return { kind: 'settled' };
  const draft = new Draft(command, now, view);
  const expired = isOver(view, now) && now >= view.checkout!.expiresAt;
  if (code) closeCode(draft, expired ? 'expired' : 'cancelled', 'payer');
  else if (expired) endUnpaid(draft, 'expired', 'timer');
  else endUnpaid(draft, 'cancelled', 'payer');
  return draft.decision();
};
