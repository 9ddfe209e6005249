import type { Decision } from './change.ts';
import type { Charge, Open, Way } from './commands.ts';
import { Draft } from './draft.ts';
import type { Attempt, CardFace, Instant, Operation, Payment } from './model.ts';
import { noTotals } from './totals.ts';

/** How a first attempt, or a further one, starts out. */
export const sending = (
  operation: number,
  way: Way,
  about: { card: CardFace | null; vaultRef: string | null; now: Instant; dueAt: Instant },
): Omit<Attempt, 'ordinal' | 'sentReference'> => ({
  operation,
  routeId: way.routeId,
  acquirer: way.acquirer,
  account: way.account,
  state: 'sending',
  acquirerReference: null,
  acquirerTime: null,
  responseCode: null,
  responseText: null,
  approvalCode: null,
  networkReference: null,
  card: about.card,
  vaultRef: about.vaultRef,
  challenge: null,
  doubt: null,
  sentAt: about.now,
  inquiries: 0,
  notFound: 0,
  dueAt: about.dueAt,
});

/** An operation as asked for, before anything came of it. */
export const asked = (
  command: {
    id: string;
    amountMinor: bigint;
    reference: string | null;
    requestHash: string | null;
    noticeUrl: string | null;
    memo: string | null;
  },
  kind: Operation['kind'],
  now: Instant,
): Omit<Operation, 'ordinal'> => ({
  id: command.id,
  kind,
  state: 'waiting',
  amountMinor: command.amountMinor,
  target: null,
  undoneBy: null,
  reason: null,
  reference: command.reference,
  requestHash: command.requestHash,
  noticeUrl: command.noticeUrl,
  cardToken: null,
  memo: command.memo,
  requestedAt: now,
  finishedAt: null,
});

const newPayment = (command: Open | Charge, state: Payment['state'], now: Instant): Payment => ({
  ...noTotals,
  merchantId: command.merchantId,
  id: command.paymentId,
  shopId: command.shopId,
  state,
  version: 0,
  currency: command.currency,
  amountMinor: command.amountMinor,
  noticeCount: 0,
  createdAt: now,
});

/** A checkout: the payment waits for its payer until the checkout ends. */
export const open = (command: Open, now: Instant): Decision => {
  const draft = new Draft(command.id, now, newPayment(command, 'open', now));
  const operation = draft.addOperation(asked(command, command.kind, now));
  draft.open(command.checkout);
  draft.claim(command.claims);
  draft.schedule({ kind: 'expire', dueAt: command.checkout.expiresAt });
  draft.note('opened', 'merchant', operation.ordinal);
  return draft.decision();
};

/** A charge without a payer present: one step takes the reference and writes the attempt that is about to leave. */
export const charge = (command: Charge, now: Instant): Decision => {
  const refusal = 'reason' in command.way ? command.way : null;
  const draft = new Draft(command.id, now, newPayment(command, refusal ? 'declined' : 'acting', now));
  draft.claim(command.claims);
  const begun = { ...asked(command, command.kind, now), cardToken: command.cardToken };
  if ('reason' in command.way) {
    const { reason } = command.way;
    const operation = draft.addOperation({ ...begun, state: 'refused', reason, finishedAt: now });
    draft.tell(operation.ordinal, false);
    draft.note('refused', 'merchant', operation.ordinal, reason);
    return draft.decision();
  }
  const operation = draft.addOperation({ ...begun, state: 'acting' });
  const attempt = draft.addAttempt(sending(operation.ordinal, command.way, { ...command, now }));
  draft.depart(attempt, 'perform');
  draft.note('charged', 'merchant', operation.ordinal);
  return draft.decision();
};
