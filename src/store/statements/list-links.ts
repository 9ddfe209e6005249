import type { Id } from '../../core/model.ts';
import type { LinkRow } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';
import { type LinkColumns, linkColumns, linkRowOf } from './link-row.ts';

/** It reads all links of the merchant. Ids begin with their time, so descending ids are newest first. */
const text = `
select ${linkColumns} from tollgate.links l join tollgate.gates g using (merchant_id, id)
where l.shop_id = $1 and l.reference like $3 order by l.id desc limit $2 offset $4`;

/** `like`: a pattern that references match. */
export const listLinks = async (sql: Sql, shopId: Id, limit: number, like = '%', skip = 0): Promise<LinkRow[]> =>
  (await sql.unsafe<LinkColumns[]>(text, [shopId, limit, like, skip])).map(linkRowOf);
