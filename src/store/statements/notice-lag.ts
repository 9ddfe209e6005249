import type { Instant } from '../../core/model.ts';
import type { Sql } from '../../kit/postgres.ts';
import { endpoints } from './endpoints.ts';

const text = `
with recursive ${endpoints}
select min(oldest.due_at) as due_at from endpoint e cross join lateral (
  select n.due_at from tollgate.notices n where n.state = 'due' and n.endpoint = e.endpoint order by n.due_at limit 1
) oldest`;

/** How long the oldest due notice has waited, ms; 0 when none is due. */
export const noticeLag = async (sql: Sql, now: Instant): Promise<number> => {
  const [row] = await sql.unsafe<{ due_at: bigint | null }[]>(text, [], { prepare: true });
  return row?.due_at == null ? 0 : Math.max(0, now - Number(row.due_at));
};
