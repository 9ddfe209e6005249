import type { Sql } from '../../kit/postgres.ts';
import type { Entry, NewEntry } from './entry.ts';
import { insert } from './insert.ts';

const batchSizeMax = 200;

interface Waiting {
  readonly entry: NewEntry;
  readonly resolve: (entered: Entry | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Enters messages that arrive together with one commit: what comes while a statement is under way waits for the next.
 * Answers undefined for a reference that the book knows already.
 */
export const groupEntries = (sql: Sql): ((entry: NewEntry) => Promise<Entry | undefined>) => {
  let waiting: Waiting[] = [];
  let writing = false;

  const write = async () => {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSizeMax);
      waiting = waiting.slice(batchSizeMax);
      try {
        const fresh = await insert(
          sql,
          batch.map(({ entry }) => entry),
        );
        for (const { entry, resolve } of batch) resolve(fresh.get(entry));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing = false;
  };

  return (entry) =>
    new Promise((resolve, reject) => {
      waiting.push({ entry, resolve, reject });
      if (!writing) void write();
    });
};
