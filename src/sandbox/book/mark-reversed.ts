import type { Sql } from '../../kit/postgres.ts';

/** Notes that an entry was taken back, and by which message. */
export const markReversed = async (sql: Sql, reference: string, reversedBy: string): Promise<void> => {
  await sql.unsafe('update sandbox.transactions set reversed_by = $2 where reference = $1', [reference, reversedBy], {
    prepare: true,
  });
};
