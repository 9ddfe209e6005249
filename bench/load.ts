/** One thing to do under load; throws when it does not end as it should. */
export type Job = () => Promise<unknown>;

export interface Load {
  /** Jobs that ended well. */
  readonly count: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly errors: number;
  /** What the first errors said. */
  readonly complaints: readonly string[];
}

const round = (number: number, decimals: number): number => Number(number.toFixed(decimals));

const percentile = (sorted: readonly number[], share: number): number =>
  round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0, 2);

/** The figures of a number of times, ms. */
export const percentilesOf = (tookMs: readonly number[]) => {
  const sorted = tookMs.toSorted((a, b) => a - b);
  return { p50Ms: percentile(sorted, 0.5), p95Ms: percentile(sorted, 0.95), p99Ms: percentile(sorted, 0.99) };
};

/**
 * A closed loop: each of `concurrency` callers begins the next job when its last has ended. No job begins after `seconds`
 * or after `next` has no more; those that are under way are waited for.
 */
export const closedLoop = async (seconds: number, concurrency: number, next: () => Job | undefined): Promise<Load> => {
  const tookMs: number[] = [];
  const complaints: string[] = [];
  let errors = 0;
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1_000;
  const caller = async () => {
    while (performance.now() < endAt) {
      const job = next();
      if (!job) return;
      const begunAt = performance.now();
      try {
        await job();
        tookMs.push(performance.now() - begunAt);
      } catch (error) {
        errors++;
        if (complaints.length < 5) complaints.push((error as Error).message);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  const took = (performance.now() - startedAt) / 1_000;
  return {
    count: tookMs.length,
    seconds: round(took, 2),
    perSecond: round(tookMs.length / took, 1),
    ...percentilesOf(tookMs),
    errors,
    complaints,
  };
};
