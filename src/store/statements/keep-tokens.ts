import type { LoginToken, TokenGrounds } from '../../gateway/ports.ts';
import { arrayText, type Sql } from '../../kit/postgres.ts';

/**
 * The grounds are locked before the tokens are written, and whoever ends tokens locks the logins before it looks for
 * them: the second of the two sees what the first did, so no token outlives the end of all tokens.
 */
const text = (grounds: string) => `
with grounds as materialized (${grounds})
insert into tollgate.login_tokens (hash, api, kind, merchant_id, session, expires_at)
select t.hash, $1, t.kind, t.merchant_id, t.session, t.expires_at
from (select from grounds limit 1) g
cross join unnest($2::text[], $3::text[], $4::int[], $5::uuid[], $6::bigint[])
  t(hash, kind, merchant_id, session, expires_at)`;

const onTrust = text('select');

const onPassword = text(`
  select from tollgate.logins where api = $1 and name = $7 and hash = $8 and state = 'active' for share`);

/** The login is locked first, in the order of those who end tokens. */
const onRefresh = text(`
  select from tollgate.login_tokens t join tollgate.logins l on l.api = t.api and l.merchant_id = t.merchant_id
  where t.hash = $7 and t.api = $1 and t.kind = 'refresh' for share of l for key share of t`);

export const keepTokens = async (
  sql: Sql,
  api: string,
  tokens: readonly LoginToken[],
  grounds?: TokenGrounds,
): Promise<void> => {
  const values = [
    api,
    arrayText(tokens.map(({ hash }) => hash)),
    arrayText(tokens.map(({ kind }) => kind)),
    arrayText(tokens.map(({ merchantId }) => merchantId)),
    arrayText(tokens.map(({ session }) => session)),
    arrayText(tokens.map(({ expiresAt }) => expiresAt)),
  ];
  if (!grounds) await sql.unsafe(onTrust, values, { prepare: true });
  else if ('refresh' in grounds) await sql.unsafe(onRefresh, [...values, grounds.refresh], { prepare: true });
  else await sql.unsafe(onPassword, [...values, grounds.name, grounds.hash], { prepare: true });
};
