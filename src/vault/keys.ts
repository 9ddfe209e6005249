import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../kit/clock.ts';
import type { Sql } from '../kit/postgres.ts';
import type { Ring, WrappedKey } from './ring.ts';
import { findKey } from './statements/find-key.ts';
import { insertKey } from './statements/insert-key.ts';
import { reserveUses } from './statements/reserve-uses.ts';

export interface Key {
  readonly id: string;
  readonly key: KeyObject;
}

type Drawer = 'cards' | 'secrets';

/** Uses that a process takes at a time, so that sealing writes no counter. A process that ends wastes what it has left. */
export const blockUses = 4_096;
/** Far below the number at which two random nonces of one key could meet. */
export const usesMax = 2 ** 24;

interface Block extends Key {
  readonly day: string;
  left: number;
}

const fingerprintVersion = 1;

/** The keys that seal, unwrapped in memory when first needed: for each drawer one a day, and more when it is used up. */
export class Keys {
  readonly #sql: Sql;
  readonly #ring: Ring;
  readonly #clock: Clock;
  readonly #known = new Map<string, KeyObject>();
  readonly #blocks = new Map<Drawer, Block>();
  readonly #refills = new Map<Drawer, Promise<void>>();

  constructor(sql: Sql, ring: Ring, clock: Clock) {
    this.#sql = sql;
    this.#ring = ring;
    this.#clock = clock;
  }

  /** A key for one seal more. */
  async take(drawer: Drawer): Promise<Key> {
    for (;;) {
      const day = new Date(this.#clock.now()).toISOString().slice(0, 10);
      const block = this.#blocks.get(drawer);
      if (block && block.day === day && block.left > 0) {
        block.left--;
        return block;
      }
      const refill = this.#refills.get(drawer) ?? this.#refill(drawer, day);
      this.#refills.set(drawer, refill);
      await refill;
    }
  }

  /** The key of that id. Throws when there is none: what it sealed is lost. */
  async find(id: string): Promise<KeyObject> {
    const known = this.#known.get(id);
    if (known) return known;
    const wrapped = await findKey(this.#sql, id);
    if (!wrapped) throw new Error(`key ${id} of the vault is missing`);
    return this.#unwrapped(wrapped);
  }

  async fingerprint(): Promise<{ readonly version: number; readonly key: KeyObject }> {
    const id = `fingerprint-${fingerprintVersion}`;
    if (!this.#known.has(id) && !(await findKey(this.#sql, id))) {
      await this.#make({ id, purpose: 'fingerprint' }, { day: '', uses: 0 });
    }
    return { version: fingerprintVersion, key: await this.find(id) };
  }

  async #refill(drawer: Drawer, day: string): Promise<void> {
    try {
      const reserved = await reserveUses(this.#sql, { purpose: drawer, day, uses: blockUses, usesMax });
      // Two processes may both make one. Both are good, and the next block comes from either.
      const made = reserved ?? (await this.#make({ id: randomUUID(), purpose: drawer }, { day, uses: blockUses }));
      this.#blocks.set(drawer, { id: made.id, key: this.#unwrapped(made), day, left: blockUses });
    } finally {
      this.#refills.delete(drawer);
    }
  }

  async #make(key: Pick<WrappedKey, 'id' | 'purpose'>, start: { day: string; uses: number }): Promise<WrappedKey> {
    const bytes = randomBytes(32);
    const wrapped = this.#ring.wrap(key, bytes);
    bytes.fill(0);
    await insertKey(this.#sql, { ...wrapped, ...start });
    return wrapped;
  }

  #unwrapped(wrapped: WrappedKey): KeyObject {
    const known = this.#known.get(wrapped.id);
    if (known) return known;
    const bytes = this.#ring.unwrap(wrapped);
    const key = createSecretKey(bytes);
    bytes.fill(0);
    this.#known.set(wrapped.id, key);
    return key;
  }
}
