import { asked, sending } from './begin.ts';
import type { Decision } from './change.ts';
import type { Follow } from './commands.ts';
import { Draft } from './draft.ts';
import { isLapsed } from './due.ts';
import type { Attempt, Instant, View } from './model.ts';
import type { Refusal } from './reasons.ts';
import { add, effects, uncaptured, unrefunded } from './totals.ts';

/** The approved attempt that operation 1 came to: captures and refunds go the same way. */
const approvedAttempt = (view: View): Attempt | undefined =>
  view.attempts.find((a) => a.operation === 1 && a.state === 'approved');

/** What speaks against a capture or refund of this amount now, if anything. */
const refusalOf = (view: View, { kind, amountMinor }: Follow, now: Instant): Refusal | undefined => {
  const { payment } = view;
  const [first] = view.operations;
  if (payment.state !== 'approved' || first!.undoneBy !== null) return { reason: 'invalid_state' };
  if (kind === 'capture') {
    if (first!.kind !== 'authorize' || isLapsed(view, now)) return { reason: 'invalid_state' };
    if (amountMinor <= uncaptured(payment)) return undefined;
    return { reason: 'exceeds_authorized', freeable: amountMinor <= payment.authorizedMinor - payment.capturedMinor };
  }
  if (amountMinor <= unrefunded(payment)) return undefined;
  return { reason: 'exceeds_captured', freeable: amountMinor <= payment.capturedMinor - payment.refundedMinor };
};

/**
 * A capture or refund: its amount is held from now until its end, so that parallel ones cannot exceed what is there.
 * Refusals: `invalid_state`, `exceeds_authorized`, `exceeds_captured`; written down when the API wants that.
 */
export const follow = (view: View, command: Follow, now: Instant): Decision => {
  const refusal = command.refusal ?? refusalOf(view, command, now);
  if (refusal && !command.recordsRefusal) return { kind: 'refused', refusal };
  const draft = new Draft(command.id, now, view);
  draft.claim(command.claims);
  const begun = { ...asked(command, command.kind, now), target: 1 };
  if (refusal) {
    const { reason } = refusal;
    const operation = draft.addOperation({ ...begun, state: 'refused', reason, finishedAt: now });
    draft.tell(operation.ordinal, false);
    draft.note('refused', 'merchant', operation.ordinal, reason);
    return draft.decision();
  }
  const way = approvedAttempt(view)!;
  const operation = draft.addOperation({ ...begun, state: 'acting' });
  draft.move(add(draft.payment, effects[command.kind].hold!, command.amountMinor));
  const about = { card: way.card, vaultRef: null, now, dueAt: command.dueAt };
  draft.depart(draft.addAttempt(sending(operation.ordinal, way, about)), 'perform');
  draft.note(command.kind, 'merchant', operation.ordinal);
  return draft.decision();
};
