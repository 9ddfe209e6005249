import { type LinkRow, linkScope, type Shop } from '../../gateway/ports.ts';
import { arrayText, type Sql } from '../../kit/postgres.ts';
import { type LinkColumns, linkColumns, linkRowOf } from './link-row.ts';

/** `offset 0` as in find-by-claim.ts. */
const byReferences = (value: string) => `
select ${linkColumns} from (
  select merchant_id, payment_id from tollgate.claims where merchant_id = $1 and scope = $2 and value ${value} offset 0) c
cross join lateral (
  select * from tollgate.links x where x.merchant_id = c.merchant_id and x.id = c.payment_id offset 0) l
cross join lateral (
  select version from tollgate.gates x where x.merchant_id = l.merchant_id and x.id = l.id offset 0) g`;

const byReference = byReferences('= $3');
const byAnyReference = byReferences('= any ($3::text[])');

const byToken = `
select ${linkColumns} from (
  select * from tollgate.links where token_hash = $1 and renewed_token_hash is null
  union all select * from tollgate.links where renewed_token_hash = $1 offset 0) l cross join lateral (
  select version from tollgate.gates x where x.merchant_id = l.merchant_id and x.id = l.id offset 0) g`;

const byNumber = `
select ${linkColumns} from (select * from tollgate.links where number = $1 offset 0) l cross join lateral (
  select version from tollgate.gates x where x.merchant_id = l.merchant_id and x.id = l.id offset 0) g`;

const all = async (sql: Sql, text: string, values: (string | number)[]): Promise<LinkRow[]> =>
  (await sql.unsafe<LinkColumns[]>(text, values, { prepare: true })).map(linkRowOf);

const one = async (sql: Sql, text: string, values: (string | number)[]): Promise<LinkRow | undefined> =>
  (await all(sql, text, values))[0];

export const findLink = (
  sql: Sql,
  { id, merchantId }: Pick<Shop, 'id' | 'merchantId'>,
  reference: string,
): Promise<LinkRow | undefined> => one(sql, byReference, [merchantId, linkScope(id), reference]);

/** In no order; references that nobody took are passed over. */
export const findLinks = (
  sql: Sql,
  { id, merchantId }: Pick<Shop, 'id' | 'merchantId'>,
  references: readonly string[],
): Promise<LinkRow[]> => all(sql, byAnyReference, [merchantId, linkScope(id), arrayText(references)]);

/** `tokenHash`: hex of a SHA-256. */
export const findLinkByToken = (sql: Sql, tokenHash: string): Promise<LinkRow | undefined> =>
  one(sql, byToken, [tokenHash]);

/** `number` is one of the installation's, whoever's link it is. */
export const findLinkByNumber = (sql: Sql, number: number): Promise<LinkRow | undefined> =>
  one(sql, byNumber, [number]);
