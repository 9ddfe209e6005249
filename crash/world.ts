import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ending } from '../bench/ending.ts';
import { type Receiver, startReceiver } from '../bench/receiver.ts';
import { openInstallation } from '../src/installation.ts';
import { openLog } from '../src/log.ts';
import { readSettings } from '../src/settings.ts';
import type { Tollgate } from '../test/installation.ts';
import { addSpiralMerchant } from '../test/spiral-merchant.ts';
import type { Shop } from './clients.ts';
import { type Database, startDatabase } from './database.ts';
import { Journal } from './journal.ts';
import { steadyPort } from './place.ts';
import { type Program, startProgram } from './program.ts';

/** A gateway without workers, a program that is nothing but workers, their database, a merchant and its receiver. */
export interface World {
  readonly database: Database;
  readonly receiver: Receiver;
  readonly shop: Shop;
  readonly programs: { gateway: Program; worker: Program };
  /** Rejects when a program ends by itself. */
  readonly death: Promise<never>;
  startGateway(): Promise<Program>;
  startWorker(): Promise<Program>;
}

/** A merchant of the installation, set up as the operator's commands do, in this process. */
const setUpMerchant = async (environment: Readonly<Record<string, string>>, url: string) => {
  const installation = await openInstallation(readSettings(environment), openLog('warn', process.stderr));
  try {
    return await addSpiralMerchant({ url, installation } as Tollgate);
  } finally {
    await installation.close();
  }
};

/** Starts it all. What is to be undone goes to `ending`. */
export const startWorld = async (ending: Ending): Promise<World> => {
  const database = await ending.begin(startDatabase(), ({ close }) => close());
  const receiver = await ending.begin(startReceiver(), ({ close }) => close());
  const dataDirectory = join(tmpdir(), `tollgate-${randomBytes(6).toString('hex')}`);
  ending.defer(() => rmSync(dataDirectory, { recursive: true, force: true }));
  const port = await steadyPort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    TOLLGATE_DATA: dataDirectory,
    TOLLGATE_PUBLIC_URL: url,
    TOLLGATE_WORKERS: 'off',
    TOLLGATE_ACQUIRER_TIMEOUT_MS: '3000',
    // All payers come from one address.
    TOLLGATE_PAGE_POSTS_PER_MINUTE: '1000000',
  };
  const merchant = await setUpMerchant(environment, url);
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => {});
  const start = (words: readonly string[], nodeOptions: readonly string[] = []) =>
    ending.begin(startProgram(words, environment, death.reject, nodeOptions), ({ kill }) => kill('SIGKILL'));
  const startGateway = () => start(['serve']);
  const startWorker = () => start(['work']);
  const programs = { gateway: await startGateway(), worker: await startWorker() };
  const shop = { merchant, url, receiverUrl: receiver.url, journal: new Journal() };
  return { database, receiver, shop, programs, death: death.promise, startGateway, startWorker };
};
