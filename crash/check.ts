import { minorFromText } from '../src/core/money.ts';
import { BusinessClock } from '../src/kit/clock.ts';
import { wireId } from '../src/kit/ids.ts';
import type { Sql } from '../src/kit/postgres.ts';
import { sandboxWorld } from '../src/sandbox/index.ts';
import { openAdministration } from '../src/store/administration.ts';
import { booksAgree } from '../test/books.ts';
import type { Tollgate } from '../test/installation.ts';
import type { Asked, Told } from './journal.ts';
import type { World } from './world.ts';

interface Recorded {
  readonly reference: string;
  readonly kind: string;
  readonly state: string;
  readonly amountMinor: bigint;
  readonly paymentId: string;
}

const currency = 'HKD';

const recordedOf = async (sql: Sql): Promise<Map<string, Recorded>> => {
  const rows = await sql.unsafe<Recorded[]>(`
    select reference, kind, state, amount_minor as "amountMinor", payment_id as "paymentId"
    from tollgate.operations where reference is not null`);
  return new Map(rows.map((row) => [row.reference, row]));
};

const isSame = ({ status, orderId, amt }: Told, { state, paymentId, amountMinor }: Recorded): boolean =>
  (status === 'Approved') === (state === 'approved') &&
  (orderId === undefined || orderId === wireId(paymentId)) &&
  (amt === undefined || minorFromText(String(amt), currency) === amountMinor);

/** Nothing that a client was told is gone or has become something else. */
export const lostEffects = async (sql: Sql, asked: Iterable<Asked>): Promise<string[]> => {
  const recorded = await recordedOf(sql);
  const faults: string[] = [];
  for (const { reference, cmd, isKnown, told } of asked) {
    const found = recorded.get(reference);
    if (!found) {
      if (isKnown || told.length > 0) faults.push(`${cmd} ${reference} was acknowledged and is not on record`);
      continue;
    }
    for (const each of told.filter((words) => !isSame(words, found))) {
      const { state, amountMinor } = found;
      faults.push(
        `${cmd} ${reference}: the ${each.by} said ${JSON.stringify(each)}, on record is ${state} ${amountMinor}`,
      );
    }
  }
  return faults;
};

/** What each reference moved in the acquirer's own book, where it is more than once. */
export const chargedTwice = async (sql: Sql): Promise<string[]> => {
  const rows = await sql.unsafe<{ reference: string; times: number }[]>(`
    select o.reference, count(*)::int times
    from sandbox.transactions t join tollgate.attempts a on a.sent_reference = t.reference
    join tollgate.operations o
      on o.merchant_id = a.merchant_id and o.payment_id = a.payment_id and o.ordinal = a.operation
    where t.status = 'approved' and t.reversed_by is null and o.reference is not null
    group by o.reference having count(*) > 1`);
  return rows.map(({ reference, times }) => `${reference} moved money ${times} times`);
};

const statusOf: Readonly<Record<string, string>> = { approved: 'Approved', expired: 'Timeout', cancelled: 'Cancelled' };

/**
 * Whoever is owed a notice got it, and it tells the end that is on record: the merchant of every session, and of every
 * sale and refund whose end was not told in its answer. `cutOff` holds references of the acquirer's messages whose
 * gateway was killed between their two commits.
 */
export const missingNotices = async ({ database, receiver, shop }: World, cutOff: ReadonlySet<string>) => {
  const { sql } = database;
  const faults: string[] = [];
  const rows = await sql.unsafe<{ reference: string; state: string; sent: string | null; cmd: string }[]>(`
    select o.reference, o.state, a.sent_reference sent from tollgate.operations o left join tollgate.attempts a
      on a.merchant_id = o.merchant_id and a.payment_id = o.payment_id and a.operation = o.ordinal
    where o.reference is not null`);
  for (const { reference, state, sent } of rows) {
    const asked = shop.journal.asked.get(reference);
    const isOwed = asked?.cmd === 'SALESESSION' || asked?.isOwedNotice || (sent !== null && cutOff.has(sent));
    const told = (receiver.notices.get(`/${reference}`) ?? []).map(({ text }) => JSON.parse(text).status);
    const status = statusOf[state] ?? 'Declined';
    if (isOwed && told.length === 0) faults.push(`${reference} ended ${state}, and no notice came`);
    if (told.some((word) => word !== status)) faults.push(`${reference} ended ${state}, and a notice said ${told}`);
  }
  const undelivered = await sql.unsafe<{ state: string; count: number }[]>(
    `select state, count(*)::int count from tollgate.notices where state <> 'delivered' group by state`,
  );
  return [...faults, ...undelivered.map(({ state, count }) => `${count} notices are ${state}`)];
};

/** Our books against each other and against the acquirer's own. */
export const differingBooks = async (sql: Sql): Promise<string[]> => {
  const clock = new BusinessClock();
  clock.setOffset(await openAdministration(sql, () => {}).clockOffset());
  const sandbox = sandboxWorld({ sql, clock, publicUrl: '' });
  try {
    await booksAgree({ installation: { sql }, assembly: { sandbox } } as unknown as Tollgate);
    return [];
  } catch (error) {
    return [`the books differ: ${(error as Error).message.slice(0, 1_000)}`];
  }
};

/** Holds all that the clients know against both books. Nothing may be under way. Answers what is wrong. */
export const check = async (world: World, cutOff: ReadonlySet<string>): Promise<string[]> => {
  const { sql } = world.database;
  const { complaints, asked } = world.shop.journal;
  return [
    ...complaints,
    ...(await lostEffects(sql, asked.values())),
    ...(await chargedTwice(sql)),
    ...(await missingNotices(world, cutOff)),
    ...(await differingBooks(sql)),
  ];
};
