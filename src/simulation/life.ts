import type { Owner } from './timeline.ts';

/** One life of a gateway process, from its start to its crash. */
export class Life implements Owner {
  isAlive = true;
  pausedUntil = 0;
  /** How long its machine slept: time that its monotonic clock does not know of. */
  sleptMs = 0;
  /** Who waits for something of this process hears of its death. */
  readonly #mourners = new Set<() => void>();

  /** `call` is called when this life ends; answers a function that calls it off. */
  onEnd(call: () => void): () => void {
    this.#mourners.add(call);
    return () => this.#mourners.delete(call);
  }

  end(): void {
    this.isAlive = false;
    for (const call of this.#mourners) call();
    this.#mourners.clear();
  }
}
