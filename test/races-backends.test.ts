import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Result } from '../src/gateway/gateway.ts';
import { until } from './installation.ts';
import { booksAgree } from './races/agree.ts';
import { type Fate, openBank } from './races/bank.ts';
import { chanceOf } from './races/chance.ts';
import { openPremises } from './races/house.ts';

/**
 * PostgreSQL ends the sessions of two gateways in the middle of whole payments, where possible while they
 * commit. What a caller was told stays true, and at the end both books agree.
 */
const endedMin = 60;
/** Operations that callers hear the end of between two endings. */
const pause = 20;
const callerCount = 32;
const fates: readonly Fate[] = ['approve', 'approve', 'approve', 'approve', 'decline', 'silent'];

const chance = chanceOf(7);
const bank = openBank({ fate: () => chance.oneOf(fates) });
const premises = await openPremises(bank.acquirer.name);
const { sql, charge, follow } = premises;
const houses = [1, 2].map(() => premises.openHouse({ acquirer: bank.acquirer }));

interface Told {
  readonly reference: string;
  readonly state: string;
}

/** What callers were told of the ends of their operations, and the references of which they heard that nothing was done. */
const told: Told[] = [];
const refused: string[] = [];
let brokenCount = 0;
let serial = 0;

/** Asks as a client does that gives up on an error: what became of it the books must say. */
const ask = async (how: (reference: string) => Promise<Result>): Promise<Result | undefined> => {
  const reference = `E${++serial}`;
  try {
    const result = await how(reference);
    if (result.kind === 'done') told.push({ reference, state: result.operation.state });
    if (result.kind === 'refused') refused.push(reference);
    return result;
  } catch {
    brokenCount++;
    return undefined;
  }
};

test('sessions that are ended while they commit lose nothing, double nothing and make no answer untrue', {
  timeout: 60_000,
}, async (t) => {
  let endedCount = 0;
  let committingCount = 0;
  let busy = true;
  const isCommitting = `coalesce(wait_event in ('WalSync', 'WalWrite', 'WALWrite'), false)`;
  const end = (which: string) =>
    sql.unsafe<{ committing: boolean }[]>(`
      select ${isCommitting} as committing, pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'tollgate record' and datname = current_database()
        and state = 'active' and ${which} limit 1`);
  const kill = async () => {
    while (endedCount < endedMin) {
      const due = told.length + pause;
      await until('some more ends', () => told.length >= due, 30_000);
      // In a wait for the log a statement has done its work and is about to be, or has just been, committed.
      let ended = await end(isCommitting);
      for (let looks = 1; looks < 100 && ended.length === 0; looks++) ended = await end(isCommitting);
      if (ended.length === 0) ended = await end('true');
      endedCount += ended.length;
      committingCount += ended.filter(({ committing }) => committing).length;
    }
  };
  const pay = async () => {
    while (busy) {
      const paid = await ask((reference) => charge(chance.oneOf(houses), 'sale', 10_000n, { reference }));
      if (paid?.kind !== 'done' || paid.operation.state !== 'approved') continue;
      const { id } = paid.view.payment;
      const half = (reference: string) => follow(chance.oneOf(houses), id, 'refund', 5_000n, reference);
      await Promise.all([ask(half), ask(half), ask(half)]);
    }
  };
  await Promise.all([kill().finally(() => (busy = false)), ...Array.from({ length: callerCount }, pay)]);
  await Promise.all(houses.map(({ acts }) => acts.drain()));
  assert.deepEqual(bank.alarms, []);
  assert.ok(committingCount > 0, `${committingCount} of ${endedCount} ended while they committed`);

  await premises.heal(houses[0]!);
  await booksAgree(sql, await bank.standing());
  const rows = await sql.unsafe<Told[]>('select reference, state from tollgate.operations where reference is not null');
  const states = new Map(rows.map(({ reference, state }) => [reference, state]));
  assert.equal(states.size, rows.length, 'a reference was taken twice');
  for (const { reference, state } of told) assert.equal(states.get(reference), state, reference);
  for (const reference of refused) assert.equal(states.get(reference), undefined, `${reference} was refused`);
  t.diagnostic(JSON.stringify({ told: told.length, brokenCount, endedCount, committingCount }));
});
