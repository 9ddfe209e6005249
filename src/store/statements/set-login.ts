import type { Administration } from '../../gateway/ports.ts';
import { type Sql, transaction } from '../../kit/postgres.ts';
import { forgetTokens, lockLogins } from './revoke-tokens.ts';

/** A login that was disabled is let in again. A row that was only just inserted has no `xmax`. */
const text = `
insert into tollgate.logins as x (api, name, merchant_id, hash, created_at) values ($1, $2, $3, $4, $5)
on conflict (api, name) do update set hash = excluded.hash, state = 'active'
where x.merchant_id = excluded.merchant_id
returning x.xmax = 0 as made`;

const add = `
insert into tollgate.logins (api, name, merchant_id, hash, created_at) values ($1, $2, $3, $4, $5)
on conflict (api, name) do nothing`;

/** False when there is a login of that name on that API, whosever it is. */
export const addLogin = async (sql: Sql, login: Parameters<Administration['setLogin']>[0]): Promise<boolean> => {
  const { merchantId, api, name, hash, now } = login;
  return (await sql.unsafe(add, [api, name, merchantId, hash, now])).count > 0;
};

/** Throws when another merchant has a login of that name on that API. */
export const setLogin = async (sql: Sql, login: Parameters<Administration['setLogin']>[0]): Promise<void> => {
  const { merchantId, api, name, hash, now } = login;
  await transaction(sql, async (tx) => {
    await lockLogins(tx, merchantId, api);
    const [row] = await tx.unsafe<{ made: boolean }[]>(text, [api, name, merchantId, hash, now]);
    if (!row) throw new Error(`${name} on ${api} is another merchant's login`);
    if (!row.made) await forgetTokens(tx, merchantId, api);
  });
};
