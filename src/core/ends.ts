import { freeHold, settle } from './books.ts';
import type { Conclude } from './commands.ts';
import type { Draft, NewOperation } from './draft.ts';
import { authorizationMs } from './due.ts';
import { owe } from './fiscal.ts';
import type { Attempt, Operation } from './model.ts';
import type { Reason } from './reasons.ts';
import { isRest, keepRest, releaseRest } from './rest.ts';

/** Ends the payment itself when its operation 1 has ended. */
export const endPayment = (
  draft: Draft,
  ordinal: number,
  state: 'approved' | 'declined' | 'cancelled' | 'expired',
): void => {
  if (ordinal !== 1) return;
  draft.move({ state });
  if (draft.checkout) draft.unschedule('expire');
};

/** Stores an approved card or account if the sender made it ready, and answers its token. */
const keepInstrument = (
  draft: Draft,
  keep: Conclude['keep'],
  { card, bankAccount, networkReference }: Attempt,
): string | undefined => {
  if (!keep || (!card && !bankAccount)) return undefined;
  const { token, vaultRef, shopId } = keep;
  const customer = draft.checkout?.customer ?? null;
  if (card) draft.storedCard = { token, shopId, vaultRef, face: card, networkReference, customer };
  if (bankAccount) draft.storedAccount = { token, vaultRef, face: bankAccount, customer };
  // Two payments that store the same card at once cannot give it two tokens.
  if (!keep.known) draft.claims.push({ scope: `card:${shopId ?? ''}`, value: vaultRef });
  return token;
};

/** The acquirer did it: totals and books take it in, and what it held is free again. */
export const approve = (draft: Draft, { keep, late }: Conclude, operation: Operation): void => {
  const { ordinal } = operation;
  const attempt = draft.lastAttempt(ordinal)!;
  draft.moveAttempt(attempt, { state: 'approved', challenge: null, dueAt: null });
  freeHold(draft, operation);
  settle(draft, operation, attempt.acquirer);
  // What was to store a card and did not names none.
  const unkept = draft.checkout?.keepsCard && ordinal === 1 ? null : operation.cardToken;
  const cardToken = keepInstrument(draft, keep, attempt) ?? unkept;
  const isUntold = owe(draft, operation) || isRest(operation);
  draft.moveOperation(ordinal, { state: 'approved', cardToken }, isUntold ? undefined : { late });
  if (operation.kind === 'capture') releaseRest(draft, operation);
  if (operation.kind === 'void') draft.moveOperation(operation.target!, { undoneBy: ordinal });
  draft.note('approved', 'acquirer', ordinal);
  endPayment(draft, ordinal, 'approved');
  if (operation.kind === 'authorize') draft.schedule('lapse', draft.now + authorizationMs);
};

/** Whether its payer may submit another card in the place of one that is being declined. */
const mayTryAgain = (draft: Draft, { ordinal, state }: Operation): boolean => {
  const { checkout } = draft;
  if (ordinal !== 1 || state !== 'acting' || !checkout?.retriesDeclined || draft.now >= checkout.expiresAt)
    return false;
  return checkout.submitCountMax === null || draft.sentCount(1) < checkout.submitCountMax;
};

/** It did not happen, and there is evidence of that: what it held is free again. `late`: see Telling. */
export const decline = (
  draft: Draft,
  operation: Operation,
  reason: Reason,
  late: boolean,
  attemptState: 'declined' | 'not_sent' = 'declined',
): void => {
  const { ordinal } = operation;
  draft.moveAttempt(draft.lastAttempt(ordinal)!, { state: attemptState, challenge: null, dueAt: null });
  freeHold(draft, operation);
  if (mayTryAgain(draft, operation)) {
    draft.moveOperation(1, { state: 'waiting' });
    draft.move({ state: 'open' });
    draft.schedule('expire', draft.checkout!.expiresAt);
    draft.note('declined_once', 'acquirer', 1, reason);
    return;
  }
  draft.moveOperation(ordinal, { state: 'declined', reason }, isRest(operation) ? undefined : { late });
  if (operation.kind === 'capture') keepRest(draft, operation);
  draft.note('declined', 'acquirer', ordinal, reason);
  endPayment(draft, ordinal, 'declined');
};

/**
 * Has the acquirer asked to take no more money under a wallet's code. What came meanwhile it will tell; only then is it over.
 * False where no such code is open.
 */
export const closeCode = (draft: Draft, closing: 'expired' | 'cancelled', actor: 'payer' | 'timer'): boolean => {
  const attempt = draft.lastAttempt(1);
  if (attempt?.state !== 'challenged' || attempt.challenge?.kind !== 'qr') return false;
  draft.moveAttempt(attempt, { challenge: { ...attempt.challenge, closing }, inquiries: 0, dueAt: draft.now });
  draft.unschedule('expire');
  draft.note('closing', actor, 1, closing);
  return true;
};

/** Leaves a challenge that nobody will answer any more: an acquirer that asked for one moves nothing without it. */
export const abandonChallenge = (draft: Draft): void => {
  const attempt = draft.lastAttempt(1);
  if (attempt?.state === 'challenged') draft.moveAttempt(attempt, { state: 'abandoned', challenge: null });
};

type Unpaid = 'cancelled' | 'expired' | 'withdrawn' | 'limit_exceeded';

const unpaidStates = {
  cancelled: 'cancelled',
  withdrawn: 'cancelled',
  expired: 'expired',
  limit_exceeded: 'declined',
} as const;

/** Ends a payment that still waits for its payer. A merchant that withdrew it need not be told. */
export const endUnpaid = (draft: Draft, reason: Unpaid, actor: 'payer' | 'timer' | 'merchant'): void => {
  const state = unpaidStates[reason];
  abandonChallenge(draft);
  draft.moveOperation(1, { state, reason }, reason === 'withdrawn' ? undefined : { late: true });
  draft.note(reason, actor, 1);
  endPayment(draft, 1, state);
};

/** The payer's turn is over: back to the card form while the checkout lasts, else the payment ends. */
export const runOut = (draft: Draft, actor: 'payer' | 'timer'): void => {
  if (closeCode(draft, 'expired', actor)) return;
  const { expiresAt } = draft.checkout!;
  if (draft.operation(1).state !== 'challenged' || draft.now >= expiresAt) {
    endUnpaid(draft, 'expired', 'timer');
    return;
  }
  abandonChallenge(draft);
  draft.moveOperation(1, { state: 'waiting' });
  draft.move({ state: 'open' });
  draft.schedule('expire', expiresAt);
  draft.note('card_again', actor, 1);
};

/** Writes down what our own rules refuse. */
export const refuse = (draft: Draft, operation: Omit<NewOperation, 'state'>, reason: Reason): void => {
  const { ordinal } = draft.addOperation({ ...operation, state: 'refused', reason });
  draft.tellings.push({ operation: ordinal, late: false });
  draft.note('refused', 'merchant', ordinal, reason);
};
