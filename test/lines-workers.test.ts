import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksAgree } from './races/agree.ts';
import { openBank } from './races/bank.ts';
import { behindCut, cuts, sweep } from './races/cut.ts';
import { openPremises } from './races/house.ts';

/**
 * The worker that asks what became of a sale loses its line to PostgreSQL, in the middle of each
 * message in turn. Another turn, when its lease is over, brings the sale to the same end.
 */
let isSilent = false;
const bank = openBank({ fate: () => (isSilent ? 'silent' : 'approve') });
const { acquirer } = bank;
const premises = await openPremises(acquirer.name);
const { sql, charge } = premises;
const direct = premises.openHouse({ acquirer });
const turnCountMax = 4;

/** A sale that the bank has taken in silence, and whose inquiry is due. */
const doubtful = async (reference: string): Promise<void> => {
  isSilent = true;
  const sale = await charge(direct, 'sale', 10_000n, { reference });
  isSilent = false;
  assert.equal(sale.kind, 'open');
  premises.advance(2_001);
};

test('a worker whose line to PostgreSQL is cut inside each message in turn comes to the same end', {
  timeout: 120_000,
}, async (t) => {
  let turnCount = 0;
  const cutCount = await sweep(async (n) => {
    const reference = `W${n}`;
    const { house, arm, isCut, leave } = await behindCut(premises, acquirer, n, cuts.inside);
    // Its connections stand, as those of a worker that has been there for a while.
    await house.workers.tick();
    await doubtful(reference);
    arm();
    for (let turns = 1; ; turns++) {
      turnCount++;
      await house.workers.tick().catch(() => {});
      const [row] = await sql.unsafe<{ state: string }[]>(
        'select state from tollgate.operations where reference = $1',
        [reference],
      );
      if (row!.state === 'approved') break;
      assert.ok(turns < turnCountMax, `cut ${n}: ${row!.state} after ${turns} turns`);
      // What it had leased when its line broke is free again half a minute later.
      premises.outwaitLeases();
    }
    await leave();
    return isCut();
  }, 1);
  assert.ok(cutCount > 20, `${cutCount} messages`);
  assert.ok(turnCount > cutCount, 'some cuts cost a turn');
  await premises.heal(direct);
  await booksAgree(sql, await bank.standing());
  t.diagnostic(`${cutCount} cuts, ${turnCount} turns`);
});
