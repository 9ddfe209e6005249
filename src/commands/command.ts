import type { Installation } from '../installation.ts';

/** What a command prints: an object for `--json`, lines for people. */
export interface Printed {
  readonly value: unknown;
  readonly lines: readonly string[];
}

/** One command of the operator's program. */
export interface Command {
  /** Words that call it, such as `merchant add`. */
  readonly words: string;
  /** What follows the words, for the help text. */
  readonly usage: string;
  readonly says: string;
  /** Options that it knows, each with a value. */
  readonly options?: readonly string[];
  run(call: Call): Promise<Printed>;
}

export interface Call {
  readonly installation: Installation;
  readonly parameters: readonly string[];
  readonly options: Readonly<Record<string, string>>;
}

/** A mistake of the operator: its text is shown, without a stack. */
export class Mistake extends Error {}

export const need = (value: string | undefined, name: string): string => {
  if (value === undefined || value === '') throw new Mistake(`${name} is missing`);
  return value;
};

/** Aligned columns under a heading. */
export const table = (heading: readonly string[], rows: readonly (readonly unknown[])[]): string[] => {
  const all = [heading, ...rows.map((row) => row.map((cell) => String(cell ?? '–')))];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
};

export const instant = (ms: number): string => new Date(ms).toISOString();
