import type { Sql } from '../../kit/postgres.ts';
import { readAmount } from '../amount.ts';

/** What an account moved in a currency. In major units with all decimals of the currency. */
export interface BookTotals {
  readonly account: string;
  readonly currency: string;
  readonly authorized: string;
  readonly captured: string;
  readonly refunded: string;
  readonly paidOut: string;
}

const statement = `
select account, currency,
  sum(case when kind in ('sale', 'authorize', 'transfer') then amount when kind = 'release' then -amount else 0 end)::text
    as authorized,
  sum(case when kind in ('sale', 'capture', 'transfer') then amount else 0 end)::text as captured,
  sum(case when kind = 'refund' then amount else 0 end)::text as refunded,
  sum(case when kind = 'payout' then amount else 0 end)::text as "paidOut"
from sandbox.transactions
where kind not in ('verify', 'reverse', 'void') and status = 'approved' and reversed_by is null and decided_at <= $1
  and ($2::text is null or account = $2)
group by account, currency order by account, currency`;

/** Approved and not taken back as of `now`, by account and currency; of one account if one is named. */
export const totals = async (sql: Sql, now: number, account?: string): Promise<BookTotals[]> =>
  (await sql.unsafe<BookTotals[]>(statement, [now, account ?? null])).map((row) => ({
    account: row.account,
    currency: row.currency,
    authorized: readAmount(row.authorized, row.currency)!,
    captured: readAmount(row.captured, row.currency)!,
    refunded: readAmount(row.refunded, row.currency)!,
    paidOut: readAmount(row.paidOut, row.currency)!,
  }));
