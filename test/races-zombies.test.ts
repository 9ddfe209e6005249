import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { View } from '../src/core/model.ts';
import { Acts } from '../src/gateway/act.ts';
import type { Result } from '../src/gateway/gateway.ts';
import type { NoticeVoice, Order, Payments } from '../src/gateway/ports.ts';
import { silentLog } from '../src/kit/log.ts';
import { type Outbound, outbound } from '../src/kit/outbound.ts';
import { deliverNotices } from '../src/notices/index.ts';
import { booksAgree } from './races/agree.ts';
import { type Fate, openBank } from './races/bank.ts';
import { openPremises, type Premises, voice } from './races/house.ts';
import { startReceiver } from './receiver.ts';

/**
 * A worker stands still, its lease runs out, another one does the work, and the first one wakes.
 * From then on it has no effect: not on the books, not at the acquirer, not at the merchant's.
 */
let fate: Fate = 'approve';
let bankHolds: (order: Order) => Promise<void> = async () => {};
let bankDelays: (order: Order) => Promise<void> = async () => {};
const bank = openBank({
  fate: () => fate,
  before: (order) => bankHolds(order),
  after: (order) => bankDelays(order),
  now: () => premises.realClock.now(),
});
const { acquirer } = bank;
const premises: Premises = await openPremises(acquirer.name);
const { sql, clock, charge } = premises;

/** Where the zombie stands still: until `thaw`. */
const freezer = () => {
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  let used = false;
  const freeze = async () => {
    if (used) return;
    used = true;
    entered.resolve();
    await gate.promise;
  };
  return { freeze, frozen: entered.promise, thaw: gate.resolve };
};

let beforeShop: () => Promise<void> = async () => {};
let afterRecord: () => Promise<void> = async () => {};
const errors: object[] = [];
const zombie = premises.openHouse({
  acquirer,
  log: { ...silentLog, error: (fields) => errors.push(fields) },
  directory: (directory) => ({
    ...directory,
    shopById: async (id) => {
      await beforeShop();
      return directory.shopById(id);
    },
  }),
  payments: (payments): Payments => ({
    ...payments,
    record: async (step) => {
      const verdict = await payments.record(step);
      await afterRecord();
      return verdict;
    },
  }),
});
const healthy = premises.openHouse({ acquirer });

beforeEach(() => {
  fate = 'approve';
  bankHolds = bankDelays = beforeShop = afterRecord = async () => {};
});

/** A sale of which nobody knows what became, whose inquiry is due now. */
const doubtful = async (bankHasIt: boolean): Promise<string> => {
  fate = bankHasIt ? 'silent' : 'lost';
  const result = await charge(healthy, 'sale', 10_000n, { noticeUrl: 'http://127.0.0.1:9/nobody' });
  fate = 'approve';
  assert.equal(result.kind, 'open');
  premises.advance(2_001);
  return viewOf(result).payment.id;
};

const viewOf = (result: Result): View => {
  if (result.kind === 'refused') throw new Error(result.refusal.reason);
  return result.view;
};

/** All that is on record about a payment. */
const everything = (id: string) => premises.store.administration.dossier(premises.merchantId, id);

/** The whole work of the healthy house, once the zombie's lease is over. */
const othersDoIt = async () => {
  premises.outwaitLeases();
  await premises.heal(healthy);
};

for (const [where, install] of [
  ['before it asks', (freeze: () => Promise<void>) => (beforeShop = freeze)],
  ['with its question at the host', (freeze: () => Promise<void>) => (bankHolds = freeze)],
  ['with the answer in its hands', (freeze: () => Promise<void>) => (bankDelays = freeze)],
] as const) {
  for (const bankHasIt of [true, false]) {
    test(`an inquirer that froze ${where} changes nothing when it wakes: ${bankHasIt ? 'paid' : 'lost'}`, async () => {
      const id = await doubtful(bankHasIt);
      const { freeze, frozen, thaw } = freezer();
      install(freeze);
      const ticking = zombie.workers.tick();
      await frozen;
      await othersDoIt();
      const before = await everything(id);
      assert.equal(before!.view.payment.state, bankHasIt ? 'approved' : 'declined');
      thaw();
      await ticking;
      assert.deepEqual(await everything(id), before);
    });
  }
}

for (const where of ['before it sends', 'with its order at the host', 'with the acknowledgement in its hands']) {
  test(`a reverser that froze ${where} changes nothing when it wakes`, async () => {
    const id = await doubtful(true);
    await sql.unsafe('update tollgate.attempts set inquiries = 9 where payment_id = $1', [id]);
    const silent = { ...acquirer, inquire: async () => ({ kind: 'unknown', doubt: 'silence', note: '' }) as const };
    const deaf = new Acts({ ...healthy.parts, acquirers: new Map([[acquirer.name, silent]]) }, healthy.queue);
    const view = await premises.find(id);
    await deaf.lookAfter(premises.shop, view, view.attempts[0]!);
    const { freeze, frozen, thaw } = freezer();
    if (where === 'before it sends') beforeShop = freeze;
    else if (where === 'with its order at the host') bankHolds = freeze;
    else bankDelays = freeze;
    const ticking = zombie.workers.tick();
    await frozen;
    await othersDoIt();
    const before = await everything(id);
    assert.deepEqual(
      before!.view.operations.map(({ kind, state }) => [kind, state]),
      [
        ['sale', 'reversed'],
        ['reversal', 'approved'],
      ],
    );
    thaw();
    await ticking;
    assert.deepEqual(await everything(id), before);
  });
}

test('a timer that froze releases nothing twice when it wakes', async () => {
  const { id } = viewOf(await charge(healthy, 'authorize', 10_000n)).payment;
  premises.advance(8 * 86_400_000);
  const { freeze, frozen, thaw } = freezer();
  beforeShop = freeze;
  const ticking = zombie.workers.tick();
  await frozen;
  premises.outwaitLeases();
  while ((await healthy.workers.tick()) > 0);
  const before = await everything(id);
  assert.equal(before!.view.payment.authorizedMinor, 0n);
  thaw();
  await ticking;
  const after = (await everything(id))!;
  // It finds nothing to release and takes its task away once more, which counts as a commit.
  const payment = { ...after.view.payment, version: before!.view.payment.version };
  assert.deepEqual({ ...after, view: { ...after.view, payment } }, before);
});

test('a sender that froze with its order on record, until others had ended it, sends nothing when it wakes', async () => {
  const { freeze, frozen, thaw } = freezer();
  afterRecord = freeze;
  const charging = charge(zombie, 'sale', 10_000n, { reference: 'FROZEN' });
  await frozen;
  await othersDoIt();
  const [row] = await sql.unsafe<{ id: string }[]>(
    `select payment_id as id from tollgate.operations where reference = 'FROZEN'`,
  );
  const before = await everything(row!.id);
  const { payment, operations } = before!.view;
  assert.deepEqual([payment.state, operations[0]!.reason], ['declined', 'timed_out']);
  const orderCount = bank.orders.length;
  thaw();
  assert.equal(viewOf(await charging).payment.state, 'declined');
  assert.equal(bank.orders.length, orderCount, 'an order left after its end');
  assert.deepEqual(await everything(row!.id), before);
});

test('a deliverer that froze tells nobody and settles nothing when it wakes', async () => {
  await sql.unsafe(`update tollgate.notices set state = 'abandoned'`);
  const receiver = await startReceiver();
  const told = `${receiver.url}/told`;
  fate = 'silent';
  const { id } = viewOf(await charge(healthy, 'sale', 10_000n, { noticeUrl: told })).payment;
  await premises.heal(healthy);
  const notices = async () => (await everything(id))!.notices.map(({ state, tries }) => [state, tries]);
  assert.deepEqual(await notices(), [['due', 0]]);
  const { freeze, frozen, thaw } = freezer();
  const sender = outbound({ allowPrivate: true });
  const { directory, outbox } = premises.store;
  const common = { outbox, directory, clock, realClock: premises.realClock, outbound: sender, log: silentLog };
  const slow: NoticeVoice = {
    ...voice,
    headers: async () => {
      await freeze();
      return {};
    },
  };
  const frozenOne = deliverNotices({ ...common, voices: new Map([['test', slow]]) });
  const other = deliverNotices({ ...common, voices: new Map([['test', voice]]) });
  const ticking = frozenOne.tick();
  await frozen;
  assert.equal(await other.tick(), 0, 'it is leased');
  premises.outwaitLeases();
  assert.equal(await other.tick(), 1);
  thaw();
  await ticking;
  assert.equal(receiver.received.length, 1);
  assert.deepEqual(await notices(), [['delivered', 1]]);
  sender.close();
});

test('a delivery that was on its way while its lease ran out does not undo what another one brought about', async () => {
  const receiver = await startReceiver();
  fate = 'silent';
  const { id } = viewOf(await charge(healthy, 'sale', 10_000n, { noticeUrl: `${receiver.url}/told` })).payment;
  await premises.heal(healthy);
  const { directory, outbox } = premises.store;
  const { freeze, frozen, thaw } = freezer();
  const sender = outbound({ allowPrivate: true });
  const slow: Outbound = {
    ...sender,
    post: async (url, message) => {
      const answer = await sender.post(url, message);
      await freeze();
      return answer;
    },
  };
  const voices = new Map([['test', voice]]);
  const common = { outbox, directory, clock, realClock: premises.realClock, voices, log: silentLog };
  receiver.statuses.push(500);
  const ticking = deliverNotices({ ...common, outbound: slow }).tick();
  await frozen;
  premises.outwaitLeases();
  assert.equal(await deliverNotices({ ...common, outbound: sender }).tick(), 1);
  thaw();
  await ticking;
  const [notice] = (await everything(id))!.notices;
  assert.deepEqual([notice!.state, notice!.tries, notice!.lastStatus], ['delivered', 1, 200]);
  sender.close();
});

test('both books agree, no person was called, and the database had nothing to refuse', async () => {
  await premises.heal(healthy);
  await booksAgree(sql, await bank.standing());
  assert.deepEqual(errors, []);
});
