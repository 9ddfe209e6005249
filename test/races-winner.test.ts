import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Acts } from '../src/gateway/act.ts';
import type { PageResult, Result } from '../src/gateway/gateway.ts';
import type { Acquirer, Order, Payments } from '../src/gateway/ports.ts';
import { booksAgree, unsound } from './races/agree.ts';
import { openBank } from './races/bank.ts';
import { barrier } from './races/barrier.ts';
import { details, openPremises } from './races/house.ts';

/**
 * Two gateways decide on the same version of a payment, and a barrier lets both write at once. One
 * wins; the other decides anew and gets a clear conflict. Each pair runs often enough that either side wins.
 */
const roundCount = 20;
const dayMs = 86_400_000;

/** Where both have decided and neither has written. */
let meet: (name: string) => Promise<void> = async () => {};
const meeting =
  (name: string) =>
  (payments: Payments): Payments => ({
    ...payments,
    record: async (step) => {
      await meet(name);
      return payments.record(step);
    },
  });
const letMeet = (round: number) => {
  meet = barrier(2, round % 2 === 0 ? 'a' : 'b');
};
/** What both houses find done before they meet. */
const beforehand = async <T>(work: () => Promise<T>): Promise<T> => {
  const meets = meet;
  meet = async () => {};
  const done = await work();
  meet = meets;
  return done;
};

let bankHolds: (order: Order) => Promise<void> = async () => {};
let isSilent = false;
const bank = openBank({ fate: () => (isSilent ? 'silent' : 'approve'), before: (order) => bankHolds(order) });
const { acquirer } = bank;
const premises = await openPremises(acquirer.name);
const { sql, charge, follow, clock } = premises;
/** The second house's clock can be ahead, as that of another machine may be at a moment that ends something. */
let aheadMs = 0;
const a = premises.openHouse({ acquirer, payments: meeting('a') });
const b = premises.openHouse({ acquirer, payments: meeting('b'), clock: { now: () => clock.now() + aheadMs } });
const alone = () => {
  meet = async () => {};
  aheadMs = 0;
  isSilent = false;
  bankHolds = async () => {};
};

const viewOf = (result: Result) => {
  if (result.kind === 'refused') throw new Error(result.refusal.reason);
  return result.view;
};
const wordOf = (result: Result) => (result.kind === 'refused' ? result.refusal.reason : result.operation.state);
const wordOfPage = ({ refusal, view }: PageResult) => refusal?.reason ?? view.payment.state;

/** Runs a pair often, and on a busy machine longer, until each of its outcomes was seen; fails on one that is not in the list. */
const race = async (allowed: readonly string[], pair: () => Promise<string>): Promise<void> => {
  const seen = new Map<string, number>();
  const isDone = (round: number) => round >= roundCount && (seen.size === allowed.length || round >= 10 * roundCount);
  for (let round = 0; !isDone(round); round++) {
    letMeet(round);
    const outcome = await pair();
    alone();
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    assert.ok(allowed.includes(outcome), outcome);
    assert.deepEqual(await unsound(sql), []);
    assert.deepEqual(bank.alarms, []);
  }
  await premises.heal(a);
  assert.deepEqual([...seen.keys()].sort(), [...allowed].sort(), 'either side wins now and then');
  await booksAgree(sql, await bank.standing());
};

const authorized = () => beforehand(async () => viewOf(await charge(a, 'authorize', 10_000n)).payment.id);
const offered = () => beforehand(async () => (await premises.openPage(a)).payment.id);
const page = { returnUrl: 'http://127.0.0.1:9/return', patienceMs: 20_000 };

test('two captures that together exceed the authorization: one is approved, the other refused', () =>
  race(['approved exceeds_authorized', 'exceeds_authorized approved'], async () => {
    const id = await authorized();
    const results = await Promise.all([follow(a, id, 'capture', 6_000n), follow(b, id, 'capture', 7_000n)]);
    return results.map(wordOf).join(' ');
  }));

test('a last capture against the release of a part: one takes all there is, and its rest is let go once', () =>
  race(['approved exceeds_authorized 6000 of 6000', 'exceeds_authorized approved 0 of 3000'], async () => {
    const id = await authorized();
    const results = await Promise.all([follow(a, id, 'last capture', 6_000n), follow(b, id, 'release', 7_000n)]);
    await beforehand(() => Promise.all([a.workers.tick(), b.workers.tick()]));
    const { payment } = await premises.find(id);
    return `${results.map(wordOf).join(' ')} ${payment.capturedMinor} of ${payment.authorizedMinor}`;
  }));

test('a capture against the lapse of the authorization: the capture, or the release', () =>
  race(['approved 10000 of 10000', 'exceeds_authorized 0 of 0'], async () => {
    const id = await authorized();
    aheadMs = 8 * dayMs;
    const lapse = async () => {
      // The worker of the house whose clock is ahead, for this payment alone.
      await sql.unsafe(`update tollgate.tasks set lease_until = case when payment_id = '${id}' then 0 else 9e15 end`);
      assert.equal(await b.workers.tick(), 1);
    };
    const [captured] = await Promise.all([follow(a, id, 'capture', 10_000n), lapse()]);
    const { payment } = await premises.find(id);
    return `${wordOf(captured)} ${payment.capturedMinor} of ${payment.authorizedMinor}`;
  }));

test('a merchant withdraws an offer while its payer pays: the acquirer hears of it, or it does not', () =>
  race(['approved in_progress', 'invalid_state cancelled'], async () => {
    const id = await offered();
    const before = bank.orders.length;
    const withdrawing = b.gateway.withdraw(premises.shop, id);
    // A bank that is quick would have approved before the merchant's second look.
    bankHolds = async () => void (await withdrawing);
    const paying = a.gateway.submit(premises.shop, id, details, page);
    const [paid, withdrawn] = await Promise.all([paying, withdrawing]);
    const { state } = (await premises.find(id)).payment;
    assert.equal(bank.orders.length - before, state === 'approved' ? 1 : 0);
    return `${wordOfPage(paid)} ${wordOfPage(withdrawn)}`;
  }));

test('an offer runs out while its payer pays: paid, or expired and the acquirer hears nothing', () =>
  race(['approved', 'expired'], async () => {
    const id = await offered();
    const before = bank.orders.length;
    aheadMs = 1_800_001;
    await Promise.all([a.gateway.submit(premises.shop, id, details, page), b.gateway.find(premises.shop, id)]);
    const { state } = (await premises.find(id)).payment;
    assert.equal(bank.orders.length - before, state === 'approved' ? 1 : 0);
    return state;
  }));

const mute: Acquirer = { ...acquirer, inquire: async () => ({ kind: 'unknown', doubt: 'silence', note: 'no answer' }) };
/** The second house, over a line on which inquiries are never answered. */
const deaf = new Acts({ ...b.parts, acquirers: new Map([[acquirer.name, mute]]) }, b.queue);

/** Leaves a sale one inquiry before it is taken back. */
const almostTakenBack = (id: string) =>
  beforehand(async () => {
    await sql.unsafe(`update tollgate.operations set state = 'unknown' where payment_id = $1`, [id]);
    await sql.unsafe(
      `update tollgate.attempts set state = 'unknown', inquiries = 9, due_at = $1 where payment_id = $2`,
      [clock.now(), id],
    );
    return premises.find(id);
  });

test('the last inquiry finds the approval while another one hears nothing: paid, or taken back, never both', () =>
  race(['approved', 'declined'], async () => {
    isSilent = true;
    const { id } = (await beforehand(async () => viewOf(await charge(a, 'sale', 10_000n)))).payment;
    isSilent = false;
    const view = await almostTakenBack(id);
    const [attempt] = view.attempts;
    await Promise.all([a.acts, deaf].map((acts) => acts.lookAfter(premises.shop, view, attempt!)));
    alone();
    await premises.heal(a);
    const { payment, operations } = await premises.find(id);
    const reversals = operations.filter(({ kind }) => kind === 'reversal').length;
    assert.equal(reversals, payment.state === 'approved' ? 0 : 1);
    assert.equal((await bank.standing()).has(attempt!.sentReference), payment.state === 'approved');
    return payment.state;
  }));

test('a sale is taken back while its sender hears of the approval after all: it stays taken back', () =>
  race(['declined'], async () => {
    const answer = Promise.withResolvers<void>();
    bankHolds = async ({ kind, action }) => {
      if (kind === 'sale' && action === 'perform') await answer.promise;
    };
    const { id } = (await beforehand(async () => viewOf(await charge(a, 'sale', 10_000n, { patienceMs: 1 })))).payment;
    const view = await almostTakenBack(id);
    await beforehand(() => deaf.lookAfter(premises.shop, view, view.attempts[0]!));
    const reversing = await premises.find(id);
    const undone = b.acts.lookAfter(premises.shop, reversing, reversing.attempts[1]!);
    answer.resolve();
    await Promise.all([undone, a.acts.drain()]);
    const { payment, operations } = await premises.find(id);
    assert.deepEqual([payment.capturedMinor, operations.length], [0n, 2]);
    return payment.state;
  }));
