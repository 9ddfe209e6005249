import { freeHold } from './books.ts';
import type { Draft } from './draft.ts';
import type { Id, Operation } from './model.ts';

/**
 * Whether an operation is the release of what the last capture leaves. It waits for the end of that capture, and holds its amount
 * meanwhile, so that nothing else can take it.
 */
export const isRest = ({ kind, target }: Operation): boolean => kind === 'release' && target !== 1;

/** Writes down what a last capture leaves, to be released once it is approved. */
export const reserveRest = (draft: Draft, id: Id, capture: Operation, amountMinor: bigint): Operation =>
  draft.addOperation({ id, kind: 'release', state: 'waiting', amountMinor, target: capture.ordinal });

const restOf = (draft: Draft, { ordinal }: Operation): Operation | undefined => {
  const next = draft.operationCount > ordinal ? draft.operation(ordinal + 1) : undefined;
  return next && isRest(next) && next.target === ordinal && next.state === 'waiting' ? next : undefined;
};

/** The last capture was approved: the acquirer is told, by a worker, that nobody will want what it left. */
export const releaseRest = (draft: Draft, capture: Operation): void => {
  const rest = restOf(draft, capture);
  if (!rest) return;
  const way = draft.lastAttempt(1)!;
  draft.moveOperation(rest.ordinal, { state: 'acting' });
  draft.send(rest.ordinal, way, { ...way, vaultRef: null, dueAt: draft.now });
  draft.note('releasing', 'merchant', rest.ordinal);
};

/** The last capture came to nothing, so it was not the last: what it would have left can be captured again. */
export const keepRest = (draft: Draft, capture: Operation): void => {
  const rest = restOf(draft, capture);
  if (!rest) return;
  freeHold(draft, rest);
  draft.moveOperation(rest.ordinal, { state: 'cancelled', reason: 'cancelled' });
};
