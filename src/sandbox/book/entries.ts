import type { Sql } from '../../kit/postgres.ts';
import { columns, type Entry } from './entry.ts';

/** All entries in the order they came; of one account if one is named. */
export const entries = (sql: Sql, account?: string): Promise<Entry[]> =>
  sql.unsafe<Entry[]>(
    `select ${columns} from sandbox.transactions where $1::text is null or account = $1 order by number`,
    [account ?? null],
  );
