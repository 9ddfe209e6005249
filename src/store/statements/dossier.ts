import type { Case, Event, Id, Posting } from '../../core/model.ts';
import type { Dossier } from '../../gateway/ports.ts';
import { type Sql, transaction } from '../../kit/postgres.ts';
import { find } from './find.ts';
import { noticesOf } from './list-notices.ts';

const postings = `
select entry, line, debit, credit, amount_minor as "amountMinor", at from tollgate.postings
where merchant_id = $1 and payment_id = $2 order by entry, line`;

const events = `
select name, actor, operation, detail, at from tollgate.events
where merchant_id = $1 and payment_id = $2 order by entry, line`;

const cases = `
select kind, operation, evidence, state, opened_at as "openedAt" from tollgate.cases
where merchant_id = $1 and payment_id = $2 order by entry, line`;

const asked = `
select at from tollgate.asked where merchant_id = $1 and payment_id = $2`;

const ofTime = <Row extends { at: bigint }>({ at, ...row }: Row) => ({ ...row, at: Number(at) });

/** All of it as of one moment. */
export const dossier = (sql: Sql, merchantId: number, paymentId: Id): Promise<Dossier | undefined> =>
  transaction(
    sql,
    async (tx) => {
      const view = await find(tx, merchantId, paymentId);
      if (!view) return undefined;
      const key = [merchantId, paymentId];
      type PostingRow = Posting & { entry: number; line: number; at: bigint };
      const posted = await tx.unsafe<PostingRow[]>(postings, key);
      const noted = await tx.unsafe<(Event & { at: bigint })[]>(events, key);
      const raised = await tx.unsafe<(Case & { state: 'open' | 'closed'; openedAt: bigint })[]>(cases, key);
      const [answered] = await tx.unsafe<{ at: bigint }[]>(asked, key);
      return {
        view,
        postings: posted.map(ofTime),
        notices: await noticesOf(tx, merchantId, paymentId),
        events: noted.map(ofTime),
        cases: raised.map((row) => ({ ...row, openedAt: Number(row.openedAt) })),
        askedAt: answered ? Number(answered.at) : null,
      };
    },
    'isolation level repeatable read read only',
  );
