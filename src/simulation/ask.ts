import type { Shop } from '../gateway/ports.ts';
import { Outage } from './database-line.ts';
import type { Heard, Till } from './till.ts';
import type { World } from './world.ts';

/** How long a client waits for an answer, ms. */
const clientPatienceMs = 45_000;

/**
 * A client asks one of the processes. `silence`: no answer came, for whatever reason. Requests are lost, doubled by the
 * network, or die with their process; answers are lost too.
 */
export const ask = <T>(world: World, call: (till: Till) => Promise<T>): Promise<T | 'silence'> =>
  new Promise((resolve) => {
    const { chance, timeline, processes, judge } = world;
    const patience = timeline.plan(clientPatienceMs, null, () => resolve('silence'));
    const hear = (answer: T | 'silence') => {
      patience.call = null;
      resolve(answer);
    };
    const deliver = (isCopy: boolean) => {
      if (chance.happens(world.weather.clientLoss)) return;
      const process = chance.pick(processes);
      timeline.plan(chance.next() * 5, null, () => {
        const { life, till } = process;
        const broken = () => {
          if (!isCopy) timeline.plan(5, null, () => hear('silence'));
        };
        if (!life.isAlive) return broken();
        const callOff = life.onEnd(broken);
        const answer = (came: T | 'silence') => {
          callOff();
          if (isCopy || chance.happens(world.weather.clientLoss)) return;
          timeline.plan(chance.next() * 5, null, () => hear(came));
        };
        timeline.plan(0, life, () => {
          call(till).then(answer, (error: unknown) => {
            judge.need(error instanceof Outage, () => `an API call threw ${error}`);
            answer('silence');
          });
        });
      });
    };
    deliver(false);
    if (chance.happens(world.weather.clientDuplicate)) deliver(true);
  });

/** Asks about a reference; every answer that leaves is held against what must be true. */
export const askAbout = (
  world: World,
  shop: Shop,
  asked: { readonly reference: string; readonly kind: string; readonly amountMinor: bigint },
  call: (till: Till, shop: Shop) => Promise<Heard>,
): Promise<Heard | 'silence'> => {
  const { judge, whoIsWho } = world;
  const key = whoIsWho.keyOf(shop, world);
  judge.asks(shop, asked);
  return ask(world, async (till) => {
    const caller = await till.admit(shop.wireName, key);
    const isRight = whoIsWho.now(shop).publicKeys.includes(key);
    judge.need((caller !== undefined) === isRight, () => `${key} is taken for ${shop.id}`);
    if (!caller) return { kind: 'unauthorized' } as const;
    const heard = await call(till, caller);
    judge.answered(shop, asked, heard);
    return heard;
  });
};
