import type { Id } from '../../core/model.ts';
import type { LinkRow } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';
import { type LinkColumns, linkColumns, linkRowOf } from './link-row.ts';

/** For operators: it reads all links of the merchant. Ids begin with their time, so descending ids are newest first. */
const text = `
select ${linkColumns} from tollgate.links l join tollgate.gates g using (merchant_id, id)
where l.shop_id = $1 order by l.id desc limit $2`;

export const listLinks = async (sql: Sql, shopId: Id, limit: number): Promise<LinkRow[]> =>
  (await sql.unsafe<LinkColumns[]>(text, [shopId, limit])).map(linkRowOf);
