import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sandboxAcquirer } from '../src/acquirers/sandbox/index.ts';
import type { Result } from '../src/gateway/gateway.ts';
import { type Fault, httpFrames, type Piece, startProxy } from './proxy.ts';
import { booksAgree } from './races/agree.ts';
import { type House, openPremises } from './races/house.ts';
import { openWorld } from './races/world.ts';

/**
 * Whole payments over a line to the acquirer's host that does each fault to each message in turn.
 * After healing the host's own book, which was kept by other code, says the same as ours.
 */
/** What an acquirer gets for one message; what is held is let go after it. */
const acquirerTimeoutMs = 1_200;

const premises = await openPremises('sandbox');
const world = await openWorld(premises);
const { sql, charge, follow } = premises;
const clock = premises.realClock;

const part = (share: (length: number) => number) => (piece: Piece) => ({ cutAfter: share(piece.bytes.length) });
const faults: Readonly<Record<string, (piece: Piece) => Fault>> = {
  'cut before': part(() => 0),
  'cut after one byte of': part(() => 1),
  'cut in the middle of': part((length) => length >> 1),
  'cut before the last byte of': part((length) => length - 1),
  'cut after': part((length) => length),
  'silent for': () => 'swallow',
  'late with': () => 'hold',
  repeating: () => 'double',
};

/** A house whose line to the host does as `judge` says. */
const over = async (judge: (piece: Piece) => Fault) => {
  const line = await startProxy(world.url, httpFrames, judge);
  const house = premises.openHouse({
    acquirer: sandboxAcquirer({ url: line.url, clock }),
    acquirerTimeoutMs,
    connectionCount: 1,
  });
  const leave = async () => {
    line.release();
    await house.acts.drain();
    void house.close();
  };
  return { house, line, leave };
};

/** What callers were told at once. */
const told = new Map<string, string>();
const ask = async (reference: string, how: () => Promise<Result>): Promise<Result> => {
  const result = await how();
  if (result.kind === 'done') told.set(reference, result.operation.state);
  return result;
};

/** Authorized, captured and refunded, as far as it goes; what is in doubt is left to the workers. */
const pay = async (house: House, name: string): Promise<void> => {
  const paid = await ask(`${name} A`, () => charge(house, 'authorize', 10_000n, { reference: `${name} A` }));
  if (paid.kind !== 'done' || paid.operation.state !== 'approved') return;
  const { id } = paid.view.payment;
  const captured = await ask(`${name} C`, () => follow(house, id, 'capture', 9_000n, `${name} C`));
  if (captured.kind !== 'done' || captured.operation.state !== 'approved') return;
  await ask(`${name} R`, () => follow(house, id, 'refund', 4_000n, `${name} R`));
};

/** An order and its answer, for authorization, capture and refund. */
const messageCount = 6;

for (const [name, fault] of Object.entries(faults)) {
  test(`the line is ${name} each message of a payment in turn`, async () => {
    const run = async (n: number) => {
      let met = false;
      const { house, leave } = await over((piece) => {
        if (piece.n !== n) return 'none';
        met = true;
        return fault(piece);
      });
      await pay(house, `${name} ${n}`);
      await leave();
      assert.ok(met, `there is a message ${n}`);
    };
    await Promise.all(Array.from({ length: messageCount }, (_, i) => run(i + 1)));
  });
}

test('the answers of two payments change places', async () => {
  const { house, leave } = await over(({ direction }) => (direction === 'back' ? 'swap' : 'none'));
  const names = ['swapped one', 'swapped other'];
  const results = await Promise.all(names.map((reference) => charge(house, 'sale', 10_000n, { reference })));
  for (const result of results) assert.equal(result.kind, 'open');
  await leave();
});

/** Which of the host's addresses an order goes to. */
const pathOf = ({ bytes }: Piece) => /^POST \/sandbox\/acquirer\/(\w+)/.exec(bytes.toString('latin1'))?.[1];

test('sales whose answers and inquiries are all lost are taken back over a line that is at fault as well', async () => {
  const { house: cutOff, leave } = await over(({ direction }) => (direction === 'back' ? { cutAfter: 0 } : 'none'));
  const names = Object.keys(faults).map((name) => `taken back ${name}`);
  const results = await Promise.all(names.map((reference) => charge(cutOff, 'sale', 10_000n, { reference })));
  for (const result of results) assert.equal(result.kind, 'open');
  await leave();

  // Everything so far that is in doubt is asked about in vain; a reversal meets one fault after the other.
  const list = Object.values(faults);
  let reversalCount = 0;
  const {
    house,
    line,
    leave: leaveLate,
  } = await over((piece) => {
    if (piece.direction === 'back') return 'none';
    const path = pathOf(piece);
    if (path === 'inquire') return { cutAfter: 0 };
    const fault = path === 'reverse' ? list[reversalCount++] : undefined;
    return fault ? fault(piece) : 'none';
  });
  for (let turns = 0; turns < 20 && reversalCount <= list.length; turns++) {
    premises.advance(3_600_000);
    premises.outwaitLeases();
    await house.workers.tick();
    line.release();
  }
  assert.ok(reversalCount > list.length, `${reversalCount} reversals left`);
  await leaveLate();
});

test('after healing both books agree, nobody is charged twice, and every end that was told is on record', async () => {
  await premises.heal(premises.openHouse({ acquirer: sandboxAcquirer({ url: world.url, clock }) }));
  // Captures and refunds that nobody could tell about for hours have called a person by then.
  const [{ count }] = (await sql.unsafe(
    `select count(*)::int as count from tollgate.cases where kind <> 'unresolved'`,
  )) as unknown as [{ count: number }];
  assert.equal(count, 0);
  await booksAgree(sql, await world.standing(), { casesMax: 100 });
  const rows = await sql.unsafe<{ reference: string; state: string }[]>(
    'select reference, state from tollgate.operations where reference is not null',
  );
  const states = new Map(rows.map(({ reference, state }) => [reference, state]));
  assert.equal(states.size, rows.length, 'a reference was taken twice');
  for (const [reference, state] of told) assert.equal(states.get(reference), state, reference);
  const ends = new Set(states.values());
  for (const state of ['approved', 'declined', 'reversed']) assert.ok(ends.has(state), state);
});
