import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import { newId } from '../kit/ids.ts';
import { silentLog } from '../kit/log.ts';
import { openStore } from './index.ts';
import { approved, charge, conclude, merchantId, now } from './sample.ts';

const url = await testDatabase();
const store = openStore({ url, log: silentLog });
await store.migrate();
after(() => store.close());

test('each version of a payment is known by the command that wrote it; one that was not reached by none', async () => {
  const first = charge();
  const second = conclude(first.next, approved);
  const other = charge();
  for (const { step } of [first, second, other]) assert.equal(await store.payments.record(step), 'written');
  const { id: paymentId } = first.step.payment;
  const keys = [
    { merchantId, paymentId, version: 2 },
    { merchantId, paymentId, version: 3 },
    { merchantId, paymentId: newId(merchantId, now), version: 1 },
    { merchantId, paymentId: other.step.payment.id, version: 1 },
    { merchantId, paymentId, version: 1 },
  ];
  const { command } = first.step;
  const expected = [second.step.command, undefined, undefined, other.step.command, command];
  assert.deepEqual(await store.payments.writtenBy(keys), expected);
  assert.deepEqual(await store.payments.writtenBy([]), []);
});
