import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Result } from '../src/gateway/gateway.ts';
import { booksAgree, unsound } from './races/agree.ts';
import { type Fate, openBank } from './races/bank.ts';
import { chanceOf } from './races/chance.ts';
import { openPremises } from './races/house.ts';

/**
 * Two gateways on one database refund the same payments in parallel, random amounts, from a bank
 * that approves, declines, or takes or loses the order and says nothing. A round is one payment with 2 to 12 refunds at
 * once, which together ask for about twice what is there. `RACE_ROUNDS` says how many.
 */
const roundCount = Number(process.env.RACE_ROUNDS ?? 600);
const roundsAtOnce = 24;
const capturedMinor = 10_000n;
const fates: readonly Fate[] = ['approve', 'approve', 'approve', 'decline', 'silent', 'lost'];

const chance = chanceOf(20_260_117);
const bank = openBank({
  fate: ({ kind }) => (kind === 'refund' ? chance.oneOf(fates) : 'approve'),
  before: async () => {
    for (let turns = chance.below(4); turns > 0; turns--) await new Promise(setImmediate);
  },
});
const premises = await openPremises(bank.acquirer.name);
const { sql, charge, follow } = premises;
const houses = [1, 2].map(() => premises.openHouse({ acquirer: bank.acquirer }));

const outcomeOf = (result: Result) => (result.kind === 'refused' ? result.refusal.reason : result.operation.state);
const outcomes = new Map<string, number>();

const round = async (): Promise<void> => {
  const sale = await charge(chance.oneOf(houses), 'sale', capturedMinor);
  assert.equal(outcomeOf(sale), 'approved');
  const { id } = (sale as Extract<Result, { kind: 'done' }>).view.payment;
  const count = 2 + chance.below(11);
  const most = Number((capturedMinor * 4n) / BigInt(count));
  const amounts = Array.from({ length: count }, () => BigInt(1 + chance.below(most)));
  const results = await Promise.all(amounts.map((amount) => follow(chance.oneOf(houses), id, 'refund', amount)));
  for (const result of results) outcomes.set(outcomeOf(result), (outcomes.get(outcomeOf(result)) ?? 0) + 1);
};

test(`${roundCount} rounds of parallel refunds never exceed what was captured, and both books agree`, {
  timeout: 240_000 + roundCount * 20,
}, async (t) => {
  let left = roundCount;
  let lookCount = 0;
  const lane = async () => {
    while (left-- > 0) await round();
  };
  const lanes = Promise.all(Array.from({ length: roundsAtOnce }, lane));
  let busy = true;
  const watcher = async () => {
    while (busy) {
      assert.deepEqual(await unsound(sql), []);
      lookCount++;
    }
  };
  const watching = watcher();
  await Promise.all([lanes.finally(() => (busy = false)), watching]).finally(() => (left = 0));
  assert.deepEqual(bank.alarms, []);

  const told = (outcome: string) => outcomes.get(outcome) ?? 0;
  for (const outcome of ['approved', 'declined', 'unknown', 'exceeds_captured']) {
    assert.ok(told(outcome) > roundCount / 4, `${outcome}: ${told(outcome)}`);
  }
  assert.ok(lookCount > 5, `${lookCount} looks`);

  // What is in doubt stays reserved until it is known, whatever is asked for meanwhile.
  await premises.heal(houses[0]!);
  assert.deepEqual(bank.alarms, []);
  await booksAgree(sql, await bank.standing());
  t.diagnostic(JSON.stringify({ ...Object.fromEntries(outcomes), lookCount }));
});
