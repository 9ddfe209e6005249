import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { embeddedRuns, embeddedUrl, startEmbedded, stopEmbedded } from './kit/embedded.ts';
import { connect } from './kit/postgres.ts';
import type { Settings } from './settings.ts';

export interface Database {
  readonly url: string;
  close(): Promise<void>;
}

interface Address {
  readonly port: number;
  readonly password: string;
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((free) => {
    const probe = createServer()
      .once('error', () => free(false))
      .listen(port, '127.0.0.1', () => probe.close(() => free(true)));
  });

const anyFreePort = (): Promise<number> =>
  new Promise((found) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => found(port));
    });
  });

/** Small machines first: enough memory for the hot tables, a log that seldom needs a checkpoint. */
const tuning = {
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  max_connections: '60',
};

const clientCount = async (url: string): Promise<number> => {
  const sql = connect(url, 1, 'tollgate-closing');
  try {
    const [row] = await sql.unsafe(
      `select count(*)::int as n from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    return row!.n;
  } finally {
    await sql.end();
  }
};

/**
 * The database of this installation: the one that `DATABASE_URL` names, or the embedded one, started if it does not run
 * yet. A program that finds it running joins in; the last to leave stops it.
 */
export const openDatabase = async ({ databaseUrl, dataDirectory }: Settings): Promise<Database> => {
  if (databaseUrl) return { url: databaseUrl, close: async () => {} };
  const home = resolve(dataDirectory);
  const directory = join(home, 'postgres');
  const addressFile = join(home, 'database.json');
  mkdirSync(home, { recursive: true });
  let address: Address = existsSync(addressFile)
    ? JSON.parse(readFileSync(addressFile, 'utf8'))
    : { port: await anyFreePort(), password: randomBytes(18).toString('base64url') };
  if (!(await embeddedRuns(directory))) {
    if (!(await isFree(address.port))) address = { ...address, port: await anyFreePort() };
    writeFileSync(addressFile, JSON.stringify(address), { mode: 0o600 });
    await startEmbedded(directory, address.port, address.password, tuning);
  }
  const url = embeddedUrl(address.port, address.password, 'postgres');
  return {
    url,
    close: async () => {
      if ((await clientCount(url)) === 0) await stopEmbedded(directory);
    },
  };
};
