import { freeHold, post, settle, suspended } from './books.ts';
import type { Draft } from './draft.ts';
import { endPayment } from './ends.ts';
import { nextInquiryAt } from './inquiries.ts';
import type { Attempt, Id, Operation, View } from './model.ts';
import { reasonOfDoubt } from './reasons.ts';
import { isOperationFinal } from './states.ts';
import { isAskedFor, isUndoable } from './totals.ts';

export const isBeingReversed = (view: View, { ordinal }: Operation): boolean =>
  view.operations.some((o) => o.kind === 'reversal' && o.target === ordinal && !isOperationFinal(o.state));

/** Orders that `target` be taken back. It leaves with a worker and is sent again until it is acknowledged. */
export const orderReversal = (draft: Draft, id: Id, target: Operation, way: Attempt): void => {
  const { amountMinor, ordinal } = target;
  const reversal = draft.addOperation({ id, kind: 'reversal', state: 'acting', amountMinor, target: ordinal });
  draft.send(reversal.ordinal, way, { ...way, vaultRef: null, dueAt: draft.now });
  draft.note('reversing', 'timer', ordinal);
};

/** The money of a late fact leaves suspense the way it came. */
const giveBack = (draft: Draft, stray: Operation): void => {
  const late = draft.operation(stray.target!);
  const sides = suspended(late, late.target === null ? undefined : draft.operation(late.target));
  if (sides) post(draft, [sides[1], sides[0]], stray.amountMinor, draft.lastAttempt(stray.ordinal)!.acquirer);
};

/** What was not known to have happened never did. A merchant who took it back need not be told. */
const takeBack = (draft: Draft, target: Operation, reversal: Operation): void => {
  const { ordinal } = target;
  const attempt = draft.lastAttempt(ordinal)!;
  const withdrawn = isAskedFor(reversal);
  const reason = withdrawn ? 'withdrawn' : reasonOfDoubt(attempt.doubt);
  draft.moveAttempt(attempt, { state: 'reversed', challenge: null, dueAt: null });
  freeHold(draft, target);
  const state = withdrawn ? 'cancelled' : 'reversed';
  draft.moveOperation(ordinal, { state, reason }, withdrawn ? undefined : { late: true });
  endPayment(draft, ordinal, withdrawn ? 'cancelled' : 'declined');
};

/** A merchant took back what had been approved: totals and books go back as well. */
const undoApproved = (draft: Draft, target: Operation, reversal: Operation): void => {
  freeHold(draft, reversal);
  settle(draft, reversal, draft.lastAttempt(target.ordinal)!.acquirer);
};

/** The acquirer acknowledged a reversal. */
export const acknowledge = (draft: Draft, reversal: Operation): void => {
  const target = draft.operation(reversal.target!);
  draft.moveAttempt(draft.lastAttempt(reversal.ordinal)!, { state: 'approved', dueAt: null });
  draft.moveOperation(reversal.ordinal, { state: 'approved' });
  draft.note('reversed', 'acquirer', target.ordinal);
  if (target.kind === 'stray') giveBack(draft, target);
  else if (!isOperationFinal(target.state)) takeBack(draft, target, reversal);
  else if (target.state === 'approved' && isUndoable(target.kind) && isAskedFor(reversal)) {
    undoApproved(draft, target, reversal);
  }
  // Others may have drawn on it since, so its part in the totals cannot simply go.
  else draft.cases.push({ kind: 'mismatch', operation: target.ordinal, evidence: `reversed after ${target.state}` });
  draft.moveOperation(target.ordinal, { undoneBy: reversal.ordinal });
};

/** The acquirer will not reverse: a person must look, and what became of the target is asked again. */
export const giveUp = (draft: Draft, reversal: Operation): void => {
  const target = draft.operation(reversal.target!);
  draft.moveAttempt(draft.lastAttempt(reversal.ordinal)!, { state: 'declined', dueAt: null });
  freeHold(draft, reversal);
  draft.moveOperation(reversal.ordinal, { state: 'declined', reason: 'declined' });
  draft.note('reversal_refused', 'acquirer', target.ordinal);
  const evidence = 'the acquirer refused the reversal';
  draft.cases.push({ kind: 'reversal_stuck', operation: reversal.ordinal, evidence });
  if (isOperationFinal(target.state)) return;
  const attempt = draft.lastAttempt(target.ordinal)!;
  draft.moveAttempt(attempt, { dueAt: nextInquiryAt(attempt.inquiries, draft.now) });
};
