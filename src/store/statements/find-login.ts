import type { Sql } from '../../kit/postgres.ts';

const text = `
select l.merchant_id as "merchantId", l.hash from tollgate.logins l join tollgate.merchants m on m.id = l.merchant_id
where l.api = $1 and l.name = $2 and l.state = 'active' and m.state = 'active'`;

export const findLogin = async (
  sql: Sql,
  api: string,
  name: string,
): Promise<{ merchantId: number; hash: string } | undefined> => {
  // No PostgreSQL text can hold a NUL character, so no login has that name.
  if (name.includes('\0')) return undefined;
  return (await sql.unsafe<{ merchantId: number; hash: string }[]>(text, [api, name], { prepare: true }))[0];
};
