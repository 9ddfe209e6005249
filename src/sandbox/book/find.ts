import type { Sql } from '../../kit/postgres.ts';
import { columns, type Entry } from './entry.ts';

const statement = `select ${columns} from sandbox.transactions where reference = $1`;

/** The entry of that reference. */
export const find = async (sql: Sql, reference: string): Promise<Entry | undefined> =>
  (await sql.unsafe<Entry[]>(statement, [reference], { prepare: true }))[0];

/** The same, and nobody else changes it or what hangs from it until the transaction ends. */
export const lock = async (sql: Sql, reference: string): Promise<Entry | undefined> =>
  (await sql.unsafe<Entry[]>(`${statement} for update`, [reference], { prepare: true }))[0];
