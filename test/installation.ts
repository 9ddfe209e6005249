import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { after } from 'node:test';
import { assemble, serve } from '../src/assemble.ts';
import { openInstallation } from '../src/installation.ts';
import { openLog } from '../src/log.ts';
import { Metrics } from '../src/metrics.ts';
import { readSettings } from '../src/settings.ts';
import { freePort, testDatabase } from './database.ts';

/** Polls until `probe` answers something; fails after `timeoutMs`. For what happens by itself, such as a notice. */
export const until = async <T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 15_000,
): Promise<T> => {
  const endAt = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > endAt) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** A whole Tollgate in this process, over a database of its own; gone when the test file ends. */
export const startTollgate = async (environment: Readonly<Record<string, string>> = {}) => {
  let stopped: Promise<void> | undefined;
  let wholeStop = async () => {};
  const stop = () => {
    stopped ??= wholeStop();
    return stopped;
  };
  // Before the database has its own: it must not go away under what is still being written.
  after(stop);
  const databaseUrl = environment.DATABASE_URL ?? (await testDatabase());
  const port = await freePort();
  const dataDirectory = join(tmpdir(), `tollgate-${randomBytes(6).toString('hex')}`);
  const url = `http://127.0.0.1:${port}`;
  const whole = {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    TOLLGATE_DATA: dataDirectory,
    TOLLGATE_PUBLIC_URL: url,
    LOG_LEVEL: 'debug',
    // A whole file of payers comes from one address.
    TOLLGATE_PAGE_POSTS_PER_MINUTE: '100000',
    ...environment,
  };
  const settings = readSettings(whole);
  const logLines: string[] = [];
  const sink = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      logLines.push(line);
      done();
    },
  });
  const log = openLog(settings.logLevel, sink);
  const metrics = new Metrics();
  const installation = await openInstallation(settings, log, (count, ms) => metrics.batchWritten(count, ms));
  const assembly = await assemble(installation, metrics);
  const server = await serve(installation, metrics, assembly);
  if (settings.workers) assembly.work();
  const { administration } = installation.store;

  wholeStop = async () => {
    await server.close();
    await assembly.stop();
    await installation.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  };
  return {
    url,
    databaseUrl,
    /** For other programs of the same installation. */
    environment: whole as Readonly<Record<string, string>>,
    installation,
    assembly,
    logLines,
    stop,
    /** Moves the business clock forward, as the operator's command does. */
    advance: async (ms: number) => installation.clock.setOffset(await administration.advanceClock(ms)),
  };
};

export type Tollgate = Awaited<ReturnType<typeof startTollgate>>;
