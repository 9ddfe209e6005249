import type { Clock } from '../../kit/clock.ts';
import type { Sql } from '../../kit/postgres.ts';
import { entries } from './entries.ts';
import type { Entry } from './entry.ts';
import { find } from './find.ts';
import { type BookTotals, totals } from './totals.ts';

/** The host's book for readers: tests and operators compare it with the gateway's. */
export interface Book {
  entry(reference: string): Promise<Entry | undefined>;
  entries(account?: string): Promise<Entry[]>;
  totals(account?: string): Promise<BookTotals[]>;
}

export const bookOf = (sql: Sql, clock: Clock): Book => ({
  entry: (reference) => find(sql, reference),
  entries: (account) => entries(sql, account),
  totals: (account) => totals(sql, clock.now(), account),
});
