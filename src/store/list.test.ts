import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { View } from '../core/model.ts';
import { isOperationFinal, type OperationState, operationStates } from '../core/states.ts';
import type { Page, Place, Stretch } from '../gateway/ports.ts';
import { newId } from '../kit/ids.ts';
import { silentLog } from '../kit/log.ts';
import { connect } from '../kit/postgres.ts';
import { openStore } from './index.ts';
import { approved, conclude, follow, merchantId, now, referenced, type Sample } from './sample.ts';

const url = await testDatabase();
const store = openStore({ url, log: silentLog });
await store.migrate();
const sql = connect(url, 1, 'test');
after(() => Promise.all([store.close(), sql.end()]));

const { payments } = store;
const second = Math.floor(now / 1_000);
const states = (Object.keys(operationStates) as OperationState[]).filter(isOperationFinal);
const newShop = () => newId(merchantId, now);

const write = async ({ step, next }: Sample): Promise<View> => {
  assert.equal(await payments.record(step), 'written');
  return next;
};

/** A sample whose operations were asked for at another time. */
const askedAt = ({ step, next }: Sample, requestedAt: number): Sample => {
  const operations = step.operations.map((operation) => ({ ...operation, requestedAt }));
  return { step: { ...step, operations }, next: { ...next, operations } };
};

/** An approved sale at a shop, asked for so many ms after the start. */
const sale = async (shopId: string, reference: string, ms = 0): Promise<View> => {
  const first = await write(askedAt(referenced(reference, { shopId, claims: [] }), now + ms));
  return write(conclude(first, approved));
};

const read = (shopId: string, wanted: Partial<Stretch> = {}): Promise<Page> =>
  payments.listOperations(shopId, {
    states,
    fromSecond: second,
    toSecond: second + 1_000,
    after: null,
    limit: 100,
    ...wanted,
  });

const referencesOf = ({ entries }: Page) => entries.map(({ operation }) => operation.reference);

test('operations come by second, then by the bytes of their references, with the payments they are of', async () => {
  const shopId = newShop();
  const later = await sale(shopId, 'A', 1_000);
  const views = new Map<string, View>();
  // Most languages sort these otherwise.
  const references = ['b', '_', 'a1', 'B', 'a-2', '-', 'é', 'Z', '9', 'a', 'A1', 'ab'];
  for (const [i, reference] of references.entries()) {
    views.set(reference, await sale(shopId, reference, (i * 311) % 1_000));
  }
  const page = await read(shopId);
  const sorted = references.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual(referencesOf(page), [...sorted, 'A']);
  assert.equal(page.hasMore, false);
  for (const { view, operation } of page.entries) {
    assert.deepEqual(view, views.get(operation.reference!) ?? later);
    assert.equal(view.operations[0], operation);
  }
});

test('both ends of a stretch belong to it, to the last millisecond of their seconds', async () => {
  const shopId = newShop();
  for (const ms of [999, 1_000, 1_999, 2_000, 2_999, 3_000]) await sale(shopId, `at ${ms}`, ms - (now % 1_000));
  const stretch = { fromSecond: second + 1, toSecond: second + 2 };
  assert.deepEqual(referencesOf(await read(shopId, stretch)), ['at 1000', 'at 1999', 'at 2000', 'at 2999']);
  const one = { fromSecond: second + 2, toSecond: second + 2 };
  assert.deepEqual(referencesOf(await read(shopId, one)), ['at 2000', 'at 2999']);
  assert.deepEqual(await read(shopId, { fromSecond: second + 4 }), { entries: [], hasMore: false });
  assert.deepEqual(await read(shopId, { fromSecond: second + 2, toSecond: second + 1 }), {
    entries: [],
    hasMore: false,
  });
});

test("another shop's operations, those without a reference and those in other states are left out", async () => {
  const [shopId, other] = [newShop(), newShop()];
  const paid = await sale(shopId, 'paid');
  await sale(other, 'theirs');
  await write(referenced('under way', { shopId, claims: [] }));
  await write(conclude(await write(referenced('declined', { shopId, claims: [] })), { ...declined }));
  await write(follow(paid, 'refund', 1n));
  assert.deepEqual(referencesOf(await read(shopId)), ['declined', 'paid']);
  assert.deepEqual(referencesOf(await read(shopId, { states: ['approved'] })), ['paid']);
  assert.deepEqual(referencesOf(await read(shopId, { states: ['acting'] })), ['under way']);
  assert.deepEqual(referencesOf(await read(other)), ['theirs']);
  assert.deepEqual(await read(shopId, { states: [] }), { entries: [], hasMore: false });
});

const declined = { kind: 'declined', reason: 'insufficient_funds' } as const;

test('a payment with several listed operations comes with each of them', async () => {
  const shopId = newShop();
  const paid = await sale(shopId, 'S');
  const asked = askedAt(follow(paid, 'refund', 100n, { reference: 'R' }), now + 5_000);
  const view = await write(conclude(await write({ ...asked, next: follow(paid, 'refund', 100n).next }), approved));
  assert.equal(view.payment.refundedMinor, 100n);
  const { entries } = await read(shopId);
  assert.deepEqual(referencesOf({ entries, hasMore: false }), ['S', 'R']);
  assert.deepEqual(entries[0]!.view, entries[1]!.view);
  assert.equal(entries[1]!.operation.kind, 'refund');
  assert.equal(entries[1]!.view.payment.refundedMinor, 100n);
});

test('page after page gives everything once, while more is paid behind and ahead', async () => {
  const shopId = newShop();
  const names = Array.from({ length: 23 }, (_, i) => `N${i}`);
  for (const [i, name] of names.entries()) await sale(shopId, name, (i % 4) * 1_000);
  const seen: string[] = [];
  let place: Place | null = null;
  for (let round = 0; ; round++) {
    const page: Page = await read(shopId, { after: place, limit: 5 });
    seen.push(...(referencesOf(page) as string[]));
    if (!page.hasMore) break;
    const { reference, requestedAt } = page.entries.at(-1)!.operation;
    place = { second: Math.floor(requestedAt / 1_000), reference: reference! };
    await sale(shopId, `A${round}`, 0);
    await sale(shopId, `Z${round}`, 3_000);
  }
  assert.equal(new Set(seen).size, seen.length);
  assert.deepEqual(seen.filter((name) => name.startsWith('N')).toSorted(), names.toSorted());
  assert.deepEqual(
    seen.filter((name) => name.startsWith('A')),
    [],
  );
  assert.ok(seen.includes('Z0'));
});

test('a place before the stretch adds and hides nothing, one behind its end leaves nothing', async () => {
  const shopId = newShop();
  for (const ms of [0, 1_000, 2_000]) await sale(shopId, `M${ms}`, ms);
  const from = { fromSecond: second + 1 };
  assert.deepEqual(referencesOf(await read(shopId, { ...from, after: { second, reference: '0' } })), [
    'M1000',
    'M2000',
  ]);
  const at = { second: second + 1, reference: 'M1000' };
  assert.deepEqual(referencesOf(await read(shopId, { ...from, after: at })), ['M2000']);
  assert.deepEqual(referencesOf(await read(shopId, { after: { second: second + 2_000, reference: '0' } })), []);
  assert.deepEqual(await read(shopId, { limit: 3 }).then(({ hasMore }) => hasMore), false);
  assert.deepEqual(await read(shopId, { limit: 2 }).then(({ hasMore }) => hasMore), true);
});

test('what the release before writes has its shop at the commit, whichever of its rows came first', async () => {
  const [shopId, paymentId] = [newShop(), newId(merchantId, now)];
  await sale(shopId, 'known');
  const { payment } = (await read(shopId)).entries[0]!.view;
  await sql.begin(async (tx) => {
    await tx.unsafe(
      `insert into tollgate.operations (merchant_id, payment_id, ordinal, id, kind, state, amount_minor, reference,
        requested_at, finished_at) values ($1, $2, 1, $3, 'sale', 'declined', 1, 'OLD', $4, $4)`,
      [merchantId, paymentId, newId(merchantId, now), now],
    );
    await tx.unsafe(
      `insert into tollgate.payments select (jsonb_populate_record(p, jsonb_build_object('id', $1::text))).*
        from tollgate.payments p where p.merchant_id = $2 and p.id = $3`,
      [paymentId, merchantId, payment.id],
    );
  });
  assert.deepEqual(referencesOf(await read(shopId)), ['OLD', 'known']);
});

test('what was there before the migration is listed after it', async () => {
  const [shopId, other] = [newShop(), newShop()];
  await sale(shopId, 'before');
  await sale(other, 'theirs');
  // As no release wrote one; if it is there all the same, it must not stop the upgrade.
  await sql.unsafe(`alter table tollgate.operations drop constraint finished_at_its_end`);
  await sql.unsafe(
    `insert into tollgate.operations (merchant_id, payment_id, ordinal, id, kind, state, amount_minor, reference,
      requested_at) select merchant_id, id, 9, $2, 'refund', 'approved', 1, 'odd', $3 from tollgate.payments
      where shop_id = $1`,
    [other, newId(merchantId, now), now],
  );
  await sql.unsafe(`alter table tollgate.operations add constraint finished_at_its_end check (
    (finished_at is not null) = (state in ('approved', 'declined', 'refused', 'cancelled', 'expired', 'reversed'))
    ) not valid`);
  const files = await sql.unsafe<{ name: string }[]>(`delete from tollgate.migrations where name like '%-list.sql'
    returning name`);
  assert.equal(files.length, 1);
  await sql.unsafe(`drop trigger operations_without_shop on tollgate.operations;
    drop function tollgate.name_shop_of_operation; alter table tollgate.operations drop column shop_id`);
  assert.equal(await store.migrate(), 1);
  assert.deepEqual(referencesOf(await read(shopId)), ['before']);
  assert.deepEqual(referencesOf(await read(other)), ['odd', 'theirs']);
  const [row] = await sql.unsafe('select count(*)::int as count from tollgate.operations where shop_id is null');
  assert.equal(row!.count, 0);
});
