import type { Attempt, Checkout, Instant, View } from './model.ts';
import { otpEndOf } from './otp.ts';

const minuteMs = 60_000;

/** An open 3-D Secure form stays good this long after the checkout's end: money may be about to move. */
export const challengeGraceMs = 10 * minuteMs;

/** How long an authorization is good before it lapses at the issuer. */
export const authorizationMs = 7 * 24 * 60 * minuteMs;

/** Until when a payer may answer a challenge. */
export const challengeEndOf = ({ challenge, sentAt }: Attempt, checkout: Checkout): Instant => {
  if (challenge?.kind === 'otp') return otpEndOf(challenge);
  if (challenge?.kind === 'qr') return checkout.expiresAt;
  const { redirectMs, expiresAt } = checkout;
  return redirectMs === null ? expiresAt + challengeGraceMs : sentAt + redirectMs;
};

/**
 * When a timer takes the turn from a payer who is where this one is: at the end of the checkout, or of the challenge
 * that is open. Null when no timer may: a code of a wallet that is being closed ends by the acquirer's word.
 */
export const expiryOf = (view: View): Instant | null => {
  const state = view.operations[0]?.state;
  if (!view.checkout) return null;
  if (state === 'waiting') return view.checkout.expiresAt;
  if (state !== 'challenged') return null;
  const attempt = view.attempts.findLast((a) => a.operation === 1)!;
  if (attempt.challenge?.kind === 'qr' && attempt.challenge.closing) return null;
  return challengeEndOf(attempt, view.checkout);
};

/** When what is left of an authorization can no longer be captured; null where nothing is authorized. */
export const lapseOf = (view: View): Instant | null => {
  const [first] = view.operations;
  return first?.kind === 'authorize' && first.state === 'approved' ? first.finishedAt! + authorizationMs : null;
};

/** Whether what is left of an authorization can no longer be captured. */
export const isLapsed = (view: View, now: Instant): boolean => {
  const lapsesAt = lapseOf(view);
  return lapsesAt !== null && now >= lapsesAt;
};
