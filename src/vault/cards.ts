import { createHmac, type KeyObject, randomBytes } from 'node:crypto';
import type { Vault } from '../gateway/ports.ts';
import type { Clock } from '../kit/clock.ts';
import { Grouped } from '../kit/grouped.ts';
import type { Sql } from '../kit/postgres.ts';
import { Secret } from '../kit/secret.ts';
import { open, seal } from './box.ts';
import type { Keys } from './keys.ts';
import { type CardKey, findCards, type Sealed } from './statements/find-card.ts';
import { keepCard } from './statements/keep-card.ts';
import { releaseCard } from './statements/release-card.ts';
import { sealCard } from './statements/seal-card.ts';

const placeOf = (owner: number, ref: string, keyId: string) => ['card', owner, ref, 'number', keyId];

/** The same for the same number, whoever owns it; without the key nobody can try numbers against it. */
const fingerprintOf = (key: KeyObject, digits: string): Buffer => createHmac('sha256', key).update(digits).digest();

/** The drawer of card numbers. */
export const openCards = (
  sql: Sql,
  keys: Keys,
  clock: Clock,
  onReveal: (purpose: 'charge' | 'challenge' | 'inquiry') => void,
): Pick<Vault, 'seal' | 'sealAccount' | 'markOf' | 'keep' | 'release' | 'reveal'> => {
  const numbers = new Grouped<CardKey, Sealed | undefined>((asked) => findCards(sql, asked));
  /** `name` tells it from all others of its owner. */
  const put = async (owner: number, name: string, text: string, until: number): Promise<string> => {
    const [fingerprint, data] = await Promise.all([keys.fingerprint(), keys.take('cards')]);
    const ref = randomBytes(16).toString('base64url');
    return sealCard(sql, {
      owner,
      ref,
      fingerprint: fingerprintOf(fingerprint.key, name),
      fingerprintVersion: fingerprint.version,
      keyId: data.id,
      sealed: seal(data.key, placeOf(owner, ref, data.id), text),
      expiresAt: until,
    });
  };
  return {
    async seal(owner, number, until) {
      const digits = number.reveal();
      if (!/^\d{8,19}$/.test(digits)) throw new Error('what is to be sealed is no whole card number');
      return put(owner, digits, digits, until);
    },

    // No card's number begins with a letter.
    sealAccount: (owner, { number, told }, until) => put(owner, `account ${number.reveal()}`, told.reveal(), until),

    async markOf(owner, number) {
      const { key } = await keys.fingerprint();
      const text = `counted ${owner} ${number.reveal()}`;
      return createHmac('sha256', key).update(text).digest('base64url');
    },

    keep: (owner, ref) => keepCard(sql, owner, ref, clock.now()),

    release: (owner, ref, until) => releaseCard(sql, owner, ref, until),

    async reveal(owner, ref, purpose) {
      const card = await numbers.ask({ owner, ref, now: clock.now() });
      if (!card) return undefined;
      const digits = open(await keys.find(card.keyId), placeOf(owner, ref, card.keyId), card.sealed);
      if (!digits) throw new Error(`a card of owner ${owner} does not open: its row in the vault was changed`);
      onReveal(purpose);
      return new Secret(digits.toString());
    },
  };
};
