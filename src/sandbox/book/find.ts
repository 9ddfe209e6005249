import type { Sql } from '../../kit/postgres.ts';
import { columns, type Entry } from './entry.ts';

const statement = `select ${columns} from sandbox.transactions where reference = $1`;

/** The entry of that reference. */
export const find = async (sql: Sql, reference: string): Promise<Entry | undefined> =>
  (await sql.unsafe<Entry[]>(statement, [reference], { prepare: true }))[0];

/** The order by wallet whose page has this token. */
export const findByToken = async (sql: Sql, token: string): Promise<Entry | undefined> =>
  (
    await sql.unsafe<Entry[]>(
      `select ${columns} from sandbox.transactions where wallet is not null and challenge = $1`,
      [token],
      { prepare: true },
    )
  )[0];

/** The entry of a reference, and nobody else changes it or what hangs from it until the transaction ends. */
export const lock = async (sql: Sql, reference: string): Promise<Entry | undefined> =>
  (await sql.unsafe<Entry[]>(`${statement} for update`, [reference], { prepare: true }))[0];
