import type { SecretDrawer, Vault } from '../gateway/ports.ts';
import type { Clock } from '../kit/clock.ts';
import { migrate } from '../kit/migrate.ts';
import type { Sql } from '../kit/postgres.ts';
import type { Secret } from '../kit/secret.ts';
import { openCards } from './cards.ts';
import { openCodes } from './codes.ts';
import { openDrawer } from './drawer.ts';
import { Keys } from './keys.ts';
import { purge } from './purge.ts';
import { Ring } from './ring.ts';
import { kekIdsInUse } from './statements/kek-ids-in-use.ts';
import { keysNotUnder } from './statements/keys-not-under.ts';
import { wrapAnew } from './statements/wrap-anew.ts';

export interface VaultOptions {
  readonly sql: Sql;
  /** Base64 of 32 bytes: wraps every key of the vault (see kek.ts). */
  readonly kek: Secret;
  /** The one before it, while a rotation goes on. */
  readonly formerKek?: Secret;
  /** The business clock: ends of rows, and the days of keys. */
  readonly clock: Clock;
  /** Told of every number that left the vault. */
  readonly onReveal?: (purpose: 'charge' | 'challenge' | 'inquiry') => void;
}

export interface OpenVault {
  readonly cards: Vault;
  readonly drawer: SecretDrawer;
  /** Brings the schema up to date and answers how many migrations ran. Throws when the vault needs another KEK. */
  migrate(): Promise<number>;
  /**
   * Wraps all keys anew under `newKek`; nothing that is sealed changes. Each key is a commit of its own, so it may be
   * cut off at any point and called again. Answers how many keys it wrapped. Every process must have `newKek` before:
   * restart them with it as `kek` and the old one as `formerKek`, call this, then drop the old one.
   */
  rewrap(newKek: Secret): Promise<number>;
}

/** Opens the vault over its own schema. Touches the database when first used. */
export const openVault = ({ sql, kek, formerKek, clock, onReveal = () => {} }: VaultOptions): OpenVault => {
  const ring = new Ring(kek, formerKek);
  const keys = new Keys(sql, ring, clock);
  return {
    cards: {
      ...openCards(sql, keys, clock, onReveal),
      ...openCodes(sql, clock),
      purge: (now) => purge(sql, now),
    },
    drawer: openDrawer(sql, keys, clock),
    async migrate() {
      const count = await migrate(sql, 'vault', new URL('./migrations/', import.meta.url));
      ring.expect(await kekIdsInUse(sql));
      return count;
    },
    async rewrap(newKek) {
      const { id } = ring.adopt(newKek);
      let count = 0;
      for (const key of await keysNotUnder(sql, id)) {
        const bytes = ring.unwrap(key);
        count += await wrapAnew(sql, key.kekId, ring.wrap(key, bytes));
        bytes.fill(0);
      }
      return count;
    },
  };
};
