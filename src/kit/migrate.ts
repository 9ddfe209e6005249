import { readdirSync, readFileSync } from 'node:fs';
import { type Sql, transaction } from './postgres.ts';

const lockNumber = 7_470_011;

const namesIn = (folder: URL): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();

const namesSeen = async (sql: Sql, schema: string): Promise<Set<string>> => {
  const rows = await sql.unsafe<{ name: string }[]>(`select name from ${schema}.migrations`);
  return new Set(rows.map(({ name }) => name));
};

/**
 * Brings a schema up to date: runs the files `000001-name.sql`, … of `folder` that it has not seen, all in one
 * transaction, in order, one process at a time. Answers how many ran.
 */
export const migrate = async (sql: Sql, schema: string, folder: URL): Promise<number> =>
  transaction(sql, async (tx) => {
    // Waiting for another process that migrates is no fault; waiting for a table that payments use would stop them.
    await tx.unsafe('set local lock_timeout = 0');
    await tx.unsafe('set local statement_timeout = 0');
    await tx.unsafe(`select pg_advisory_xact_lock(${lockNumber})`);
    await tx.unsafe(`set local lock_timeout = '2s'`);
    await tx.unsafe(`create schema if not exists ${schema}`);
    await tx.unsafe(`create table if not exists ${schema}.migrations (name text primary key, at timestamptz not null)`);
    const seen = await namesSeen(tx, schema);
    const missing = namesIn(folder).filter((name) => !seen.has(name));
    for (const name of missing) {
      await tx.unsafe(readFileSync(new URL(name, folder), 'utf8'));
      await tx.unsafe(`insert into ${schema}.migrations (name, at) values ($1, $2)`, [name, new Date().toISOString()]);
    }
    return missing.length;
  }) as Promise<number>;

/** Whether the database can be reached and its schema has all files of `folder`. */
export const isMigrated = async (sql: Sql, schema: string, folder: URL): Promise<boolean> => {
  try {
    const seen = await namesSeen(sql, schema);
    return namesIn(folder).every((name) => seen.has(name));
  } catch {
    return false;
  }
};
