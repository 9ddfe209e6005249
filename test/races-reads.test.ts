import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from './installation.ts';
import { openBank } from './races/bank.ts';
import { openPremises } from './races/house.ts';

/** Sessions that are ended while many reads are on their way cost those reads alone: later ones are answered. */
const endedMin = 16;
const readerCount = 32;
const bank = openBank({ fate: () => 'approve' });
const premises = await openPremises(bank.acquirer.name);
const { sql, charge } = premises;
const house = premises.openHouse({ acquirer: bank.acquirer });

test('reads go on whatever sessions are ended under them', { timeout: 60_000 }, async () => {
  const sale = await charge(house, 'sale', 10_000n);
  const { id } = (sale as Extract<typeof sale, { kind: 'done' }>).view.payment;
  let readCount = 0;
  let busy = true;
  const read = async () => {
    while (busy) {
      await house.store.payments.find(premises.merchantId, id).then(
        () => readCount++,
        () => {},
      );
    }
  };
  const readers = Array.from({ length: readerCount }, read);
  for (let endedCount = 0; endedCount < endedMin; ) {
    const ended = await sql.unsafe(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'tollgate read' and state = 'active' and datname = current_database() limit 1`);
    endedCount += ended.length;
    const due = readCount + readerCount;
    await until('some more reads', () => readCount >= due).finally(() => (busy = readCount >= due));
  }
  busy = false;
  await Promise.all(readers);
  assert.ok(readCount > endedMin * readerCount);
});
