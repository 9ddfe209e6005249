import type { Sql } from '../kit/postgres.ts';
import { purgeCards } from './statements/purge-cards.ts';
import { purgeCodes } from './statements/purge-codes.ts';

/** Rows a statement: it stays short, however much has gathered while no worker ran. */
const limit = 1_000;

/** Forgets everything that is past its end at `now`. Answers how many rows went. */
export const purge = async (sql: Sql, now: number): Promise<number> => {
  let count = 0;
  for (const forget of [purgeCards, purgeCodes]) {
    let gone: number;
    do {
      gone = await forget(sql, now, limit);
      count += gone;
    } while (gone === limit);
  }
  return count;
};
