import type { Sql } from '../../kit/postgres.ts';

const text = `
select token from tollgate.stored_cards where owner = $1 and customer = $2 order by stored_at, token`;

/** Tokens of a customer's cards, in the order in which they were stored. */
export const cardsOf = async (sql: Sql, owner: number, customer: string): Promise<string[]> =>
  (await sql.unsafe<{ token: string }[]>(text, [owner, customer], { prepare: true })).map(({ token }) => token);
