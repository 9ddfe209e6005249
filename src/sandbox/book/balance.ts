import type { Sql } from '../../kit/postgres.ts';

const statement = `
select (2500000 - coalesce(sum(case when kind in ('sale', 'capture') then amount when kind in ('refund', 'payout') then -amount end), 0))::text
  as balance
from sandbox.transactions
where card = $1 and currency = $2 and status = 'approved' and reversed_by is null`;

/** What is left on a card, in major units: every card began with 2,500,000 of each currency. `card` is masked. */
export const balanceOf = async (sql: Sql, card: string, currency: string): Promise<string> =>
  (await sql.unsafe<{ balance: string }[]>(statement, [card, currency], { prepare: true }))[0]!.balance;
