import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { startEmbedded } from '../src/kit/embedded.ts';
import { connect } from '../src/kit/postgres.ts';

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** Starts a PostgreSQL whose files go away with it. */
export const startServer = async () => {
  const directory = join(tmpdir(), `tollgate-${randomBytes(6).toString('hex')}`);
  const server = await startEmbedded(directory, await freePort(), randomBytes(12).toString('hex'));
  return {
    url: server.url,
    directory,
    stop: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

let own: Promise<Awaited<ReturnType<typeof startServer>>> | undefined;

/**
 * The address of an empty database for one test file, on the server that the test run started or, for a file run
 * alone, on one of its own. Dropped when the file ends.
 */
export const testDatabase = async (): Promise<string> => {
  const shared = process.env.TOLLGATE_TEST_DATABASE_URL;
  own ??= shared ? undefined : startServer();
  const serverUrl = shared ?? (await own!).url;
  const name = `t_${randomBytes(6).toString('hex')}`;
  const sql = connect(serverUrl, 1, 'test');
  await sql.unsafe(`create database ${name}`);
  after(async () => {
    await sql.unsafe(`drop database if exists ${name} with (force)`);
    await sql.end();
    const server = await own;
    own = undefined;
    await server?.stop();
  });
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
};
