import { loadMutant } from './mutant-loader.ts';
import type { Mutant } from './mutants/mutant.ts';

export interface Caught {
  readonly mutant: Mutant;
  /** What was found wrong; null when nothing was. */
  readonly fault: string | null;
  /** The seed that found it, and how many were tried. */
  readonly seed: number;
  readonly seeds: number;
  readonly events: number;
  readonly ms: number;
}

/** Runs seed after seed over a mutant until something is found wrong, or `seedsMax` found nothing. */
export const hunt = async (mutant: Mutant, seed: number, payments: number, seedsMax: number): Promise<Caught> => {
  const { simulate } = await loadMutant(mutant);
  const startedAt = performance.now();
  let events = 0;
  for (let n = 0; n < seedsMax; n++) {
    const run = await simulate({ seed: seed + n, payments });
    events += run.events;
    if (run.fault === null && n + 1 < seedsMax) continue;
    const ms = Math.round(performance.now() - startedAt);
    return { mutant, fault: run.fault, seed: seed + n, seeds: n + 1, events, ms };
  }
  throw new RangeError('a hunt needs at least one seed');
};
