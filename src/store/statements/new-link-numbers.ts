import type { Sql } from '../../kit/postgres.ts';

const text = `
select nextval(pg_get_serial_sequence('tollgate.links', 'number'))::float8 as number from generate_series(1, $1::int)`;

/** Numbers that no other link has, or will; the least first. */
export const newLinkNumbers = async (sql: Sql, count: number): Promise<number[]> =>
  (await sql.unsafe<{ number: number }[]>(text, [count], { prepare: true })).map(({ number }) => number);
