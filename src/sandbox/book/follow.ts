import { type Sql, transaction } from '../../kit/postgres.ts';
import type { CardClass } from '../cards.ts';
import type { Code } from '../codes.ts';
import { refundMsOf } from '../refunds.ts';
import type { Entry, NewEntry } from './entry.ts';
import { find, lock } from './find.ts';
import { insert } from './insert.ts';
import { roomFor } from './room.ts';

/** A capture, refund or release before the host decided on it. */
export type Following = Omit<NewEntry, 'card' | 'wallet' | 'class' | 'status' | 'code'> & {
  readonly kind: 'capture' | 'refund' | 'release';
  readonly original: string;
};

const forbids: Readonly<Record<Following['kind'], CardClass>> = {
  capture: 'NO-CAPTURE',
  refund: 'NO-REFUND',
  release: 'NO-VOID',
};

const codeOf = async (sql: Sql, following: Following, root: Entry | undefined): Promise<Code> => {
  if (root?.account !== following.account || root.currency !== following.currency) return '25';
  if (root.kind !== 'sale' && root.kind !== 'authorize' && root.kind !== 'collect') return '12';
  // What was pushed has come, however its order ended.
  const stands = root.status === 'approved' && !root.reversedBy && root.decidedAt <= following.receivedAt;
  if (!stands && root.kind !== 'collect') return '12';
  if (root.class === forbids[following.kind]) return '57';
  if (following.kind !== 'refund' && root.kind !== 'authorize') return '12';
  const { capturable, releasable, refundable } = await roomFor(sql, root.reference, following.amount);
  const fits = { capture: capturable, release: releasable, refund: refundable };
  return fits[following.kind] ? '00' : '13';
};

/** Decides on a capture, refund or release by the host's own totals and enters it; a known reference stays as it was. */
export const follow = (sql: Sql, following: Following): Promise<Entry> =>
  transaction(sql, async (tx) => {
    const root = await lock(tx, following.original);
    const known = await find(tx, following.reference);
    if (known) return known;
    const code = await codeOf(tx, following, root);
    const status = code === '00' ? 'approved' : 'declined';
    const { card = null, wallet = null, class: cardClass = null } = root ?? {};
    const decidedAt = following.receivedAt + (following.kind === 'refund' ? refundMsOf({ card, wallet }) : 0);
    const entry: NewEntry = { ...following, card, wallet, class: cardClass, status, code, decidedAt };
    return (await insert(tx, [entry])).get(entry) ?? (await find(tx, following.reference))!;
  }) as Promise<Entry>;
