import { parseArgs } from 'node:util';

export const scenarioNames = ['sale', 'pay', 'gate'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export interface Options {
  readonly seconds: number;
  readonly concurrency: number;
  readonly scenarios: readonly ScenarioName[];
  readonly json: boolean;
  /** Folder for a CPU profile of the gateway. */
  readonly profile: string | undefined;
}

export const usage =
  'usage: npm run bench -- [--seconds 1-120] [--concurrency 1-1000] [--scenario sale|pay|gate|all] [--json] [--profile FOLDER]';

const numberFrom = (text: string, name: string, max: number): number => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > max) throw new Error(`${name} is no whole number from 1 to ${max}`);
  return number;
};

/** Reads the words after the program's name. Throws for those that it does not know. */
export const readOptions = (words: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seconds: { type: 'string', default: '15' },
      concurrency: { type: 'string', default: '64' },
      scenario: { type: 'string', default: 'all' },
      json: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  const { scenario, json, profile } = values;
  const scenarios = scenarioNames.filter((name) => scenario === 'all' || scenario === name);
  if (scenarios.length === 0) throw new Error(`there is no scenario ${scenario}`);
  return {
    // Requests are signed before a run, and a signature is good for 300 s.
    seconds: numberFrom(values.seconds, '--seconds', 120),
    concurrency: numberFrom(values.concurrency, '--concurrency', 1_000),
    scenarios,
    json,
    profile,
  };
};
