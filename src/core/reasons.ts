import type { RuleName } from './limits.ts';

/**
 * Why something was not done, in order of precedence: when several apply, the first is told.
 * `final` says whether asking again unchanged can ever succeed.
 */
export const reasons = {
  // What our own rules refuse.
  unknown_order: { final: true },
  duplicate_reference: { final: true },
  invalid_token: { final: true },
  card_expired: { final: true },
  brand_not_accepted: { final: true },
  no_route: { final: false },
  unknown_terminal: { final: true },
  duplicate_trace: { final: true },
  batch_closed: { final: true },
  unknown_original: { final: true },
  invalid_state: { final: true },
  wrong_amount: { final: true },
  exceeds_authorized: { final: true },
  exceeds_captured: { final: true },
  limit_exceeded: { final: true },
  // What a payer may put right, in a moment or with another text; nothing was written.
  in_progress: { final: false },
  code_expired: { final: true },
  resend_too_soon: { final: false },
  resend_limit: { final: true },
  // What an acquirer or issuer refuses.
  declined: { final: true },
  insufficient_funds: { final: true },
  expired_card: { final: true },
  invalid_code: { final: true },
  blocked_card: { final: true },
  unknown_card: { final: true },
  no_phone: { final: true },
  wrong_codes: { final: true },
  authentication_failed: { final: true },
  processing_error: { final: false },
  // What ended without a word from the acquirer.
  timed_out: { final: false },
  host_error: { final: false },
  unreachable: { final: false },
  cancelled: { final: true },
  expired: { final: true },
  withdrawn: { final: true },
  // What this installation cannot do just now; nothing was written.
  busy: { final: false },
} as const satisfies Record<string, { final: boolean }>;

export type Reason = keyof typeof reasons;

/** Why something ended that was never known to have happened: nobody answered, or the host answered with an error. */
export const reasonOfDoubt = (doubt: 'silence' | 'host_error' | null): Reason =>
  doubt === 'host_error' ? 'host_error' : 'timed_out';

/** A refusal as a value. `freeable`: an operation under way may yet make room for it. */
export interface Refusal {
  readonly reason: Reason;
  readonly freeable?: boolean;
  /** Of a `limit_exceeded`: which rule of the shop it was. */
  readonly rule?: RuleName;
}
