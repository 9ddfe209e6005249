import type { Draft } from './draft.ts';
import type { Operation } from './model.ts';
import { add, effectOf, type Sides } from './totals.ts';

/** Writes a ledger row; `acquirer` is the name of the one whose money moves. */
export const post = (draft: Draft, [debit, credit]: Sides, amountMinor: bigint, acquirer: string): void => {
  const account = (name: string) => (name === 'acquirer' ? `acquirer:${acquirer}` : name);
  draft.postings.push({ debit: account(debit), credit: account(credit), amountMinor });
};

const effectIn = (draft: Draft, operation: Operation) =>
  effectOf(operation, operation.target === null ? undefined : draft.operation(operation.target));

/** Reserves what an operation is about to move, so that nothing beside it can take the same. */
export const hold = (draft: Draft, operation: Operation): void => {
  const total = effectIn(draft, operation).hold;
  if (total) draft.move(add(draft.payment, total, operation.amountMinor));
};

export const freeHold = (draft: Draft, operation: Operation): void => {
  const total = effectIn(draft, operation).hold;
  if (total) draft.move(add(draft.payment, total, -operation.amountMinor));
};

/** Takes an approved operation into totals and ledger. */
export const settle = (draft: Draft, operation: Operation, acquirer: string): void => {
  const { amountMinor } = operation;
  const { approve, posting } = effectIn(draft, operation);
  for (const [total, direction] of Object.entries(approve)) {
    draft.move(add(draft.payment, total as keyof typeof approve, amountMinor * BigInt(direction)));
  }
  if (posting) post(draft, posting, amountMinor, acquirer);
};

/** Where the money of a late fact waits: its usual posting with `suspense` in the merchant's place. */
export const suspended = (operation: Operation, target: Operation | undefined): Sides | null => {
  const { posting } = effectOf(operation, target);
  const side = (name: string) => (name === 'merchant' ? 'suspense' : name);
  return posting && [side(posting[0]), side(posting[1])];
};
