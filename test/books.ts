import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Dossier } from '../src/gateway/ports.ts';
import { type Tollgate, until } from './installation.ts';

/** All that is on record about the payment that a merchant's reference, or an id, names. */
export const dossierOf = async (tollgate: Tollgate, name: string): Promise<Dossier> => {
  const { administration } = tollgate.installation.store;
  const found = await administration.search(name, 2);
  assert.equal(found.length, 1, `${name} names ${found.length} payments`);
  return (await administration.dossier(found[0]!.merchantId, found[0]!.paymentId))!;
};

/**
 * Holds our books against each other and against the acquirer's own, which was kept by other code: totals, ledger,
 * attempts row by row. Then everything has come to its end, nothing is reserved and no person has been called.
 */
export const booksAgree = async (tollgate: Tollgate): Promise<void> => {
  const { sql } = tollgate.installation;
  const rows = <T extends object>(text: string) => sql.unsafe<T[]>(text);

  const open = async () => {
    const [counts] = await rows(`
      select
        (select count(*)::int from tollgate.operations
          where state not in ('approved', 'declined', 'refused', 'cancelled', 'expired', 'reversed', 'waiting')) operations,
        (select count(*)::int from tollgate.attempts where due_at is not null) attempts,
        (select count(*)::int from tollgate.payments where authorized_held_minor + captured_held_minor + payout_held_minor > 0) held,
        (select count(*)::int from tollgate.cases) cases`);
    return { ...counts };
  };
  const none = { operations: 0, attempts: 0, held: 0, cases: 0 };
  // What a capture leaves is let go of by a worker, in its own time.
  await until('the end of all operations', async () => isDeepStrictEqual(await open(), none)).catch(() => {});
  assert.deepEqual(await open(), none);

  const minor = (text: string) => BigInt(text.replace('.', ''));
  const theirs = (await tollgate.assembly.sandbox!.book.totals()).map(
    ({ currency, authorized, captured, refunded, paidOut }) => ({
      currency,
      authorized: minor(authorized),
      captured: minor(captured),
      refunded: minor(refunded),
      paid_out: minor(paidOut),
    }),
  );
  const ours = await rows<{ currency: string }>(`
    select currency, sum(authorized_minor)::bigint authorized, sum(captured_minor)::bigint captured,
      sum(refunded_minor)::bigint refunded, sum(paid_out_minor)::bigint paid_out
    from tollgate.payments group by currency
    having sum(authorized_minor + captured_minor + refunded_minor + paid_out_minor) > 0 order by currency`);
  assert.deepEqual(
    ours.map((row) => ({ ...row })),
    theirs,
    'the two books have other totals',
  );

  // What was cleared is the acquirer's debt as well, seen from the other side of a settlement.
  const ledger = await rows<{ account: string; currency: string; balance: bigint }>(`
    select replace(account, 'cleared:', 'acquirer:') account, currency, sum(amount)::bigint balance from (
      select credit account, currency, amount_minor amount from tollgate.postings
      union all select debit, currency, -amount_minor from tollgate.postings) sides
    group by 1, currency order by 1, currency`);
  const owed = theirs
    .map(({ currency, captured, refunded, paid_out }) => ({
      currency,
      net: captured - refunded - paid_out,
      captured,
      paid_out,
    }))
    .filter(({ captured, paid_out }) => captured + paid_out > 0n);
  // The acquirer's book has no chargebacks: they are our word alone, and the merchant's loss.
  const disputed = await rows<{ currency: string; lost: bigint }>(`
    select currency, sum(disputed_minor)::bigint lost from tollgate.payments group by currency
    having sum(disputed_minor) > 0 order by currency`);
  const lostIn = (currency: string) => disputed.find((one) => one.currency === currency)?.lost ?? 0n;
  assert.deepEqual(
    ledger.map(({ account, currency, balance }) => ({ account, currency, balance })),
    [
      ...owed.map(({ currency, net }) => ({ account: 'acquirer:sandbox', currency, balance: -net })),
      ...disputed.map(({ currency, lost }) => ({ account: 'disputes', currency, balance: lost })),
      ...owed.map(({ currency, net }) => ({ account: 'merchant', currency, balance: net - lostIn(currency) })),
    ],
    'the ledger has other balances',
  );

  const strange = await rows(`
    select p.id from tollgate.payments p left join lateral (
      select coalesce(sum(case when credit = 'merchant' then amount_minor when debit = 'merchant' then -amount_minor end), 0) net
      from tollgate.postings x where x.merchant_id = p.merchant_id and x.payment_id = p.id) l on true
    where p.captured_minor - p.refunded_minor - p.paid_out_minor - p.disputed_minor <> l.net`);
  assert.deepEqual([...strange], [], 'payments whose postings are not their totals');

  // What was undone stands in neither. Money that was pushed has the acquirer's names for it; what asked for it moved nothing itself.
  const approved = await rows<{ reference: string; amount: string }>(`
    select case when o.kind = 'receipt' then a.acquirer_reference else a.sent_reference end reference, (o.amount_minor / 100.0)::numeric(20, 2)::text amount
    from tollgate.attempts a join tollgate.operations o
      on o.merchant_id = a.merchant_id and o.payment_id = a.payment_id and o.ordinal = a.operation
    where a.state = 'approved' and o.kind not in ('collect', 'reversal') and o.undone_by is null order by 1`);
  const entries = (await tollgate.assembly.sandbox!.book.entries())
    .filter((entry) => entry.status === 'approved' && !entry.reversedBy && entry.kind !== 'reverse')
    .map(({ reference, amount }) => ({ reference, amount }))
    .sort((a, b) => (a.reference < b.reference ? -1 : 1));
  assert.deepEqual(
    approved.map((row) => ({ ...row })),
    entries,
    'the two books have other rows',
  );
};
