import type { Sql } from '../../kit/postgres.ts';

const text = `select nextval(pg_get_serial_sequence('tollgate.links', 'number'))::float8 as number`;

/** A number that no other link has, or will. */
export const newLinkNumber = async (sql: Sql): Promise<number> =>
  (await sql.unsafe<{ number: number }[]>(text, [], { prepare: true }))[0]!.number;
