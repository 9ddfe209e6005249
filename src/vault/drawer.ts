import type { SecretDrawer } from '../gateway/ports.ts';
import type { Clock } from '../kit/clock.ts';
import type { Sql } from '../kit/postgres.ts';
import { Secret } from '../kit/secret.ts';
import { open, seal } from './box.ts';
import type { Keys } from './keys.ts';
import { findSecret } from './statements/find-secret.ts';
import { insertSecret } from './statements/insert-secret.ts';
import { putSecret } from './statements/put-secret.ts';

const placeOf = (name: string, keyId: string) => ['secret', name, 'value', keyId];

/** How long `find` answers from memory, ms: so long a secret that another process replaced may still be used. */
const memoryMs = 3_000;

const secretCountMax = 1_000;

/** The drawer of the installation's own secrets: signing keys and the like. */
export const openDrawer = (sql: Sql, keys: Keys, clock: Clock): SecretDrawer => {
  const memory = new Map<string, { readonly secret: Secret; readonly until: number }>();
  const lookUp = async (name: string): Promise<Secret | undefined> => {
    const row = await findSecret(sql, name);
    if (!row) return undefined;
    const value = open(await keys.find(row.keyId), placeOf(name, row.keyId), row.sealed);
    if (!value) throw new Error(`secret ${name} does not open: its row in the vault was changed`);
    return new Secret(value.toString());
  };
  const sealed = async (name: string, secret: Secret) => {
    const { id, key } = await keys.take('secrets');
    return { name, keyId: id, sealed: seal(key, placeOf(name, id), secret.reveal()) };
  };
  return {
    async ensure(name, make) {
      const known = await lookUp(name);
      if (known) return known;
      await insertSecret(sql, await sealed(name, await make()));
      // Another process may have been quicker: what is kept is what counts.
      return (await lookUp(name))!;
    },

    async find(name) {
      const known = memory.get(name);
      if (known && clock.now() < known.until) return known.secret;
      memory.delete(name);
      const secret = await lookUp(name);
      if (!secret) return undefined;
      if (memory.size >= secretCountMax) memory.clear();
      memory.set(name, { secret, until: clock.now() + memoryMs });
      return secret;
    },

    async put(name, secret) {
      await putSecret(sql, await sealed(name, secret));
      memory.delete(name);
    },
  };
};
