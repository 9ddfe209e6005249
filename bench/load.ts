import { type Job, percentilesOf, type Run, Tally } from './tally.ts';

/**
 * A closed loop: each of `concurrency` callers begins the next job when its last has ended, and times it from there. No job
 * begins after `seconds` or after `next` has no more; those that are under way are waited for.
 */
export const closedLoop = async <T>(
  seconds: number,
  concurrency: number,
  next: () => Job<T> | undefined,
): Promise<Run<T>> => {
  const tally = new Tally<T>();
  const endAt = tally.startedAt + seconds * 1_000;
  const caller = async () => {
    while (performance.now() < endAt) {
      const job = next();
      if (!job) return;
      await tally.do(job);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return tally.run();
};

export interface Arrivals<T> extends Run<T> {
  /** That were planned: all of those that ended, failed, or were not begun. */
  readonly planned: number;
  /** Not begun, because as many were under way as may be. */
  readonly crowdedOut: number;
  /** Not begun, because `next` had no more. */
  readonly unready: number;
  /** How long after its planned instant the generator began a job: its own fault, and part of every latency. */
  readonly lateP99Ms: number;
}

/** Begun in one go before what has come in meanwhile is looked at. */
const burstMax = 16;

/**
 * An open model: `perSecond` jobs arrive each second at their planned instants, whatever becomes of those before, and each
 * is timed from its planned instant. So a stall counts for all that arrived in it, and not only for those that the stall
 * let begin (coordinated omission). No more than `inFlightMax` are under way: what arrives then is not begun.
 */
export const openLoop = async <T>(
  seconds: number,
  perSecond: number,
  inFlightMax: number,
  next: () => Job<T> | undefined,
): Promise<Arrivals<T>> => {
  const planned = Math.max(1, Math.round(seconds * perSecond));
  const tally = new Tally<T>();
  const lateMs: number[] = [];
  const underWay = new Set<Promise<void>>();
  let crowdedOut = 0;
  let unready = 0;
  const arrive = (plannedAt: number) => {
    if (underWay.size >= inFlightMax) return crowdedOut++;
    const job = next();
    if (!job) return unready++;
    lateMs.push(performance.now() - plannedAt);
    const doing = tally.do(job, plannedAt).finally(() => underWay.delete(doing));
    return underWay.add(doing);
  };
  for (let ordinal = 0; ordinal < planned; ) {
    let plannedAt = tally.startedAt + (ordinal * 1_000) / perSecond;
    for (let burst = 0; burst < burstMax && ordinal < planned && plannedAt <= performance.now(); burst++) {
      arrive(plannedAt);
      plannedAt = tally.startedAt + (++ordinal * 1_000) / perSecond;
    }
    const aheadMs = plannedAt - performance.now();
    await new Promise((resolve) => (aheadMs < 1 ? setImmediate(resolve) : setTimeout(resolve, aheadMs)));
  }
  await Promise.all(underWay);
  return { ...tally.run(), planned, crowdedOut, unready, lateP99Ms: percentilesOf(lateMs).p99Ms };
};
