import { fileURLToPath } from 'node:url';
import { silentLog } from '../src/kit/log.ts';
import { openStore, type Store, type StoreOptions } from '../src/store/index.ts';
import { approved, charge, conclude, referenced } from '../src/store/sample.ts';
import { startServer } from '../test/database.ts';
import { percentilesOf } from './tally.ts';

export interface StoreFigures {
  readonly name: string;
  readonly saleCount: number;
  readonly salesPerSecond: number;
  /** Both commits of a sale. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly stepsPerBatch: number;
}

/** A sale as the store sees it: the attempt that is about to leave, then its approval. */
const sell = async ({ payments }: Store, reference: string): Promise<void> => {
  const first = referenced(reference);
  const second = conclude(first.next, approved);
  for (const { step } of [first, second]) {
    const verdict = await payments.record(step);
    if (verdict !== 'written') throw new Error(`a step was ${verdict}`);
  }
};

/** `saleCount` sales by `callerCount` callers, each of whom begins the next when the last is durable. */
export const measureStore = async (
  url: string,
  name: string,
  saleCount: number,
  callerCount: number,
  options: Pick<StoreOptions, 'recordConnectionCount' | 'stepCountMax'> = {},
): Promise<StoreFigures> => {
  let batchCount = 0;
  const store = openStore({
    url,
    log: silentLog,
    onBatch: () => {
      batchCount++;
    },
    ...options,
  });
  const tookMs: number[] = [];
  let begun = 0;
  const run = `${name} ${Date.now()}`;
  const caller = async () => {
    while (begun < saleCount) {
      const reference = `${run} ${begun++}`;
      const startedAt = performance.now();
      await sell(store, reference);
      tookMs.push(performance.now() - startedAt);
    }
  };
  await store.payments.record(charge().step);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: callerCount }, caller));
  const seconds = (performance.now() - startedAt) / 1_000;
  await store.close();
  const { p50Ms, p99Ms } = percentilesOf(tookMs);
  return {
    name,
    saleCount,
    salesPerSecond: Math.round(saleCount / seconds),
    p50Ms,
    p99Ms,
    stepsPerBatch: Math.round(((saleCount * 2) / batchCount) * 10) / 10,
  };
};

/** Measures in this order, because the first run also warms the database. */
export const measureStoreAll = async (url: string): Promise<StoreFigures[]> => [
  await measureStore(url, 'warm-up', 4_000, 128),
  await measureStore(url, 'one caller', 500, 1),
  await measureStore(url, '128 callers', 20_000, 128),
  await measureStore(url, '512 callers', 30_000, 512),
  await measureStore(url, '128 callers, a statement a step', 4_000, 128, { stepCountMax: 1 }),
  await measureStore(url, '128 callers, a statement a step, 16 connections', 6_000, 128, {
    stepCountMax: 1,
    recordConnectionCount: 16,
  }),
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await startServer();
  const store = openStore({ url: server.url, log: silentLog });
  await store.migrate();
  await store.close();
  const figures = await measureStoreAll(server.url);
  await server.stop();
  for (const f of figures) {
    console.log(
      `${f.name}: ${f.salesPerSecond} sales/s, p50 ${f.p50Ms} ms, p99 ${f.p99Ms} ms, ${f.stepsPerBatch} steps a batch`,
    );
  }
  console.log(JSON.stringify(figures));
}
