import { WrongAnswer } from './http.ts';
import { type Arrivals, closedLoop, openLoop } from './load.ts';
import { type Scenario, warmUp } from './scenario.ts';
import { supplyOf } from './supply.ts';
import { type Failed, percentilesOf, type Run, round } from './tally.ts';

type Percentiles = ReturnType<typeof percentilesOf>;

/** What became of a gateway to which ten times came what it can do. */
export interface OverloadFigures {
  readonly peak: Percentiles & { readonly perSecond: number; readonly errors: number };
  readonly offeredPerSecond: number;
  readonly seconds: number;
  readonly planned: number;
  /** Not begun, because as many were under way as may be. */
  readonly crowdedOut: number;
  readonly lateP99Ms: number;
  /** Payments that ended well while the arrivals lasted. */
  readonly goodPerSecond: number;
  readonly goodShareOfPeak: number;
  readonly good: Percentiles;
  /** Those that were answered otherwise. `ms` is from the planned arrival, `ownMs` from when the generator sent it. */
  readonly refused: {
    readonly count: number;
    readonly withRetryAfter: number;
    readonly ms: Percentiles;
    readonly ownMs: Percentiles;
  };
  /** How many that did not end well were answered how; `none` were not answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What those said that did not end well, how many, and when, from when they were sent. */
  readonly complaints: readonly { readonly says: string; readonly count: number; readonly ownMs: Percentiles }[];
  /** From the last arrival to the end of the first second that made nine tenths of the peak; null when none did. */
  readonly recoverySeconds: number | null;
  readonly again: Percentiles & { readonly perSecond: number; readonly errors: number; readonly shareOfPeak: number };
}

const factor = 10;
/** More are not signed: the arrivals then last less long. */
const arrivalCountMax = 100_000;
/** More than the gateway lets wait, so that it is the gateway that refuses and not the generator that holds back. */
const inFlightMax = 8_000;
const recoverySecondsMax = 30;
const recoveredShare = 0.9;

const share = (part: number, whole: number) => round(part / Math.max(whole, 0.1), 3);

const figuresOf = ({ perSecond, errors, p50Ms, p95Ms, p99Ms }: Run<unknown>) => ({
  perSecond,
  errors,
  p50Ms,
  p95Ms,
  p99Ms,
});

const answered = (failed: readonly Failed[]) =>
  failed.flatMap(({ error, ...times }) => (error instanceof WrongAnswer ? [{ reply: error.reply, ...times }] : []));

const endings = ({ failed }: Run<unknown>) => {
  const refusals = answered(failed);
  const statuses: Record<string, number> = {};
  for (const { reply } of refusals) statuses[reply.status] = (statuses[reply.status] ?? 0) + 1;
  if (failed.length > refusals.length) statuses.none = failed.length - refusals.length;
  return {
    refused: {
      count: refusals.length,
      withRetryAfter: refusals.filter(({ reply }) => reply.headers['retry-after'] !== undefined).length,
      ms: percentilesOf(refusals.map(({ tookMs }) => tookMs)),
      ownMs: percentilesOf(refusals.map(({ ownMs }) => ownMs)),
    },
    statuses,
    complaints: Object.entries(Object.groupBy(failed, ({ error }) => error.message))
      .slice(0, 5)
      .map(([says, same]) => ({ says, count: same!.length, ownMs: percentilesOf(same!.map(({ ownMs }) => ownMs)) })),
  };
};

/** Ends with the first second that is as good as the peak nearly was. */
const recovery = async (peakPerSecond: number, oneSecond: () => Promise<Run<unknown>>): Promise<number | null> => {
  const startedAt = performance.now();
  const secondsSince = () => (performance.now() - startedAt) / 1_000;
  while (secondsSince() < recoverySecondsMax) {
    const { perSecond } = await oneSecond();
    if (perSecond >= peakPerSecond * recoveredShare) return secondsSince();
  }
  return null;
};

/**
 * The peak of a closed loop; then arrivals at ten times its rate for as long, at most 100,000; then, when all of them have
 * ended, the closed loop second by second until it is back, at most 30 s; then the peak again.
 */
export const measureOverload = async (
  scenario: Scenario,
  seconds: number,
  concurrency: number,
): Promise<OverloadFigures> => {
  const warmPerSecond = await warmUp(scenario, seconds, concurrency);
  const loop = async (perSecond: number) => {
    const supply = await supplyOf(scenario.prepare, perSecond * 2 + concurrency / seconds, seconds);
    return await closedLoop(seconds, concurrency, supply.next);
  };
  const peak = await loop(warmPerSecond);
  await scenario.settle();

  const offeredPerSecond = Math.max(factor, Math.round(peak.perSecond * factor));
  const overSeconds = Math.min(seconds, arrivalCountMax / offeredPerSecond);
  // Signed before, so that nothing else runs when the gateway is to recover.
  const probes = await supplyOf(scenario.prepare, peak.perSecond * 1.5 + concurrency, recoverySecondsMax);
  const arrivals = await supplyOf(scenario.prepare, offeredPerSecond, overSeconds);
  const over: Arrivals<unknown> = await openLoop(overSeconds, offeredPerSecond, inFlightMax, arrivals.next);
  const recovered = await recovery(peak.perSecond, () => closedLoop(1, concurrency, probes.next));
  await scenario.settle();
  const again = await loop(peak.perSecond);
  await scenario.settle();

  const goodInTime = over.ended.filter(({ endedMs }) => endedMs <= overSeconds * 1_000).length;
  const goodPerSecond = round(goodInTime / overSeconds, 1);
  const { planned, crowdedOut, lateP99Ms, p50Ms, p95Ms, p99Ms } = over;
  return {
    peak: figuresOf(peak),
    offeredPerSecond,
    seconds: round(overSeconds, 1),
    planned,
    crowdedOut,
    lateP99Ms,
    goodPerSecond,
    goodShareOfPeak: share(goodPerSecond, peak.perSecond),
    good: { p50Ms, p95Ms, p99Ms },
    ...endings(over),
    recoverySeconds: recovered === null ? null : round(recovered + over.seconds - overSeconds, 1),
    again: { ...figuresOf(again), shareOfPeak: share(again.perSecond, peak.perSecond) },
  };
};
