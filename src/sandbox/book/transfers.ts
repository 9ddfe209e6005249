import { type Sql, transaction } from '../../kit/postgres.ts';
import type { Entry } from './entry.ts';
import { lock } from './find.ts';

/** Money that a payer pushed. */
export interface Transfer {
  readonly reference: string;
  /** Running number of the book. */
  readonly number: number;
  /** In major units, with all decimals of the currency. */
  readonly amount: string;
  /** Business ms. */
  readonly receivedAt: number;
}

const all = `
select reference, number::float8 as number, amount::text as amount, received_at::float8 as "receivedAt"
from sandbox.transactions where original = $1 and kind = 'transfer' order by number`;

/** What has come under a collect, in the order in which it came. */
export const transfersOf = (sql: Sql, collect: string): Promise<Transfer[]> =>
  sql.unsafe<Transfer[]>(all, [collect], { prepare: true });

const add = `
insert into sandbox.transactions (reference, number, account, kind, original, amount, currency, wallet, status, code,
  received_at, decided_at)
select 'T' || fresh.number, fresh.number, account, 'transfer', reference, $2, currency, wallet, 'approved', '00', $3, $3
from sandbox.transactions, (select nextval('sandbox.transaction_numbers') as number) as fresh
where reference = $1`;

/**
 * Books what a payer sent under a collect, whether or not that is still open: a bank does not ask. `after`: how many
 * transfers the payer had seen; when there are others by now, it is a second click. Answers whether it was booked.
 */
export const transfer = (
  sql: Sql,
  { reference }: Entry,
  { amount, after, now }: { amount: string; after: number | undefined; now: number },
): Promise<boolean> =>
  transaction(sql, async (tx) => {
    await lock(tx, reference);
    if (after !== undefined && (await transfersOf(tx, reference)).length !== after) return false;
    await tx.unsafe(add, [reference, amount, now], { prepare: true });
    return true;
  }) as Promise<boolean>;
