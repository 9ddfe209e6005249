import type { SecretDrawer } from '../gateway/ports.ts';
import type { Sql } from '../kit/postgres.ts';
import { Secret } from '../kit/secret.ts';
import { open, seal } from './box.ts';
import type { Keys } from './keys.ts';
import { findSecret } from './statements/find-secret.ts';
import { insertSecret } from './statements/insert-secret.ts';

const placeOf = (name: string, keyId: string) => ['secret', name, 'value', keyId];

/** The drawer of the installation's own secrets: signing keys and the like. */
export const openDrawer = (sql: Sql, keys: Keys): SecretDrawer => {
  const find = async (name: string): Promise<Secret | undefined> => {
    const row = await findSecret(sql, name);
    if (!row) return undefined;
    const value = open(await keys.find(row.keyId), placeOf(name, row.keyId), row.sealed);
    if (!value) throw new Error(`secret ${name} does not open: its row in the vault was changed`);
    return new Secret(value.toString());
  };
  return {
    async ensure(name, make) {
      const known = await find(name);
      if (known) return known;
      const made = await make();
      const { id, key } = await keys.take('secrets');
      await insertSecret(sql, { name, keyId: id, sealed: seal(key, placeOf(name, id), made.reveal()) });
      // Another process may have been quicker: what is kept is what counts.
      return (await find(name))!;
    },
  };
};
