import { createSecretKey, randomBytes } from 'node:crypto';
import type { Vault } from '../gateway/ports.ts';
import type { Clock } from '../kit/clock.ts';
import type { Sql } from '../kit/postgres.ts';
import { Secret } from '../kit/secret.ts';
import { open, seal } from './box.ts';
import { findCode } from './statements/find-code.ts';
import { sealCode } from './statements/seal-code.ts';
import { takeCode } from './statements/take-code.ts';

const placeOf = (owner: number, slot: string) => ['code', owner, slot];

/**
 * Security codes while a challenge is open. The key of each travels with the challenge and is not in this house, so
 * neither the database nor its log nor a backup can open one.
 */
export const openCodes = (sql: Sql, clock: Clock): Pick<Vault, 'sealCode' | 'openCode'> => ({
  async sealCode(owner, slot, code, until) {
    const bytes = randomBytes(32);
    const sealed = seal(createSecretKey(bytes), placeOf(owner, slot), code.reveal());
    await sealCode(sql, { owner, slot, sealed, expiresAt: until });
    return new Secret(bytes.toString('base64url'));
  },

  async openCode(owner, slot, oneTimeKey) {
    const bytes = Buffer.from(oneTimeKey.reveal(), 'base64url');
    const sealed = bytes.length === 32 ? await findCode(sql, owner, slot, clock.now()) : undefined;
    const code = sealed && open(createSecretKey(bytes), placeOf(owner, slot), sealed);
    // A wrong key must not cost the payer the code, so it is forgotten only now, by whoever comes first.
    return code && (await takeCode(sql, owner, slot, sealed)) ? new Secret(code.toString()) : undefined;
  },
});
