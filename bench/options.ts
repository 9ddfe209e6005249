import { parseArgs } from 'node:util';
import type { Latency } from '../src/sandbox/host/latency.ts';
import { settingList } from '../src/settings.ts';

export const scenarioNames = ['sale', 'pay', 'gate', 'rp', 'rest', 'authorize', 'query'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export interface Options {
  /** Of each run that is measured. */
  readonly seconds: number;
  readonly concurrency: number;
  readonly scenarios: readonly ScenarioName[];
  /** Payments that arrive a second, one run each. None: a closed loop. */
  readonly ratesPerSecond: readonly number[];
  readonly overload: boolean;
  readonly latency: Latency | null;
  readonly json: boolean;
  /** File for a plot. */
  readonly plot: string | undefined;
  /** Folder for a CPU profile of the gateway. */
  readonly profile: string | undefined;
}

export const usage = `usage: npm run bench -- [--scenario NAME[,NAME...]] [--seconds 1-900] [--concurrency 1-1000]
  scenarios: ${scenarioNames.join(', ')}, all
  [--rate N[,N...]]           arrivals a second in place of a closed loop, one run a rate
  [--overload]                ten times the peak, and what comes of it
  [--acquirer-latency M/P]    the sandbox's acquirer takes time: median and p99, ms
  [--plot FILE.svg]           latency against rate, of one scenario
  [--json] [--profile FOLDER]`;

const secondsMax = 900;
const overloadSecondsMax = 60;
const rateMax = 20_000;
const rateCountMax = 20;
/** All arrivals of a run are signed before it, within the 300 s that a signature is good for. */
const arrivalCountMax = 200_000;

const numberFrom = (text: string, name: string, max: number): number => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > max) throw new Error(`${name} is no whole number from 1 to ${max}`);
  return number;
};

/** In the order in which they run, whatever the order of the words. */
const scenariosFrom = (text: string): ScenarioName[] => {
  const words = text.split(',');
  const unknown = words.find((word) => word !== 'all' && !scenarioNames.some((name) => name === word));
  if (unknown !== undefined) throw new Error(`there is no scenario ${unknown}`);
  return scenarioNames.filter((name) => words.includes('all') || words.includes(name));
};

const ratesFrom = (text: string | undefined): number[] => {
  const rates = text === undefined ? [] : text.split(',').map((rate) => numberFrom(rate, '--rate', rateMax));
  if (rates.length > rateCountMax) throw new Error(`--rate has more than ${rateCountMax} rates`);
  return rates;
};

const latencyFrom = (text: string): Latency | null => {
  try {
    return settingList.sandboxLatency.read(text === '0' ? '' : text);
  } catch (error) {
    throw new Error(`--acquirer-latency ${(error as Error).message}`);
  }
};

/** Whatever cannot be done together. */
const check = ({ seconds, scenarios, ratesPerSecond, overload, plot }: Options): void => {
  if (overload && ratesPerSecond.length > 0) throw new Error('--overload finds its own rate: leave --rate out');
  if (overload && seconds > overloadSecondsMax)
    throw new Error(`--overload takes --seconds up to ${overloadSecondsMax}`);
  if (plot !== undefined && (ratesPerSecond.length === 0 || scenarios.length !== 1)) {
    throw new Error('--plot needs --rate and one --scenario');
  }
  if (seconds <= 120 && ratesPerSecond.some((rate) => rate * seconds > arrivalCountMax)) {
    throw new Error(`--rate and --seconds make more than ${arrivalCountMax} payments a run`);
  }
};

/** Reads the words after the program's name. Throws for those that it does not know. */
export const readOptions = (words: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seconds: { type: 'string', default: '15' },
      concurrency: { type: 'string', default: '64' },
      scenario: { type: 'string', default: 'all' },
      rate: { type: 'string' },
      overload: { type: 'boolean', default: false },
      'acquirer-latency': { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
      plot: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const { scenario, overload, json, plot, profile } = values;
  const options: Options = {
    seconds: numberFrom(values.seconds, '--seconds', secondsMax),
    concurrency: numberFrom(values.concurrency, '--concurrency', 1_000),
    scenarios: scenariosFrom(scenario),
    ratesPerSecond: ratesFrom(values.rate),
    overload,
    latency: latencyFrom(values['acquirer-latency']),
    json,
    plot,
    profile,
  };
  check(options);
  return options;
};
