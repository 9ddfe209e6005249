import { readdirSync, readFileSync } from 'node:fs';

/** Processes of this machine. */
export interface Pids {
  readonly gateway: number;
  /** The server's first process. */
  readonly postgres: number;
  /** Plays acquirer and tax office. */
  readonly outside: number;
}

/** Linux counts CPU time for programs in hundredths of a second, on every architecture that Node runs on. */
const tickMs = 10;

export interface ProcessTimes {
  readonly parent: number;
  readonly ownMs: number;
  /** Of children that have ended. */
  readonly childrenMs: number;
}

const textOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

/** CPU time used so far; null where there is no /proc, or no such process any more. */
export const timesOf = (pid: number | string): ProcessTimes | null => {
  const text = textOf(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The name in brackets may hold anything; what follows is numbers, the first of which is the parent.
  const [, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = rest.slice(9, 13).map(Number) as [number, number, number, number];
  return {
    parent: Number(parent),
    ownMs: (ticks[0] + ticks[1]) * tickMs,
    childrenMs: (ticks[2] + ticks[3]) * tickMs,
  };
};

/** Process numbers of the children that a process has now. */
export const childrenOf = (pid: number): string[] => {
  const told = textOf(`/proc/${pid}/task/${pid}/children`);
  if (told !== null) return told.split(' ').filter((word) => word !== '');
  // Not every kernel tells, so we look at all processes.
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && timesOf(name)?.parent === pid);
};

export interface Resident {
  readonly ownMib: number;
  readonly sharedMib: number;
}

/** What a process has in memory, and how much of that it may share with others. */
export const residentOf = (pid: number | string): Resident | null => {
  const text = textOf(`/proc/${pid}/status`);
  if (text === null) return null;
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1_024;
  return { ownMib: mib('RssAnon'), sharedMib: mib('RssFile') + mib('RssShmem') };
};
