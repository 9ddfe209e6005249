import type { Sql } from '../../kit/postgres.ts';

const text = `select distinct kek_id as id from vault.keys order by kek_id`;

export const kekIdsInUse = async (sql: Sql): Promise<string[]> =>
  (await sql.unsafe<{ id: string }[]>(text)).map(({ id }) => id);
