import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded, stopEmbedded } from '../src/kit/embedded.ts';
import { connect, type Sql } from '../src/kit/postgres.ts';
import { steadyPort } from './place.ts';

const patienceMs = 60_000;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A PostgreSQL of the run's own, which can be killed. */
export interface Database {
  readonly url: string;
  readonly sql: Sql;
  /** SIGKILL to the server itself. Its children find out by themselves. */
  killServer(): void;
  /** SIGKILL to one of the processes that serve the gateway: the server then ends all others and recovers. */
  killBackend(pid: number): void;
  /** Starts the server again over the same files, as soon as what is left of the dead one lets it. */
  startAgain(): Promise<void>;
  /** Asks until the database answers. */
  persist<T>(ask: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Starts it with nothing in it. Under root it belongs to the user that the product lends to its own. */
export const startDatabase = async (): Promise<Database> => {
  const directory = join(tmpdir(), `tollgate-${randomBytes(6).toString('hex')}`);
  const password = randomBytes(12).toString('hex');
  const port = await steadyPort();
  let isClosed = false;
  let starting: Promise<unknown> = Promise.resolve();
  const start = () => {
    const started = startEmbedded(directory, port, password);
    starting = started.catch(() => {});
    return started;
  };
  const { url } = await start();
  const sql = connect(url, 2, 'crash');

  const persist = async <T>(attempt: () => Promise<T>): Promise<T> => {
    const endAt = performance.now() + patienceMs;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (isClosed || performance.now() > endAt) throw error;
        await pause(20);
      }
    }
  };

  return {
    url,
    sql,
    killServer: () =>
      process.kill(Number(readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL'),
    killBackend: (pid) => process.kill(pid, 'SIGKILL'),
    // It refuses while a child of the dead server still holds the shared memory.
    startAgain: async () => {
      await persist(async () => {
        if (isClosed) throw new Error('the database is closed');
        await start();
      });
    },
    persist: (ask) => persist(() => ask(sql)),
    async close() {
      isClosed = true;
      await starting;
      await sql.end({ timeout: 5 });
      await stopEmbedded(directory);
      // The children of a server that was killed just now may still write.
      rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
};
