import type { Attempt, OtpStanding, Redirect, View } from '../core/model.ts';

export type Outcome = 'approved' | 'declined' | 'cancelled' | 'expired';

/** The field for the code that was texted. */
export interface OtpScene {
  readonly kind: 'otp';
  readonly attempt: Attempt;
  readonly otp: OtpStanding;
}

/** What the page has to show. */
export type Scene =
  /**
   * The card form. `earlier`: what became of the card before, for which nothing was charged: it did not reach the
   * acquirer, or the payer never confirmed it.
   */
  | { readonly kind: 'form'; readonly earlier: 'not_sent' | 'abandoned' | null }
  | { readonly kind: 'challenge'; readonly attempt: Attempt; readonly challenge: Redirect }
  | OtpScene
  /** It is with the acquirer, and the payer can only wait. */
  | { readonly kind: 'checking' }
  | { readonly kind: 'ended'; readonly outcome: Outcome };

/** The scene that the state of the payment's first operation calls for. */
export const sceneOf = (view: View): Scene => {
  const attempt = view.attempts.findLast((a) => a.operation === 1);
  const { state } = view.operations[0]!;
  switch (state) {
    case 'waiting': {
      const before = attempt?.state;
      return { kind: 'form', earlier: before === 'not_sent' || before === 'abandoned' ? before : null };
    }
    case 'challenged':
      if (!attempt?.challenge) throw new Error('a challenged operation has a challenge');
      if (attempt.challenge.kind === 'otp') return { kind: 'otp', attempt, otp: attempt.challenge };
      return { kind: 'challenge', attempt, challenge: attempt.challenge };
    case 'acting':
    case 'accepted':
    case 'unknown':
      return { kind: 'checking' };
    case 'approved':
      // The tax office is asked before the payer is told.
      if (view.receipts.some((receipt) => receipt.operation === 1 && receipt.state === 'pending')) {
        return { kind: 'checking' };
      }
      return { kind: 'ended', outcome: state };
    case 'cancelled':
    case 'expired':
      return { kind: 'ended', outcome: state };
    case 'declined':
    case 'refused':
    case 'reversed':
      return { kind: 'ended', outcome: 'declined' };
  }
};
