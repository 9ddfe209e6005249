import type { Step, Verdict } from '../../gateway/ports.ts';
import { rowsOf } from './statement.ts';
import { type Entry, type Writing, write } from './write.ts';

export interface Limits {
  /** Batches on the way at once. */
  readonly laneCount: number;
  /** Steps in one batch. */
  readonly stepCountMax: number;
  /** Steps that may wait; more are answered `full`. */
  readonly waitingMax: number;
}

/** Everything that no two statements under way may both touch. */
const keysOf = (step: Step): string[] => {
  const { merchantId, id } = step.payment;
  const keys = [`payment ${merchantId} ${id}`];
  for (const gate of step.gates) keys.push(`gate ${merchantId} ${gate.id}`);
  for (const { scope, value } of [...step.claims, ...step.freed]) keys.push(`claim ${merchantId} ${scope} ${value}`);
  if (step.storedCard) keys.push(`card ${merchantId} ${step.storedCard.token}`);
  return keys;
};

type Waiting = Entry & { readonly keys: readonly string[] };

/**
 * Writes together the steps that arrive together. A step that finds an idle lane goes within the turn of the event loop, so that alone it waits for nobody.
 */
export class Batcher {
  readonly #writing: Writing;
  readonly #limits: Limits;
  #idleLanes: number;
  #waiting: Waiting[] = [];
  /** What the batches on the way touch. One of two steps with the same key would only wait for the other's lock. */
  readonly #touched = new Set<string>();
  #isPlanned = false;
  #onIdle: (() => void) | undefined;
  #underWay = 0;

  constructor(writing: Writing, limits: Limits) {
    this.#writing = writing;
    this.#limits = limits;
    this.#idleLanes = limits.laneCount;
  }

  /** Answers once the step is durable or is known not to be. Throws for a step that the database will not take. */
  async record(step: Step): Promise<Verdict> {
    if (this.#waiting.length >= this.#limits.waitingMax) return 'full';
    const rows = rowsOf(step);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ step, rows, keys: keysOf(step), doubtful: false, resolve, reject });
      this.#plan();
    });
  }

  /** Answers when nothing waits and nothing is on the way. */
  async drained(): Promise<void> {
    if (this.#waiting.length === 0 && this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** Steps that arrive in one turn of the event loop share a batch. */
  #plan(): void {
    if (this.#isPlanned || this.#idleLanes === 0) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      while (this.#idleLanes > 0 && this.#waiting.length > 0) {
        const batch = this.#take(
          Math.min(this.#limits.stepCountMax, Math.ceil(this.#waiting.length / this.#idleLanes)),
        );
        if (batch.length === 0) return;
        void this.#fly(batch);
      }
    });
  }

  /** The longest waiting, passing over those that would meet a step already under way. */
  #take(countMax: number): Waiting[] {
    const batch: Waiting[] = [];
    const rest: Waiting[] = [];
    for (const entry of this.#waiting) {
      if (batch.length === countMax || entry.keys.some((key) => this.#touched.has(key))) {
        rest.push(entry);
        continue;
      }
      for (const key of entry.keys) this.#touched.add(key);
      batch.push(entry);
    }
    this.#waiting = rest;
    return batch;
  }

  async #fly(batch: readonly Waiting[]): Promise<void> {
    this.#idleLanes--;
    this.#underWay += batch.length;
    await write(batch, this.#writing);
    this.#idleLanes++;
    this.#underWay -= batch.length;
    for (const entry of batch) for (const key of entry.keys) this.#touched.delete(key);
    if (this.#waiting.length > 0) this.#plan();
    else if (this.#underWay === 0) this.#onIdle?.();
  }
}
