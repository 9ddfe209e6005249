import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import { attemptStates, operationStates, paymentStates } from '../core/states.ts';
import { effects, mirrors, noTotals } from '../core/totals.ts';
import { newId } from '../kit/ids.ts';
import { silentLog } from '../kit/log.ts';
import { connect } from '../kit/postgres.ts';
import { openStore } from './index.ts';
import { charge, merchantId, now } from './sample.ts';

/** What migration 000009 lets a row become, held against core's tables: neither less nor more than core does. */
const url = await testDatabase();
const store = openStore({ url, log: silentLog });
const sql = connect(url, 1, 'test');
await store.migrate();
after(() => Promise.all([store.close(), sql.end()]));

const { step } = charge();
await store.payments.record(step);

type Table = 'payments' | 'operations' | 'attempts' | 'fiscal_receipts';
type Row = Readonly<Record<string, unknown>>;
const keyOf = (table: Table) => (table === 'payments' ? 'id' : 'payment_id');

await sql.unsafe(`insert into tollgate.fiscal_receipts (merchant_id, payment_id, operation, state, lines, tries)
  values (${merchantId}, '${step.payment.id}', 1, 'wanted', '[]', 0)`);

/** Writes a row like the first of its table, of another payment, and answers that payment's id. */
const put = async (table: Table, changed: Row): Promise<string> => {
  const id = newId(merchantId, now);
  await sql.unsafe(
    `insert into tollgate.${table} select (jsonb_populate_record(x, $1::text::jsonb)).*
    from tollgate.${table} x where ${keyOf(table)} = '${step.payment.id}'`,
    [JSON.stringify({ ...changed, [keyOf(table)]: id })],
  );
  return id;
};

/** The constraint that refuses it; null when it is done. */
const refusalOf = async (work: Promise<unknown>): Promise<string | null> => {
  try {
    await work;
    return null;
  } catch (error) {
    const { code, constraint_name } = error as { code?: string; constraint_name?: string };
    assert.equal(code, '23514', (error as Error).message);
    return constraint_name!;
  }
};

const change = (table: Table, id: string, changes: string) => {
  const all = table === 'payments' && !changes.startsWith('version') ? `version = version + 1, ${changes}` : changes;
  return refusalOf(sql.unsafe(`update tollgate.${table} set ${all} where ${keyOf(table)} = '${id}'`));
};

const machines = {
  payments: Object.fromEntries(Object.entries(paymentStates).map(([state, { next }]) => [state, next])),
  operations: operationStates,
  attempts: attemptStates,
} as const satisfies Record<string, Record<string, readonly string[]>>;

/** Two of core's moves in one commit: an order did not leave, and the checkout is over meanwhile. */
const joint = ['operations acting > expired'];

const isEnd = (machine: Record<string, readonly string[]>, state: string) => machine[state]!.length === 0;

/** What a row of this state has besides, so that nothing else about it can be refused. */
const rowOf = (table: Table, machine: Record<string, readonly string[]>, state: string): Row => ({
  state,
  ...(table === 'operations' && { finished_at: isEnd(machine, state) ? now : null }),
  ...(table === 'attempts' && { due_at: null }),
});

for (const [name, machine] of Object.entries(machines)) {
  const table = name as keyof typeof machines;
  test(`${table}: from each state to each other one, as core's table says`, async () => {
    const moves: string[] = [];
    for (const from of Object.keys(machine)) {
      for (const to of Object.keys(machine)) {
        if (from === to) continue;
        const id = await put(table, rowOf(table, machine, from));
        const ends = table === 'operations' && !isEnd(machine, from) && isEnd(machine, to);
        const refusal = await change(table, id, `state = '${to}' ${ends ? `, finished_at = ${now}` : ''}`);
        if (refusal === null) moves.push(`${table} ${from} > ${to}`);
        else assert.equal(refusal, `${table.slice(0, -1)}_moves_on`);
      }
    }
    const edges = Object.entries(machine).flatMap(([from, next]) =>
      next.map((to: string) => `${table} ${from} > ${to}`),
    );
    assert.deepEqual(moves.sort(), [...edges, ...joint.filter((move) => move.startsWith(table))].sort());
  });
}

/** Another value of a column's type. */
const others: Readonly<Record<string, (column: string) => string>> = {
  integer: (column) => `coalesce(${column}, 0) + 1`,
  bigint: (column) => `coalesce(${column}, 0) + 1`,
  text: (column) => `coalesce(${column}, '') || '1'`,
  uuid: () => 'gen_random_uuid()',
  boolean: (column) => `not ${column}`,
};

/** The columns whose change no trigger of ours refuses. A CHECK that does is another matter. */
const freeColumns = async (table: Table, row: Row, triggers: readonly string[]): Promise<string[]> => {
  const columns = await sql.unsafe<{ name: string; type: string }[]>(`select column_name as name, data_type as type
    from information_schema.columns where table_schema = 'tollgate' and table_name = '${table}'
      and column_name <> 'state' order by column_name`);
  const free: string[] = [];
  for (const { name, type } of columns) {
    const refusal = await change(table, await put(table, row), `${name} = ${others[type]!(name)}`);
    if (refusal === null || !triggers.includes(refusal)) free.push(name);
  }
  return free;
};

/** Columns that a later release adds and fills in, of what has ended as well. */
const filledIn = ['shop_id'];

for (const state of Object.keys(operationStates).filter((state) => isEnd(operationStates, state))) {
  test(`of an operation that is ${state}, only what undid it may still be written, and once`, async () => {
    const row = { ...rowOf('operations', operationStates, state), undone_by: null };
    const free = await freeColumns('operations', row, ['ended_operation_stays', 'operation_is_the_same']);
    assert.deepEqual(
      free.filter((column) => !filledIn.includes(column)),
      ['undone_by'],
    );
    const undone = await put('operations', { ...row, undone_by: 2 });
    for (const other of ['3', 'null']) {
      assert.equal(await change('operations', undone, `undone_by = ${other}`), 'operation_is_undone_once');
    }
    assert.equal(await change('operations', undone, 'undone_by = 2'), null);
  });
}

for (const state of Object.keys(attemptStates).filter((state) => isEnd(attemptStates, state))) {
  test(`of an attempt that is ${state}, nothing may still be written but its lease`, async () => {
    const triggers = ['ended_attempt_stays', 'attempt_is_the_same'];
    assert.deepEqual(await freeColumns('attempts', rowOf('attempts', attemptStates, state), triggers), ['lease_until']);
  });
}

test('of a receipt that is registered, nothing', async () => {
  assert.deepEqual(await freeColumns('fiscal_receipts', { state: 'registered' }, ['registered_receipt_stays']), []);
  const free = await freeColumns('fiscal_receipts', { state: 'failed' }, ['registered_receipt_stays']);
  assert.ok(['message', 'number', 'tries'].every((column) => free.includes(column)));
});

test('of a payment, operation or attempt that goes on, the key and what was asked stay', async () => {
  const fixedOf = async (table: Table, row: Row, trigger: string) => {
    const columns = await freeColumns(table, row, []);
    const free = await freeColumns(table, row, [trigger]);
    return columns.filter((column) => !free.includes(column));
  };
  const asked = ['amount_minor', 'currency', 'direction', 'overcapture_percent', 'takes_more'];
  const payment = [...asked, 'created_at', 'id', 'merchant_id', 'shop_id'].sort();
  assert.deepEqual(await fixedOf('payments', { state: 'open' }, 'payment_is_the_same'), payment);
  const operation = ['amount_minor', 'gate_id', 'id', 'kind', 'merchant_id', 'ordinal', 'payment_id', 'target'];
  assert.deepEqual(await fixedOf('operations', { state: 'waiting' }, 'operation_is_the_same'), operation);
  const attempt = [
    'account',
    'acquirer',
    'bank_account',
    'merchant_id',
    'operation',
    'ordinal',
    'payment_id',
    'sent_reference',
    'wallet',
  ];
  assert.deepEqual(await fixedOf('attempts', { state: 'unknown' }, 'attempt_is_the_same'), attempt);
});

test('the totals fall that core takes something away from, and no others', async () => {
  const columnOf = (total: string) => total.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const all = [...Object.values(effects), ...Object.values(mirrors)];
  const held = all.flatMap(({ hold }) => hold ?? []);
  /** What one approval takes away at once. */
  const taken = all
    .map(({ approve }) => Object.entries(approve).flatMap(([total, direction]) => (direction === -1 ? [total] : [])))
    .filter((totals) => totals.length > 0);
  const moved = { authorized_minor: 90, captured_minor: 60, refunded_minor: 20 };
  const ways = {
    in: { direction: 'in', ...moved, authorized_held_minor: 10, captured_held_minor: 10 },
    out: { direction: 'out', paid_out_minor: 60, payout_held_minor: 10 },
  };
  const by = async (totals: readonly string[], sign: '-' | '+') => {
    const isOut = totals.some((total) => total.startsWith('pa'));
    const row = await put('payments', { state: 'approved', amount_minor: 100, ...ways[isOut ? 'out' : 'in'] });
    return change('payments', row, totals.map((t) => `${columnOf(t)} = ${columnOf(t)} ${sign} 1`).join());
  };
  const falling: string[] = [];
  for (const total of Object.keys(noTotals)) {
    const refusal = await by([total], '-');
    if (refusal === null) falling.push(total);
    else assert.equal(refusal, 'moved_money_stays');
    assert.equal(await by([total], '+'), null);
  }
  const alone = taken.flatMap((totals) => (totals.length === 1 ? totals : []));
  assert.deepEqual(falling.sort(), [...new Set([...held, ...alone])].sort());
  for (const totals of taken) assert.equal(await by(totals, '-'), null, totals.join());
});

test('an operation is stamped exactly when it has ended', async () => {
  for (const state of Object.keys(operationStates)) {
    const ended = isEnd(operationStates, state);
    for (const finished_at of [null, now]) {
      const refusal = await refusalOf(put('operations', { state, finished_at }));
      assert.equal(refusal, ended === (finished_at !== null) ? null : 'finished_at_its_end', state);
    }
  }
});

test('nobody looks after an attempt that has ended, and its payer is asked nothing', async () => {
  for (const state of Object.keys(attemptStates)) {
    for (const still of [{ due_at: now }, { due_at: null, challenge: '{}' }]) {
      const refusal = await refusalOf(put('attempts', { state, ...still }));
      assert.equal(refusal, isEnd(attemptStates, state) ? 'nothing_due_after_the_end' : null, state);
    }
  }
});

test('what a claim holds, it holds', async () => {
  const claim = `insert into tollgate.claims values (${merchantId}, 'ref', $1, $2, $2, $3)`;
  await sql.unsafe(claim, ['held', newId(merchantId, now), true]);
  await sql.unsafe(claim, ['let go', newId(merchantId, now), false]);
  const taken = (value: string, changes: string) =>
    refusalOf(sql.unsafe(`update tollgate.claims set ${changes} where value = '${value}'`));
  for (const changes of ['held = false', 'command = gen_random_uuid()', `scope = 'gone'`, 'merchant_id = 0']) {
    assert.equal(await taken('held', changes), 'held_claim_stays');
  }
  assert.equal(await taken('held', 'held = true'), null);
  assert.equal(await taken('let go', 'held = true, command = gen_random_uuid()'), null);
});
