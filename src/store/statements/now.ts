import type { Sql } from '../../kit/postgres.ts';

const text = 'select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now';

/** What time it is by the database's clock, ms since 1970. */
export const now = async (sql: Sql): Promise<number> => {
  const [row] = await sql.unsafe<{ now: number }[]>(text, [], { prepare: true });
  return Number(row!.now);
};
