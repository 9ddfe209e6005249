import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Result } from '../src/gateway/gateway.ts';
import { booksAgree } from './races/agree.ts';
import { openBank } from './races/bank.ts';
import { behindCut, cuts, sweep } from './races/cut.ts';
import { type House, openPremises } from './races/house.ts';

/**
 * A payment is authorized, captured and refunded while the line to PostgreSQL breaks once, at each boundary
 * between two messages and in the middle of each message in turn, log-in and preparing of statements included. What was
 * told stays true, and both books agree.
 */
const runsAtOnce = 20;
const bank = openBank({ fate: () => 'approve' });
const { acquirer } = bank;
const premises = await openPremises(acquirer.name);
const { sql, charge, follow } = premises;

/** What callers were told, by reference, and who heard of an error instead. */
const told = new Map<string, string>();
const failed = new Set<string>();

const ask = async (reference: string, how: () => Promise<Result>): Promise<void> => {
  try {
    const result = await how();
    told.set(reference, result.kind === 'refused' ? result.refusal.reason : result.operation.state);
  } catch {
    failed.add(reference);
  }
};

interface Row {
  readonly reference: string;
  readonly id: string;
  readonly state: string;
}

const rowsOf = (where: string, values: string[] = []) =>
  sql.unsafe<Row[]>(`select reference, payment_id as id, state from tollgate.operations where ${where}`, values);

/** The whole payment. After an error its merchant looks up what became of it, and goes on where that is possible. */
const pay = async (house: House, name: string): Promise<void> => {
  const [a, c, r] = [`${name} A`, `${name} C`, `${name} R`];
  await ask(a, () => charge(house, 'authorize', 10_000n, { reference: a }));
  const [authorized] = await rowsOf('reference = $1', [a]);
  assert.ok(authorized, a);
  await ask(c, () => follow(house, authorized.id, 'capture', 10_000n, c));
  if ((await rowsOf('reference = $1', [c])).length === 0) return;
  await ask(r, () => follow(house, authorized.id, 'refund', 4_000n, r));
};

for (const [where, cut] of Object.entries(cuts)) {
  test(`a payment whose line to PostgreSQL is cut ${where} the first, the second, … and the last message`, {
    timeout: 120_000,
  }, async (t) => {
    const before = failed.size;
    const cutCount = await sweep(async (n) => {
      const { house, arm, isCut, leave } = await behindCut(premises, acquirer, n, cut);
      arm();
      await pay(house, `${where} ${n}`);
      await leave();
      return isCut();
    }, runsAtOnce);
    // Log-in alone is about twenty messages on each of two connections.
    assert.ok(cutCount > 80, `${cutCount} messages`);
    t.diagnostic(`${cutCount} cuts; ${failed.size - before} callers heard of an error`);
  });
}

test('every end that was told is on record, errors were told only where a read was cut, and both books agree', async () => {
  await premises.heal(premises.openHouse({ acquirer }));
  assert.deepEqual(bank.alarms, []);
  await booksAgree(sql, await bank.standing());
  const rows = await rowsOf('reference is not null');
  const states = new Map(rows.map(({ reference, state }) => [reference, state]));
  assert.equal(states.size, rows.length, 'a reference was taken twice');
  for (const [reference, state] of told) assert.deepEqual([reference, state], [reference, 'approved']);
  for (const reference of told.keys()) assert.equal(states.get(reference), 'approved', reference);
  // What is written is tried again and looked up; before it, nothing of a capture or refund has begun.
  for (const reference of failed)
    assert.ok(!states.has(reference), `${reference} was carried out, and called an error`);
  for (const reference of failed) assert.match(reference, /[CR]$/);
});
