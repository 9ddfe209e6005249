import type { Step } from '../../gateway/ports.ts';
import { arrayText, type Sql } from '../../kit/postgres.ts';

const text = `
select exists (
    select from tollgate.operations o where o.merchant_id = t.m and o.payment_id = t.p and o.id = t.command
    union all
    select from tollgate.events e
    where e.merchant_id = t.m and e.payment_id = t.p and e.entry = t.read + 1 and e.command = t.command
  )::int as found,
  coalesce((select x.version from tollgate.payments x where x.merchant_id = t.m and x.id = t.p), 0) as version
from unnest($1::int[], $2::uuid[], $3::int[], $4::uuid[]) with ordinality as t(m, p, read, command, n)
order by t.n`;

/** Whether a step was written after all; if not, whether its payment still stands as it was read. */
export type Fate = 'written' | 'unchanged' | 'moved';

/** The fates of steps, by the names their commands left behind. */
export const lookUp = async (sql: Sql, steps: readonly Step[]): Promise<Fate[]> => {
  const rows = await sql.unsafe<{ found: number; version: number }[]>(
    text,
    [
      arrayText(steps.map((step) => step.payment.merchantId)),
      arrayText(steps.map((step) => step.payment.id)),
      arrayText(steps.map((step) => step.read)),
      arrayText(steps.map((step) => step.command)),
    ],
    { prepare: true },
  );
  return rows.map(({ found, version }, i) => {
    if (found) return 'written';
    return version === steps[i]!.read ? 'unchanged' : 'moved';
  });
};
