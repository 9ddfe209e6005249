import type { Sql } from '../../kit/postgres.ts';
import type { Entry, NewEntry } from './entry.ts';
import { find } from './find.ts';
import { insert } from './insert.ts';
import { resume } from './resume.ts';

type Closing = Pick<NewEntry, 'reference' | 'account' | 'amount' | 'currency' | 'receivedAt'>;

/**
 * Has no more agreed to under an order by wallet that is still open; any other stays as it is. One that never came is
 * noted as taken back, so that it meets the note when it comes late. Answers what the book has then.
 */
export const close = async (sql: Sql, closing: Closing): Promise<Entry> => {
  const { reference, account, receivedAt } = closing;
  const note: NewEntry = {
    ...closing,
    kind: null,
    original: null,
    card: null,
    wallet: null,
    class: null,
    status: 'declined',
    code: '12',
    decidedAt: receivedAt,
    challenge: null,
    codeAfter: null,
    wayAfter: null,
    reversedBy: reference,
    terminal: null,
  };
  const known = (await find(sql, reference)) ?? (await insert(sql, [note])).get(note);
  const entry = known ?? (await find(sql, reference))!;
  if (entry.wallet) await resume(sql, reference, account, 'C2', receivedAt);
  return (await find(sql, reference))!;
};
