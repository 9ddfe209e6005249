import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Mistake } from './command.ts';

export const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Mistake(`the file ${file} cannot be read`);
  }
};

/** Others on the machine see what stands on a command line. */
const isSecret = (option: string): boolean =>
  ['password', 'api-key', 'secret-key', 'partner-key'].includes(option) || option.endsWith('-secret');

const fileOption = (option: string): string => `${option}-file`;

/** The options with those that name a file for a secret. */
export const withFiles = (options: readonly string[]): string[] =>
  options.flatMap((option) => (isSecret(option) ? [option, fileOption(option)] : [option]));

/**
 * The values of `options`, those that were given as a file read from there, or from `input` for `-`. The line break at
 * the end of a file is not part of a secret.
 */
export const withSecrets = async (
  options: readonly string[],
  given: Readonly<Record<string, string>>,
  input: () => Promise<string> = () => text(process.stdin),
): Promise<Record<string, string>> => {
  const values = { ...given };
  let reader: string | undefined;
  for (const option of options.filter(isSecret)) {
    const name = fileOption(option);
    const file = given[name];
    if (file === undefined) continue;
    if (given[option] !== undefined) throw new Mistake(`give either --${option} or --${name}`);
    if (file === '-' && reader) throw new Mistake(`--${reader} and --${name} cannot both be read from standard input`);
    if (file === '-') reader = name;
    values[option] = (file === '-' ? await input() : readText(file)).replace(/\r?\n$/, '');
    delete values[name];
  }
  return values;
};
