import type { Decision } from './change.ts';
import type { Due } from './commands.ts';
import { Draft } from './draft.ts';
import type { Instant, View } from './model.ts';
import { endUnpaid } from './pay.ts';
import { add, uncaptured } from './totals.ts';

const minuteMs = 60_000;

/** An open 3-D Secure form stays good this long after the checkout's end: money may be about to move. */
export const challengeGraceMs = 10 * minuteMs;

/** How long an authorization is good before it lapses at the issuer. */
export const authorizationMs = 7 * 24 * 60 * minuteMs;

const captureRetryMs = 60 * minuteMs;

/** Whether what is left of an authorization can no longer be captured. */
export const isLapsed = (view: View, now: Instant): boolean => {
  const [first] = view.operations;
  return first?.kind === 'authorize' && first.finishedAt !== null && now >= first.finishedAt + authorizationMs;
};

/** When the checkout ends for a payer who is where this one is; null when no timer may end it. */
export const expiryOf = (view: View): Instant | null => {
  const state = view.operations[0]?.state;
  if (!view.checkout) return null;
  if (state === 'waiting') return view.checkout.expiresAt;
  return state === 'challenged' ? view.checkout.expiresAt + challengeGraceMs : null;
};

/** A timer ends only what waits for the payer before money moves. */
const expire = (view: View, command: Due, now: Instant): Decision => {
  const expiresAt = expiryOf(view);
  const draft = new Draft(command.id, now, view);
  if (expiresAt === null) draft.unschedule('expire');
  else if (now < expiresAt) draft.schedule({ kind: 'expire', dueAt: expiresAt });
  else endUnpaid(draft, 'expired', 'timer');
  return draft.decision();
};

/** What nobody captured in time is given up: the issuer has done so too. A capture under way keeps its part. */
const lapse = (view: View, command: Due, now: Instant): Decision => {
  if (!isLapsed(view, now)) return { kind: 'settled' };
  const draft = new Draft(command.id, now, view);
  const amountMinor = uncaptured(view.payment);
  if (amountMinor > 0n) {
    const operation = draft.addOperation({
      id: command.id,
      kind: 'release',
      state: 'approved',
      amountMinor,
      target: 1,
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
    draft.move(add(draft.payment, 'authorizedMinor', -amountMinor));
    draft.note('lapsed', 'timer', operation.ordinal);
  }
  if (view.payment.authorizedHeldMinor > 0n) draft.schedule({ kind: 'lapse', dueAt: now + captureRetryMs });
  else draft.unschedule('lapse');
  return draft.decision();
};

/** A task fell due, or a read finds that it has. */
export const due = (view: View, command: Due, now: Instant): Decision =>
  command.task === 'expire' ? expire(view, command, now) : lapse(view, command, now);
