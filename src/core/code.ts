import { settle } from './books.ts';
import type { Decision } from './change.ts';
import type { Conclude, Transfer } from './commands.ts';
import { stillOpen } from './doubt.ts';
import { Draft } from './draft.ts';
import { decline, endPayment } from './ends.ts';
import { inquiriesMax, nextInquiryAt, nextLookAt } from './inquiries.ts';
import type { Attempt, Instant, Operation, Qr, QrStanding, View } from './model.ts';
import { strayTransfers } from './stray.ts';
import { wordsOf } from './words.ts';

const settled: Decision = { kind: 'settled' };

/** The code that the payer scans, if that is what the attempt waits for. */
export const codeIn = ({ state, challenge }: Attempt): QrStanding | undefined =>
  state === 'challenged' && challenge?.kind === 'qr' ? challenge : undefined;

/** The acquirer made the code that the payer scans. From now on it is asked now and then, in case it does not tell. */
export const showCode = (draft: Draft, attempt: Attempt, { kind, text, appUrl }: Qr): void => {
  const challenge = { kind, text, appUrl, closing: null } as const;
  draft.moveAttempt(attempt, { state: 'challenged', challenge, inquiries: 0, dueAt: nextLookAt(0, draft.now) });
  draft.moveOperation(1, { state: 'challenged' });
  draft.schedule('expire', draft.checkout!.expiresAt);
  draft.note('challenged', 'acquirer', 1);
};

/** The acquirer takes no more under the code: the payment ends as it was to end, with what has come. */
const endCode = (draft: Draft, attempt: Attempt, { closing }: QrStanding): void => {
  const state = closing ?? 'expired';
  draft.moveAttempt(attempt, { state: 'declined', challenge: null, dueAt: null });
  draft.moveOperation(1, { state, reason: state }, { late: true });
  draft.note(state, closing === 'cancelled' ? 'payer' : 'timer', 1);
  endPayment(draft, 1, state);
};

/** Nothing new: the acquirer is asked again later, more often while it is to close the code. */
const lookAgain = (draft: Draft, { asked }: Conclude, attempt: Attempt, { closing }: QrStanding): Decision => {
  const isCounted = asked !== attempt.inquiries;
  const isEarly = attempt.dueAt !== null && draft.now < attempt.dueAt;
  if (isCounted || isEarly) return settled;
  const inquiries = attempt.inquiries + 1;
  const dueAt = closing ? nextInquiryAt(inquiries, draft.now) : nextLookAt(inquiries, draft.now);
  if (closing && inquiries === inquiriesMax) {
    const evidence = 'the acquirer does not say whether it still takes money';
    draft.cases.push({ kind: 'unresolved', operation: attempt.operation, evidence });
  }
  draft.moveAttempt(attempt, { inquiries, dueAt });
  return draft.decision();
};

/** Among transfers alone: an acquirer may give a refund the same name. */
const isKnown = ({ attempts, operations }: View, { reference }: Transfer): boolean =>
  attempts.some(({ operation, acquirerReference }) => {
    const { kind, target } = operations[operation - 1]!;
    return acquirerReference === reference && target === 1 && (kind === 'receipt' || kind === 'stray');
  });

/** What came under the code and is not in the books yet. */
const fresh = (view: View, { evidence: { transfers = [] } }: Conclude): readonly Transfer[] =>
  transfers.filter((transfer) => !isKnown(view, transfer));

/** Takes transfers into totals and books, each as an operation of its own. */
const takeIn = (draft: Draft, attempt: Attempt, transfers: readonly Transfer[]): void => {
  for (const transfer of transfers) {
    const { id, amountMinor } = transfer;
    const receipt = draft.addOperation({ id, kind: 'receipt', state: 'approved', amountMinor, target: 1 });
    draft.addFact(receipt, attempt, transfer);
    settle(draft, receipt, attempt.acquirer);
    draft.note('received', 'acquirer', receipt.ordinal);
  }
};

/**
 * Money that payers pushed, all that came so far. As much as was asked for, or more, pays the payment; less is told, and more
 * is awaited until the acquirer takes no more. What an acquirer says of an order whose code it has not shown is not taken in:
 * it will say it again, with the code.
 */
const received = (draft: Draft, view: View, command: Conclude, attempt: Attempt): Decision => {
  const { evidence, late } = command;
  const { amountMinor } = draft.operation(1);
  const code = codeIn(attempt);
  if (!code && !evidence.challenge && !evidence.isClosed) return stillOpen(draft, command, draft.operation(1), attempt);
  const transfers = fresh(view, command);
  takeIn(draft, attempt, transfers);
  if (draft.payment.capturedMinor >= amountMinor) {
    draft.moveAttempt(attempt, { state: 'approved', challenge: null, dueAt: null });
    draft.moveOperation(1, { state: 'approved' }, { late: late || code !== undefined });
    draft.note('approved', 'acquirer', 1);
    endPayment(draft, 1, 'approved');
    return draft.decision();
  }
  if (evidence.isClosed) {
    if (code) endCode(draft, attempt, code);
    else decline(draft, draft.operation(1), 'expired', late);
    return draft.decision();
  }
  if (!code) showCode(draft, attempt, evidence.challenge as Qr);
  if (transfers.length === 0) return code ? lookAgain(draft, command, attempt, code) : draft.decision();
  if (code) draft.moveAttempt(attempt, { inquiries: 0, dueAt: nextLookAt(0, draft.now) });
  draft.move({ state: 'part_paid' });
  draft.tellings.push({ operation: 1, late: true });
  draft.note('part_paid', 'acquirer', 1);
  return draft.decision();
};

/** Evidence about money that is pushed, before its end: only transfers pay it, whatever else the acquirer says. */
export const concludeCollect = (view: View, command: Conclude, now: Instant, attempt: Attempt): Decision => {
  const draft = new Draft(command, now, view);
  const { kind, isClosed, challenge } = command.evidence;
  const code = codeIn(attempt);
  draft.moveAttempt(attempt, wordsOf(attempt, command.evidence));
  switch (kind) {
    case 'received':
      return received(draft, view, command, attempt);
    case 'declined': {
      const isRefused = !code?.closing && !isClosed && draft.payment.capturedMinor === 0n;
      if (isRefused) decline(draft, draft.operation(1), command.evidence.reason ?? 'declined', command.late);
      else if (code) endCode(draft, attempt, code);
      else decline(draft, draft.operation(1), 'expired', command.late);
      return draft.decision();
    }
    default:
      if (code) return lookAgain(draft, command, attempt, code);
      if (challenge?.kind !== 'qr') return stillOpen(draft, command, draft.operation(1), attempt);
      showCode(draft, attempt, challenge);
      return draft.decision();
  }
};

/** What is said while a wallet's code is open that neither pays nor refuses. */
export const whileOpen = (view: View, command: Conclude, now: Instant, attempt: Attempt): Decision =>
  lookAgain(new Draft(command, now, view), command, attempt, codeIn(attempt)!);

/** The acquirer refused, or acknowledged that it takes no more: not the payer but whoever had it closed ended it then. */
export const declineCode = (draft: Draft, command: Conclude, operation: Operation, attempt: Attempt): void => {
  const code = codeIn(attempt);
  if (code?.closing) endCode(draft, attempt, code);
  else decline(draft, operation, command.evidence.reason ?? 'declined', command.late);
};

/** What came after the end waits in suspense for a person: nobody can be asked to return a transfer by itself. */
export const receivedLate = (view: View, command: Conclude, now: Instant, attempt: Attempt): Decision => {
  const transfers = fresh(view, command);
  return transfers.length === 0 ? settled : strayTransfers(view, command, now, attempt, transfers);
};
