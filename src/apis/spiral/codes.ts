import type { Attempt, Operation, View } from '../../core/model.ts';
import type { Reason } from '../../core/reasons.ts';
import type { OperationState } from '../../core/states.ts';
import type { Wallet } from '../../core/wallets.ts';

/** The statuses of section 8; clients compare the exact spelling. */
export type Status =
  | 'Approved'
  | 'Declined'
  | 'Unconfirmed'
  | 'Cancelled'
  | 'Timeout'
  | 'PartialPaid'
  | 'OverPaid'
  | 'NotValid';

const statuses: Readonly<Record<OperationState, Status>> = {
  waiting: 'Unconfirmed',
  acting: 'Unconfirmed',
  challenged: 'Unconfirmed',
  accepted: 'Unconfirmed',
  unknown: 'Unconfirmed',
  approved: 'Approved',
  declined: 'Declined',
  refused: 'Declined',
  reversed: 'Declined',
  cancelled: 'Cancelled',
  expired: 'Timeout',
};

/** Status of a record (section 8). What was pushed tells it, as soon as anything was. */
export const statusOf = (view: Pick<View, 'payment'> | undefined, operation: Operation): Status => {
  const { capturedMinor, amountMinor } = view?.payment ?? { capturedMinor: 0n, amountMinor: 0n };
  if (operation.kind !== 'collect' || capturedMinor === 0n) return statuses[operation.state];
  if (capturedMinor < amountMinor) return 'PartialPaid';
  return capturedMinor > amountMinor ? 'OverPaid' : 'Approved';
};

/** Which records are processed, so that the list has them (section 16.2): those that came to a result. */
const isProcessed: Readonly<Record<Status, boolean>> = {
  Approved: true,
  Declined: true,
  Unconfirmed: false,
  Cancelled: false,
  Timeout: false,
  PartialPaid: true,
  OverPaid: true,
  NotValid: false,
};

/** The states whose records are processed. All are final, as the gateway's list wants them. */
export const processedStates = (Object.keys(statuses) as OperationState[]).filter(
  (state) => isProcessed[statuses[state]],
);

/** An answer that is no record: HTTP status, `status` and `error` of its body (section 4). */
export interface Fault {
  readonly http: 400 | 401 | 404 | 500 | 501 | 502 | 503 | 504;
  readonly status: Status;
  readonly error: string;
}

const fault = (http: Fault['http'], error: string, status: Status = 'NotValid'): Fault => ({ http, status, error });

/** The error texts of section 4.3; merchants match on the part before the colon. */
export const faults = {
  unknownResource: fault(404, 'Unknown resource'),
  invalidSignature: fault(401, 'Invalid signature'),
  requestExpired: fault(401, 'Request expired'),
  unknownClient: fault(401, 'Unknown client'),
  invalidReference: fault(400, 'Invalid merchantRef'),
  invalidJson: fault(400, 'Invalid JSON'),
  missingField: (name: string) => fault(400, `Missing field: ${name}`),
  invalidField: (name: string) => fault(400, `Invalid field: ${name}`),
  pathMismatch: (name: string) => fault(400, `Path and body do not match: ${name}`),
  notSupported: fault(501, 'Operation not supported'),
  duplicateReference: fault(400, 'Duplicate merchantRef'),
  unknownOrder: fault(404, 'Unknown order'),
  unknownTransaction: fault(404, 'Unknown transaction'),
  unknownLink: fault(404, 'Unknown payment link'),
  unknownSession: fault(404, 'Unknown session'),
  hostError: fault(502, 'Payment host error', 'Unconfirmed'),
  hostTimeout: fault(504, 'Payment host timeout', 'Timeout'),
  busy: fault(503, 'Busy'),
  unexpected: fault(500, 'Unexpected error'),
} as const;

/**
 * What a reason is on the wire: `resp` and `respMsg` of a record that ended with it (section 10), and the answer when
 * nothing was written because of it.
 */
interface Wording {
  readonly resp: string | null;
  readonly respMsg: string | null;
  readonly fault: Fault;
}

const wording = (resp: string | null, respMsg: string | null, unrecorded: Fault = faults.unexpected): Wording => ({
  resp,
  respMsg,
  fault: unrecorded,
});

const wordings: Readonly<Record<Reason, Wording>> = {
  unknown_order: wording('INVALID_STATE', 'invalid state', faults.unknownOrder),
  duplicate_reference: wording('INVALID_STATE', 'invalid state', faults.duplicateReference),
  invalid_token: wording('INVALID_TOKEN', 'invalid token'),
  card_expired: wording('EXPIRED_CARD', 'expired card'),
  brand_not_accepted: wording('INVALID_TOKEN', 'invalid token'),
  // Nothing is set up that would take this card, currency or amount.
  no_route: wording('DECLINED', 'declined', faults.notSupported),
  unknown_terminal: wording('DECLINED', 'declined'),
  duplicate_trace: wording('INVALID_STATE', 'invalid state'),
  batch_closed: wording('INVALID_STATE', 'invalid state'),
  unknown_original: wording('INVALID_STATE', 'invalid state'),
  invalid_state: wording('INVALID_STATE', 'invalid state'),
  wrong_amount: wording('INVALID_STATE', 'invalid state'),
  exceeds_authorized: wording('EXCEEDED_AUTH_AMOUNT', 'exceeded authorized amount'),
  exceeds_captured: wording('EXCEEDED_REFUND_AMOUNT', 'exceeded refundable amount'),
  limit_exceeded: wording('DECLINED', 'declined'),
  in_progress: wording('INVALID_STATE', 'invalid state'),
  code_expired: wording('INVALID_STATE', 'invalid state'),
  resend_too_soon: wording('INVALID_STATE', 'invalid state'),
  resend_limit: wording('INVALID_STATE', 'invalid state'),
  declined: wording('DECLINED', 'declined'),
  insufficient_funds: wording('INSUFFICIENT_FUNDS', 'insufficient funds'),
  expired_card: wording('EXPIRED_CARD', 'expired card'),
  invalid_code: wording('INVALID_CSC', 'invalid security code'),
  // Why an issuer blocks a card is not for a caller who may be trying stolen ones.
  blocked_card: wording('DECLINED', 'declined'),
  unknown_card: wording('DECLINED', 'declined'),
  no_phone: wording('AUTHENTICATION_FAILED', 'authentication failed'),
  wrong_codes: wording('AUTHENTICATION_FAILED', 'authentication failed'),
  authentication_failed: wording('AUTHENTICATION_FAILED', 'authentication failed'),
  processing_error: wording('ACQUIRER_SYSTEM_ERROR', 'acquirer error'),
  timed_out: wording('TIMED_OUT', 'timed out'),
  host_error: wording('ACQUIRER_SYSTEM_ERROR', 'acquirer error'),
  unreachable: wording('ACQUIRER_SYSTEM_ERROR', 'acquirer error'),
  cancelled: wording(null, null),
  expired: wording(null, null),
  withdrawn: wording(null, null),
  busy: wording(null, null, faults.busy),
};

/** That the payer gave up at the issuer's page, or in the wallet, is word of theirs; who gives up on our page has none. */
const saidAs = (reason: Reason, { state }: Operation, wallet: Wallet | null): Reason => {
  if (reason !== 'cancelled' || state !== 'declined') return reason;
  return wallet ? 'declined' : 'authentication_failed';
};

/** `resp` and `respMsg` of a record (section 10); undefined before a result and where there never was one. */
export const responseOf = (
  operation: Operation,
  wallet: Wallet | null,
): { resp: string; respMsg: string } | undefined => {
  if (operation.state === 'approved') return { resp: wallet ? '001' : 'APPROVED', respMsg: 'ok' };
  if (!operation.reason) return undefined;
  const { resp, respMsg } = wordings[saidAs(operation.reason, operation, wallet)];
  if (!resp || !respMsg) return undefined;
  const isOurs = operation.state === 'refused';
  return { resp: wallet && !isOurs ? walletResponseOf(operation.reason) : resp, respMsg };
};

/** Wallets and FPS speak in three digits (section 10); our own rules have words there as well. */
const walletResponseOf = (reason: Reason): string => (reason === 'insufficient_funds' ? '003' : '002');

/** The answer to a request that nothing was written of (section 4). */
export const faultOf = (reason: Reason): Fault => wordings[reason].fault;

/**
 * The answer to a direct call whose end is not known in time (section 4.1); undefined where the acquirer has it and will
 * tell, which is answered with the record.
 */
export const openFaultOf = (operation: Operation, attempt: Attempt | undefined): Fault | undefined => {
  if (operation.state === 'accepted') return undefined;
  return attempt?.doubt === 'host_error' ? faults.hostError : faults.hostTimeout;
};
