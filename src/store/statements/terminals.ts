import type { Id, Instant } from '../../core/model.ts';
import type { Terminal } from '../../gateway/ports/terminals.ts';
import type { Sql } from '../../kit/postgres.ts';

export const terminalColumns = `t.merchant_id as "merchantId", t.id, t.shop_id as "shopId", t.account, t.number, t.state`;

const one = `
select ${terminalColumns} from tollgate.terminals t
where t.shop_id = $1 and t.account = $2 and t.number = $3 and t.state = 'active'`;

export const findTerminal = async (
  sql: Sql,
  shopId: Id,
  account: string,
  number: string,
): Promise<Terminal | undefined> =>
  (await sql.unsafe<Terminal[]>(one, [shopId, account, number], { prepare: true }))[0];

const all = `
select ${terminalColumns} from tollgate.terminals t where t.shop_id = $1 order by t.account, t.number`;

export const listTerminals = async (sql: Sql, shopId: Id): Promise<Terminal[]> => [
  ...(await sql.unsafe<Terminal[]>(all, [shopId])),
];

const add = `
insert into tollgate.terminals as t (merchant_id, id, shop_id, account, number, state, created_at)
values ($1, $2, $3, $4, $5, 'active', $6)
on conflict (shop_id, account, number) do update set state = 'active' where t.state = 'disabled'`;

/** False when there is an active one of that number already. */
export const addTerminal = async (sql: Sql, terminal: Omit<Terminal, 'state'>, now: Instant): Promise<boolean> => {
  const { merchantId, id, shopId, account, number } = terminal;
  return (await sql.unsafe(add, [merchantId, id, shopId, account, number, now])).count === 1;
};

const disable = `
update tollgate.terminals set state = 'disabled'
where shop_id = $1 and account = $2 and number = $3 and state = 'active'`;

export const disableTerminal = async (sql: Sql, shopId: Id, account: string, number: string): Promise<boolean> =>
  (await sql.unsafe(disable, [shopId, account, number])).count === 1;
