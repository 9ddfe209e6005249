import { settle } from './books.ts';
import type { Decision } from './change.ts';
import type { Dispute } from './commands.ts';
import { Draft } from './draft.ts';
import type { Instant, View } from './model.ts';
import type { Refusal } from './reasons.ts';
import { unrefunded } from './totals.ts';

/** What speaks against it: `invalid_state` where nothing was taken, `exceeds_captured` for more than the merchant still has of it. */
const refusalOf = ({ payment }: View, { amountMinor }: Dispute): Refusal | undefined => {
  if (payment.direction === 'out' || payment.capturedMinor === 0n) return { reason: 'invalid_state' };
  const room = unrefunded(payment);
  if (amountMinor <= room) return undefined;
  // A refund under way may be declined, and then there is room.
  return { reason: 'exceeds_captured', freeable: amountMinor <= room + payment.capturedHeldMinor };
};

/**
 * The acquirer took money of a payment back because its payer's bank disputes it (chargeback); an operator writes down what the
 * acquirer says. It moves at once from the merchant to `disputes`, and can be refunded no more. More than is left of the payment
 * (it was refunded, for one) is refused: that is the operator's to settle with the acquirer.
 */
export const dispute = (view: View, command: Dispute, now: Instant): Decision => {
  const refusal = refusalOf(view, command);
  if (refusal) return { kind: 'refused', refusal };
  const draft = new Draft(command, now, view);
  draft.claims.push(...command.claims);
  const { id, amountMinor, noticeUrl, reference } = command;
  const operation = draft.addOperation({ id, kind: 'dispute', state: 'approved', amountMinor, target: 1, noticeUrl });
  settle(draft, operation, draft.lastAttempt(1)!.acquirer);
  draft.tellings.push({ operation: operation.ordinal, late: true });
  draft.note('disputed', 'operator', operation.ordinal, reference);
  return draft.decision();
};
