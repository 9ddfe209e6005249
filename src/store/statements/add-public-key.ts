import type { Id, Instant } from '../../core/model.ts';
import { type Sql, transaction } from '../../kit/postgres.ts';

const lockShop = 'select from tollgate.shops where id = $1 for no key update';

const activate = `
insert into tollgate.credentials as x (shop_id, public_key, added_at) values ($1, $2, $3)
on conflict (shop_id, public_key) do update set state = 'active', added_at = excluded.added_at
where x.state = 'retired'`;

const retire = `
update tollgate.credentials set state = 'retired' where shop_id = $1 and state = 'active' and public_key not in (
  select public_key from tollgate.credentials where shop_id = $1 and state = 'active'
  order by added_at desc, (public_key = $2) desc limit 2)`;

/**
 * Two keys are active, so that a merchant can change over without a pause: the newest two. A third retires the oldest.
 * Throws when there is no such shop.
 */
export const addPublicKey = async (sql: Sql, shopId: Id, publicKey: string, now: Instant): Promise<void> => {
  await transaction(sql, async (tx) => {
    const shop = await tx.unsafe(lockShop, [shopId]);
    if (shop.count === 0) throw new Error(`there is no shop ${shopId}`);
    await tx.unsafe(activate, [shopId, publicKey, now]);
    await tx.unsafe(retire, [shopId, publicKey]);
  });
};
