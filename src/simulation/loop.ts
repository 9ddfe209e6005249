import type { Clock } from '../kit/clock.ts';
import { Outage } from './database-line.ts';
import type { Life } from './life.ts';
import type { Planned } from './timeline.ts';
import type { World } from './world.ts';

/** How late a loop may look after what is due; as the loops of the product. */
const idleMs = 250;

/** Looks after what is due, as a loop with a short pause would, but sleeps through the time in which nothing is. */
export class Loop {
  readonly #world: World;
  readonly #life: Life;
  readonly #clock: Clock;
  readonly #tick: () => Promise<number>;
  readonly #nextAt: () => number;
  #planned: Planned | null = null;

  constructor(world: World, life: Life, clock: Clock, tick: () => Promise<number>, nextAt: () => number) {
    this.#world = world;
    this.#life = life;
    this.#clock = clock;
    this.#tick = tick;
    this.#nextAt = nextAt;
  }

  wake(at: number): void {
    if (!this.#life.isAlive || !Number.isFinite(at)) return;
    const { timeline, chance } = this.#world;
    const dueAt = Math.max(timeline.now, at);
    if (this.#planned && this.#planned.at <= dueAt + idleMs) return;
    if (this.#planned) this.#planned.call = null;
    const ms = dueAt - timeline.now + chance.next() * idleMs;
    this.#planned = timeline.plan(ms, this.#life, () => this.#look());
  }

  #look(): void {
    this.#planned = null;
    const ended = this.#tick().catch((error: unknown) => {
      this.#world.judge.need(error instanceof Outage, () => `a loop threw ${error}`);
    });
    void ended.then(() => this.#again());
    // A slow try must not hold up what falls due beside it.
    this.#again();
  }

  #again(): void {
    const skewMs = this.#clock.now() - this.#world.timeline.now;
    this.wake(Math.max(this.#world.timeline.now + idleMs, this.#nextAt() - skewMs));
  }
}
