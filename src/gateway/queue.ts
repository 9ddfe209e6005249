/** Lets the steps of one payment queue up inside this process, so that they do not make each other stale. */
export class Queue {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Keys under which something waits or runs. */
  get length(): number {
    return this.#tails.size;
  }

  /** Runs `work` after everything that was queued under `key` before it. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key);
    const result = before ? before.then(work, work) : work();
    const tail = result.catch(() => {});
    this.#tails.set(key, tail);
    tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    return result;
  }
}
