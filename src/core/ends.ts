import { sending } from './begin.ts';
import type { Decision } from './change.ts';
import type { Conclude } from './commands.ts';
import { Draft } from './draft.ts';
import { authorizationMs } from './due.ts';
import type { Attempt, Id, Instant, Operation, View } from './model.ts';
import type { Reason } from './reasons.ts';
import { isOperationFinal } from './states.ts';
import { add, effects } from './totals.ts';

const account = (name: string, acquirer: string) => (name === 'acquirer' ? `acquirer:${acquirer}` : name);

/** Applies (`sign` 1) or takes back (-1) what an approved operation does to totals and books. */
const settle = (draft: Draft, operation: Operation, acquirer: string, sign: 1 | -1): void => {
  if (operation.kind === 'reversal' || operation.kind === 'stray') return;
  const { approve, posting } = effects[operation.kind];
  for (const [total, direction] of Object.entries(approve)) {
    draft.move(add(draft.payment, total as keyof typeof approve, operation.amountMinor * BigInt(direction * sign)));
  }
  if (!posting) return;
  const [debit, credit] = sign === 1 ? posting : [posting[1], posting[0]];
  draft.post(account(debit, acquirer), account(credit, acquirer), operation.amountMinor);
};

const freeHold = (draft: Draft, operation: Operation): void => {
  if (operation.kind === 'reversal' || operation.kind === 'stray') return;
  const { hold } = effects[operation.kind];
  if (hold) draft.move(add(draft.payment, hold, -operation.amountMinor));
};

export const reversalUnderWay = (view: View, target: number): boolean =>
  view.operations.some((o) => o.kind === 'reversal' && o.target === target && !isOperationFinal(o.state));

/** The acquirer did it. */
export const approve = (draft: Draft, command: Conclude): void => {
  const operation = draft.operation(command.operation);
  const attempt = draft.attempt(command.operation, command.attempt);
  draft.moveAttempt(attempt, { state: 'approved', challenge: null, dueAt: null });
  if (operation.kind === 'reversal') return reversed(draft, operation);
  freeHold(draft, operation);
  settle(draft, operation, attempt.acquirer, 1);
  const { keep } = command;
  if (keep && attempt.card) {
    const { token, vaultRef } = keep;
    draft.store({ token, vaultRef, face: attempt.card, networkReference: attempt.networkReference });
    if (!keep.known) draft.claim([{ scope: 'card', value: vaultRef }]);
  }
  const cardToken = keep?.token ?? operation.cardToken;
  draft.moveOperation(operation.ordinal, { state: 'approved', cardToken }, command);
  draft.note('approved', 'acquirer', operation.ordinal);
  if (operation.ordinal !== 1) return;
  draft.move({ state: 'approved' });
  draft.unschedule('expire');
  if (operation.kind === 'authorize') draft.schedule({ kind: 'lapse', dueAt: draft.now + authorizationMs });
};

/** It did not happen, and there is evidence of that. What it held is free again. */
export const decline = (
  draft: Draft,
  ordinal: number,
  attemptOrdinal: number,
  reason: Reason,
  late: boolean,
  attemptState: 'declined' | 'not_sent' = 'declined',
): void => {
  const operation = draft.operation(ordinal);
  const attempt = draft.attempt(ordinal, attemptOrdinal);
  draft.moveAttempt(attempt, { state: attemptState, challenge: null, dueAt: null });
  draft.moveOperation(ordinal, { state: 'declined', reason }, { late });
  draft.note('declined', 'acquirer', ordinal, reason);
  if (operation.kind === 'reversal') return stuck(draft, operation);
  freeHold(draft, operation);
  if (ordinal !== 1) return;
  draft.move({ state: 'declined' });
  draft.unschedule('expire');
};

/** The acquirer acknowledged a reversal: its target never was, or is undone. */
const reversed = (draft: Draft, reversal: Operation): void => {
  draft.moveOperation(reversal.ordinal, { state: 'approved' });
  const target = draft.operation(reversal.target!);
  draft.note('reversed', 'acquirer', target.ordinal);
  const attempt = draft.lastAttempt(target.ordinal);
  if (target.kind === 'stray' && draft.operation(target.target!).kind !== 'authorize') {
    const acquirer = account('acquirer', draft.lastAttempt(reversal.ordinal)!.acquirer);
    draft.post('suspense', acquirer, target.amountMinor);
  }
  if (isOperationFinal(target.state)) {
    if (target.state === 'approved') settle(draft, target, attempt?.acquirer ?? '', -1);
    return draft.moveOperation(target.ordinal, { undoneBy: reversal.ordinal });
  }
  freeHold(draft, target);
  const reason = attempt!.doubt === 'host_error' ? 'host_error' : 'timed_out';
  draft.moveAttempt(attempt!, { state: 'reversed', dueAt: null });
  draft.moveOperation(target.ordinal, { state: 'reversed', reason, undoneBy: reversal.ordinal }, { late: true });
  if (target.ordinal !== 1) return;
  draft.move({ state: 'declined' });
  draft.unschedule('expire');
};

/** The acquirer will not reverse: a person must look, and the target is asked about again. */
const stuck = (draft: Draft, reversal: Operation): void => {
  draft.raise('reversal_stuck', reversal.ordinal, 'the acquirer refused the reversal');
  const attempt = draft.lastAttempt(reversal.target!);
  if (attempt && !isOperationFinal(draft.operation(reversal.target!).state)) {
    draft.moveAttempt(attempt, { dueAt: draft.now + 3_600_000 });
  }
};

/** Orders a reversal of `target`. It leaves with a worker and is sent again until it is acknowledged. */
const orderReversal = (draft: Draft, id: Id, target: Operation, way: Attempt): void => {
  const reversal = draft.addOperation({
    id,
    kind: 'reversal',
    state: 'acting',
    amountMinor: target.amountMinor,
    target: target.ordinal,
    undoneBy: null,
    reason: null,
    reference: null,
    requestHash: null,
    noticeUrl: null,
    cardToken: null,
    memo: null,
    requestedAt: draft.now,
    finishedAt: null,
  });
  const about = { card: way.card, vaultRef: null, now: draft.now, dueAt: draft.now };
  draft.addAttempt(sending(reversal.ordinal, way, about));
  draft.note('reversing', 'timer', target.ordinal);
};

/** Long silence: a charge is taken back. What cannot be taken back is a case for a person, and is asked about for ever. */
export const afterLongSilence = (draft: Draft, command: Conclude, ordinal: number): void => {
  const operation = draft.operation(ordinal);
  if (operation.kind === 'reversal') {
    draft.raise('reversal_stuck', ordinal, 'the acquirer does not acknowledge the reversal');
  } else if ((operation.kind === 'sale' || operation.kind === 'authorize') && operation.state === 'unknown') {
    const attempt = draft.lastAttempt(ordinal)!;
    draft.moveAttempt(attempt, { dueAt: null });
    orderReversal(draft, command.id, operation, attempt);
  } else {
    draft.raise('unresolved', ordinal, 'the acquirer does not tell what became of it');
  }
};

/** The acquirer did what we had already called ended. Its money waits in suspense; a charge is given back. */
export const stray = (
  view: View,
  command: Conclude,
  now: Instant,
  operation: Operation,
  attempt: Attempt,
): Decision => {
  // The same late word twice is one stray.
  if (view.operations.some((o) => (o.kind === 'stray' || o.kind === 'reversal') && o.target === operation.ordinal)) {
    return { kind: 'settled' };
  }
  const draft = new Draft(command.id, now, view);
  const fact = draft.addOperation({
    ...operation,
    id: command.id,
    kind: 'stray',
    state: 'approved',
    target: operation.ordinal,
    undoneBy: null,
    reason: null,
    reference: null,
    requestHash: null,
    noticeUrl: null,
    cardToken: null,
    memo: null,
    requestedAt: now,
    finishedAt: now,
  });
  const acquirer = account('acquirer', attempt.acquirer);
  if (operation.kind === 'refund') draft.post('suspense', acquirer, operation.amountMinor);
  else if (operation.kind !== 'authorize') draft.post(acquirer, 'suspense', operation.amountMinor);
  draft.raise('late_approval', operation.ordinal, `approved by the acquirer after it had ended ${operation.state}`);
  draft.note('approved_late', 'acquirer', operation.ordinal);
  if (operation.kind === 'sale' || operation.kind === 'authorize') orderReversal(draft, command.id2, fact, attempt);
  return draft.decision();
};
