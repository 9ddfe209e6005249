import type { Agenda, LinkRow } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';
import { type LinkColumns, linkColumns, linkRowOf } from './link-row.ts';

/** What is leased is due again after a while, so one whose payer is still paying holds up no other. */
const text = `
with due as materialized (
  select merchant_id, id from tollgate.links where ended is null and due_at <= $1
  order by due_at limit $3 for no key update skip locked)
update tollgate.links l set due_at = $2 from due join tollgate.gates g using (merchant_id, id)
where l.merchant_id = due.merchant_id and l.id = due.id
returning ${linkColumns}`;

export const leaseLinks = async (
  sql: Sql,
  { dueBefore, dueNext, limit }: Parameters<Agenda['leaseLinks']>[0],
): Promise<LinkRow[]> =>
  (await sql.unsafe<LinkColumns[]>(text, [dueBefore, dueNext, limit], { prepare: true })).map(linkRowOf);
