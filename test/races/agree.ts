import assert from 'node:assert/strict';
import type { Sql } from '../../src/kit/postgres.ts';

/** Payments whose totals are not what their operations and postings say, in one snapshot: empty at every moment. */
export const unsound = async (sql: Sql): Promise<object[]> => [
  ...(await sql.unsafe<object[]>(`
    select p.id, p.state, authorized_minor a, captured_minor c, refunded_minor r, authorized_held_minor ah,
      captured_held_minor ch, o.*, b.*
    from tollgate.payments p cross join lateral (
      select
        coalesce(sum(amount_minor) filter (where kind = 'refund' and state = 'approved'), 0) as refunds,
        coalesce(sum(amount_minor) filter (where kind = 'refund' and state in ('acting', 'unknown', 'accepted')), 0)
          as refunds_open,
        coalesce(sum(amount_minor) filter (where kind in ('capture', 'sale') and state = 'approved'), 0) as captures,
        coalesce(sum(amount_minor) filter (where kind in ('capture', 'release')
          and state in ('waiting', 'acting', 'unknown', 'accepted')), 0) as captures_open,
        coalesce(sum(case when kind = 'release' then -amount_minor else amount_minor end)
          filter (where kind in ('authorize', 'sale', 'release') and state = 'approved'), 0) as authorizations
      from tollgate.operations where merchant_id = p.merchant_id and payment_id = p.id) o cross join lateral (
      select coalesce(sum(amount_minor) filter (where credit = 'merchant'), 0) as into_merchant,
        coalesce(sum(amount_minor) filter (where debit = 'merchant'), 0) as out_of_merchant
      from tollgate.postings where merchant_id = p.merchant_id and payment_id = p.id) b cross join lateral (
      select count(distinct entry) as entries from tollgate.events
      where merchant_id = p.merchant_id and payment_id = p.id) e
    where refunded_minor + captured_held_minor > captured_minor
      or captured_minor + authorized_held_minor > authorized_minor * (100 + overcapture_percent) / 100
      or refunded_minor <> refunds or captured_held_minor <> refunds_open
      or captured_minor <> captures or authorized_held_minor <> captures_open or authorized_minor <> authorizations
      or captured_minor <> into_merchant or refunded_minor <> out_of_merchant
      or entries > version`)),
];

/**
 * Holds our books against the acquirer's: row by row, by our reference. Then everything has come to its end, nothing is
 * reserved and, unless `casesMax` says otherwise, no person has been called.
 */
export const booksAgree = async (
  sql: Sql,
  standing: ReadonlyMap<string, bigint>,
  { casesMax = 0 }: { readonly casesMax?: number } = {},
): Promise<void> => {
  assert.deepEqual(await unsound(sql), []);
  const [open] = await sql.unsafe<{ cases: number }[]>(`select
    (select count(*)::int from tollgate.operations where state in ('acting', 'accepted', 'unknown')
      or (state = 'waiting' and kind = 'release')) operations,
    (select count(*)::int from tollgate.attempts where due_at is not null) attempts,
    (select count(*)::int from tollgate.payments where authorized_held_minor + captured_held_minor > 0) held,
    (select count(*)::int from tollgate.cases) cases`);
  const { cases, ...rest } = { ...open! };
  assert.deepEqual(rest, { operations: 0, attempts: 0, held: 0 });
  assert.ok(cases <= casesMax, `${cases} cases`);
  const rows = await sql.unsafe<{ reference: string; amount: bigint }[]>(`
    select a.sent_reference as reference, o.amount_minor as amount from tollgate.attempts a join tollgate.operations o
      on o.merchant_id = a.merchant_id and o.payment_id = a.payment_id and o.ordinal = a.operation
    where a.state = 'approved' and o.kind <> 'reversal' and o.undone_by is null`);
  const ours = new Map(rows.map(({ reference, amount }) => [reference, amount]));
  assert.equal(ours.size, rows.length, 'a reference stands twice in our books');
  const byName = (book: ReadonlyMap<string, bigint>) => [...book].sort(([a], [b]) => (a < b ? -1 : 1));
  assert.deepEqual(byName(ours), byName(standing), 'the two books have other rows');
};
