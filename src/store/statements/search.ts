import type { Id } from '../../core/model.ts';
import { referenceScope } from '../../gateway/ports.ts';
import { isId, merchantOf, wireId } from '../../kit/ids.ts';
import { arrayText, type Sql } from '../../kit/postgres.ts';

const text = `
select merchant_id as "merchantId", id as "paymentId" from tollgate.payments
  where merchant_id = $1 and id = any ($2::uuid[])
union
select merchant_id, payment_id from tollgate.operations where id = any ($2::uuid[])
union
select c.merchant_id, c.payment_id from tollgate.shops s join tollgate.claims c
  on c.merchant_id = s.merchant_id and c.scope = $3 || s.id::text and c.value = $4
order by 2 desc limit $5`;

/** Numbers that are unlike any other of the installation are claims of merchant 0, whatever their API calls them. */
const byNumber = 'select payment_id as "paymentId" from tollgate.claims where merchant_id = 0 and value = $1';

/** Ids begin with their time, so descending ids are newest first. */
export const search = async (
  sql: Sql,
  wanted: string,
  limit: number,
): Promise<{ merchantId: number; paymentId: Id }[]> => {
  const reference = wanted.trim();
  // Some APIs write ids without their dashes.
  const id = reference.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})([0-9a-f]{12})$/, '$1-$2-$3-$4-$5');
  const ids = isId(id) ? [id, wireId(id)] : [];
  const merchantId = isId(id) ? merchantOf(id) : 0;
  const parameters = [merchantId, arrayText(ids), referenceScope(''), reference, limit];
  const found = [...(await sql.unsafe<{ merchantId: number; paymentId: Id }[]>(text, parameters))];
  if (found.length > 0 || !/^\d{10,20}$/.test(reference)) return found;
  const numbered = await sql.unsafe<{ paymentId: Id }[]>(byNumber, [reference]);
  return numbered.map(({ paymentId }) => ({ merchantId: merchantOf(paymentId), paymentId }));
};
