import type { Decision } from './change.ts';
import type { Conclude } from './commands.ts';
import type { Draft } from './draft.ts';
import { decline } from './ends.ts';
import { inquiriesMax, nextInquiryAt } from './inquiries.ts';
import type { Attempt, Operation } from './model.ts';
import { reasonOfDoubt } from './reasons.ts';
import { orderReversal } from './reversal.ts';

/** So many times must an acquirer say that it has never heard of an order before we believe it. */
const notFoundMax = 2;

/** Takes a charge back, or calls a person to what cannot be taken back. Asking goes on in either case but the first. */
const afterLongSilence = (draft: Draft, command: Conclude, { ordinal }: Operation): void => {
  const operation = draft.operation(ordinal);
  const raise = (kind: 'reversal_stuck' | 'unresolved', evidence: string) =>
    draft.cases.push({ kind, operation: ordinal, evidence });
  if (operation.kind === 'reversal') {
    raise('reversal_stuck', 'the acquirer does not acknowledge the reversal');
  } else if ((operation.kind === 'sale' || operation.kind === 'authorize') && operation.state === 'unknown') {
    const attempt = draft.lastAttempt(ordinal)!;
    draft.moveAttempt(attempt, { dueAt: null });
    orderReversal(draft, command.id, operation, attempt);
  } else if (operation.kind === 'verify') {
    // No money hangs from it: the card is bound anew.
    decline(draft, operation, reasonOfDoubt(draft.lastAttempt(ordinal)!.doubt), true);
  } else {
    raise('unresolved', 'the acquirer does not tell what became of it');
  }
};

/**
 * Nothing certain yet: ask again later. That the acquirer has never heard of it ends an operation when it was said twice
 * after the acquirer's lag. `attempt` is as it was before the evidence.
 */
export const stillOpen = (draft: Draft, command: Conclude, operation: Operation, attempt: Attempt): Decision => {
  const { now } = draft;
  const { kind, doubt: why } = command.evidence;
  const sent = attempt.state === 'sending';
  const accepts = kind === 'accepted' && attempt.state !== 'accepted';
  // Two who asked at once count once, and so does an answer that is written again because its commit was not acknowledged.
  const isCounted = !sent && command.asked !== attempt.inquiries;
  const isEarly = !sent && attempt.dueAt !== null && now < attempt.dueAt;
  if ((isCounted || isEarly) && !accepts) return { kind: 'settled' };

  const inquiries = sent ? 0 : attempt.inquiries + 1;
  // It may have left as late as this; only from now on are inquiries and the acquirer's lag counted. The first inquiry counts
  // as such a time, too: the sender's clock may have been behind, and those who ask agree on the time.
  const sentAt = sent ? now + command.mayLeaveMs : inquiries === 1 ? Math.max(attempt.sentAt, now) : attempt.sentAt;
  const counts = kind === 'not_found' && !sent && now >= sentAt + command.lagMs;
  const notFound = attempt.notFound + (counts ? 1 : 0);
  const state = accepts || attempt.state === 'accepted' ? 'accepted' : 'unknown';
  const doubt = attempt.doubt ?? (kind === 'accepted' ? null : (why ?? 'silence'));
  const dueAt = nextInquiryAt(inquiries, now);
  const vaultRef = command.evidence.vaultRef ?? attempt.vaultRef;
  draft.moveAttempt(attempt, { state, doubt, sentAt, inquiries, notFound, dueAt, vaultRef });
  draft.moveOperation(operation.ordinal, { state });
  if (notFound >= notFoundMax && operation.kind !== 'reversal') {
    decline(draft, operation, reasonOfDoubt(doubt), true);
    return draft.decision();
  }
  if (operation.ordinal === 1 && operation.state === 'acting' && draft.checkout) {
    draft.tellings.push({ operation: 1, late: command.late, isOpen: true });
  }
  if (operation.state !== state) draft.note(state, 'acquirer', operation.ordinal, why ?? null);
  if (inquiries === inquiriesMax) afterLongSilence(draft, command, operation);
  return draft.decision();
};
