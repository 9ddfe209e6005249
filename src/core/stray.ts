import { post, suspended } from './books.ts';
import type { Decision } from './change.ts';
import type { Conclude, Transfer } from './commands.ts';
import { Draft } from './draft.ts';
import type { Attempt, Instant, Operation, View } from './model.ts';
import { orderReversal } from './reversal.ts';
import { wordsOf } from './words.ts';

/**
 * The acquirer did what we had already called ended. Its money waits in suspense and a person is called; what was taken
 * from a payer is given back at once. A stray has an attempt of its own, with the reference that the acquirer knows: a
 * reversal of it can then not meet a later attempt that is in order.
 */
export const stray = (
  view: View,
  command: Conclude,
  now: Instant,
  operation: Operation,
  attempt: Attempt,
): Decision => {
  // The same late word twice is one stray.
  const { sentReference } = attempt;
  if (view.attempts.some((a) => a !== attempt && a.sentReference === sentReference)) return { kind: 'settled' };
  const draft = new Draft(command, now, view);
  const { kind, amountMinor, ordinal } = operation;
  const fact = draft.addOperation({ id: command.id, kind: 'stray', state: 'approved', amountMinor, target: ordinal });
  const said = { ...attempt, ...wordsOf(attempt, command.evidence) };
  const own = draft.addAttempt({ ...said, operation: fact.ordinal, state: 'approved', challenge: null, dueAt: null });
  const about = operation.target === null ? undefined : view.operations[operation.target - 1];
  const sides = suspended(operation, about);
  if (sides) post(draft, sides, amountMinor, attempt.acquirer);
  const evidence = `approved by the acquirer after it had ended ${attempt.state}`;
  draft.cases.push({ kind: 'late_approval', operation: ordinal, evidence });
  draft.note('approved_late', 'acquirer', ordinal);
  // Nobody can be asked to return what went to a payer, or to reserve anew what was let go.
  const isGone = kind === 'refund' || kind === 'payout' || kind === 'void' || kind === 'release';
  if (!isGone) orderReversal(draft, command.id2, fact, own);
  return draft.decision();
};

/**
 * Payers pushed money to a payment that had ended. It waits in suspense, and a person is called for each transfer: the bank
 * has it, and only the payer can say where it is to go.
 */
export const strayTransfers = (
  view: View,
  command: Conclude,
  now: Instant,
  attempt: Attempt,
  transfers: readonly Transfer[],
): Decision => {
  const draft = new Draft(command, now, view);
  for (const transfer of transfers) {
    const { id, amountMinor } = transfer;
    const fact = draft.addOperation({ id, kind: 'stray', state: 'approved', amountMinor, target: 1 });
    draft.addFact(fact, attempt, transfer);
    post(draft, ['acquirer', 'suspense'], amountMinor, attempt.acquirer);
    const evidence = `a transfer came after it had ended ${attempt.state}`;
    draft.cases.push({ kind: 'late_approval', operation: fact.ordinal, evidence });
    draft.note('received_late', 'acquirer', fact.ordinal);
  }
  return draft.decision();
};
