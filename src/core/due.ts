import type { Instant, View } from './model.ts';

const minuteMs = 60_000;

/** An open 3-D Secure form stays good this long after the checkout's end: money may be about to move. */
export const challengeGraceMs = 10 * minuteMs;

/** How long an authorization is good before it lapses at the issuer. */
export const authorizationMs = 7 * 24 * 60 * minuteMs;

/** When the checkout ends for a payer who is where this one is; null when no timer may end it. */
export const expiryOf = (view: View): Instant | null => {
  const state = view.operations[0]?.state;
  if (!view.checkout) return null;
  if (state === 'waiting') return view.checkout.expiresAt;
  return state === 'challenged' ? view.checkout.expiresAt + challengeGraceMs : null;
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
