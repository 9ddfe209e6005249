import { childrenOf, type Pids, residentOf } from './proc.ts';
import { round } from './tally.ts';

/** Resident memory of one program with its processes, MiB. */
export interface Memory {
  readonly startMib: number;
  readonly peakMib: number;
  readonly endMib: number;
  /** At the end of each tenth of the run: whether it is flat. */
  readonly tenthsMib: readonly number[];
}

const everyMs = 1_000;

/** Processes share pages (PostgreSQL its buffers), which count once: as much as the one has that has most of them. */
const familyMib = (pid: number): number | null => {
  const head = residentOf(pid);
  if (!head) return null;
  const all = [head, ...childrenOf(pid).flatMap((child) => residentOf(child) ?? [])];
  return all.reduce((sum, { ownMib }) => sum + ownMib, Math.max(...all.map(({ sharedMib }) => sharedMib)));
};

/** The figures of samples that were taken at equal intervals; null where there was nothing to see. */
export const memoryOf = (samples: readonly (number | null)[]): Memory | null => {
  const seen = samples.filter((sample) => sample !== null).map((sample) => round(sample, 1));
  if (seen.length === 0) return null;
  const at = (share: number) => seen[Math.round((seen.length - 1) * share)]!;
  return {
    startMib: at(0),
    peakMib: Math.max(...seen),
    endMib: at(1),
    tenthsMib: Array.from({ length: 10 }, (_, tenth) => at((tenth + 1) / 10)),
  };
};

/** Looks at once, then each second and when it is stopped. */
export const watchMemory = (pids: Pids) => {
  const gateway: (number | null)[] = [];
  const postgres: (number | null)[] = [];
  const look = () => {
    gateway.push(familyMib(pids.gateway));
    postgres.push(familyMib(pids.postgres));
  };
  look();
  const timer = setInterval(look, everyMs);
  return {
    stop: (): { readonly gateway: Memory | null; readonly postgres: Memory | null } => {
      clearInterval(timer);
      look();
      return { gateway: memoryOf(gateway), postgres: memoryOf(postgres) };
    },
  };
};
