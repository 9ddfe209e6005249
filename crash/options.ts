import { parseArgs } from 'node:util';

export interface Options {
  readonly cycles: number;
  readonly seed: number;
}

export const usage = 'usage: npm run crash -- [--cycles 1-100000] [--seed 0-4294967295]';

const numberFrom = (text: string, name: string, min: number, max: number): number => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < min || number > max)
    throw new Error(`${name} is no whole number from ${min} to ${max}`);
  return number;
};

/** Reads the words after the program's name; without a seed, `seed` is taken. Throws for those that it does not know. */
export const readOptions = (words: readonly string[], seed: number): Options => {
  const { values } = parseArgs({
    args: [...words],
    options: { cycles: { type: 'string', default: '100' }, seed: { type: 'string', default: String(seed) } },
  });
  return {
    cycles: numberFrom(values.cycles, '--cycles', 1, 100_000),
    seed: numberFrom(values.seed, '--seed', 0, 2 ** 32 - 1),
  };
};
