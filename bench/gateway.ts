import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Installation, openInstallation } from '../src/installation.ts';
import { openLog } from '../src/log.ts';
import type { Latency } from '../src/sandbox/host/latency.ts';
import { readSettings } from '../src/settings.ts';
import { freePort, startServer } from '../test/database.ts';
import type { Ending } from './ending.ts';
import type { Pids } from './proc.ts';
import { type Program, startProgram } from './program.ts';

/** A whole Tollgate under load: PostgreSQL and the gateway are processes of their own. */
export interface LoadedGateway {
  readonly url: string;
  /** Address of the server's database `postgres`. */
  readonly serverUrl: string;
  /** The same database and vault, opened in this process. */
  readonly installation: Installation;
  readonly program: Program;
  readonly pids: Pids;
}

/** Starts it on an empty database. What is to be undone goes to `ending`. */
export const startGateway = async (
  ending: Ending,
  profile: string | undefined,
  latency: Latency | null,
): Promise<LoadedGateway> => {
  const server = await ending.begin(startServer(), ({ stop }) => stop());
  const dataDirectory = join(tmpdir(), `tollgate-${randomBytes(6).toString('hex')}`);
  ending.defer(() => rmSync(dataDirectory, { recursive: true, force: true }));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: server.url,
    TOLLGATE_DATA: dataDirectory,
    TOLLGATE_PUBLIC_URL: url,
    LOG_LEVEL: 'warn',
    // All payers come from one address.
    TOLLGATE_PAGE_POSTS_PER_MINUTE: '1000000',
    ...(latency && { TOLLGATE_SANDBOX_LATENCY_MS: `${latency.medianMs}/${latency.p99Ms}` }),
  };
  // Opening it brings the database up to date, as the command `migrate` does.
  const opening = openInstallation(readSettings(environment), openLog('warn', process.stderr));
  const installation = await ending.begin(opening, (opened) => opened.close());
  // The outside world has a process of its own, as it has in earnest: the gateway's figures are the gateway's.
  const outsidePort = await freePort();
  const outsideUrl = `http://127.0.0.1:${outsidePort}`;
  const outsideEnvironment = { ...environment, PORT: String(outsidePort), TOLLGATE_WORKERS: 'off' };
  const outside = await ending.begin(
    startProgram('../src/tollgate.ts', ['serve'], `${outsideUrl}/ready`, outsideEnvironment),
    ({ stop }) => stop(),
  );
  const nodeOptions = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const own = { ...environment, TOLLGATE_SANDBOX_URL: outsideUrl };
  const starting = startProgram('../src/tollgate.ts', ['serve'], `${url}/ready`, own, nodeOptions);
  const program = await ending.begin(starting, ({ stop }) => stop());
  const postgres = Number(readFileSync(join(server.directory, 'postmaster.pid'), 'utf8').split('\n')[0]);
  const pids = { gateway: program.pid, postgres, outside: outside.pid };
  return { url, serverUrl: server.url, installation, program, pids };
};
