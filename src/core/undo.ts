import { asked } from './begin.ts';
import { hold } from './books.ts';
import type { Decision } from './change.ts';
import type { Undo } from './commands.ts';
import { Draft } from './draft.ts';
import { refuse } from './ends.ts';
import type { Instant, View } from './model.ts';
import type { Refusal } from './reasons.ts';
import { isOperationFinal } from './states.ts';
import { isUndoable } from './totals.ts';

const isDrawnOn = ({ payment: { refundedMinor, capturedHeldMinor, disputedMinor }, operations }: View): boolean =>
  refundedMinor > 0n || disputedMinor > 0n || capturedHeldMinor > 0n || operations.some(({ kind }) => kind === 'stray');

/** What takes operation 1 back and has not ended yet. */
const underWay = ({ operations }: View, kind: Undo['kind']): boolean =>
  operations.some((o) => o.kind === kind && o.target === 1 && !isOperationFinal(o.state));

/** Whether there is nothing that a reversal could take back: it never took effect, was undone, or is being undone by another. */
const isGone = (view: View): boolean => {
  const { state, undoneBy } = view.operations[0]!;
  if (undoneBy !== null || underWay(view, 'reversal')) return true;
  return isOperationFinal(state) && state !== 'approved';
};

/** What speaks against undoing operation 1 as a whole, if anything. The state is looked at before the amount. */
const refusalOf = (view: View, { kind, amountMinor }: Undo): Refusal | undefined => {
  const first = view.operations[0]!;
  const isApproved = first.state === 'approved';
  // What waits for a payer ends otherwise, and so does what is in the tax office's books.
  const isOther = view.receipts.length > 0 || (view.checkout !== null && !isApproved);
  if (isOther || (kind === 'void' && (!isApproved || first.undoneBy !== null || underWay(view, 'reversal')))) {
    return { reason: 'invalid_state' };
  }
  // Whether it is undone is being found out.
  if (underWay(view, 'void')) return { reason: 'busy', freeable: true };
  if (isApproved && (!isUndoable(first.kind) || isDrawnOn(view))) return { reason: 'invalid_state' };
  return amountMinor === first.amountMinor ? undefined : { reason: 'wrong_amount' };
};

/**
 * A merchant undoes a sale or payout as a whole. A void asks the acquirer, which may decline. A reversal is for one whose end its
 * sender does not know: it counts from now on and is sent until the acquirer acknowledges it; where there is nothing to take back
 * it is approved at once. Refusals: the caller's own first, then `invalid_state`, `wrong_amount`, written down as an
 * operation `refused`; `busy` while a void is under way, not written.
 */
export const undo = (view: View, command: Undo, now: Instant): Decision => {
  const isNothing = command.kind === 'reversal' && isGone(view);
  const refusal = isNothing ? undefined : (command.refusal ?? refusalOf(view, command));
  if (refusal?.reason === 'busy') return { kind: 'refused', refusal };
  const draft = new Draft(command, now, view);
  draft.claims.push(...command.claims);
  const operation = { ...asked(command), target: 1 };
  if (refusal) refuse(draft, operation, refusal.reason);
  else if (isNothing) {
    const { ordinal } = draft.addOperation({ ...operation, state: 'approved' });
    draft.note('nothing_to_reverse', 'merchant', ordinal);
  } else {
    const first = draft.operation(1);
    const added = draft.addOperation({ ...operation, state: 'acting' });
    hold(draft, added);
    const way = draft.lastAttempt(1)!;
    // One that may not have left yet must not be overtaken by what takes it back: a worker sends that when it must have left.
    const waits = way.state === 'sending';
    const dueAt = waits ? way.dueAt! : command.dueAt;
    const attempt = draft.send(added.ordinal, way, { ...way, vaultRef: null, dueAt });
    if (!isOperationFinal(first.state)) draft.moveAttempt(way, { dueAt: null });
    if (!waits) draft.depart(attempt, command.kind === 'reversal' ? 'undo' : 'perform');
    draft.note(command.kind, 'merchant', added.ordinal);
  }
  return draft.decision();
};
