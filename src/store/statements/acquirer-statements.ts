import type { Id } from '../../core/model.ts';
import type { Statement, StatementItem, StatementQuery } from '../../gateway/ports/statements.ts';
import type { Sql } from '../../kit/postgres.ts';

/** Batch and items in one statement. */
const add = `
with batch as (
  insert into tollgate.statements (merchant_id, id, shop_id, kind, provider, terminal, batch, settled_on, notice, currency, imported_at)
  select merchant_id, id, shop_id, kind, provider, terminal, batch, settled_on, notice, currency, imported_at
  from jsonb_to_recordset($1::text::jsonb) b (merchant_id int, id uuid, shop_id uuid, kind text, provider text, terminal text,
    batch text, settled_on text, notice text, currency text, imported_at bigint))
insert into tollgate.statement_items (merchant_id, statement_id, ordinal, payment_id, operation, amount_minor, fee_minor)
select merchant_id, statement_id, ordinal, payment_id, operation, amount_minor, fee_minor
from jsonb_to_recordset($2::text::jsonb) i (merchant_id int, statement_id uuid, ordinal int, payment_id uuid, operation int,
  amount_minor bigint, fee_minor bigint)`;

const uniqueViolation = '23505';

/** All or none; false where a batch is there already, or an operation was settled before. */
export const addStatements = async (sql: Sql, statements: readonly Statement[]): Promise<boolean> => {
  const batches = statements.map((one) => ({
    merchant_id: one.merchantId,
    id: one.id,
    shop_id: one.shopId,
    kind: one.kind,
    provider: one.provider,
    terminal: one.terminal,
    batch: one.batch,
    settled_on: one.settledOn,
    notice: one.notice,
    currency: one.currency,
    imported_at: one.importedAt,
  }));
  const items = statements.flatMap(({ merchantId, id, items: own }) =>
    own.map(({ paymentId, operation, amountMinor, feeMinor }, index) => ({
      merchant_id: merchantId,
      statement_id: id,
      ordinal: index + 1,
      payment_id: paymentId,
      operation,
      amount_minor: String(amountMinor),
      fee_minor: String(feeMinor),
    })),
  );
  try {
    await sql.unsafe(add, [JSON.stringify(batches), JSON.stringify(items)]);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === uniqueViolation) return false;
    throw error;
  }
};

const text = `
select s.merchant_id as "merchantId", s.id, s.shop_id as "shopId", s.kind, s.provider, s.terminal, s.batch,
  s.settled_on as "settledOn", s.notice, s.currency, s.imported_at,
  (select coalesce(json_agg(json_build_object('paymentId', i.payment_id, 'operation', i.operation,
      'amountMinor', i.amount_minor::text, 'feeMinor', i.fee_minor::text) order by i.ordinal), '[]')
    from tollgate.statement_items i where i.merchant_id = s.merchant_id and i.statement_id = s.id) as items
from tollgate.statements s
where s.shop_id = $1 and s.settled_on = $2 and s.kind = $3 and s.provider = $4
  and ($5::text is null or s.terminal = $5) and ($6::text is null or s.batch = $6)
  and ($7::text is null or s.notice = $7) and ($8::text is null or s.currency = $8)
order by s.id`;

type Item = { readonly [K in keyof StatementItem]: StatementItem[K] extends bigint ? string : StatementItem[K] };
type Row = Omit<Statement, 'importedAt' | 'items'> & { readonly imported_at: bigint; readonly items: readonly Item[] };

export const findStatements = async (sql: Sql, shopId: Id, query: StatementQuery): Promise<Statement[]> => {
  const { kind, provider, settledOn, terminal = null, batch = null, notice = null, currency = null } = query;
  const rows = await sql.unsafe<Row[]>(text, [shopId, settledOn, kind, provider, terminal, batch, notice, currency], {
    prepare: true,
  });
  return rows.map(({ imported_at, items, ...row }) => ({
    ...row,
    importedAt: Number(imported_at),
    items: items.map((item) => ({
      ...item,
      amountMinor: BigInt(item.amountMinor),
      feeMinor: BigInt(item.feeMinor),
    })),
  }));
};
