import type { Sql } from '../../kit/postgres.ts';
import type { Code } from '../codes.ts';
import { columns, type Entry } from './entry.ts';

const statement = `
update sandbox.transactions set status = $3, code = $4, decided_at = $5
where reference = $1 and account = $2 and status = 'challenged' and reversed_by is null
returning ${columns}`;

/** Ends the wait for a challenge, once; inquiries hear of it from `decidedAt` on. Undefined when nothing of that reference waits for one. */
export const resume = async (
  sql: Sql,
  reference: string,
  account: string,
  code: Code,
  decidedAt: number,
): Promise<Entry | undefined> => {
  const status = code === '00' ? 'approved' : 'declined';
  return (await sql.unsafe<Entry[]>(statement, [reference, account, status, code, decidedAt], { prepare: true }))[0];
};
