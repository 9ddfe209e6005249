import type { Step } from '../gateway/ports.ts';
import type { Life } from './life.ts';
import type { Store } from './store.ts';
import type { World } from './world.ts';

/** Something that was written, so that it can be written again. */
interface Entry {
  readonly write: (store: Store) => unknown;
  /** Of the commit of a payment: who was told that it is durable. */
  readonly step: Step | null;
  acknowledgedTo: Life | null;
  acknowledgedAt: number;
}

/** How long a process looks for what it was told, ms; a little less, since it is told before it begins to count. */
const rememberedMs = 55_000;

/** How soon the loss must be noticed by a process that goes on, ms. */
const noticedMsMax = 30_000;

/**
 * What a standby has received: everything that was written, but for the last of it if it takes over too early. Kept in runs
 * alone in which one does.
 */
export class Journal {
  readonly #entries: Entry[] = [];
  readonly #world: () => World;

  constructor(world: () => World) {
    this.#world = world;
  }

  get #isKept(): boolean {
    return this.#world().drawn.failover !== null;
  }

  /** Writes to the store. */
  write<T>(write: (store: Store) => T): T {
    if (this.#isKept) this.#entries.push({ write, step: null, acknowledgedTo: null, acknowledgedAt: 0 });
    return write(this.#world().store);
  }

  /** The same of a commit; answers who must be called when its process has been told. */
  commit(step: Step): { verdict: ReturnType<Store['record']>; acknowledge: (life: Life) => void } {
    const verdict = this.#world().store.record(step);
    const entry: Entry = { write: (store) => store.record(step), step, acknowledgedTo: null, acknowledgedAt: 0 };
    if (this.#isKept && verdict === 'written') this.#entries.push(entry);
    const acknowledge = (life: Life) => {
      entry.acknowledgedTo = life;
      entry.acknowledgedAt = this.#world().timeline.now;
    };
    return { verdict, acknowledge };
  }

  /** The standby takes over without the last commits. A process that was told of one of them and goes on must notice. */
  failOver(lost: number, empty: () => Store): void {
    const world = this.#world();
    const { timeline, watch, processes } = world;
    let cut = this.#entries.length;
    for (let left = lost; cut > 0 && left > 0; ) {
      cut -= 1;
      if (this.#entries[cut]!.step) left -= 1;
    }
    const gone = this.#entries.slice(cut);
    const standby = empty();
    for (const { write } of this.#entries.slice(0, cut)) write(standby);
    world.store.become(standby);
    watch.tell(`a standby takes over without ${gone.length} writes`);
    world.lostAt = timeline.now;
    watch.isOver = true;
    const isWitness = ({ life }: World['processes'][number]) =>
      life.isAlive &&
      life.pausedUntil <= timeline.now &&
      gone.some(
        // A commit that left no event is not looked for, but what stands on it is; and none for longer than a minute.
        ({ step, acknowledgedTo, acknowledgedAt }) =>
          step && acknowledgedTo === life && step.events.length > 0 && acknowledgedAt > timeline.now - rememberedMs,
      );
    const witnesses = processes.filter(isWitness).map(({ life }) => life);
    timeline.plan(noticedMsMax, null, () => {
      watch.isOver = false;
      watch.need(witnesses.length === 0 || world.alarms > 0, () => 'acknowledged commits are gone, and nobody says so');
      watch.isOver = true;
    });
  }
}

/** How long a run goes on after the loss, ms. */
export const afterLossMs = noticedMsMax + 1_000;
