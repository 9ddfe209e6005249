import type { Latency } from '../src/sandbox/host/latency.ts';
import type { SpiralMerchant } from '../test/spiral-merchant.ts';
import { addedLatency } from './acquirer.ts';
import type { LoadedGateway } from './gateway.ts';
import type { Client } from './http.ts';
import { closedLoop, openLoop } from './load.ts';
import { watchMemory } from './memory.ts';
import { coresBusy, perPayment, readMeters } from './meters.ts';
import type { Receiver } from './receiver.ts';
import { type Prepare, supplyOf } from './supply.ts';
import type { Load, percentilesOf, Run } from './tally.ts';

/** What scenarios work on. */
export interface Scene {
  readonly gateway: LoadedGateway;
  readonly merchant: SpiralMerchant;
  readonly cardToken: string;
  readonly client: Client;
  readonly receiver: Receiver;
  /** What the sandbox's acquirer was told to take. */
  readonly latency: Latency | null;
}

export interface Scenario {
  /** Signs what so many payments need. Each answers the references under which something was asked of the acquirer. */
  readonly prepare: Prepare<readonly string[]>;
  /** Waits for what payments bring about afterwards, and answers what is wrong with it or with their answers. */
  readonly settle: () => Promise<string[]>;
  readonly figures: () => Readonly<Record<string, number>>;
  /** Signed for the warm-up, which ends when they are used up. */
  readonly warmUpPerSecondMax?: number;
}

export interface ScenarioFigures extends Omit<Load, 'count'> {
  readonly payments: number;
  /** Latency without what the acquirer took. */
  readonly added: ReturnType<typeof percentilesOf>;
  readonly perPayment: ReturnType<typeof perPayment>;
  readonly coresBusy: ReturnType<typeof coresBusy>;
  readonly memory: ReturnType<ReturnType<typeof watchMemory>['stop']>;
  /** Of that scenario alone. */
  readonly more: Readonly<Record<string, number>>;
}

/** What one rate of arrivals came to. Latency counts from the planned arrival. */
export interface ArrivalFigures extends ScenarioFigures {
  readonly ratePerSecond: number;
  readonly planned: number;
  /** Not begun, because as many were under way as may be. Errors, as those that were begun and failed. */
  readonly crowdedOut: number;
  readonly lateP99Ms: number;
}

/** How much faster than the warm-up the run may become before it ends early for want of signed requests. */
const warmUpFactor = 2;

/** Beyond this the generator would measure itself; a gateway that answers in a second has fewer at 2,000 a second. */
const inFlightMax = 2_000;

/** Runs a scenario in a closed loop before it is measured; answers how many payments a second it made. */
export const warmUp = async (scenario: Scenario, seconds: number, concurrency: number): Promise<number> => {
  const { prepare, settle, warmUpPerSecondMax = 600 } = scenario;
  const warmUpSeconds = Math.min(5, Math.max(0.5, seconds / 3));
  const supply = await supplyOf(prepare, warmUpPerSecondMax, warmUpSeconds);
  const { errors, complaints, perSecond } = await closedLoop(warmUpSeconds, concurrency, supply.next);
  await settle();
  if (errors > 0) throw new Error(`the warm-up failed: ${complaints.join('; ')}`);
  return perSecond;
};

/** Reads all meters around a load. */
const observed = async <R extends Run<readonly string[]>>(
  { gateway, latency }: Scene,
  scenario: Scenario,
  load: () => Promise<R>,
): Promise<{ run: R; figures: ScenarioFigures }> => {
  const { installation, pids } = gateway;
  const meters = () => readMeters(installation.sql, pids);
  const since = Date.now();
  const before = await meters();
  const memory = watchMemory(pids);
  const run = await load();
  const used = memory.stop();
  const faults = await scenario.settle();
  const after = await meters();
  const { added, faults: timeFaults } = await addedLatency(installation.sql, latency, since, run.ended);
  const wrong = [...faults, ...timeFaults];
  const { seconds, perSecond, p50Ms, p95Ms, p99Ms } = run;
  const figures = {
    payments: run.count,
    seconds,
    perSecond,
    p50Ms,
    p95Ms,
    p99Ms,
    added,
    errors: run.errors + wrong.length,
    complaints: [...run.complaints, ...wrong.slice(0, 5)],
    perPayment: perPayment(before, after, Math.max(1, run.count)),
    coresBusy: coresBusy(before, after, run.seconds),
    memory: used,
    more: scenario.figures(),
  };
  return { run, figures };
};

/** Warms up, then measures what `concurrency` callers make in a closed loop. */
export const measure = async (
  scene: Scene,
  scenario: Scenario,
  seconds: number,
  concurrency: number,
): Promise<ScenarioFigures> => {
  const warmPerSecond = await warmUp(scenario, seconds, concurrency);
  const supply = await supplyOf(scenario.prepare, warmPerSecond * warmUpFactor + concurrency / seconds, seconds);
  const load = () => closedLoop(seconds, concurrency, supply.next).finally(supply.stop);
  return (await observed(scene, scenario, load)).figures;
};

/** Arrivals at one rate. Whoever calls has warmed up. */
const measureRate = async (
  scene: Scene,
  scenario: Scenario,
  seconds: number,
  ratePerSecond: number,
): Promise<ArrivalFigures> => {
  const supply = await supplyOf(scenario.prepare, ratePerSecond, seconds);
  const load = () => openLoop(seconds, ratePerSecond, inFlightMax, supply.next).finally(supply.stop);
  const { run, figures } = await observed(scene, scenario, load);
  const { planned, crowdedOut, unready, lateP99Ms } = run;
  return {
    ratePerSecond,
    planned,
    crowdedOut,
    lateP99Ms,
    ...figures,
    errors: figures.errors + crowdedOut + unready,
    complaints: [
      ...figures.complaints,
      ...(crowdedOut > 0 ? [`${crowdedOut} arrivals found ${inFlightMax} others under way and were not begun`] : []),
      ...(unready > 0 ? [`${unready} arrivals had no signed request`] : []),
    ],
  };
};

/** Warms up once, then measures one rate of arrivals after the other. */
export const measureRates = async (
  scene: Scene,
  scenario: Scenario,
  seconds: number,
  concurrency: number,
  ratesPerSecond: readonly number[],
): Promise<ArrivalFigures[]> => {
  await warmUp(scenario, seconds, concurrency);
  const figures: ArrivalFigures[] = [];
  for (const rate of ratesPerSecond) figures.push(await measureRate(scene, scenario, seconds, rate));
  return figures;
};
