import type { LoginToken } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';

const text = `
select t.kind, t.hash, t.merchant_id as "merchantId", t.session, t.expires_at
from tollgate.login_tokens t join tollgate.merchants m on m.id = t.merchant_id
where t.hash = $3 and t.api = $1 and t.kind = $2 and t.expires_at > $4 and m.state = 'active'`;

export const findToken = async (
  sql: Sql,
  api: string,
  kind: LoginToken['kind'],
  hash: string,
  realNow: number,
): Promise<LoginToken | undefined> => {
  type Row = Omit<LoginToken, 'expiresAt'> & { expires_at: bigint };
  const [row] = await sql.unsafe<Row[]>(text, [api, kind, hash, realNow], { prepare: true });
  if (!row) return undefined;
  const { expires_at, ...token } = row;
  return { ...token, expiresAt: Number(expires_at) };
};
