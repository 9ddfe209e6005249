import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { silentLog } from '../src/kit/log.ts';
import { connect } from '../src/kit/postgres.ts';
import { openStore } from '../src/store/index.ts';
import { freePort } from '../test/database.ts';
import { clientOf } from './http.ts';
import { closedLoop } from './load.ts';
import { startProgram } from './program.ts';
import { measureStore } from './store.ts';
import type { Job } from './tally.ts';

/** What this machine does in a second when it does nothing else. */
export interface Limits {
  /** Sales of two commits through the store, without HTTP and acquirer. */
  readonly store: number;
  /** RSA-2048 on the thread pool, all cores. */
  readonly rsaSign: number;
  readonly rsaVerify: number;
  /** Exchanges of a request and answer of some 600 bytes with a bare Fastify, by the client of the scenarios. */
  readonly echo: number;
  /** One of each in turn, with nothing between. */
  readonly together: number;
}

/** In a database of its own on the server at `serverUrl`. */
const storeLimit = async (serverUrl: string, seconds: number, concurrency: number): Promise<number> => {
  const sql = connect(serverUrl, 1, 'bench');
  await sql.unsafe('create database bench_store');
  await sql.end();
  const url = new URL(serverUrl);
  url.pathname = '/bench_store';
  const store = openStore({ url: url.href, log: silentLog });
  await store.migrate();
  await store.close();
  const warmUp = await measureStore(url.href, 'warm-up', 1_000, concurrency);
  const figures = await measureStore(url.href, 'two commits', Math.ceil(warmUp.salesPerSecond * seconds), concurrency);
  return figures.salesPerSecond;
};

const ratesOfRsa = async (seconds: number) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const payload = Buffer.from('client reference 2026-01-17T03:41:07Z');
  const signAsync = promisify(sign);
  const verifyAsync = promisify(verify);
  const signature = await signAsync('sha256', payload, privateKey);
  const rate = async (job: Job) => (await closedLoop(seconds, 16, () => job)).perSecond;
  return {
    rsaSign: await rate(() => signAsync('sha256', payload, privateKey)),
    rsaVerify: await rate(() => verifyAsync('sha256', payload, publicKey, signature)),
  };
};

const echoLimit = async (seconds: number, concurrency: number): Promise<number> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram('./echo.ts', [String(port)], url);
  const client = clientOf(url);
  const body = JSON.stringify({ text: 'x'.repeat(600) });
  const call = { method: 'PUT', path: '/echo', headers: { 'content-type': 'application/json' }, body };
  const job = async () => {
    const reply = await client.send(call);
    if (reply.status !== 200 || reply.text !== body) throw new Error('the echo is another');
  };
  try {
    await closedLoop(Math.min(1, seconds), concurrency, () => job);
    return (await closedLoop(seconds, concurrency, () => job)).perSecond;
  } finally {
    client.close();
    await program.stop();
  }
};

/** Measures one after the other, each for about `seconds`. Nothing else of ours is to run meanwhile. */
export const measureLimits = async (serverUrl: string, seconds: number, concurrency: number): Promise<Limits> => {
  const store = await storeLimit(serverUrl, seconds, concurrency);
  const { rsaSign, rsaVerify } = await ratesOfRsa(seconds);
  const echo = await echoLimit(seconds, concurrency);
  const together = 1 / (1 / store + 1 / rsaSign + 1 / rsaVerify + 1 / echo);
  return { store, rsaSign, rsaVerify, echo, together: Math.round(together) };
};
