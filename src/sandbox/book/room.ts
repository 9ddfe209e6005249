import type { Sql } from '../../kit/postgres.ts';

const statement = `
with moved as (
  select coalesce(sum(amount) filter (where kind = 'capture'), 0) as captured,
         coalesce(sum(amount) filter (where kind = 'release'), 0) as released,
         coalesce(sum(amount) filter (where kind = 'refund'), 0) as refunded,
         coalesce(sum(amount) filter (where kind = 'transfer'), 0) as received
  from sandbox.transactions
  where original = $1 and kind <> 'reverse' and status = 'approved' and reversed_by is null)
select kind = 'authorize' and captured + $2::numeric <= (amount - released) * (1 + $3::numeric / 100) as capturable,
       kind = 'authorize' and captured + released + $2::numeric <= amount as releasable,
       case kind when 'sale' then amount when 'collect' then received else captured end >= refunded + $2::numeric as refundable,
       captured + released + refunded + received = 0 as untouched, amount = $2::numeric as whole
from sandbox.transactions, moved where reference = $1`;

/** How much more than what is still reserved the host captures, per cent. */
const captureExtraPercent = 20;

interface Room {
  readonly capturable: boolean;
  readonly releasable: boolean;
  readonly refundable: boolean;
  readonly untouched: boolean;
  readonly whole: boolean;
}

/**
 * Whether an amount may still be captured, released and refunded of a sale, authorization or collect that is locked,
 * and whether it is all of it.
 */
export const roomFor = async (sql: Sql, root: string, amount: string): Promise<Room> =>
  (await sql.unsafe<Room[]>(statement, [root, amount, captureExtraPercent], { prepare: true }))[0]!;
