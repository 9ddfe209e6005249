import { loadRelease } from './mutant-loader.ts';
import type { Mutant } from './mutants/mutant.ts';

/**
 * What the next release does otherwise: it asks acquirers at other times, and gives a silent one less time. A process of either
 * goes on with what the other has begun.
 */
const change: Mutant = {
  name: 'next-release',
  bug: '',
  file: 'core/inquiries.ts',
  find: '[2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600]',
  put: '[1, 3, 9, 40, 90, 240, 900]',
};

/** Gateway, workers and notices of the next release. A run whose own code has a bug put in stays with what it is. */
export const nextRelease = async (): Promise<typeof import('./release.ts') | null> =>
  new URL(import.meta.url).searchParams.has('mutant') ? null : loadRelease(change);
