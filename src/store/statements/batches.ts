import type { Id, Instant, View } from '../../core/model.ts';
import type { Batch, Terminal } from '../../gateway/ports/terminals.ts';
import type { Sql } from '../../kit/postgres.ts';
import { findAll } from './find.ts';
import { terminalColumns } from './terminals.ts';

const batchColumns = `b.merchant_id as "merchantId", b.id, b.terminal_id as "terminalId", b.method, b.number,
  b.opened_at, g.version, g.state`;

interface Row extends Omit<Batch, 'openedAt'> {
  readonly opened_at: bigint;
}

const batchOf = ({ opened_at, ...row }: Row): Batch => ({ ...row, openedAt: Number(opened_at) });

/** `offset 0` as in find-by-claim.ts. */
const one = `
select ${batchColumns} from (
  select * from tollgate.batches where terminal_id = $1 and method = $2 and number = $3 offset 0) b
cross join lateral (
  select version, state from tollgate.gates x where x.merchant_id = b.merchant_id and x.id = b.id offset 0) g`;

/** Whoever wins the number makes the batch and its gate. */
const open = `
with fresh as (
  insert into tollgate.batches (merchant_id, id, shop_id, terminal_id, method, number, opened_at)
  values ($1, $2, $3, $4, $5, $6, $7) on conflict (terminal_id, method, number) do nothing returning merchant_id, id)
insert into tollgate.gates (merchant_id, id, kind, version, state) select merchant_id, id, 'batch', 1, 'open' from fresh`;

/** The batch of that number; opened, under this id, if there is none. */
export const ensureBatch = async (
  sql: Sql,
  { merchantId, id: terminalId, shopId }: Terminal,
  { method, number }: { method: string; number: string },
  id: Id,
  now: Instant,
): Promise<Batch> => {
  const find = async () =>
    (await sql.unsafe<Row[]>(one, [terminalId, method, number], { prepare: true })).map(batchOf)[0];
  const known = await find();
  if (known) return known;
  await sql.unsafe(open, [merchantId, id, shopId, terminalId, method, number, now], { prepare: true });
  return (await find())!;
};

const payments = `
select merchant_id as "merchantId", payment_id as "paymentId" from tollgate.operations
where gate_id = $1 and ordinal = 1 order by payment_id`;

export const paymentsOfBatch = async (sql: Sql, { id }: Batch): Promise<View[]> => {
  const keys = await sql.unsafe<{ merchantId: number; paymentId: Id }[]>(payments, [id], { prepare: true });
  return keys.length === 0 ? [] : ((await findAll(sql, keys)) as View[]);
};

const list = `
select ${batchColumns}, row_to_json(t) as terminal from tollgate.batches b
join tollgate.gates g using (merchant_id, id)
join (select t.id as key, ${terminalColumns} from tollgate.terminals t where t.shop_id = $1) t on t.key = b.terminal_id
where b.shop_id = $1 order by b.opened_at desc, b.id desc limit $2`;

/** A shop's batches, the newest first. */
export const listBatches = async (
  sql: Sql,
  shopId: Id,
  limit: number,
): Promise<(Batch & { readonly terminal: Terminal })[]> =>
  (await sql.unsafe<(Row & { terminal: Terminal & { key: Id } })[]>(list, [shopId, limit])).map(
    ({ terminal: { key: _, ...terminal }, ...row }) => ({ ...batchOf(row), terminal }),
  );
