import type { Attempt, Challenge, View } from '../core/model.ts';

export type Outcome = 'approved' | 'declined' | 'cancelled' | 'expired';

/** What the page has to show. */
export type Scene =
  /** The card form. `notSent`: an earlier card did not reach the acquirer, and nothing was charged. */
  | { readonly kind: 'form'; readonly notSent: boolean }
  | { readonly kind: 'challenge'; readonly attempt: Attempt; readonly challenge: Challenge }
  /** It is with the acquirer, and the payer can only wait. */
  | { readonly kind: 'checking' }
  | { readonly kind: 'ended'; readonly outcome: Outcome };

/** The scene that the state of the payment's first operation calls for. */
export const sceneOf = (view: View): Scene => {
  const attempt = view.attempts.findLast((a) => a.operation === 1);
  const { state } = view.operations[0]!;
  switch (state) {
    case 'waiting':
      return { kind: 'form', notSent: attempt?.state === 'not_sent' };
    case 'challenged':
      if (!attempt?.challenge) throw new Error('a challenged operation has a challenge');
      return { kind: 'challenge', attempt, challenge: attempt.challenge };
    case 'acting':
    case 'accepted':
    case 'unknown':
      return { kind: 'checking' };
    case 'approved':
    case 'cancelled':
    case 'expired':
      return { kind: 'ended', outcome: state };
    case 'declined':
    case 'refused':
    case 'reversed':
      return { kind: 'ended', outcome: 'declined' };
  }
};
