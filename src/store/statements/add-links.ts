import { linkScope, type NewLink } from '../../gateway/ports.ts';
import { arrayText, type Sql } from '../../kit/postgres.ts';
import { endpointOf } from '../record/parts/notices.ts';

type Value = string | number | bigint | null;

/** The columns of a link that differ from one link of a shop to the next. */
const columns: Readonly<Record<string, readonly [type: string, of: (one: NewLink) => Value]>> = {
  id: ['uuid', ({ link }) => link.id],
  reference: ['text', ({ link }) => link.reference],
  token_hash: ['text', ({ tokenHash }) => tokenHash],
  amount_minor: ['bigint', ({ link }) => link.amountMinor],
  currency: ['text', ({ link }) => link.currency],
  memo: ['text', ({ link }) => link.memo],
  request_hash: ['text', ({ link }) => link.requestHash],
  notice_url: ['text', ({ link }) => link.noticeUrl],
  expires_at: ['bigint', ({ link }) => link.expiresAt],
  created_at: ['bigint', ({ link }) => link.createdAt],
  // The driver sends arrays of booleans wrongly.
  payer_chooses: ['int', ({ link }) => Number(link.payerChooses)],
  amount_max_minor: ['bigint', ({ link }) => link.amountMaxMinor],
  takes_many: ['int', ({ link }) => Number(link.takesMany)],
  payer_info: ['text', ({ link }) => link.payerInfo],
  notice_count: ['int', ({ notices }) => notices.length],
  number: ['bigint', ({ number }) => number],
};
const names = Object.keys(columns);
const arrays = Object.values(columns).map(([type], i) => `$${i + 4}::${type}[]`);
const [also, owed] = [names.length + 4, names.length + 6];

/**
 * Whoever wins the claim of the first makes them all, with their gates; the claim outlives them, so that a reference is used once for
 * ever. The claims of the others are its followers: one that is taken fails the statement as a whole.
 */
const text = `
with asked as materialized (
  select * from unnest(${arrays.join(', ')}) with ordinality as t(${names.join(', ')}, n)),
leader as (
  insert into tollgate.claims (merchant_id, scope, value, payment_id, command, held)
  select $1, $3, reference, id, id, true from asked where n = 1
  on conflict (merchant_id, scope, value) do nothing returning payment_id),
new as materialized (select asked.* from asked, leader offset 0),
followers as (
  insert into tollgate.claims (merchant_id, scope, value, payment_id, command, held)
  select $1, $3, reference, id, id, true from new where n > 1
  union all select $1, $3, t.reference, new.id, new.id, true
  from unnest($${also}::bigint[], $${also + 1}::text[]) t(n, reference) join new using (n)),
gate as (
  insert into tollgate.gates (merchant_id, id, kind, version, state) select $1, id, 'link', 1, 'open' from new),
told as (
  insert into tollgate.notices
    (merchant_id, payment_id, seq, operation, shop_id, endpoint, url, body, due_at, created_at)
  select $1, new.id, t.seq, 0, $2, t.endpoint, t.url, t.body, new.created_at, new.created_at
  from unnest($${owed}::bigint[], $${owed + 1}::int[], $${owed + 2}::text[], $${owed + 3}::text[], $${owed + 4}::text[])
    t(n, seq, endpoint, url, body) join new using (n))
insert into tollgate.links (merchant_id, shop_id, due_at, ${names.join(', ')})
select $1, $2, expires_at, ${names
  .map((name) => {
    if (name === 'number') return `coalesce(number, nextval(pg_get_serial_sequence('tollgate.links', 'number')))`;
    return name === 'payer_chooses' || name === 'takes_many' ? `${name} = 1` : name;
  })
  .join(', ')} from new`;

/** Rows of all links by the number of their link, from 1. */
const numbered = <T>(links: readonly NewLink[], of: (one: NewLink) => readonly T[]) =>
  links.flatMap((one, i) => of(one).map((value, seq) => ({ n: i + 1, seq: seq + 1, value })));

/** Links of one shop, all or none. False, and without effect, when the reference of the first is taken. */
export const addLinks = async (sql: Sql, links: readonly [NewLink, ...NewLink[]]): Promise<boolean> => {
  const { merchantId, shopId } = links[0].link;
  const aliases = numbered(links, ({ alsoNamed }) => alsoNamed);
  const notices = numbered(links, ({ notices }) => notices);
  const parameters = [
    ...Object.values(columns).map(([, of]) => links.map(of)),
    ...[aliases.map(({ n }) => n), aliases.map(({ value }) => value)],
    ...[notices.map(({ n }) => n), notices.map(({ seq }) => seq)],
    notices.map(({ value }) => endpointOf(shopId, value.url)),
    ...[notices.map(({ value }) => value.url), notices.map(({ value }) => value.body)],
  ].map(arrayText);
  const { count } = await sql.unsafe(text, [merchantId, shopId, linkScope(shopId), ...parameters], { prepare: true });
  return count === links.length;
};
