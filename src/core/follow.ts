import { asked } from './begin.ts';
import { hold } from './books.ts';
import type { Decision } from './change.ts';
import type { Follow } from './commands.ts';
import { Draft } from './draft.ts';
import { isLapsed } from './due.ts';
import { refuse } from './ends.ts';
import type { Instant, Operation, View } from './model.ts';
import type { Refusal } from './reasons.ts';
import { reserveRest } from './rest.ts';
import { isOperationFinal, type OperationKind, paymentStates } from './states.ts';
import { overcaptureOf, uncaptured, unrefunded } from './totals.ts';

/** What the acquirer did of these kinds after we had called it ended: it is no part of the totals, but it is gone. */
const strayed = ({ operations }: View, kinds: readonly OperationKind[]): bigint =>
  operations
    .filter((o) => o.kind === 'stray' && o.undoneBy === null && kinds.includes(operations[o.target! - 1]!.kind))
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);

const mayCount = ({ state }: Operation): boolean => state === 'approved' || !isOperationFinal(state);

/**
 * How much may be captured or released now, and at most if all that is under way made room. What is being let go of, or was after its
 * end, counts as gone already where a capture is to be for more than is authorized: both could come true.
 */
const roomOf = (view: View, { kind, overcapturePercentMax = 0 }: Follow): { nowMinor: bigint; mostMinor: bigint } => {
  const { authorizedMinor, capturedMinor, authorizedHeldMinor, overcapturePercent } = view.payment;
  const percent = kind === 'capture' ? Math.min(overcapturePercent, overcapturePercentMax) : 0;
  const releasing = view.operations
    .filter((o) => o.kind === 'release' && !isOperationFinal(o.state))
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const sureMinor = authorizedMinor - releasing - strayed(view, ['release']);
  const leftMinor = authorizedMinor - capturedMinor;
  const late = strayed(view, ['capture', 'release']);
  return {
    nowMinor: leftMinor - authorizedHeldMinor - late + (sureMinor > 0n ? overcaptureOf(sureMinor, percent) : 0n),
    // A capture or release under way that is declined makes room, and a capture that came late and is given back.
    mostMinor: leftMinor + overcaptureOf(authorizedMinor, percent),
  };
};

/** What speaks against a capture or refund of this amount now, if anything. The state is looked at before the amount. */
const refusalOf = (view: View, command: Follow, now: Instant): Refusal | undefined => {
  const { payment } = view;
  const { kind, amountMinor, isOnly } = command;
  // What payers pushed stays theirs to have back, also when it was less than was asked for.
  const isPaid =
    payment.state === 'approved' || (payment.capturedMinor > 0n && paymentStates[payment.state].rank === 2);
  if (!isPaid || payment.direction === 'out') return { reason: 'invalid_state' };
  if (isOnly && view.operations.some((one) => one.kind === kind && mayCount(one))) return { reason: 'invalid_state' };
  if (kind !== 'refund') {
    if (view.operations[0]!.kind !== 'authorize' || isLapsed(view, now)) return { reason: 'invalid_state' };
    const { nowMinor, mostMinor } = roomOf(view, command);
    const freeable = amountMinor <= mostMinor;
    return amountMinor <= nowMinor ? undefined : { reason: 'exceeds_authorized', freeable };
  }
  const room = unrefunded(payment) - strayed(view, ['refund', 'void']);
  // So does a refund under way that is declined, and a capture under way that is approved.
  const freeable = amountMinor <= room + payment.capturedHeldMinor + payment.authorizedHeldMinor;
  return amountMinor <= room ? undefined : { reason: 'exceeds_captured', freeable };
};

/**
 * A merchant captures, releases or refunds. The amount is held from now until the end, so that parallel ones cannot exceed what
 * is there; of a capture that is the last one, all that is left. Refusals: the API's own first, then `invalid_state`, `exceeds_authorized`, `exceeds_captured`; written down as
 * an operation `refused` when the API wants that.
 */
export const follow = (view: View, command: Follow, now: Instant): Decision => {
  const refusal = command.refusal ?? refusalOf(view, command, now);
  if (refusal && !command.recordsRefusal) return { kind: 'refused', refusal };
  const draft = new Draft(command, now, view);
  draft.claims.push(...command.claims);
  const operation = { ...asked(command), target: 1 };
  if (refusal) refuse(draft, operation, refusal.reason);
  else {
    const added = draft.addOperation({ ...operation, state: 'acting' });
    hold(draft, added);
    const restMinor = uncaptured(draft.payment) - strayed(view, ['capture', 'release']);
    if (command.restId && restMinor > 0n) hold(draft, reserveRest(draft, command.restId, added, restMinor));
    // It goes the way that the payment went, to the same account.
    const way = draft.lastAttempt(1)!;
    draft.depart(draft.send(added.ordinal, way, { ...way, vaultRef: null, dueAt: command.dueAt }), 'perform');
    draft.note(command.kind, 'merchant', added.ordinal);
  }
  return draft.decision();
};
