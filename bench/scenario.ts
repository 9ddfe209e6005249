import type { SpiralMerchant } from '../test/spiral-merchant.ts';
import type { LoadedGateway } from './gateway.ts';
import type { Client } from './http.ts';
import { closedLoop, type Job, type Load } from './load.ts';
import { perPayment, readMeters } from './meters.ts';
import type { Receiver } from './receiver.ts';

/** What scenarios work on. */
export interface Scene {
  readonly gateway: LoadedGateway;
  readonly merchant: SpiralMerchant;
  readonly cardToken: string;
  readonly client: Client;
  readonly receiver: Receiver;
}

export interface Scenario {
  /** Signs what so many payments need, shortly before they are made. */
  readonly prepare: (count: number) => Promise<Job[]>;
  /** Waits for what payments bring about afterwards, and answers what is wrong with it or with their answers. */
  readonly settle: () => Promise<string[]>;
  readonly figures: () => Readonly<Record<string, number>>;
}

export interface ScenarioFigures extends Omit<Load, 'count'> {
  readonly payments: number;
  readonly perPayment: ReturnType<typeof perPayment>;
  /** Of that scenario alone. */
  readonly more: Readonly<Record<string, number>>;
}

/** Signed for the warm-up, which ends when they are used up. */
const warmUpPerSecondMax = 600;

/** How much faster than the warm-up the run may become before it ends early for want of signed requests. */
const warmUpFactor = 2;

/** Takes those first that were signed first. */
const loopOver = (jobs: readonly Job[], seconds: number, concurrency: number): Promise<Load> => {
  const left = jobs.values();
  return closedLoop(seconds, concurrency, () => left.next().value);
};

/** Warms up, then measures. */
export const measure = async (
  { gateway }: Scene,
  scenario: Scenario,
  seconds: number,
  concurrency: number,
): Promise<ScenarioFigures> => {
  const warmUpSeconds = Math.min(5, Math.max(1, seconds / 3));
  const warmUp = await loopOver(
    await scenario.prepare(Math.ceil(warmUpPerSecondMax * warmUpSeconds)),
    warmUpSeconds,
    concurrency,
  );
  await scenario.settle();
  if (warmUp.errors > 0) throw new Error(`the warm-up failed: ${warmUp.complaints.join('; ')}`);
  const jobs = await scenario.prepare(Math.ceil(warmUp.perSecond * seconds * warmUpFactor) + concurrency);

  const meters = () => readMeters(gateway.installation.sql, gateway.program.pid, gateway.postgresPid);
  const before = await meters();
  const { count, ...load } = await loopOver(jobs, seconds, concurrency);
  const faults = await scenario.settle();
  const after = await meters();
  return {
    payments: count,
    ...load,
    errors: load.errors + faults.length,
    complaints: [...load.complaints, ...faults.slice(0, 5)],
    perPayment: perPayment(before, after, Math.max(1, count)),
    more: scenario.figures(),
  };
};
