import type { StoredCard, View } from '../core/model.ts';
import type { Accounts } from '../gateway/ports/accounts.ts';
import type { Cards, Partners } from '../gateway/ports/cards.ts';
import type { Uses } from '../gateway/ports/limits.ts';
import type { Mandates } from '../gateway/ports/mandates.ts';
import type { Purses } from '../gateway/ports/purses.ts';
import type { Statements } from '../gateway/ports/statements.ts';
import type { Terminals } from '../gateway/ports/terminals.ts';
import type { Administration, Agenda, Directory, Links, Logins, Outbox, Payments } from '../gateway/ports.ts';
import { realClock } from '../kit/clock.ts';
import { Grouped } from '../kit/grouped.ts';
import { isId } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import { isMigrated, migrate } from '../kit/migrate.ts';
import { connect } from '../kit/postgres.ts';
import { openAdministration } from './administration.ts';
import { openDirectory } from './directory.ts';
import { openLinks } from './links.ts';
import { openLogins } from './logins.ts';
import { openMandates } from './mandates.ts';
import { Batcher } from './record/batcher.ts';
import { findAccount, forgetAccount, keepAccount, listAccounts } from './statements/accounts.ts';
import { addStatements, findStatements } from './statements/acquirer-statements.ts';
import { noteAsked } from './statements/asked.ts';
import { cardLike, keepCard, listCards, wasForgotten } from './statements/cards.ts';
import { cardsOf } from './statements/cards-of.ts';
import { findAll, type PaymentKey } from './statements/find.ts';
import { type ClaimKey, findAllByClaim, type Holder } from './statements/find-by-claim.ts';
import { findByOperation } from './statements/find-by-operation.ts';
import { findChallenged } from './statements/find-challenged.ts';
import { findRelated } from './statements/find-related.ts';
import { forgetCard } from './statements/forget-card.ts';
import { forgetPayerInfo } from './statements/forget-payer-info.ts';
import { leaseAttempts } from './statements/lease-attempts.ts';
import { leaseLinks } from './statements/lease-links.ts';
import { leaseMandates } from './statements/lease-mandates.ts';
import { leaseNotices } from './statements/lease-notices.ts';
import { leaseTasks } from './statements/lease-tasks.ts';
import { listNotices } from './statements/list-notices.ts';
import { listOperations } from './statements/list-operations.ts';
import { noticeLag } from './statements/notice-lag.ts';
import { now } from './statements/now.ts';
import { ensurePartner } from './statements/partners.ts';
import { readPurse } from './statements/purses.ts';
import { replayNotice } from './statements/replay-notice.ts';
import { settleNotice } from './statements/settle-notice.ts';
import { storedCard } from './statements/stored-card.ts';
import { type CardKey, storedCards } from './statements/stored-cards.ts';
import { readUses } from './statements/uses.ts';
import { writtenBy } from './statements/written-by.ts';
import { openTerminals } from './terminals.ts';

const migrations = new URL('./migrations/', import.meta.url);

export interface Store {
  readonly payments: Payments;
  readonly agenda: Agenda;
  readonly outbox: Outbox;
  readonly links: Links;
  readonly mandates: Mandates;
  readonly statements: Statements;
  readonly terminals: Terminals;
  readonly purses: Purses;
  readonly uses: Uses;
  readonly cards: Cards;
  readonly accounts: Accounts;
  readonly partners: Partners;
  readonly directory: Directory;
  readonly logins: Logins;
  readonly administration: Administration;
  /** Brings the schema up to date; answers how many migrations ran. */
  migrate(): Promise<number>;
  /** The database can be reached and has all migrations of this version. */
  ready(): Promise<boolean>;
  /** Writes what is waiting, then lets go of the connections. */
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly url: string;
  readonly log: Log;
  /** Batches on the way at once. */
  readonly recordConnectionCount?: number;
  readonly readConnectionCount?: number;
  /** Steps that may wait before `record` answers `full`. */
  readonly waitingMax?: number;
  /** Steps that one statement writes. */
  readonly stepCountMax?: number;
  /** Told of every batch that was written. */
  readonly onBatch?: (stepCount: number, ms: number) => void;
}

/** Opens the books in the PostgreSQL at `url`. Connects when first used. */
export const openStore = (options: StoreOptions): Store => {
  const { url, log, onBatch, recordConnectionCount = 2, readConnectionCount = 4 } = options;
  const { waitingMax = 2_000, stepCountMax = 128 } = options;
  const record = connect(url, recordConnectionCount, 'tollgate record');
  const read = connect(url, readConnectionCount, 'tollgate read');
  const batcher = new Batcher(
    { record, read, log, onBatch },
    { laneCount: recordConnectionCount, stepCountMax, waitingMax },
  );
  const { logins, forgetAll } = openLogins(read);
  const views = new Grouped<PaymentKey, View | undefined>((keys) => findAll(read, keys));
  const holders = new Grouped<ClaimKey, Holder | undefined>((keys) => findAllByClaim(read, keys));
  const cards = new Grouped<CardKey, StoredCard | undefined>((keys) => storedCards(read, keys));
  return {
    payments: {
      record: (step) => batcher.record(step),
      find: (merchantId, paymentId) => views.ask({ merchantId, paymentId }),
      writtenBy: (keys) => writtenBy(read, keys),
      findByClaim: (merchantId, claim) => holders.ask({ merchantId, claim }),
      findByOperation: async (merchantId, operationId) =>
        isId(operationId) ? findByOperation(read, merchantId, operationId) : undefined,
      listOperations: (shopId, stretch) => listOperations(read, shopId, stretch),
      findChallenged: (merchantId, vaultRef) => findChallenged(read, merchantId, vaultRef),
      storedCard: (owner, by) => ('token' in by ? cards.ask({ owner, token: by.token }) : storedCard(read, owner, by)),
      storedCards: async (owner, tokens) =>
        (await Promise.all(tokens.map((token) => cards.ask({ owner, token })))).filter((card) => card !== undefined),
      // No PostgreSQL text can hold a NUL character, so nothing goes by such a name.
      cardsOf: async (owner, customer) => (customer.includes('\0') ? [] : cardsOf(read, owner, customer)),
      forgetCard: (merchantId, token) => forgetCard(read, merchantId, token),
      noteAsked: (merchantId, paymentId, at) => noteAsked(read, merchantId, paymentId, at),
      findRelated: (by, limit) => findRelated(read, by, limit),
      forgetPayerInfo: (endedBefore) => forgetPayerInfo(read, endedBefore),
    },
    agenda: {
      leaseAttempts: (lease) => leaseAttempts(read, lease),
      leaseTasks: (lease) => leaseTasks(read, lease),
      leaseLinks: (due) => leaseLinks(read, due),
      leaseMandates: (lease) => leaseMandates(read, lease),
      now: () => now(read),
    },
    outbox: {
      leaseNotices: (lease) => leaseNotices(read, lease),
      settleNotice: (notice, end, answer) => settleNotice(read, notice, end, answer),
      listNotices: (filter) => listNotices(read, filter),
      replayNotice: (merchantId, paymentId, seq, dueAt) => replayNotice(read, merchantId, paymentId, seq, dueAt),
      noticeLag: (now) => noticeLag(read, now),
    },
    links: openLinks(read),
    mandates: openMandates(read),
    statements: {
      add: async (statements) => ((await addStatements(read, statements)) ? 'written' : 'taken'),
      find: (shopId, query) => findStatements(read, shopId, query),
    },
    terminals: openTerminals(read),
    uses: { read: (query) => readUses(read, query) },
    purses: { read: (shop, currency, id, now) => readPurse(read, shop, currency, id, now) },
    cards: {
      like: (owner, vaultRef, place) => cardLike(read, owner, vaultRef, place),
      keep: (owner, card, now) => keepCard(read, owner, card, now),
      list: (owner, shopId, customer) => listCards(read, owner, shopId, customer),
      wasForgotten: (owner, token) => wasForgotten(read, owner, token),
    },
    accounts: {
      find: (owner, token) => findAccount(read, owner, token),
      keep: (owner, account, now) => keepAccount(read, owner, account, now),
      list: (owner, customer) => listAccounts(read, owner, customer),
      forget: (owner, token) => forgetAccount(read, owner, token),
    },
    partners: { ensure: (name, now) => ensurePartner(read, name, now) },
    directory: openDirectory(read, realClock),
    logins,
    administration: openAdministration(read, forgetAll),
    migrate: () => migrate(read, 'tollgate', migrations),
    ready: () => isMigrated(read, 'tollgate', migrations),
    close: async () => {
      await batcher.drained();
      await Promise.all([record.end({ timeout: 5 }), read.end({ timeout: 5 })]);
    },
  };
};
