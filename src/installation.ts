import type { Logger } from 'pino';
import { type Database, openDatabase } from './database.ts';
import { BusinessClock } from './kit/clock.ts';
import { connect, type Sql } from './kit/postgres.ts';
import type { Settings } from './settings.ts';
import { openStore, type Store } from './store/index.ts';
import { openVault } from './vault/index.ts';
import { loadKek } from './vault/kek.ts';

/** What every program of one installation works on: its database, its clock and its vault, checked and up to date. */
export interface Installation {
  readonly settings: Settings;
  readonly log: Logger;
  readonly store: Store;
  readonly vault: ReturnType<typeof openVault>;
  readonly clock: BusinessClock;
  /** Connections for what is neither the store's nor on the way of a payment. */
  readonly sql: Sql;
  readonly migrationCount: number;
  close(): Promise<void>;
}

/** Told of every batch that the store wrote. */
type OnBatch = (stepCount: number, ms: number) => void;

/** Refuses a database that could lose commits, or one of the other mode. */
const refuseUnfit = async ({ administration }: Store, { sandbox }: Settings): Promise<void> => {
  const unsafe = await administration.unsafeSettings();
  if (unsafe.length > 0) throw new Error(`the database may lose commits: ${unsafe.join(', ')} must not be off`);
  const mode = sandbox ? 'sandbox' : 'live';
  const recorded = await administration.claimMode(mode);
  if (recorded !== mode) {
    throw new Error(`this database is ${recorded} for ever and TOLLGATE_SANDBOX says ${mode}: use another database`);
  }
};

/**
 * Opens the installation that the settings describe. Throws, with a text for the operator, when the database cannot be
 * reached or is unfit, or when the vault has no key.
 */
export const openInstallation = async (
  settings: Settings,
  log: Logger,
  onBatch: OnBatch = () => {},
): Promise<Installation> => {
  const kek = loadKek({ text: settings.kek, dataDirectory: settings.dataDirectory, sandbox: settings.sandbox });
  const database: Database = await openDatabase(settings);
  const { url } = database;
  const store = openStore({ url, log, onBatch });
  const sql = connect(url, 4, 'tollgate');
  const clock = new BusinessClock();
  const vault = openVault({ sql, kek, clock });
  const close = async () => {
    await Promise.allSettled([store.close(), sql.end({ timeout: 5 })]);
    await database.close();
  };
  try {
    const migrationCount = (await store.migrate()) + (await vault.migrate());
    await refuseUnfit(store, settings);
    if (settings.sandbox) clock.setOffset(await store.administration.clockOffset());
    return { settings, log, store, vault, clock, sql, migrationCount, close };
  } catch (error) {
    await close();
    throw error;
  }
};
