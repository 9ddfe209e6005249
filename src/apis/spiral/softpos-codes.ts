import type { Operation } from '../../core/model.ts';
import type { Reason } from '../../core/reasons.ts';
import { type Status, statusOf } from './codes.ts';

/** `resp` at a terminal (section 10): the two characters of ISO 8583. Null where there never is one. */
const responses: Readonly<Record<Reason, string | null>> = {
  unknown_order: '25',
  duplicate_reference: '94',
  invalid_token: '14',
  card_expired: '54',
  brand_not_accepted: '14',
  no_route: '58',
  unknown_terminal: '58',
  duplicate_trace: '94',
  batch_closed: '12',
  unknown_original: '25',
  invalid_state: '12',
  wrong_amount: '13',
  exceeds_authorized: '13',
  exceeds_captured: '13',
  limit_exceeded: '13',
  in_progress: '12',
  code_expired: '12',
  resend_too_soon: '12',
  resend_limit: '12',
  declined: '05',
  insufficient_funds: '51',
  expired_card: '54',
  invalid_code: '05',
  blocked_card: '05',
  unknown_card: '14',
  no_phone: '05',
  wrong_codes: '55',
  authentication_failed: '05',
  processing_error: '96',
  timed_out: '91',
  host_error: '96',
  unreachable: '91',
  cancelled: null,
  expired: null,
  withdrawn: null,
  busy: '96',
};

/** `resp` of what came to its end with a reason. */
export const terminalResponseOf = (reason: Reason): string | null => responses[reason];

/**
 * Status and `resp` of a terminal's record. A reversal that was taken on is approved from then on: it is sent until it is
 * acknowledged, and what the host thinks of it is for the operator (section 18.2).
 */
export const terminalResultOf = (operation: Operation): { readonly status: Status; readonly resp: string | null } => {
  const { kind, state, reason } = operation;
  if (state === 'approved' || (kind === 'reversal' && state !== 'refused')) return { status: 'Approved', resp: '00' };
  return { status: statusOf(undefined, operation), resp: reason && terminalResponseOf(reason) };
};
