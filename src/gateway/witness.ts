import type { Id } from '../core/model.ts';
import type { Payments, Surroundings } from './ports.ts';

/** How often what was written is looked for, and for how long, ms of elapsed time. */
const pauseMs = 2_000;
const keptMs = 60_000;

/** Payments that are remembered; of more, those that were written first are forgotten. */
const countMax = 512;

interface Memory {
  readonly merchantId: number;
  readonly version: number;
  /** What wrote it. The version alone would not tell: it is soon reached again, by others. */
  readonly command: Id;
  /** Elapsed time at which the commit was acknowledged. */
  readonly at: number;
}

export interface Witness {
  /** The store, seen through the witness. */
  readonly payments: Payments;
  /** Looks whether what this process wrote is still there. Answers how many commits are gone. */
  tick(): Promise<number>;
  /** Elapsed time at which it wants to look again; Infinity while there is nothing to look for. */
  nextAt(): number;
}

/**
 * Remembers the commits of this process that the database has acknowledged in the last minute, and looks whether they are still
 * there. A standby that took over without them says nothing of it: acquirers have moved money, and merchants were told,
 * of which no book here knows any more. Nothing can bring them back from here; a person is called at once, by an alarm in
 * the log, and compares the acquirers' books with ours.
 */
export const withWitness = (
  payments: Payments,
  { elapsed, log }: Pick<Surroundings, 'elapsed' | 'log'>,
  onLoss: (count: number) => void = () => {},
): Witness => {
  /** The newest version of each payment; in the order in which they were written. */
  const known = new Map<Id, Memory>();
  let lookedAt = Number.NEGATIVE_INFINITY;

  const remember = (paymentId: Id, memory: Memory): void => {
    // One that was reached before: what got it there is gone, and still to be looked for.
    if ((known.get(paymentId)?.version ?? 0) >= memory.version) return;
    known.delete(paymentId);
    known.set(paymentId, memory);
    if (known.size > countMax) known.delete(known.keys().next().value!);
  };

  const nextAt = (): number => (known.size === 0 ? Number.POSITIVE_INFINITY : lookedAt + pauseMs);

  return {
    payments: {
      ...payments,
      async record(step) {
        const verdict = await payments.record(step);
        const { id, merchantId, version } = step.payment;
        const isTraced = step.events.length > 0;
        if (verdict === 'written' && isTraced)
          remember(id, { merchantId, version, command: step.command, at: elapsed() });
        return verdict;
      },
    },
    nextAt,
    async tick() {
      const now = elapsed();
      if (now < nextAt()) return 0;
      lookedAt = now;
      const asked = [...known];
      const found = await payments.writtenBy(
        asked.map(([paymentId, { merchantId, version }]) => ({ merchantId, paymentId, version })),
      );
      const lost = asked.filter(([, { command }], i) => found[i] !== command);
      for (const [paymentId, memory] of asked) {
        // Whatever was written meanwhile is looked for next time.
        const isSame = known.get(paymentId) === memory;
        if (isSame && (now - memory.at >= keptMs || lost.some(([id]) => id === paymentId))) known.delete(paymentId);
      }
      if (lost.length > 0) {
        const examples = lost.slice(0, 5).map(([paymentId, { version }]) => ({ paymentId, version }));
        log.error({ alarm: 'commits_lost', count: lost.length, examples }, 'acknowledged commits are gone');
        onLoss(lost.length);
      }
      return lost.length;
    },
  };
};
