import { carry } from './carry.ts';
import type { OpenGateway } from './create.ts';
import type { Agenda, LeasedAttempt, LeasedTask, Shop } from './ports.ts';
import { takeReceipts } from './receipts.ts';

const leaseMs = 30_000;
const limit = 32;

export interface Workers {
  /** Looks once after everything that is due: attempts, then tasks. Answers how much there was. */
  tick(): Promise<number>;
}

/** The workers that end what its sender could not: overdue attempts are asked about, timers run out. */
export const createWorkers = ({ parts, acts, queue }: OpenGateway, agenda: Agenda): Workers => {
  const { surroundings, payments, directory } = parts;
  const { clock, realClock, newId, log } = surroundings;

  const lease = () => ({
    dueBefore: clock.now(),
    realNow: realClock.now(),
    leaseUntil: realClock.now() + leaseMs,
    limit,
  });

  const gathered = async ({ merchantId, paymentId }: { merchantId: number; paymentId: string }) => {
    const view = await payments.find(merchantId, paymentId);
    const shop: Shop | undefined = view && (await directory.shopById(view.payment.shopId));
    return view && shop ? { view, shop } : undefined;
  };

  const lookAfter = async (item: LeasedAttempt, aheadMs: number): Promise<void> => {
    const known = await gathered(item);
    const attempt = known?.view.attempts.find((a) => a.operation === item.operation && a.ordinal === item.attempt);
    if (!known || !attempt || attempt.dueAt === null || attempt.dueAt > clock.now()) return;
    await acts.lookAfter(known.shop, known.view, attempt, aheadMs);
  };

  const runOut = async ({ merchantId, paymentId, kind }: LeasedTask): Promise<void> => {
    const known = await gathered({ merchantId, paymentId });
    if (!known) return;
    if (kind === 'fiscal') {
      await takeReceipts(parts, queue, known.shop, known.view);
      return;
    }
    const command = { type: 'due', id: newId(merchantId), task: kind } as const;
    await queue.run(paymentId, () => carry(parts, known.shop, paymentId, command));
  };

  const each = async <T extends { paymentId: string }>(items: readonly T[], work: (item: T) => Promise<void>) => {
    await Promise.all(
      items.map((item) =>
        work(item).catch((error) => log.error({ paymentId: item.paymentId, error: error.name }, 'due work failed')),
      ),
    );
    return items.length;
  };

  return {
    async tick() {
      const aheadMs = acts.clockAheadMs();
      const attempts = await each(await agenda.leaseAttempts(lease()), (item) => lookAfter(item, aheadMs));
      return attempts + (await each(await agenda.leaseTasks(lease()), runOut));
    },
  };
};
