/**
 * The three state machines, as tables: state → the states that may follow. An empty list is an end. A payment's rank
 * never falls. The tables are exact: a test walks through all that can happen and finds every edge taken, and no other.
 */
export const paymentStates = {
  /** The payer has not submitted yet, or may submit again. */
  open: { rank: 0, next: ['acting', 'declined', 'cancelled', 'expired'] },
  /** Operation 1 is with the acquirer, or waits for the payer's answer to a challenge. */
  acting: { rank: 0, next: ['open', 'part_paid', 'approved', 'declined', 'cancelled', 'expired'] },
  /** Some of it was pushed, and more is awaited. */
  part_paid: { rank: 1, next: ['approved', 'cancelled', 'expired'] },
  approved: { rank: 2, next: [] },
  declined: { rank: 2, next: [] },
  cancelled: { rank: 2, next: [] },
  expired: { rank: 2, next: [] },
} as const satisfies Record<string, { rank: number; next: readonly string[] }>;

export const operationStates = {
  /** The payer has not submitted yet. */
  waiting: ['acting', 'declined', 'cancelled', 'expired'],
  /** An attempt is on its way to the acquirer. */
  acting: ['waiting', 'challenged', 'accepted', 'unknown', 'approved', 'declined', 'cancelled'],
  /** The payer has something to do first. */
  challenged: ['waiting', 'acting', 'approved', 'declined', 'cancelled', 'expired'],
  /** The acquirer has it and will tell. Silence afterwards takes nothing of that back, but its merchant may. */
  accepted: ['challenged', 'approved', 'declined', 'cancelled'],
  /** Silence or a host error: only evidence ends it. */
  unknown: ['challenged', 'accepted', 'approved', 'declined', 'cancelled', 'reversed'],
  approved: [],
  declined: [],
  /** By our own rules; it never left the house. */
  refused: [],
  /** By its payer, or taken back by its merchant before it was known what became of it. */
  cancelled: [],
  expired: [],
  /** Taken back after long silence, before it was known what became of it. */
  reversed: [],
} as const satisfies Record<string, readonly string[]>;

export const attemptStates = {
  sending: ['challenged', 'accepted', 'unknown', 'approved', 'declined', 'not_sent', 'reversed'],
  challenged: ['sending', 'approved', 'declined', 'abandoned'],
  accepted: ['challenged', 'approved', 'declined', 'reversed'],
  unknown: ['challenged', 'accepted', 'approved', 'declined', 'reversed'],
  approved: [],
  declined: [],
  /** Proven that no byte left. */
  not_sent: [],
  /** The payer did not come back from the challenge. */
  abandoned: [],
  reversed: [],
} as const satisfies Record<string, readonly string[]>;

export type PaymentState = keyof typeof paymentStates;
export type OperationState = keyof typeof operationStates;
export type AttemptState = keyof typeof attemptStates;

/**
 * `collect` asks for money that payers push; each transfer of it is a `receipt`, a fact that nobody asked for. `payout` is money
 * for a payer that no sale came before. `dispute` is a fact: a payer's bank took money back. `void` undoes a sale or payout before it is settled, if the acquirer agrees; `reversal`
 * takes back what its sender does not know the end of, and is sent until it is acknowledged. `stray` is a fact that came too
 * late for the operation it is about (an approval after the end): its money waits in suspense until it is given back or a
 * person decides.
 */
export type OperationKind =
  | 'sale'
  | 'authorize'
  | 'verify'
  | 'collect'
  | 'receipt'
  | 'capture'
  | 'release'
  | 'refund'
  | 'payout'
  | 'dispute'
  | 'void'
  | 'reversal'
  | 'stray';

const ended = (table: Record<string, readonly string[]>, state: string) => table[state]!.length === 0;

export const isOperationFinal = (state: OperationState) => ended(operationStates, state);
export const isAttemptFinal = (state: AttemptState) => ended(attemptStates, state);
