import type { Sql } from '../../kit/postgres.ts';

const statement = `
with moved as (
  select coalesce(sum(amount) filter (where kind = 'capture'), 0) as captured,
         coalesce(sum(amount) filter (where kind = 'release'), 0) as released,
         coalesce(sum(amount) filter (where kind = 'refund'), 0) as refunded,
         coalesce(sum(amount) filter (where kind = 'transfer'), 0) as received
  from sandbox.transactions
  where original = $1 and kind <> 'reverse' and status = 'approved' and reversed_by is null)
select kind = 'authorize' and captured + released + $2::numeric <= amount as capturable,
       case kind when 'sale' then amount when 'collect' then received else captured end >= refunded + $2::numeric as refundable,
       captured + released + refunded + received = 0 as untouched, amount = $2::numeric as whole
from sandbox.transactions, moved where reference = $1`;

/**
 * Whether an amount may still be captured (or released) and refunded of a sale, authorization or collect that is locked,
 * and whether it is all of it.
 */
export const roomFor = async (
  sql: Sql,
  root: string,
  amount: string,
): Promise<{ capturable: boolean; refundable: boolean; untouched: boolean; whole: boolean }> =>
  (
    await sql.unsafe<{ capturable: boolean; refundable: boolean; untouched: boolean; whole: boolean }[]>(
      statement,
      [root, amount],
      {
        prepare: true,
      },
    )
  )[0]!;
