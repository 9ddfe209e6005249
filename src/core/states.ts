/**
 * The three state machines, as tables: state → the states that may follow. An empty list is an end. A payment's rank
 * never falls.
 */
export const paymentStates = {
  open: { rank: 0, next: ['acting', 'approved', 'declined', 'cancelled', 'expired'] },
  acting: { rank: 0, next: ['open', 'approved', 'declined', 'cancelled', 'expired'] },
  approved: { rank: 2, next: [] },
  declined: { rank: 2, next: [] },
  cancelled: { rank: 2, next: [] },
  expired: { rank: 2, next: [] },
} as const satisfies Record<string, { rank: number; next: readonly string[] }>;

export const operationStates = {
  /** The payer has not submitted yet. */
  waiting: ['acting', 'cancelled', 'expired'],
  /** An attempt is with the acquirer. */
  acting: ['waiting', 'challenged', 'accepted', 'unknown', 'approved', 'declined', 'reversed'],
  /** The payer has something to do first. */
  challenged: ['acting', 'declined', 'cancelled', 'expired'],
  /** The acquirer has it and will tell. */
  accepted: ['unknown', 'approved', 'declined', 'reversed'],
  /** Silence or a host error: only evidence ends it. */
  unknown: ['accepted', 'approved', 'declined', 'reversed'],
  approved: [],
  declined: [],
  refused: [],
  cancelled: [],
  expired: [],
  reversed: [],
} as const satisfies Record<string, readonly string[]>;

export const attemptStates = {
  sending: ['challenged', 'accepted', 'unknown', 'approved', 'declined', 'not_sent', 'reversed'],
  challenged: ['sending', 'declined', 'abandoned'],
  accepted: ['unknown', 'approved', 'declined', 'reversed'],
  unknown: ['accepted', 'approved', 'declined', 'reversed'],
  approved: [],
  declined: [],
  not_sent: [],
  abandoned: [],
  reversed: [],
} as const satisfies Record<string, readonly string[]>;

export type PaymentState = keyof typeof paymentStates;
export type OperationState = keyof typeof operationStates;
export type AttemptState = keyof typeof attemptStates;

/**
 * `stray` is a fact that came too late for the operation it is about (an approval after the end): its money waits in
 * suspense until it is given back or a person decides.
 */
export type OperationKind = 'sale' | 'authorize' | 'capture' | 'release' | 'refund' | 'reversal' | 'stray';

const ended = (table: Record<string, readonly string[]>, state: string) => table[state]!.length === 0;

export const isPaymentFinal = (state: PaymentState) => paymentStates[state].next.length === 0;
export const isOperationFinal = (state: OperationState) => ended(operationStates, state);
export const isAttemptFinal = (state: AttemptState) => ended(attemptStates, state);
