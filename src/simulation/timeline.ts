/** What events belong to: one life of a gateway process. What belongs to a dead one never happens. */
export interface Owner {
  readonly isAlive: boolean;
  /** Until when it stands still; what falls due meanwhile happens then. */
  readonly pausedUntil: number;
}

export interface Planned {
  readonly at: number;
  readonly order: number;
  readonly owner: Owner | null;
  call: (() => void) | null;
}

const isBefore = (a: Planned, b: Planned) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** How many events run before the real event loop gets its turn, so that a run can be interrupted. */
const eventsPerTurn = 4_096;

/**
 * Virtual time. Events happen one after another, each with all that follows from it at once (microtasks); what takes time
 * is another event. Nothing else in a run is asynchronous, so the order is the same in every run.
 */
export class Timeline {
  /** Milliseconds since 1970 UTC. */
  now: number;
  /** Events so far. */
  count = 0;
  readonly #afterOwned: (owner: Owner) => void;
  readonly #heap: Planned[] = [];
  #order = 0;

  /** `afterOwned` is called after each event that belonged to somebody. */
  constructor(startAt: number, afterOwned: (owner: Owner) => void) {
    this.now = startAt;
    this.#afterOwned = afterOwned;
  }

  /** `call` happens after `ms`, unless its owner is dead by then or it was called off. */
  plan(ms: number, owner: Owner | null, call: () => void): Planned {
    return this.#push({ at: this.now + Math.max(0, ms), order: this.#order++, owner, call });
  }

  /** Waits for `ms` of virtual time, in the name of the outside world. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.plan(ms, null, resolve));
  }

  /** Runs until `isOver` says so, which is asked after every event, or nothing is planned any more. */
  run(isOver: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = () => {
        try {
          if (!this.#step() || isOver()) return resolve();
        } catch (error) {
          return reject(error);
        }
        // A tick runs when all microtasks have run that an event brought about.
        if (this.count % eventsPerTurn === 0) setImmediate(turn);
        else queueMicrotask(() => process.nextTick(turn));
      };
      process.nextTick(turn);
    });
  }

  #step(): boolean {
    for (;;) {
      const next = this.#pop();
      if (!next) return false;
      const { owner, call } = next;
      if (!call || owner?.isAlive === false) continue;
      if (owner && owner.pausedUntil > next.at) {
        this.#push({ ...next, at: owner.pausedUntil });
        continue;
      }
      this.now = next.at;
      this.count++;
      call();
      if (owner) this.#afterOwned(owner);
      return true;
    }
  }

  #push(planned: Planned): Planned {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(planned);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(planned, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = planned;
    return planned;
  }

  #pop(): Planned | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
