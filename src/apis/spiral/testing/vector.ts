import { readFileSync } from 'node:fs';

/** The text of a golden file. */
export const vector = (name: string): string => readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8');
