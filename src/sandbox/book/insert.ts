import { arrayText, type Sql } from '../../kit/postgres.ts';
import type { Entry, NewEntry } from './entry.ts';

const statement = `
insert into sandbox.transactions (reference, account, kind, original, amount, currency, card, wallet, class, status,
  code, received_at, decided_at, challenge, code_after, way_after, reversed_by,
  terminal)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::text[], $7::text[], $8::text[],
  $9::text[], $10::text[], $11::text[], $12::bigint[], $13::bigint[], $14::text[], $15::text[], $16::text[], $17::text[],
  $18::text[])
on conflict (reference) do nothing
returning reference, number::float8 as number`;

/** Writes entries in one statement. Answers those whose reference was new; of two with one reference only the first. */
export const insert = async (sql: Sql, entries: readonly NewEntry[]): Promise<Map<NewEntry, Entry>> => {
  // In one order for everybody: two batches that hold the same references must not wait for each other.
  const sorted = entries.toSorted((a, b) => (a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0));
  const column = (read: (entry: NewEntry) => string | number | null) => arrayText(sorted.map(read));
  const rows = await sql.unsafe<{ reference: string; number: number }[]>(
    statement,
    [
      column((e) => e.reference),
      column((e) => e.account),
      column((e) => e.kind),
      column((e) => e.original),
      column((e) => e.amount),
      column((e) => e.currency),
      column((e) => e.card),
      column((e) => e.wallet),
      column((e) => e.class),
      column((e) => e.status),
      column((e) => e.code),
      column((e) => e.receivedAt),
      column((e) => e.decidedAt),
      column((e) => e.challenge),
      column((e) => e.codeAfter),
      column((e) => e.wayAfter),
      column((e) => e.reversedBy),
      column((e) => e.terminal),
    ],
    { prepare: true },
  );
  const numbers = new Map(rows.map((row) => [row.reference, row.number]));
  const fresh = new Map<NewEntry, Entry>();
  for (const entry of sorted) {
    const number = numbers.get(entry.reference);
    if (number !== undefined) fresh.set(entry, { ...entry, number });
    numbers.delete(entry.reference);
  }
  return fresh;
};
