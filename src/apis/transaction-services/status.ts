import type { Operation, View } from '../../core/model.ts';
import { isOperationFinal } from '../../core/states.ts';

/** Long statuses that are produced (section 9.0), and their short ones. */
export const shortStatuses = {
  begun: 'P',
  authstarted: 'P',
  authstarted_3D: 'P',
  authsuccessful: 'Y',
  authfailed: 'N',
  capturestarted: 'P',
  capturesuccess: 'Y',
  capturefailed: 'N',
  settled: 'Y',
  cancelstarted: 'P',
  authcancelled: 'C',
  cancelled: 'C',
  markedforreversal: 'Y',
  reversed: 'Y',
  chargeback: 'Y',
  failed: 'N',
  payoutstarted: 'P',
  payoutsuccessful: 'Y',
  payoutfailed: 'N',
} as const;

export type LongStatus = keyof typeof shortStatuses;
export type ShortStatus = (typeof shortStatuses)[LongStatus];

/** Ends without a word of the acquirer about the payment itself. */
const technical: ReadonlySet<string> = new Set(['timed_out', 'host_error', 'unreachable', 'expired', 'busy']);

/** The last thing that a merchant did to an authorization; what a last capture leaves is released by itself. */
const lastAsked = ({ operations }: View): Operation | undefined =>
  operations.findLast(({ kind, target }) => ['capture', 'release', 'refund'].includes(kind) && target === 1);

const approvedStatus = (view: View): LongStatus => {
  const { payment, operations } = view;
  const last = lastAsked(view);
  if (last && !isOperationFinal(last.state)) {
    if (last.kind === 'capture') return 'capturestarted';
    return last.kind === 'release' ? 'cancelstarted' : 'markedforreversal';
  }
  if (payment.disputedMinor > 0n) return 'chargeback';
  if (payment.refundedMinor > 0n) return 'reversed';
  if (payment.capturedMinor > 0n) return view.isSettled ? 'settled' : 'capturesuccess';
  if (operations[0]!.kind !== 'authorize') return 'capturesuccess';
  if (payment.authorizedMinor === 0n) return 'authcancelled';
  return last?.kind === 'capture' && last.state === 'declined' ? 'capturefailed' : 'authsuccessful';
};

/** How a payment stands (sections 9.0 and 12.1). */
export const statusOf = (view: View): LongStatus => {
  const { state, reason } = view.operations[0]!;
  const isPayout = view.payment.direction === 'out';
  switch (state) {
    case 'waiting':
      return 'begun';
    case 'challenged':
      return view.attempts.findLast(({ operation }) => operation === 1)?.challenge?.kind === 'redirect'
        ? 'authstarted_3D'
        : 'authstarted';
    case 'acting':
    case 'accepted':
    case 'unknown':
      return isPayout ? 'payoutstarted' : 'authstarted';
    case 'approved':
      return isPayout ? 'payoutsuccessful' : approvedStatus(view);
    case 'cancelled':
      return reason === 'withdrawn' && view.attempts.length === 0 ? 'failed' : 'cancelled';
    case 'expired':
    case 'reversed':
    case 'refused':
      return isPayout ? 'payoutfailed' : 'failed';
    case 'declined':
      if (isPayout) return 'payoutfailed';
      // The shopper gave up where the payment was to be made.
      if (reason === 'cancelled') return 'cancelled';
      return reason !== null && technical.has(reason) ? 'failed' : 'authfailed';
  }
};

export const isLongStatus = (text: string): text is LongStatus => Object.hasOwn(shortStatuses, text);

export const shortOf = (status: LongStatus): ShortStatus => shortStatuses[status];
