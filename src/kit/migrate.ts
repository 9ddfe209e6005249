import { readdirSync, readFileSync } from 'node:fs';
import type { Sql } from './postgres.ts';

const lockNumber = 7_470_011;

/**
 * Brings a schema up to date: runs the files `000001-name.sql`, … of `folder` that it has not seen, each in a
 * transaction, in order, one process at a time. Answers how many ran.
 */
export const migrate = async (sql: Sql, schema: string, folder: URL): Promise<number> => {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return sql.begin(async (tx) => {
    await tx.unsafe(`select pg_advisory_xact_lock(${lockNumber})`);
    await tx.unsafe(`create schema if not exists ${schema}`);
    await tx.unsafe(
      `create table if not exists ${schema}.migrations (name text primary key, at timestamptz default now())`,
    );
    const seen = new Set((await tx.unsafe(`select name from ${schema}.migrations`)).map((row) => row.name));
    const missing = files.filter((name) => !seen.has(name));
    for (const name of missing) {
      await tx.unsafe(readFileSync(new URL(name, folder), 'utf8'));
      await tx.unsafe(`insert into ${schema}.migrations (name) values ($1)`, [name]);
    }
    return missing.length;
  }) as Promise<number>;
};
