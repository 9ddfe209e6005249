import { maskNumbers } from '../../core/cards.ts';
import type { View } from '../../core/model.ts';
import type { Reason } from '../../core/reasons.ts';
import { isOperationFinal } from '../../core/states.ts';

/** How a transaction stands (section 3.3). */
export type Status = 'PENDING' | 'OPEN' | 'SUCCESSFUL' | 'ERROR' | 'CANCELED' | 'TIMEOUT';

/** Why a request was refused (section 4.1), and the text that says so. `subject`: what stands in brackets. */
export interface Fault {
  readonly code: string;
  readonly message: string;
}

/** Our own ids, some of which have digits in them that could be a card's. */
const ids = /^(?:pl_|pw_)?[0-9a-f]{32}$/;

const fault = (code: string, text: string, subject?: string): Fault => ({
  code,
  // Somebody's card number in the wrong field is not to come back.
  message: subject === undefined ? text : `${text} (${ids.test(subject) ? subject : maskNumbers(subject)})`,
});

export const faults = {
  missing: (key: string) => fault('MissingParameter', 'Hiányzó paraméter', key),
  wrong: (key: string) => fault('WrongParameter', 'Hibás paraméter', key),
  unknownStore: (name: string) => fault('UnknownStore', 'Ismeretlen kereskedő', name),
  inactiveStore: (name: string) => fault('InactiveStore', 'Inaktív kereskedő', name),
  wrongKey: fault('WrongApikey', 'Hibás API kulcs'),
  missingAddress: fault('MissingRemoteAddress', 'Hiányzó IP cím'),
  unlistedAddress: (ip: string) => fault('UnauthorizedRemoteAddress', 'Nem engedélyezett IP cím', ip),
  unauthorized: fault('UnauthorizedAccess', 'Jogosulatlan hozzáférés'),
  unknownProvider: (name: string) => fault('UnknownProvider', 'Ismeretlen szolgáltató', name),
  inactiveProvider: (name: string) => fault('InactiveProvider', 'Inaktív szolgáltató', name),
  unknownTransaction: (id: string) => fault('UnknownTransaction', 'Ismeretlen tranzakció', id),
  wrongStatus: (id: string) => fault('WrongTransactionStatus', 'Nem megfelelő tranzakció státusz', id),
  unknownReference: (id: string) => fault('UnknownReferenceTransaction', 'Ismeretlen referencia tranzakció', id),
  wrongReference: (id: string) =>
    fault('WrongReferenceTransactionStatus', 'Nem megfelelő referencia tranzakció státusz', id),
  unknownLink: (name: string) => fault('UnknownPaymentLink', 'Ismeretlen fizetési link', name),
  noInvoices: fault('ERROR', 'A számlázás nincs engedélyezve'),
  broken: fault('ERROR', 'Rendszerhiba'),
} as const;

const words: Readonly<Record<Status, readonly [hu: string, en: string]>> = {
  SUCCESSFUL: ['Sikeres tranzakció', 'Successful transaction'],
  PENDING: ['Folyamatban lévő tranzakció', 'Transaction in progress'],
  OPEN: ['Nyitott tranzakció', 'Open transaction'],
  ERROR: ['Sikertelen tranzakció', 'Unsuccessful transaction'],
  CANCELED: ['Megszakított tranzakció', 'Cancelled transaction'],
  TIMEOUT: ['Időtúllépés', 'Timed out'],
};

/** What is said of a status, in the language of the transaction (section 4.1). */
export const messageOf = (status: Status, language: string): string => words[status][language === 'HU' ? 0 : 1];

/** Whether an end without success came of time alone: the provider knows of no payment, or said that it ran out of time. */
const ranOut: Readonly<Record<Reason, boolean>> = {
  unknown_order: false,
  duplicate_reference: false,
  invalid_token: false,
  card_expired: false,
  brand_not_accepted: false,
  no_route: false,
  unknown_terminal: false,
  duplicate_trace: false,
  batch_closed: false,
  unknown_original: false,
  invalid_state: false,
  wrong_amount: false,
  exceeds_authorized: false,
  exceeds_captured: false,
  limit_exceeded: false,
  in_progress: false,
  code_expired: false,
  resend_too_soon: false,
  resend_limit: false,
  declined: false,
  insufficient_funds: false,
  expired_card: false,
  invalid_code: false,
  blocked_card: false,
  unknown_card: false,
  no_phone: false,
  wrong_codes: false,
  authentication_failed: false,
  processing_error: false,
  timed_out: true,
  host_error: false,
  unreachable: false,
  cancelled: false,
  expired: true,
  withdrawn: false,
  busy: false,
};

/**
 * Section 3.3. `isAlone`: no buyer is there, so a transaction whose provider is silent is pending; with one it is open, since the
 * buyer has done all there is to do.
 */
export const statusOf = (view: View, isAlone: boolean): Status => {
  const { state, reason } = view.operations[0]!;
  switch (state) {
    case 'waiting':
    case 'acting':
    case 'challenged':
      return 'PENDING';
    case 'accepted':
    case 'unknown':
      return isAlone ? 'PENDING' : 'OPEN';
    case 'approved':
      return 'SUCCESSFUL';
    case 'cancelled':
      return 'CANCELED';
    case 'expired':
      return 'TIMEOUT';
    case 'declined':
    case 'refused':
    case 'reversed':
      // The buyer gave up in the app or at the site.
      if (reason === 'cancelled') return 'CANCELED';
      return reason && ranOut[reason] ? 'TIMEOUT' : 'ERROR';
  }
};

/** What became of the money of a transaction that succeeded (section 3.4); empty for any other. */
export const commitStateOf = (view: View): '' | 'PENDING' | 'APPROVED' | 'DECLINED' => {
  const [first] = view.operations;
  const { capturedMinor, authorizedMinor } = view.payment;
  if (first!.state !== 'approved') return '';
  if (first!.kind !== 'authorize' || capturedMinor > 0n) return 'APPROVED';
  return authorizedMinor > 0n ? 'PENDING' : 'DECLINED';
};

/** Whether a Close is on its way, or has been done: there is one a transaction (section 5.4). */
export const isClosing = (view: View): boolean =>
  view.operations.some(({ kind, state }) => (kind === 'capture' || kind === 'release') && !isOperationFinal(state));
