/** One thing to do under load; throws when it does not end as it should. */
export type Job<T = unknown> = () => Promise<T>;

/** A job that ended well. */
export interface Ended<T> {
  /** From when it was to begin. */
  readonly tookMs: number;
  /** Since the beginning of the run. */
  readonly endedMs: number;
  readonly result: T;
}

export interface Failed {
  readonly error: Error;
  /** From when it was to begin. */
  readonly tookMs: number;
  /** From when it did begin. */
  readonly ownMs: number;
}

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

/** A load with all that it is made of. */
export interface Run<T> extends Load {
  readonly ended: readonly Ended<T>[];
  readonly failed: readonly Failed[];
}

export const round = (number: number, decimals: number): number => Number(number.toFixed(decimals));

const percentile = (sorted: readonly number[], share: number): number =>
  round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0, 2);

/** The figures of a number of times, ms. */
export const percentilesOf = (tookMs: readonly number[]) => {
  const sorted = tookMs.toSorted((a, b) => a - b);
  return { p50Ms: percentile(sorted, 0.5), p95Ms: percentile(sorted, 0.95), p99Ms: percentile(sorted, 0.99) };
};

const complaintCountMax = 5;

/** Does jobs and writes down how each ended. The run begins when it is made. */
export class Tally<T> {
  readonly startedAt = performance.now();
  readonly #ended: Ended<T>[] = [];
  readonly #failed: Failed[] = [];

  /** Does a job whose time counts from `plannedAt` (of `performance.now()`). Never throws. */
  async do(job: Job<T>, plannedAt = performance.now()): Promise<void> {
    const begunAt = performance.now();
    try {
      const result = await job();
      const now = performance.now();
      this.#ended.push({ tookMs: now - plannedAt, endedMs: now - this.startedAt, result });
    } catch (error) {
      const now = performance.now();
      this.#failed.push({ error: error as Error, tookMs: now - plannedAt, ownMs: now - begunAt });
    }
  }

  /** Ends the run. */
  run(): Run<T> {
    const seconds = (performance.now() - this.startedAt) / 1_000;
    return {
      count: this.#ended.length,
      seconds: round(seconds, 2),
      perSecond: round(this.#ended.length / seconds, 1),
      ...percentilesOf(this.#ended.map(({ tookMs }) => tookMs)),
      errors: this.#failed.length,
      complaints: this.#failed.slice(0, complaintCountMax).map(({ error }) => error.message),
      ended: this.#ended,
      failed: this.#failed,
    };
  }
}
