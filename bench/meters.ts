import { readdirSync, readFileSync } from 'node:fs';
import type { Sql } from '../src/kit/postgres.ts';

/** CPU time used so far, ms; null where there is no /proc. */
export interface CpuMs {
  readonly gateway: number | null;
  readonly postgres: number | null;
  readonly generator: number;
}

export interface Meters {
  readonly cpuMs: CpuMs;
  /** Transactions that wrote. Each got an id, so this is exact. */
  readonly commits: number;
  /** All transactions, as PostgreSQL counts them: up to a second behind. */
  readonly transactions: number;
  readonly walBytes: number;
}

/** Linux counts CPU time for programs in hundredths of a second, on every architecture that Node runs on. */
const tickMs = 10;

interface ProcessTimes {
  readonly parent: number;
  readonly ownMs: number;
  /** Of children that have ended. */
  readonly childrenMs: number;
}

const timesOf = (pid: number | string): ProcessTimes | null => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything; what follows is numbers, the first of which is the parent.
    const [, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = rest.slice(9, 13).map(Number) as [number, number, number, number];
    return {
      parent: Number(parent),
      ownMs: (ticks[0] + ticks[1]) * tickMs,
      childrenMs: (ticks[2] + ticks[3]) * tickMs,
    };
  } catch {
    return null;
  }
};

/** A server and its children, those that have ended as well. */
const familyMs = (pid: number): number | null => {
  const head = timesOf(pid);
  if (!head) return null;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(timesOf)
    .filter((times) => times?.parent === pid);
  return children.reduce((sum, times) => sum + times!.ownMs, head.ownMs + head.childrenMs);
};

const statement = `
select (pg_snapshot_xmax(pg_current_snapshot())::text)::float8 commits,
  (select sum(xact_commit)::float8 from pg_stat_database) transactions,
  pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 "walBytes"`;

/** Reads all meters at once. `gatewayPid` and `postgresPid` are processes of this machine. */
export const readMeters = async (sql: Sql, gatewayPid: number, postgresPid: number): Promise<Meters> => {
  const [row] = await sql.unsafe<Omit<Meters, 'cpuMs'>[]>(statement);
  const { user, system } = process.cpuUsage();
  return {
    ...row!,
    cpuMs: {
      gateway: timesOf(gatewayPid)?.ownMs ?? null,
      postgres: familyMs(postgresPid),
      generator: (user + system) / 1_000,
    },
  };
};

const share = (before: number | null, after: number | null, count: number, decimals: number): number | null =>
  before === null || after === null ? null : Number(((after - before) / count).toFixed(decimals));

/** What one of `count` payments took between two readings. */
export const perPayment = (before: Meters, after: Meters, count: number) => ({
  cpuMs: {
    gateway: share(before.cpuMs.gateway, after.cpuMs.gateway, count, 2),
    postgres: share(before.cpuMs.postgres, after.cpuMs.postgres, count, 2),
    generator: share(before.cpuMs.generator, after.cpuMs.generator, count, 2),
  },
  commits: share(before.commits, after.commits, count, 3),
  transactions: share(before.transactions, after.transactions, count, 2),
  walBytes: share(before.walBytes, after.walBytes, count, 0),
});
