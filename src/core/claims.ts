import type { Claim, Id, Operation, Payment } from './model.ts';
import { paymentStates } from './states.ts';

/** Scope of the claims that keep a shop's references unique. */
export const referenceScope = (shopId: Id): string => `ref:${shopId}`;

/** A claim that its holder lets go of, so that another command can take it. */
export interface Freed extends Claim {
  /** The command that took it. One that another command has taken since stays with that one. */
  readonly holder: Id;
}

/** Whether nothing came of a payment, or all that an authorization reserved was let go of: no money is moved or held. */
const isForNothing = (
  { state, authorizedMinor, capturedMinor }: Pick<Payment, 'state' | 'authorizedMinor' | 'capturedMinor'>,
  first: Operation | undefined,
): boolean => {
  if (capturedMinor > 0n || authorizedMinor > 0n) return false;
  if (state === 'approved') return first?.kind === 'authorize';
  return paymentStates[state].rank === 2;
};

/** What a payment looked like before a decision; null where the decision makes it. */
type Before = { readonly payment: Payment; readonly operations: readonly Operation[] } | null;

/**
 * The claim on the merchant's reference that a payment lets go of by this decision. It is the first operation's own, and is let go of
 * once, where the payment's API allows a reference to be used again after a failure.
 */
export const freedBy = (before: Before, payment: Payment, [first]: readonly Operation[]): Freed | undefined => {
  if (!payment.freesReference || !first || first.reference === null || before === null) return undefined;
  if (isForNothing(before.payment, before.operations[0]) || !isForNothing(payment, first)) return undefined;
  return { scope: referenceScope(payment.shopId), value: first.reference, holder: first.id };
};

/** The claims of a new payment: one that comes to nothing at once does not take the reference that it would let go of. */
export const takenBy = (
  claims: readonly Claim[],
  payment: Payment,
  [first]: readonly Operation[],
): readonly Claim[] => {
  if (!payment.freesReference || !isForNothing(payment, first)) return claims;
  return claims.filter(({ scope, value }) => scope !== referenceScope(payment.shopId) || value !== first!.reference);
};
