import type { LeasedNotice, Outbox } from '../gateway/ports.ts';
import type { Log } from '../kit/log.ts';
import { type Tried, type TryParts, timeoutMsMax, tryOnce } from './try.ts';

/** What a try came to: `failed` will be tried again. */
type TryOutcome = 'delivered' | 'failed' | 'abandoned';

export interface DeliveryParts extends TryParts {
  readonly outbox: Outbox;
  readonly log: Log;
  /** For metrics. `api` is `none` when the shop is gone. */
  readonly onTry?: (api: string, outcome: TryOutcome) => void;
  /** Tries under way at once. */
  readonly concurrency?: number;
  /** Of these, to one endpoint. */
  readonly perEndpoint?: number;
  /** How long a worker that dies holds up its notices, ms of real time. */
  readonly leaseMs?: number;
  /** Pause before looking again when nothing wakes the loop, ms. */
  readonly idleMs?: number;
}

export interface Delivery {
  /** Leases what is due, delivers it, and answers how many tries were made. */
  tick(): Promise<number>;
  /** Delivers until the signal, then lets the tries under way come to their end. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** Look now: a notice was cut. */
  wake(): void;
  /** Waits for the tries under way. */
  drain(): Promise<void>;
}

/** Between two looks at the outbox, however often the loop is woken: many tries that end together free their places. */
const gapMs = 10;

const outcomes: Record<Tried['end']['state'], TryOutcome> = {
  delivered: 'delivered',
  due: 'failed',
  abandoned: 'abandoned',
};

const pause = (ms: number, until?: Promise<void>): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    until?.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Delivers the notices of the outbox to the merchants' receivers, each when it is due, until acknowledged or given up. */
export const deliverNotices = (parts: DeliveryParts): Delivery => {
  const { outbox, clock, realClock, log, onTry = () => {} } = parts;
  const { concurrency = 32, perEndpoint = 4, leaseMs = 30_000, idleMs = 250 } = parts;
  if (leaseMs < timeoutMsMax + 5_000) throw new RangeError(`a lease of ${leaseMs} ms is shorter than a slow try`);

  const underWay = new Set<Promise<boolean>>();
  let leasing: Promise<unknown> = Promise.resolve();
  let look = Promise.withResolvers<void>();
  const wake = () => look.resolve();

  /** Whether a try was made. Whatever goes wrong in this house leaves the notice due: its lease runs out. */
  const work = async (notice: LeasedNotice, leaseUntil: number): Promise<boolean> => {
    const { merchantId, paymentId, seq } = notice;
    try {
      const tried = await tryOnce(parts, notice, leaseUntil);
      if (!tried) return false;
      const { api, end, status, note } = tried;
      if (end.state !== 'delivered') {
        log.warn({ merchantId, paymentId, seq, state: end.state, status, note }, 'a notice was not delivered');
      }
      await outbox.settleNotice(notice, end, { status, note });
      onTry(api, outcomes[end.state]);
      return true;
    } catch (error) {
      log.error({ merchantId, paymentId, seq, error: (error as Error).name }, 'a try to deliver a notice broke');
      return false;
    }
  };

  const start = (notice: LeasedNotice, leaseUntil: number): Promise<boolean> => {
    const trying = work(notice, leaseUntil);
    underWay.add(trying);
    trying.then(() => {
      underWay.delete(trying);
      wake();
    });
    return trying;
  };

  /** Starts as many tries as there are free places. */
  const leaseAndStart = async (): Promise<Promise<boolean>[]> => {
    const limit = concurrency - underWay.size;
    if (limit <= 0) return [];
    const realNow = realClock.now();
    const leaseUntil = realNow + leaseMs;
    const lease = { dueBefore: clock.now(), realNow, leaseUntil, limit, perEndpoint };
    return (await outbox.leaseNotices(lease)).map((notice) => start(notice, leaseUntil));
  };

  const lookOnce = (): Promise<Promise<boolean>[]> => {
    const looking = leaseAndStart();
    leasing = looking.catch(() => {});
    return looking;
  };

  const drain = async (): Promise<void> => {
    await leasing;
    while (underWay.size > 0) await Promise.all(underWay);
  };

  return {
    wake,
    drain,
    async tick() {
      const made = await Promise.all(await lookOnce());
      return made.filter(Boolean).length;
    },
    async run(signal) {
      signal.addEventListener('abort', wake, { once: true });
      while (!signal.aborted) {
        // Renewed before the look, so that what is cut during it is not missed.
        look = Promise.withResolvers();
        const gap = pause(gapMs);
        try {
          await lookOnce();
          await pause(idleMs, look.promise);
        } catch (error) {
          log.error({ error: (error as Error).name }, 'the outbox could not be read');
          look = Promise.withResolvers();
          if (!signal.aborted) await pause(4 * idleMs, look.promise);
        }
        await gap;
      }
      await drain();
    },
  };
};
