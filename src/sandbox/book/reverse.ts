import { type Sql, transaction } from '../../kit/postgres.ts';
import type { Code } from '../codes.ts';
import type { Entry, NewEntry } from './entry.ts';
import { find, lock } from './find.ts';
import { insert } from './insert.ts';
import { markReversed } from './mark-reversed.ts';
import { roomFor } from './room.ts';

/** A reversal before the host decided on it. */
export type Reversing = Omit<NewEntry, 'card' | 'wallet' | 'class' | 'status' | 'code'> & {
  readonly kind: 'reverse';
  readonly original: string;
};

/**
 * What was captured or refunded since stands on the target; that has to be taken back first. What was pushed cannot be
 * taken back at all, only refunded.
 */
const mayGo = async (sql: Sql, target: Entry): Promise<boolean> => {
  if (target.status !== 'approved' && target.kind !== 'collect') return true;
  if (target.kind === 'void') return false;
  if (target.kind === 'refund' || target.kind === 'release' || target.kind === 'payout') return true;
  const { refundable, untouched } = await roomFor(sql, target.original ?? target.reference, target.amount);
  return target.kind === 'capture' ? refundable : untouched;
};

const codeOf = async (sql: Sql, reversing: Reversing, target: Entry): Promise<Code> => {
  if (target.account !== reversing.account || target.kind === 'reverse') return '25';
  if (target.reversedBy) return '00';
  if (!(await mayGo(sql, target))) return '12';
  await markReversed(sql, target.reference, reversing.reference);
  return '00';
};

/**
 * Takes a message back, whatever became of it. One that never came is noted as taken back, so that it meets the note
 * when it comes late. A known reference of the reversal stays as it was.
 */
export const reverse = (sql: Sql, reversing: Reversing): Promise<Entry> =>
  transaction(sql, async (tx) => {
    const { reference, original } = reversing;
    const note: NewEntry = {
      ...reversing,
      reference: original,
      kind: null,
      original: null,
      card: null,
      wallet: null,
      class: null,
      status: 'declined',
      code: '12',
      reversedBy: reference,
    };
    let target = await find(tx, original);
    if (!target) target = (await insert(tx, [note])).get(note) ?? (await find(tx, original))!;
    await lock(tx, target.original ?? target.reference);
    const known = await find(tx, reference);
    if (known) return known;
    target = (await find(tx, original))!;
    const code = await codeOf(tx, reversing, target);
    const { card, wallet, class: cardClass } = target;
    const entry: NewEntry = {
      ...reversing,
      card,
      wallet,
      class: cardClass,
      status: code === '00' ? 'approved' : 'declined',
      code,
    };
    return (await insert(tx, [entry])).get(entry) ?? (await find(tx, reference))!;
  }) as Promise<Entry>;
