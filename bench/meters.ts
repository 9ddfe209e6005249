import type { Sql } from '../src/kit/postgres.ts';
import { childrenOf, type Pids, timesOf } from './proc.ts';

/** CPU time used so far, ms; null where there is no /proc. */
export interface CpuMs {
  readonly gateway: number | null;
  readonly postgres: number | null;
  /** The sandbox's acquirer and tax office. */
  readonly outside: number | null;
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

/** A server and its children, those that have ended as well. */
const familyMs = (pid: number): number | null => {
  const head = timesOf(pid);
  if (!head) return null;
  return childrenOf(pid).reduce((sum, child) => sum + (timesOf(child)?.ownMs ?? 0), head.ownMs + head.childrenMs);
};

const statement = `
select (pg_snapshot_xmax(pg_current_snapshot())::text)::float8 commits,
  (select sum(xact_commit)::float8 from pg_stat_database) transactions,
  pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 "walBytes"`;

/** Reads all meters at once. */
export const readMeters = async (sql: Sql, pids: Pids): Promise<Meters> => {
  const [row] = await sql.unsafe<Omit<Meters, 'cpuMs'>[]>(statement);
  const { user, system } = process.cpuUsage();
  return {
    ...row!,
    cpuMs: {
      gateway: timesOf(pids.gateway)?.ownMs ?? null,
      postgres: familyMs(pids.postgres),
      outside: timesOf(pids.outside)?.ownMs ?? null,
      generator: (user + system) / 1_000,
    },
  };
};

const share = (before: number | null, after: number | null, count: number, decimals: number): number | null =>
  before === null || after === null ? null : Number(((after - before) / count).toFixed(decimals));

const sharesOf = (before: CpuMs, after: CpuMs, count: number) => ({
  gateway: share(before.gateway, after.gateway, count, 2),
  postgres: share(before.postgres, after.postgres, count, 2),
  outside: share(before.outside, after.outside, count, 2),
  generator: share(before.generator, after.generator, count, 2),
});

/** How many cores were busy with it, on an average of `seconds`. */
export const coresBusy = (before: Meters, after: Meters, seconds: number) =>
  sharesOf(before.cpuMs, after.cpuMs, seconds * 1_000);

/** What one of `count` payments took between two readings. */
export const perPayment = (before: Meters, after: Meters, count: number) => ({
  cpuMs: sharesOf(before.cpuMs, after.cpuMs, count),
  commits: share(before.commits, after.commits, count, 3),
  transactions: share(before.transactions, after.transactions, count, 2),
  walBytes: share(before.walBytes, after.walBytes, count, 0),
});
