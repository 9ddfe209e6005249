import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Place } from '../src/gateway/ports.ts';
import { silentLog } from '../src/kit/log.ts';
import { connect, type Sql } from '../src/kit/postgres.ts';
import { openStore, type Store } from '../src/store/index.ts';
import { listText } from '../src/store/statements/list-operations.ts';
import { startServer } from '../test/database.ts';
import { percentilesOf, round } from './tally.ts';

const usage = `usage: node bench/list.ts [--operations 100000-10000000] [--shops 2-1000] [--days 2-365] [--json]
  A shop's list over a million operations: one shop has half of them, one in nine came to no result.`;

interface Options {
  readonly operations: number;
  readonly shops: number;
  readonly days: number;
  readonly json: boolean;
}

const numberFrom = (text: string, name: string, min: number, max: number): number => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < min || number > max)
    throw new Error(`${name} is no whole number from ${min} to ${max}`);
  return number;
};

const readOptions = (words: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...words],
    options: {
      operations: { type: 'string', default: '1000000' },
      shops: { type: 'string', default: '8' },
      days: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    operations: numberFrom(values.operations, '--operations', 100_000, 10_000_000),
    shops: numberFrom(values.shops, '--shops', 2, 1_000),
    days: numberFrom(values.days, '--days', 2, 365),
    json: values.json,
  };
};

const states = ['approved', 'declined', 'refused', 'reversed'] as const;
const limit = 100;
const startAt = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;
/** The shop with half of all operations. */
const busyShop = '00000000-0000-8000-8000-000000000001';

/**
 * One row a payment that is to be: every other one is the busy shop's; of ten one expired, one was declined, eight were
 * approved, and one of those is refunded an hour later. Ids sort by time, as ours do.
 */
const drawn = (at: string) => `
  select shop, n, k, at, (lpad(to_hex(at), 12, '0') || '80008' || lpad(to_hex(shop), 3, '0') || lpad(to_hex(n), 12, '0'))::uuid as id,
    ('00000000-0000-8000-8000-' || lpad(to_hex(shop), 12, '0'))::uuid as shop_id,
    case k when 0 then 'expired' when 1 then 'declined' else 'approved' end as state
  from (select n, n / 2 % 10 as k, case n % 2 when 0 then 1 else 2 + n / 20 % ($2::int - 1) end as shop,
    ${at} as at from generate_series(0, $1::int - 1) n) drawn`;

const at = `${startAt} + (n::bigint * ($3::bigint * ${dayMs}) / $1::int)`;
const memo = `'{"v":1,"cmd":"SALE","type":"VM","goodsName":"Refill","cardToken":"TK7Q2M9XK4ZB81LD","cardTokenSrc":"SPIRAL"}'`;

/** Legal rows of the tables that the list reads. */
const fills = [
  `insert into tollgate.payments (merchant_id, id, shop_id, state, version, currency, amount_minor, authorized_minor,
    captured_minor, refunded_minor, authorized_held_minor, captured_held_minor, notice_count, created_at)
  select shop, id, shop_id, state, 2, 'HKD', 5500, money, money, case k when 5 then 5500 else 0 end, 0, 0, 0, at
  from (select *, case state when 'approved' then 5500 else 0 end as money from (${drawn(at)}) d) d order by at`,
  `insert into tollgate.operations (merchant_id, payment_id, shop_id, ordinal, id, kind, state, amount_minor, target,
    reason, reference, request_hash, card_token, memo, requested_at, finished_at)
  select shop, id, shop_id, ordinal, case ordinal when 1 then id else gen_random_uuid() end,
    case ordinal when 1 then 'sale' else 'refund' end, state, 5500, case ordinal when 2 then 1 end,
    case state when 'approved' then null else state end, 'R' || n || case ordinal when 1 then '' else '-R' end,
    repeat('0', 64), 'TK7Q2M9XK4ZB81LD', ${memo}, asked_at, asked_at + 800
  from (select *, at + (ordinal - 1) * 3600000 as asked_at from (${drawn(at)}) d, generate_series(1, 2) ordinal
    where ordinal = 1 or k = 5) d order by asked_at`,
  `insert into tollgate.attempts (merchant_id, payment_id, operation, ordinal, route_id, acquirer, account, state,
    sent_reference, acquirer_reference, acquirer_time, response_code, response_text, approval_code, card_brand,
    card_first6, card_last4, card_expiry, sent_at, inquiries, not_found)
  select shop, id, operation, 1, shop_id, 'bench', 'H000000H0000001', state, id::text || operation, id::text,
    '2026-01-17T11:41:05+08:00', '00', 'ok', '402115', 'visa', '444000', '0010', '2039-01', at, 0, 0
  from (${drawn(at)}) d, generate_series(1, 2) operation where k > 0 and (operation = 1 or k = 5) order by at`,
];

const fill = async (sql: Sql, { operations, shops, days }: Options): Promise<void> => {
  await sql.unsafe('set statement_timeout = 0');
  const paymentCount = Math.round(operations / 1.1);
  for (const text of fills) await sql.unsafe(text, [paymentCount, shops, days]);
  await sql.unsafe('vacuum (analyze) tollgate.payments, tollgate.operations, tollgate.attempts');
};

/** The plan as the gateway has it: one for all parameters. */
const planOf = async (sql: Sql, after: Place, toSecond: number): Promise<string> => {
  await sql.unsafe(`prepare page as ${listText}`);
  const values = `'${busyShop}', '{${states}}', ${after.second}, '${after.reference}', ${toSecond}, ${limit + 1}`;
  const rows = await sql.unsafe<{ 'QUERY PLAN': string }[]>(`explain (analyze, buffers) execute page(${values})`);
  await sql.unsafe('deallocate page');
  return rows.map((row) => row['QUERY PLAN']).join('\n');
};

const read = ({ payments }: Store, fromSecond: number, toSecond: number, after: Place | null) =>
  payments.listOperations(busyShop, { states, fromSecond, toSecond, after, limit });

/** Pages that begin one after the other, a few seconds apart. */
const measurePages = async (store: Store, name: string, fromSecond: number, toSecond: number) => {
  const tookMs: number[] = [];
  for (let i = 0; i < 320; i++) {
    const startedAt = performance.now();
    const { entries } = await read(store, fromSecond, toSecond, { second: fromSecond + i * 7, reference: 'R5' });
    // The first ones read what no cache has yet.
    if (i >= 20) tookMs.push(performance.now() - startedAt);
    if (entries.length !== limit) throw new Error(`a page has ${entries.length} operations`);
  }
  return { name, ...percentilesOf(tookMs) };
};

/** Everything of a stretch, page by page; throws unless each operation came once. */
const measureWalk = async (store: Store, sql: Sql, fromSecond: number, toSecond: number) => {
  const seen = new Set<string>();
  const tookMs: number[] = [];
  let count = 0;
  for (let after: Place | null = null; ; ) {
    const startedAt = performance.now();
    const { entries, hasMore } = await read(store, fromSecond, toSecond, after);
    tookMs.push(performance.now() - startedAt);
    for (const { operation } of entries) seen.add(operation.id);
    count += entries.length;
    if (!hasMore) break;
    const { requestedAt, reference } = entries.at(-1)!.operation;
    after = { second: Math.floor(requestedAt / 1_000), reference: reference! };
  }
  const [row] = await sql.unsafe<{ count: number }[]>(
    `select count(*)::int from tollgate.operations where shop_id = $1 and state = any ($2::text[])
      and requested_at >= $3::bigint and requested_at < $4::bigint`,
    [busyShop, `{${states}}`, fromSecond * 1_000, (toSecond + 1) * 1_000],
  );
  if (count !== row!.count || seen.size !== count)
    throw new Error(`a walk gave ${count} operations, ${seen.size} different ones, of ${row!.count}`);
  const ms = tookMs.reduce((sum, one) => sum + one, 0);
  return {
    name: 'walk over one day',
    count,
    pages: tookMs.length,
    seconds: round(ms / 1_000, 2),
    ...percentilesOf(tookMs),
  };
};

const measure = async (url: string, options: Options) => {
  const store = openStore({ url, log: silentLog });
  await store.migrate();
  const sql = connect(url, 1, 'bench');
  const startedAt = performance.now();
  await fill(sql, options);
  const fillSeconds = round((performance.now() - startedAt) / 1_000, 1);
  const [from, to] = [startAt / 1_000, startAt / 1_000 + options.days * 86_400];
  const places = { beginning: from, middle: from + ((to - from) >> 1), end: to - Math.floor((to - from) / 50) };
  const plans: Record<string, string> = {};
  const pages: Awaited<ReturnType<typeof measurePages>>[] = [];
  for (const [name, second] of Object.entries(places)) {
    plans[name] = await planOf(sql, { second, reference: '' }, to);
    pages.push(await measurePages(store, name, second, to));
  }
  const noon = places.middle - (places.middle % 86_400);
  const walk = await measureWalk(store, sql, noon, noon + 86_399);
  await Promise.all([store.close(), sql.end()]);
  return { fillSeconds, plans, pages, walk };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
  const server = await startServer();
  try {
    const figures = await measure(server.url, options);
    if (options.json) console.log(JSON.stringify({ ...options, ...figures }));
    else {
      console.log(`${options.operations} operations of ${options.shops} shops, written in ${figures.fillSeconds} s`);
      for (const [name, plan] of Object.entries(figures.plans)) console.log(`\nplan at the ${name}\n${plan}`);
      console.log(`\npages of ${limit}, with their payments`);
      for (const { name, p50Ms, p99Ms } of figures.pages) console.log(`${name}: p50 ${p50Ms} ms, p99 ${p99Ms} ms`);
      const { name, count, pages, seconds, p50Ms, p99Ms } = figures.walk;
      console.log(`${name}: ${count} operations in ${pages} pages, ${seconds} s, p50 ${p50Ms} ms, p99 ${p99Ms} ms`);
    }
  } finally {
    await server.stop();
  }
}
