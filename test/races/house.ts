import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import { faceOf } from '../../src/core/cards.ts';
import type { View } from '../../src/core/model.ts';
import { createGateway } from '../../src/gateway/create.ts';
import type { Result } from '../../src/gateway/gateway.ts';
import {
  type Acquirer,
  type Directory,
  type NoticeVoice,
  type Payments,
  referenceScope,
  type Shop,
} from '../../src/gateway/ports.ts';
import { createWorkers } from '../../src/gateway/workers.ts';
import { BusinessClock, type Clock } from '../../src/kit/clock.ts';
import type { Log } from '../../src/kit/log.ts';
import { silentLog } from '../../src/kit/log.ts';
import { connect } from '../../src/kit/postgres.ts';
import { Secret } from '../../src/kit/secret.ts';
import { openStore } from '../../src/store/index.ts';
import { surroundings } from '../../src/surroundings.ts';
import { openVault } from '../../src/vault/index.ts';
import { testDatabase } from '../database.ts';

const number = '4508750015741019';
export const details = { number: new Secret(number), expiry: '2039-01', code: new Secret('123'), holder: null };
export const account = 'H000000H0000001';

/** Tells of what asked to be told, in the words that a test can check. */
export const voice: NoticeVoice = {
  api: 'test',
  compose: (_shop, { operations }, { operation }) => {
    const { noticeUrl, state, reference } = operations[operation - 1]!;
    return noticeUrl === null ? undefined : { url: noticeUrl, body: JSON.stringify({ reference, state }) };
  },
  headers: async () => ({}),
  acknowledged: (status) => status === 200,
  pausesMs: [1_000, 1_000],
  timeoutMs: 2_000,
};

export interface HouseOptions {
  readonly acquirer: Acquirer;
  /** Another way to the same database. */
  readonly url?: string;
  /** A business clock of its own, as that of another machine. */
  readonly clock?: Clock;
  readonly payments?: (payments: Payments) => Payments;
  readonly directory?: (directory: Directory) => Directory;
  readonly acquirerTimeoutMs?: number;
  readonly connectionCount?: number;
  readonly log?: Log;
}

/**
 * One installation on a database of its own, in which several gateways work side by side as several processes would: each
 * with its own connections and its own queue. Gone when the test file ends.
 */
export const openPremises = async (acquirerName: string) => {
  const closing: (() => Promise<unknown>)[] = [];
  // Before the database has its own: it must not go away under what is still being written.
  after(async () => {
    for (const close of closing.reverse()) await close();
  });
  const url = await testDatabase();
  const sql = connect(url, 4, 'test');
  closing.push(() => sql.end({ timeout: 5 }));
  const clock = new BusinessClock();
  let realOffsetMs = 0;
  const realClock: Clock = { now: () => Date.now() + realOffsetMs };
  const kek = new Secret(randomBytes(32).toString('base64'));
  const vault = openVault({ sql, kek, clock });
  const store = openStore({ url, log: silentLog });
  closing.push(() => store.close());
  await store.migrate();
  await vault.migrate();
  const { administration } = store;
  const merchant = await administration.addMerchant('Mart', clock.now());
  const route = { acquirer: acquirerName, account, brands: [], currencies: [], minMinor: null, maxMinor: null };
  const now = clock.now();
  const name = { merchantId: merchant.id, api: 'test', wireName: 'mart' };
  await administration.ensureShop({ ...name, settings: {}, routes: [route], now });
  const shop = (await store.directory.shop('test', 'mart')) as Shop;

  const openHouse = (options: HouseOptions) => {
    const { acquirer, payments = (same) => same, directory = (same) => same, connectionCount = 2 } = options;
    const log = options.log ?? silentLog;
    const counts = { recordConnectionCount: connectionCount, readConnectionCount: connectionCount };
    const own = openStore({ url: options.url ?? url, log, ...counts });
    const parts = { ...surroundings(options.clock ?? clock, log), realClock };
    const open = createGateway({
      surroundings: parts,
      payments: payments(own.payments),
      directory: directory(own.directory),
      vault: vault.cards,
      acquirers: new Map([[acquirer.name, acquirer]]),
      office: null,
      voices: new Map([[voice.api, voice]]),
      acquirerTimeoutMs: options.acquirerTimeoutMs ?? 10_000,
      onNotice: () => {},
      onEnd: () => {},
    });
    const workers = createWorkers(open, own.agenda);
    const { gateway } = open;
    let closed: Promise<void> | undefined;
    const close = () => {
      closed ??= own.close();
      return closed;
    };
    closing.push(close);
    return { ...open, gateway, workers, store: own, close };
  };
  type House = ReturnType<typeof openHouse>;

  let serial = 0;
  const asked = (reference = `R${++serial}`, noticeUrl: string | null = null) => ({
    reference,
    requestHash: null,
    noticeUrl,
    memo: null,
    claims: [{ scope: referenceScope(shop.id), value: reference }],
  });

  /** A sale or authorization of a card at once. */
  const charge = (
    { gateway }: House,
    kind: 'sale' | 'authorize',
    amountMinor: bigint,
    { reference, noticeUrl, patienceMs = 20_000 }: { reference?: string; noticeUrl?: string; patienceMs?: number } = {},
  ): Promise<Result> =>
    gateway.charge(shop, {
      ...asked(reference, noticeUrl),
      kind,
      amountMinor,
      currency: 'HKD',
      card: { details, face: faceOf(number, '2039-01') },
      brands: ['visa'],
      patienceMs,
    });

  /** `recordsRefusal` is false, so that a refusal is told and nothing is written. */
  const follow = (
    { gateway }: House,
    paymentId: string,
    kind: 'capture' | 'release' | 'refund' | 'last capture',
    amountMinor: bigint,
    reference?: string,
  ): Promise<Result> => {
    const rules = { recordsRefusal: false, refusal: null, patienceMs: 20_000 };
    const isLast = kind === 'last capture';
    const what = { kind: isLast ? 'capture' : kind, isLast, amountMinor } as const;
    return gateway.follow(shop, paymentId, { ...asked(reference), ...what, ...rules });
  };

  /** A payment that a payer is to pay on the page within half an hour. */
  const openPage = async ({ gateway }: House): Promise<View> => {
    const limits = { expiresAt: clock.now() + 1_800_000, redirectMs: null, submitCountMax: null };
    const ways = { successUrl: null, failureUrl: null, brands: ['visa' as const], wallet: null };
    const checkout = { ...limits, ...ways, keepsCard: false, customer: null, payerInfo: null, demandsChallenge: false };
    const money = { kind: 'sale', amountMinor: 10_000n, currency: 'HKD' } as const;
    const opened = await gateway.open(shop, { ...asked(), ...money, checkout, receipt: null });
    if (opened.kind === 'refused') throw new Error(opened.refusal.reason);
    return opened.view;
  };

  const find = async (paymentId: string): Promise<View> => (await store.payments.find(merchant.id, paymentId))!;

  const advance = (ms: number) => clock.setOffset(clock.now() - Date.now() + ms);
  /** Real time moves so that all leases run out. */
  const outwaitLeases = () => {
    realOffsetMs += 31_000;
  };

  /**
   * Lets the workers of a house bring everything to its end, going from one due time to the next. `onAdvance` moves the
   * clock of the acquirer's host along.
   */
  const heal = async ({ workers }: House, onAdvance: (ms: number) => void = () => {}): Promise<void> => {
    for (let round = 0; round < 400; round++) {
      const [row] = await sql.unsafe<{ at: number | null }[]>(
        'select min(due_at)::float8 as at from tollgate.attempts',
      );
      if (row!.at === null) return;
      const ms = Math.max(0, row!.at - clock.now()) + 1;
      advance(ms);
      onAdvance(ms);
      outwaitLeases();
      for (let tick = 0; tick < 200 && (await workers.tick()) > 0; tick++);
    }
    throw new Error('the workers brought not everything to its end');
  };

  return {
    url,
    sql,
    clock,
    realClock,
    store,
    shop,
    merchantId: merchant.id,
    openHouse,
    charge,
    follow,
    openPage,
    find,
    advance,
    outwaitLeases,
    heal,
  };
};

export type Premises = Awaited<ReturnType<typeof openPremises>>;
export type House = ReturnType<Premises['openHouse']>;
