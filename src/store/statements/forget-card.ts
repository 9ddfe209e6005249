import type { Sql } from '../../kit/postgres.ts';

const text = `
with gone as (delete from tollgate.stored_cards where owner = $1 and token = $2 returning owner, token)
insert into tollgate.forgotten_cards (owner, token) select owner, token from gone
on conflict (owner, token) do update set token = excluded.token`;

/** False when there is none of that name. That there was one stays known. */
export const forgetCard = async (sql: Sql, owner: number, token: string): Promise<boolean> =>
  !token.includes('\0') && (await sql.unsafe(text, [owner, token], { prepare: true })).count === 1;
