import type { Operation, Receipt, View } from '../../core/model.ts';
import type { Reason } from '../../core/reasons.ts';

/** States of a payment that this API has words for (sections 4.2, 14.4.6); typed clients throw at any other. */
export type Status = 'INIT' | 'VALIDATE' | 'APPROVED' | 'PARTIAL_REVERT' | 'REVERT' | 'FAILED';

/** Why a payment failed (section 10). */
export type PaymentError =
  | 'INSUFFICIENT_FUNDS'
  | 'PAYMENT_EXPIRED'
  | 'CARD_BLOCKED'
  | 'CARD_EXPIRED'
  | 'CARD_NOT_FOUND'
  | 'SMS_NOT_CONNECTED'
  | 'OTP_ATTEMPTS_EXCEEDED'
  | 'THREE_DS_FAILED'
  | 'LIMIT_EXCEEDED'
  | 'DECLINED'
  | 'PROCESSING_ERROR'
  | 'TOKEN_DEACTIVATED';

const errors: Readonly<Record<Reason, PaymentError>> = {
  unknown_order: 'PROCESSING_ERROR',
  duplicate_reference: 'PROCESSING_ERROR',
  invalid_token: 'CARD_NOT_FOUND',
  card_expired: 'CARD_EXPIRED',
  brand_not_accepted: 'DECLINED',
  no_route: 'DECLINED',
  unknown_terminal: 'DECLINED',
  duplicate_trace: 'DECLINED',
  batch_closed: 'DECLINED',
  unknown_original: 'DECLINED',
  invalid_state: 'DECLINED',
  wrong_amount: 'DECLINED',
  exceeds_authorized: 'LIMIT_EXCEEDED',
  exceeds_captured: 'LIMIT_EXCEEDED',
  limit_exceeded: 'LIMIT_EXCEEDED',
  in_progress: 'DECLINED',
  code_expired: 'DECLINED',
  resend_too_soon: 'DECLINED',
  resend_limit: 'DECLINED',
  declined: 'DECLINED',
  insufficient_funds: 'INSUFFICIENT_FUNDS',
  expired_card: 'CARD_EXPIRED',
  invalid_code: 'DECLINED',
  blocked_card: 'CARD_BLOCKED',
  unknown_card: 'CARD_NOT_FOUND',
  no_phone: 'SMS_NOT_CONNECTED',
  wrong_codes: 'OTP_ATTEMPTS_EXCEEDED',
  authentication_failed: 'THREE_DS_FAILED',
  processing_error: 'PROCESSING_ERROR',
  timed_out: 'PROCESSING_ERROR',
  host_error: 'PROCESSING_ERROR',
  unreachable: 'PROCESSING_ERROR',
  // Of the issuer's page: who gives up there was not authenticated.
  cancelled: 'THREE_DS_FAILED',
  expired: 'PAYMENT_EXPIRED',
  withdrawn: 'TOKEN_DEACTIVATED',
  busy: 'PROCESSING_ERROR',
};

export const errorOfReason = (reason: Reason): PaymentError => errors[reason];

/** What the tax office said of the payment itself; undefined where it is owed nothing. */
export const receiptOf = (view: View): Receipt | undefined => view.receipts.find(({ operation }) => operation === 1);

/** Section 4.2. An approval is shown once the tax office was asked (section 12). */
export const statusOf = (view: View): Status => {
  const { state } = view.operations[0]!;
  switch (state) {
    case 'waiting':
      return 'INIT';
    case 'acting':
    case 'challenged':
    case 'accepted':
    case 'unknown':
      return 'VALIDATE';
    case 'approved': {
      if (receiptOf(view)?.state === 'pending') return 'VALIDATE';
      const { refundedMinor, amountMinor } = view.payment;
      if (refundedMinor === 0n) return 'APPROVED';
      return refundedMinor < amountMinor ? 'PARTIAL_REVERT' : 'REVERT';
    }
    case 'declined':
    case 'refused':
    case 'cancelled':
    case 'expired':
    case 'reversed':
      return 'FAILED';
  }
};

/** Filled when the payment has failed (section 7.1). */
export const errorOf = (view: View): PaymentError | null =>
  statusOf(view) === 'FAILED' ? errors[view.operations[0]!.reason ?? 'processing_error'] : null;

/** States of a payment token (section 4.1). */
export const tokenStatusOf = ({ state, reason }: Operation): 'ACTIVE' | 'USED' | 'EXPIRED' | 'DEACTIVATED' => {
  if (state === 'expired') return 'EXPIRED';
  if (state === 'cancelled' && reason === 'withdrawn') return 'DEACTIVATED';
  return state === 'waiting' ||
    state === 'acting' ||
    state === 'challenged' ||
    state === 'accepted' ||
    state === 'unknown'
    ? 'ACTIVE'
    : 'USED';
};

/** An answer that is no object: HTTP status and body (section 11). `detail` never repeats what was sent. */
export interface Fault {
  readonly http: 400 | 401 | 404 | 500 | 503;
  readonly code: string;
  readonly detail: string;
}

const fault = (http: Fault['http'], code: string, detail: string): Fault => ({ http, code, detail });

export const faults = {
  invalid: (detail: string) => fault(400, 'VALIDATION_ERROR', detail),
  unreadable: fault(400, 'VALIDATION_ERROR', 'body: must be readable JSON of at most 256 KiB'),
  unauthorized: fault(401, 'UNAUTHORIZED', 'User is not authorized'),
  refreshUnknown: fault(401, 'UNAUTHORIZED', 'Refresh token is expired or unknown'),
  tooManyLogins: fault(401, 'UNAUTHORIZED', 'Too many tries: wait a minute'),
  urlNotFound: (method: string, path: string) => fault(404, 'URL_NOT_FOUND', `No handler for ${method} ${path}`),
  notFound: (what: string) => fault(404, 'ENTITY_NOT_FOUND', `${what} not found`),
  nameNotUnique: fault(400, 'NAME_NOT_UNIQUE', 'name: a token with this name already exists'),
  itemsMismatch: fault(400, 'ITEMS_AMOUNT_MISMATCH', 'items: their sum is not the amount'),
  outOfRange: fault(400, 'AMOUNT_OUT_OF_RANGE', 'amount: outside the limits of the service'),
  currency: fault(400, 'CURRENCY_NOT_SUPPORTED', 'currency: not taken by the service'),
  tokenUsed: fault(400, 'TOKEN_ALREADY_USED', 'Token has already been used for a payment'),
  inProgress: fault(400, 'PAYMENT_IN_PROGRESS', 'A payment is under way'),
  otpInvalid: fault(400, 'OTP_INVALID', 'Confirmation code is wrong'),
  otpExpired: fault(400, 'OTP_EXPIRED', 'Confirmation code is too old: bind the card anew'),
  otpExceeded: fault(400, 'OTP_ATTEMPTS_EXCEEDED', 'Too many wrong codes: bind the card anew'),
  notConfirmed: fault(400, 'CARD_NOT_CONFIRMED', 'The card has not been confirmed'),
  revertNotAllowed: fault(400, 'REVERT_NOT_ALLOWED', 'The payment cannot be refunded by this amount'),
  revertRepeated: fault(400, 'VALIDATION_ERROR', 'externalId: this refund was asked for with another amount'),
  externalIdTaken: fault(400, 'VALIDATION_ERROR', 'externalId: a payment with this id and other data exists'),
  card: (error: PaymentError) => fault(400, error, 'The card was refused'),
  busy: fault(500, 'INTERNAL_ERROR', 'Busy: nothing was done, try again'),
  /** Refused unread, with `Retry-After`. */
  overload: fault(503, 'INTERNAL_ERROR', 'Busy: nothing was done, try again'),
  unexpected: fault(500, 'INTERNAL_ERROR', 'Unexpected server error'),
} as const;
