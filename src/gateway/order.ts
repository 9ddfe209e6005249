import type { Attempt, View } from '../core/model.ts';
import { originalOf } from '../core/original.ts';
import type { Luggage } from './act.ts';
import type { Order } from './ports.ts';

/** What the acquirer is told of an attempt, and who is there while it is. */
export const orderOf = (
  view: View,
  attempt: Attempt,
  action: Order['action'],
  luggage: Pick<Luggage, 'returnUrl' | 'initiator' | 'firstNetworkReference' | 'paid'>,
): Order => {
  const operation = view.operations[attempt.operation - 1]!;
  const { returnUrl, initiator, firstNetworkReference, paid } = luggage;
  const original = originalOf(view, operation) ?? paid;
  return {
    kind: operation.kind,
    action,
    operation: operation.ordinal,
    attempt: attempt.ordinal,
    acquirer: attempt.acquirer,
    account: attempt.account,
    sentReference: attempt.sentReference,
    acquirerReference: attempt.acquirerReference,
    amountMinor: operation.amountMinor,
    currency: view.payment.currency,
    card: attempt.card,
    // A refund goes the way of its sale, by what the acquirer knows that by.
    wallet: original ? null : attempt.wallet,
    bankAccount: original ? null : attempt.bankAccount,
    original: original
      ? { sentReference: original.sentReference, acquirerReference: original.acquirerReference }
      : null,
    firstNetworkReference,
    initiator: view.checkout ? initiator : 'merchant',
    returnUrl,
    demandsChallenge: view.checkout?.demandsChallenge === true,
    ...(view.checkout?.requiresChallenge && { requiresChallenge: true }),
    description: null,
    payerInfo: view.checkout?.payerInfo ?? null,
  };
};
