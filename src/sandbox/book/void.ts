import { type Sql, transaction } from '../../kit/postgres.ts';
import type { Code } from '../codes.ts';
import type { Entry, NewEntry } from './entry.ts';
import { find, lock } from './find.ts';
import { insert } from './insert.ts';
import { markReversed } from './mark-reversed.ts';
import { roomFor } from './room.ts';

/** A void before the host decided on it. */
export type Voiding = Omit<NewEntry, 'card' | 'wallet' | 'class' | 'status' | 'code'> & {
  readonly kind: 'void';
  readonly original: string;
};

const codeOf = async (sql: Sql, voiding: Voiding, root: Entry | undefined): Promise<Code> => {
  if (root?.account !== voiding.account || root.currency !== voiding.currency) return '25';
  if (root.kind !== 'sale' && root.kind !== 'payout') return '12';
  if (root.status !== 'approved' || root.reversedBy || root.decidedAt > voiding.receivedAt) return '12';
  if (root.class === 'NO-VOID') return '57';
  const { untouched, whole } = await roomFor(sql, root.reference, voiding.amount);
  if (!untouched) return '12';
  return whole ? '00' : '13';
};

/** Undoes a sale or payout as a whole, while nothing was refunded of it; a known reference stays as it was. */
export const undo = (sql: Sql, voiding: Voiding): Promise<Entry> =>
  transaction(sql, async (tx) => {
    const root = await lock(tx, voiding.original);
    const known = await find(tx, voiding.reference);
    if (known) return known;
    const code = await codeOf(tx, voiding, root);
    if (code === '00') await markReversed(tx, voiding.original, voiding.reference);
    const { card = null, wallet = null, class: cardClass = null } = root ?? {};
    const status = code === '00' ? 'approved' : 'declined';
    const entry: NewEntry = { ...voiding, card, wallet, class: cardClass, status, code };
    return (await insert(tx, [entry])).get(entry) ?? (await find(tx, voiding.reference))!;
  }) as Promise<Entry>;
