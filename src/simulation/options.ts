import { parseArgs } from 'node:util';

export interface Options {
  /** The first seed; the others follow. */
  readonly seed: number;
  /** How many seeds are run. */
  readonly seeds: number;
  /** Orders a seed. */
  readonly payments: number;
  readonly mutants: boolean;
  /** Prints every line of the story. */
  readonly trace: boolean;
}

export const usage =
  'usage: npm run simulate -- [--seed S] [--seeds COUNT] [--payments N] [--trace] | --mutants [--seed S] [--seeds COUNT] [--payments N]';

const wholeFrom = (text: string, name: string, max: number): number => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > max) throw new Error(`${name} is no whole number from 1 to ${max}`);
  return number;
};

/** Reads the words after the program's name. Throws for those that it does not know. */
export const readOptions = (words: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string' },
      payments: { type: 'string', default: '100' },
      mutants: { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
    },
  });
  const { mutants, trace } = values;
  return {
    seed: wholeFrom(values.seed, '--seed', Number.MAX_SAFE_INTEGER),
    seeds: wholeFrom(values.seeds ?? (mutants ? '2000' : '1'), '--seeds', 10_000_000),
    payments: wholeFrom(values.payments, '--payments', 100_000),
    mutants,
    trace,
  };
};
