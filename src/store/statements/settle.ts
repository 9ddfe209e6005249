import type { BatchCount } from '../../core/batch.ts';
import type { Batch, Settlement } from '../../gateway/ports/terminals.ts';
import { referenceScope } from '../../gateway/ports.ts';
import { arrayText, type Sql, transaction } from '../../kit/postgres.ts';
import { countText, totalsText } from './settlement-row.ts';

/** Gates before claims, as the record statement has it. */
const close = `
update tollgate.gates set state = 'closed'
where merchant_id = $1 and id = $2 and version = $3 and state = 'open'`;

/** What does not close a batch must still be about the one that was counted. */
const hold = `
select from tollgate.gates where merchant_id = $1 and id = $2 and version = $3 for share`;

const claim = `
insert into tollgate.claims (merchant_id, scope, value, payment_id, command, held)
values ($1, $2, $3, $4, $4, true) on conflict (merchant_id, scope, value) do nothing`;

const add = `
insert into tollgate.settlements (merchant_id, id, shop_id, batch_id, reference, request_hash, memo, result, reason,
  claimed, counted, settled_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;

/** They hang from the settlement in the place of a payment. */
const post = `
insert into tollgate.postings (merchant_id, payment_id, entry, line, debit, credit, amount_minor, currency, at)
select $1, $2, 1, n, debit, credit, amount, currency, $3
from unnest($4::text[], $5::text[], $6::bigint[], $7::text[]) with ordinality as t(debit, credit, amount, currency, n)`;

/** Ends the transaction without effect; the verdict is what its caller is answered. */
class Verdict extends Error {
  readonly verdict: 'taken' | 'stale';

  constructor(verdict: 'taken' | 'stale') {
    super(verdict);
    this.verdict = verdict;
  }
}

/** Writes a settlement, closes its batch where it is to, and posts what was cleared: all of it or nothing. */
export const settle = async (
  sql: Sql,
  settlement: Settlement,
  batch: Batch | null,
  postings: BatchCount['postings'],
): Promise<'written' | 'taken' | 'stale'> => {
  const { merchantId, id, shopId, batchId, reference, requestHash, memo, result, reason } = settlement;
  const { claimed, counted, settledAt } = settlement;
  try {
    await transaction(sql, async (tx) => {
      const guard = result === 'closed' ? close : hold;
      if (batch && (await tx.unsafe(guard, [merchantId, batch.id, batch.version])).count !== 1)
        throw new Verdict('stale');
      const { count } = await tx.unsafe(claim, [merchantId, referenceScope(shopId), reference, id]);
      if (count !== 1) throw new Verdict('taken');
      const totals = [totalsText(claimed), counted && countText(counted)];
      const words = [reference, requestHash, memo, result, reason];
      await tx.unsafe(add, [merchantId, id, shopId, batchId, ...words, ...totals, settledAt]);
      if (postings.length === 0) return;
      const columns = [
        postings.map(({ debit }) => debit),
        postings.map(({ credit }) => credit),
        postings.map(({ amountMinor }) => amountMinor),
        postings.map(({ currency }) => currency),
      ];
      await tx.unsafe(post, [merchantId, id, settledAt, ...columns.map(arrayText)]);
    });
    return 'written';
  } catch (error) {
    if (error instanceof Verdict) return error.verdict;
    throw error;
  }
};
