import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Secret } from '../kit/secret.ts';
import { open, seal } from './box.ts';

/** A key as the database holds it. */
export interface WrappedKey {
  readonly id: string;
  readonly purpose: 'cards' | 'secrets' | 'fingerprint';
  readonly kekId: string;
  readonly wrapped: Buffer;
}

interface Kek {
  readonly id: string;
  readonly key: KeyObject;
}

const kekOf = (secret: Secret): Kek => {
  const bytes = Buffer.from(secret.reveal(), 'base64');
  if (bytes.length !== 32) throw new Error('a key-encryption key has 32 bytes');
  const id = createHmac('sha256', bytes).update('id of this key-encryption key').digest('hex').slice(0, 16);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return { id, key };
};

const placeOf = ({ id, purpose }: Pick<WrappedKey, 'id' | 'purpose'>) => ['key', purpose, id];

/** The key-encryption keys at hand: the one that wraps, and those that still unwrap while a rotation goes on. */
export class Ring {
  readonly #keks = new Map<string, Kek>();
  #current: Kek;

  constructor(kek: Secret, former: Secret | undefined) {
    if (former) this.adopt(former);
    this.#current = this.adopt(kek);
  }

  /** The given key wraps from now on; all before it still unwrap. Answers it. */
  adopt(secret: Secret): Kek {
    this.#current = kekOf(secret);
    this.#keks.set(this.#current.id, this.#current);
    return this.#current;
  }

  wrap(key: Pick<WrappedKey, 'id' | 'purpose'>, bytes: Buffer): WrappedKey {
    const { id, purpose } = key;
    return { id, purpose, kekId: this.#current.id, wrapped: seal(this.#current.key, placeOf(key), bytes) };
  }

  /** Throws when the key was wrapped by a key that is not on the ring, or was tampered with. */
  unwrap(key: WrappedKey): Buffer {
    this.expect([key.kekId]);
    const bytes = open(this.#keks.get(key.kekId)!.key, placeOf(key), key.wrapped);
    if (!bytes) throw new Error(`key ${key.id} of the vault does not open: its row was changed`);
    return bytes;
  }

  /** Throws, with a text for the operator, unless all these key-encryption keys are on the ring. */
  expect(kekIds: readonly string[]): void {
    const missing = kekIds.filter((id) => !this.#keks.has(id));
    if (missing.length === 0) return;
    const given = [...this.#keks.keys()].join(', ');
    throw new Error(
      `wrong key-encryption key: the vault needs the one with id ${missing.join(', ')} and was given ${given}`,
    );
  }
}
