import type { Scheme } from '../core/bank-accounts.ts';
import type { Attempt, OtpStanding, QrStanding, Redirect, View } from '../core/model.ts';
import { type App, isSite, type Site } from '../core/wallets.ts';

/** `part_paid`: it is over, and less had come than was asked for. */
export type Outcome = 'approved' | 'declined' | 'cancelled' | 'expired' | 'part_paid';

/** The field for the code that was texted. */
export interface OtpScene {
  readonly kind: 'otp';
  readonly attempt: Attempt;
  readonly otp: OtpStanding;
}

/** The code that the payer scans in an app. */
export interface QrScene {
  readonly kind: 'qr';
  readonly attempt: Attempt;
  readonly qr: QrStanding;
  readonly wallet: App;
}

/** The form for a bank account. `earlier`: what became of one before. */
export interface AccountScene {
  readonly kind: 'account';
  readonly scheme: Scheme;
  readonly earlier: 'not_sent' | 'declined' | null;
}

/** The page of somebody else on which the payer pays. */
export interface SiteScene {
  readonly kind: 'site';
  readonly attempt: Attempt;
  readonly qr: QrStanding;
  readonly wallet: Site;
}

/** What the page has to show. */
export type Scene =
  /**
   * The card form. `earlier`: what became of the card before, for which nothing was charged: it did not reach the
   * acquirer, the payer never confirmed it, or it was declined.
   */
  | { readonly kind: 'form'; readonly earlier: 'not_sent' | 'abandoned' | 'declined' | null }
  | AccountScene
  | { readonly kind: 'challenge'; readonly attempt: Attempt; readonly challenge: Redirect }
  | OtpScene
  | QrScene
  | SiteScene
  /** The order for a wallet's code did not leave: the payer may have it sent once more. */
  | { readonly kind: 'offer' }
  /** It is with the acquirer, and the payer can only wait. */
  | { readonly kind: 'checking' }
  | { readonly kind: 'ended'; readonly outcome: Outcome };

/** What payers have pushed so far, in minor units as text; null where they push nothing. It grows until it is all there. */
export const receivedSoFar = ({ payment }: View): string | null =>
  payment.takesMore ? String(payment.capturedMinor) : null;

const endedUnpaid = ({ payment }: View, outcome: Outcome): Scene => ({
  kind: 'ended',
  outcome: payment.capturedMinor > 0n ? 'part_paid' : outcome,
});

/** The scene that the state of the payment's first operation calls for. */
export const sceneOf = (view: View): Scene => {
  const attempt = view.attempts.findLast((a) => a.operation === 1);
  const { state } = view.operations[0]!;
  switch (state) {
    case 'waiting': {
      if (view.checkout?.wallet) return { kind: 'offer' };
      const before = attempt?.state;
      const scheme = view.checkout?.debit;
      if (scheme) {
        return { kind: 'account', scheme, earlier: before === 'not_sent' || before === 'declined' ? before : null };
      }
      const isTold = before === 'not_sent' || before === 'abandoned' || before === 'declined';
      return { kind: 'form', earlier: isTold ? before : null };
    }
    case 'challenged': {
      if (!attempt?.challenge) throw new Error('a challenged operation has a challenge');
      const { challenge, wallet } = attempt;
      if (challenge.kind === 'otp') return { kind: 'otp', attempt, otp: challenge };
      if (challenge.kind === 'redirect') return { kind: 'challenge', attempt, challenge };
      if (!wallet) throw new Error('a code to scan is that of a wallet');
      // Money may be on its way under a code that is being closed; the acquirer will tell.
      if (challenge.closing) return { kind: 'checking' };
      const waiting = { attempt, qr: challenge };
      return isSite(wallet) ? { kind: 'site', ...waiting, wallet } : { kind: 'qr', ...waiting, wallet };
    }
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
      return endedUnpaid(view, state);
    case 'declined':
    case 'refused':
    case 'reversed':
      return endedUnpaid(view, 'declined');
  }
};
