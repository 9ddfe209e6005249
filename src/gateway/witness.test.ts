import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Payments, Step, Verdict } from './ports.ts';
import { withWitness } from './witness.ts';

const scene = () => {
  const written = new Map<string, string>();
  const alarms: object[] = [];
  const asked: number[] = [];
  let now = 0;
  let verdict: Verdict = 'written';
  const payments = {
    record: async ({ payment, command }: Step) => {
      if (verdict === 'written') written.set(`${payment.id} ${payment.version}`, command);
      return verdict;
    },
    writtenBy: async (keys: readonly { paymentId: string; version: number }[]) => {
      asked.push(keys.length);
      return keys.map(({ paymentId, version }) => written.get(`${paymentId} ${version}`));
    },
  } as unknown as Payments;
  const log = { info: () => {}, warn: () => {}, error: (fields: object) => alarms.push(fields) };
  const witness = withWitness(payments, { elapsed: () => now, log });
  const write = (id: string, version: number, events: object[] = [{}]) =>
    witness.payments.record({ payment: { id, merchantId: 1, version }, command: `c${id}`, events } as unknown as Step);
  const at = (ms: number) => {
    now = ms;
    return witness.tick();
  };
  return { written, alarms, asked, witness, write, at, say: (next: Verdict) => (verdict = next) };
};

test('a commit that was acknowledged and is gone raises one alarm, whether its place is empty or taken', async () => {
  const { written, alarms, write, at } = scene();
  await write('a', 3);
  await write('b', 1);
  await write('c', 2);
  written.set('a 3', 'of another');
  written.delete('b 1');
  assert.equal(await at(1), 2);
  const examples = [
    { paymentId: 'a', version: 3 },
    { paymentId: 'b', version: 1 },
  ];
  assert.deepEqual(alarms, [{ alarm: 'commits_lost', count: 2, examples }]);
  assert.equal(await at(5_000), 0);
  assert.equal(alarms.length, 1);
});

test('what others wrote on top is no loss, and what was not written, or left no trace, is not looked for', async () => {
  const { written, alarms, asked, write, at, say } = scene();
  await write('a', 3);
  written.set('a 4', 'of another');
  await write('n', 1, []);
  say('stale');
  await write('b', 4);
  assert.equal(await at(1), 0);
  assert.deepEqual([alarms.length, asked], [0, [1]]);
});

test('it looks every two seconds for a minute, and once more however long the database was away', async () => {
  const { written, alarms, asked, witness, write, at } = scene();
  assert.equal(witness.nextAt(), Number.POSITIVE_INFINITY);
  await write('a', 1);
  await at(0);
  await at(1_999);
  await at(2_000);
  assert.deepEqual(asked, [1, 1]);
  written.delete('a 1');
  assert.equal(await at(300_000), 1);
  assert.equal(alarms.length, 1);
  await write('b', 1);
  await at(400_000);
  await at(470_000);
  assert.equal(witness.nextAt(), Number.POSITIVE_INFINITY, 'after a minute it is forgotten');
});

test('what is written in the place of a lost commit does not hide the loss', async () => {
  const { written, alarms, write, at } = scene();
  await write('a', 5);
  written.clear();
  await write('a', 4);
  assert.equal(await at(1), 1);
  assert.equal(alarms.length, 1);
});

test('it remembers so many and no more', async () => {
  const { asked, write, at } = scene();
  for (let n = 0; n < 600; n++) await write(`p${n}`, 1);
  await at(1);
  assert.deepEqual(asked, [512]);
});
