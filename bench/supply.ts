import type { Job } from './tally.ts';

/** Jobs that are ready to be done, their requests signed; those first that were signed first. */
export interface Supply<T> {
  next(): Job<T> | undefined;
  /** Signs no more. */
  stop(): Promise<void>;
}

/** Signs what so many jobs need. With `aside` one at a time, so that it takes little from what runs meanwhile. */
export type Prepare<T> = (count: number, aside?: boolean) => Promise<Job<T>[]>;

/** A signature is good for 300 s, so what a longer run needs cannot all be signed before it. */
const signedAheadSecondsMax = 120;
/** A stock of so many seconds is well within that, even if it is used at a quarter of the rate. */
const stockSeconds = 45;
const chunkCount = 32;
const restMs = 50;

/**
 * Jobs for a run of `seconds` that uses `perSecond` of them. All are signed before it; for a long run a stock is, which is
 * then kept up on the thread pool: no signature is ever waited for by a payment.
 */
export const supplyOf = async <T>(prepare: Prepare<T>, perSecond: number, seconds: number): Promise<Supply<T>> => {
  const isLong = seconds > signedAheadSecondsMax;
  const wanted = Math.ceil(perSecond * (isLong ? stockSeconds : seconds));
  const chunks: Iterator<Job<T>>[] = [(await prepare(wanted)).values()];
  let stock = wanted;
  let stopped = false;

  const keepUp = async () => {
    while (!stopped) {
      if (stock < wanted) {
        const jobs = await prepare(chunkCount, true);
        stock += jobs.length;
        chunks.push(jobs.values());
      } else {
        await new Promise((resolve) => setTimeout(resolve, restMs));
      }
    }
  };
  const keeping = isLong ? keepUp() : undefined;

  return {
    next: () => {
      while (chunks.length > 0) {
        const { value, done } = chunks[0]!.next();
        if (!done) {
          stock--;
          return value;
        }
        chunks.shift();
      }
      return undefined;
    },
    stop: async () => {
      stopped = true;
      await keeping;
    },
  };
};
