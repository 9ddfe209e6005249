import { settle } from './books.ts';
import type { Decision } from './change.ts';
import type { Due } from './commands.ts';
import { Draft } from './draft.ts';
import { expiryOf, lapseOf } from './due.ts';
import { runOut } from './ends.ts';
import type { Id, Instant, View } from './model.ts';
import { uncaptured } from './totals.ts';

const captureRetryMs = 60 * 60_000;

/** What nobody captured in time is given up: the issuer has done so too. A capture under way keeps its part. */
const lapse = (draft: Draft, id: Id): void => {
  const amountMinor = uncaptured(draft.payment);
  if (amountMinor > 0n) {
    const release = draft.addOperation({ id, kind: 'release', state: 'approved', amountMinor, target: 1 });
    settle(draft, release, draft.lastAttempt(1)!.acquirer);
    draft.note('lapsed', 'timer', release.ordinal);
  }
  if (draft.payment.authorizedHeldMinor > 0n) draft.schedule('lapse', draft.now + captureRetryMs);
  else draft.unschedule('lapse');
};

const dueTimeOf: Readonly<Record<Due['task'], (view: View) => Instant | null>> = { expire: expiryOf, lapse: lapseOf };

/**
 * A task fell due, or a read finds that it has. A timer ends only what waits for the payer before money moves, and what
 * is left of an authorization. One that comes early is set again, one without an object taken away.
 */
export const due = (view: View, { id, task }: Due, now: Instant): Decision => {
  const dueAt = dueTimeOf[task](view);
  const draft = new Draft({ id }, now, view);
  if (dueAt === null) draft.unschedule(task);
  else if (now < dueAt) draft.schedule(task, dueAt);
  else if (task === 'expire') runOut(draft, 'timer');
  else lapse(draft, id);
  return draft.decision();
};
