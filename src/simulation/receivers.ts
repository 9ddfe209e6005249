import type { Answer, Outbound } from '../kit/outbound.ts';
import type { Life } from './life.ts';
import type { World } from './world.ts';

/** What a notice says, in the words of the run's own API. */
export interface Told {
  readonly paymentId: string;
  readonly operation: number;
  readonly version: number;
  readonly state: string;
  readonly amountMinor: string;
}

/** The merchants' receivers: what they were told, and how they fail. */
export class Receivers {
  /** Bodies that were acknowledged, by payment and operation. */
  readonly acknowledged = new Map<string, Set<string>>();
  /** The body of each version that was ever sent: it must stay the same. */
  readonly #bodies = new Map<string, string>();
  readonly #world: () => World;

  constructor(world: () => World) {
    this.#world = world;
  }

  /** A notice arrives at an address. Answers the HTTP status. */
  take(url: string, body: string): number {
    const { judge, chance, weather, whoIsWho } = this.#world();
    if (whoIsWho.deadHooks.has(url)) return 410;
    const told = JSON.parse(body) as Told;
    judge.noticed(told);
    const name = `${told.paymentId} ${told.operation} ${told.version}`;
    const before = this.#bodies.get(name);
    judge.need(before === undefined || before === body, () => `notice ${name} has two bodies`);
    this.#bodies.set(name, body);
    if (chance.happens(weather.receiverFails)) return chance.pick([500, 410, 302]);
    const key = `${told.paymentId} ${told.operation}`;
    const states = this.acknowledged.get(key) ?? new Set();
    this.acknowledged.set(key, states.add(told.state));
    return 200;
  }
}

/** The guarded sender of one process, over a line that hangs. */
export const receiverLine = (world: World, life: Life): Outbound => ({
  post: (url, { body, timeoutMs }) =>
    new Promise<Answer>((resolve) => {
      const { chance, timeline, receivers } = world;
      const hangs = chance.happens(world.weather.receiverHangs);
      const arrives = !hangs || chance.happens(0.5);
      timeline.plan(chance.next() * 20, null, () => {
        const status = arrives ? receivers.take(String(url), String(body)) : 0;
        if (hangs) return;
        timeline.plan(chance.next() * 20, life, () => resolve({ kind: 'answered', status, body: '' }));
      });
      if (!hangs) return;
      timeline.plan(timeoutMs, life, () => resolve({ kind: 'failed', reason: 'timeout', sent: true, status: null }));
    }),
  close: () => {},
});
