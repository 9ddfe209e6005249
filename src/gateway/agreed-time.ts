import { clockStepMinMs } from './act.ts';
import type { Agenda, Outbox, Surroundings } from './ports.ts';

/** How far this process and the database may be apart, ms. More is a clock that was set, not one that runs a little fast. */
export const differenceMaxMs = 5_000;

/** How long they are believed to agree once they did, ms of elapsed time. */
const trustMs = 10_000;

/**
 * Agenda and outbox for a process that keeps the right time. Whether an order is overdue, whether an acquirer has had time
 * to know of it and how long a lease lasts is told from instants that another process may have written; one whose clock was
 * set an hour forward would believe too soon that nothing was charged, and hold what it leases for an hour. So nothing is
 * leased while this process and the database disagree about the time. All times that are written down are still the
 * process's own: the database's clock is asked for nothing else.
 */
export const withAgreedTime = <O extends Pick<Outbox, 'leaseNotices'>>(
  { agenda, outbox }: { readonly agenda: Agenda; readonly outbox: O },
  { realClock, elapsed, log }: Surroundings,
): { readonly agenda: Agenda; readonly outbox: O } => {
  let agrees = true;
  let askedAt = Number.NEGATIVE_INFINITY;
  /** What this process's clock was ahead of elapsed time when the database was asked. */
  let offsetMs = 0;

  const isFresh = (): boolean =>
    elapsed() - askedAt < trustMs && Math.abs(realClock.now() - elapsed() - offsetMs) < clockStepMinMs;

  const ask = async (): Promise<void> => {
    const beganAt = elapsed();
    const databaseNow = await agenda.now();
    const tookMs = elapsed() - beganAt;
    askedAt = elapsed();
    offsetMs = realClock.now() - askedAt;
    const aheadMs = Math.round(realClock.now() - databaseNow - tookMs / 2);
    const did = agrees;
    agrees = Math.abs(aheadMs) <= differenceMaxMs + tookMs / 2;
    if (did && !agrees)
      log.error({ aheadMs }, 'this clock and the one of the database differ: due work is not done here');
    if (!did && agrees) log.info({ aheadMs }, 'the clocks agree again: due work goes on');
  };

  const agreed =
    <A, T>(lease: (asked: A) => Promise<T[]>) =>
    async (asked: A): Promise<T[]> => {
      // What is asked for was reckoned by the clock as it is before the question.
      const before = realClock.now() - elapsed();
      if (!isFresh()) await ask();
      return agrees && Math.abs(offsetMs - before) < clockStepMinMs ? lease(asked) : [];
    };

  return {
    agenda: {
      ...agenda,
      leaseAttempts: agreed(agenda.leaseAttempts),
      leaseTasks: agreed(agenda.leaseTasks),
      leaseLinks: agreed(agenda.leaseLinks),
      leaseMandates: agreed(agenda.leaseMandates),
    },
    outbox: { ...outbox, leaseNotices: agreed(outbox.leaseNotices) },
  };
};
