import type { Administration, Merchant, ShopRow } from '../gateway/ports.ts';
import type { Sql } from '../kit/postgres.ts';
import { addPublicKey } from './statements/add-public-key.ts';
import { unasked } from './statements/asked.ts';
import { dossier } from './statements/dossier.ts';
import { ensureShop } from './statements/ensure-shop.ts';
import { revokeTokens } from './statements/revoke-tokens.ts';
import { search } from './statements/search.ts';
import { addLogin, setLogin } from './statements/set-login.ts';
import { shopById } from './statements/shop.ts';
import { setShopRules } from './statements/shop-rules.ts';

const addMerchant = `
insert into tollgate.merchants (name, created_at) values ($1, $2) returning id, name, state`;

const merchants = 'select id, name, state from tollgate.merchants order by id';

const shops = `
select id, merchant_id as "merchantId", api, wire_name as "wireName", state, settings
from tollgate.shops order by merchant_id, api, wire_name`;

const changeShop = `
update tollgate.shops set settings = coalesce($2, settings), state = coalesce($3, state) where id = $1`;

const patchSettings = `
update tollgate.shops set settings = jsonb_set(settings::jsonb, array[$2::text],
  coalesce(settings::jsonb -> $2::text, '{}') || $3::text::jsonb)::text where id = $1`;

const clockOffset = 'select clock_offset_ms as ms from tollgate.installation';

const advanceClock = `
update tollgate.installation set clock_offset_ms = clock_offset_ms + $1 returning clock_offset_ms as ms`;

const claimMode = 'update tollgate.installation set mode = coalesce(mode, $1) returning mode';

const unsafeSettings = `
select name from pg_settings
where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' order by name`;

/**
 * What operators set up and look up. Statements of one line are here, the others have a file each. `onRevoke` is told
 * once tokens have ended.
 */
export const openAdministration = (sql: Sql, onRevoke: () => void): Administration => ({
  addMerchant: async (name, now) => (await sql.unsafe<Merchant[]>(addMerchant, [name, now]))[0]!,
  merchants: async () => [...(await sql.unsafe<Merchant[]>(merchants))],
  ensureShop: (shop) => ensureShop(sql, shop),
  shops: async () => {
    const rows = await sql.unsafe<(Omit<ShopRow, 'settings'> & { settings: string })[]>(shops);
    return rows.map((row) => ({ ...row, settings: JSON.parse(row.settings) }));
  },
  setShopRules: (shop, rules, now) => setShopRules(sql, shop, rules, now),
  shopRules: async (shopId) => (await shopById(sql, shopId))[0]?.rules,
  changeShop: async (shopId, { settings, state }) => {
    await sql.unsafe(changeShop, [shopId, settings ? JSON.stringify(settings) : null, state ?? null]);
  },
  patchSettings: async (shopId, name, patch) => {
    await sql.unsafe(patchSettings, [shopId, name, JSON.stringify(patch)]);
  },
  addLogin: (login) => addLogin(sql, login),
  setLogin: async (login) => {
    await setLogin(sql, login);
    onRevoke();
  },
  revokeTokens: async (merchantId, api) => {
    const count = await revokeTokens(sql, merchantId, api);
    onRevoke();
    return count;
  },
  addPublicKey: (shopId, publicKey, now) => addPublicKey(sql, shopId, publicKey, now),
  search: (text, limit) => search(sql, text, limit),
  dossier: (merchantId, paymentId) => dossier(sql, merchantId, paymentId),
  unasked: (shop, which) => unasked(sql, shop, which),
  clockOffset: async () => Number((await sql.unsafe<{ ms: bigint }[]>(clockOffset))[0]!.ms),
  advanceClock: async (byMs) => {
    // What fell due stays due: business time never goes back.
    if (!(byMs >= 0)) throw new RangeError('the clock can only be moved forward');
    return Number((await sql.unsafe<{ ms: bigint }[]>(advanceClock, [byMs]))[0]!.ms);
  },
  claimMode: async (mode) => (await sql.unsafe<{ mode: typeof mode }[]>(claimMode, [mode]))[0]!.mode,
  unsafeSettings: async () => (await sql.unsafe<{ name: string }[]>(unsafeSettings)).map(({ name }) => name),
});
