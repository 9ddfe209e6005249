import type { Case, Event, Id, Posting } from '../../core/model.ts';
import type { Dossier } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';
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

const ofTime = <Row extends { at: bigint }>({ at, ...row }: Row) => ({ ...row, at: Number(at) });

/** All of it as of one moment. */
export const dossier = (sql: Sql, merchantId: number, paymentId: Id): Promise<Dossier | undefined> =>
  sql.begin('isolation level repeatable read read only', async (tx) => {
    const one = tx as unknown as Sql;
    const view = await find(one, merchantId, paymentId);
    if (!view) return undefined;
    const key = [merchantId, paymentId];
    type PostingRow = Posting & { entry: number; line: number; at: bigint };
    const posted = await tx.unsafe<PostingRow[]>(postings, key);
    const noted = await tx.unsafe<(Event & { at: bigint })[]>(events, key);
    const raised = await tx.unsafe<(Case & { state: 'open' | 'closed'; openedAt: bigint })[]>(cases, key);
    return {
      view,
      postings: posted.map(ofTime),
      notices: await noticesOf(one, merchantId, paymentId),
      events: noted.map(ofTime),
      cases: raised.map((row) => ({ ...row, openedAt: Number(row.openedAt) })),
    };
  }) as Promise<Dossier | undefined>;
