import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Evidence } from './commands.ts';
import { expiryOf, isLapsed } from './due.ts';
import { faultsOf } from './faults.ts';
import type { Attempt, Challenge } from './model.ts';
import { otpMs, resendPauseMs, triesLeft } from './otp.ts';
import { attemptStates, isAttemptFinal, isOperationFinal, operationStates, paymentStates } from './states.ts';
import { checkout, dayMs, minuteMs, Story } from './testing.ts';

const tables = {
  payment: Object.fromEntries(
    Object.entries(paymentStates).map(([state, { next }]) => [state, next as readonly string[]]),
  ),
  operation: operationStates as Record<string, readonly string[]>,
  attempt: attemptStates as Record<string, readonly string[]>,
};

describe('the tables', () => {
  for (const [name, table] of Object.entries(tables)) {
    it(`${name}: every target is a state`, () => {
      for (const next of Object.values(table).flat()) assert.ok(next in table, next);
    });
  }

  it('payment: the rank never falls, and only ends have the highest', () => {
    for (const { rank, next } of Object.values(paymentStates)) {
      for (const to of next) assert.ok(paymentStates[to].rank >= rank);
      assert.equal(rank === 2, next.length === 0);
    }
  });
});

const kinds: readonly Evidence['kind'][] = [
  'approved',
  'declined',
  'challenge',
  'wrong_code',
  'accepted',
  'not_sent',
  'unknown',
  'not_found',
];

/** Many more than there are: a walk that does not come to its end fails instead of going on. */
const standingsMax = 20_000;

const triesOf = (challenge: Challenge | null): number | null =>
  challenge?.kind === 'otp' ? triesLeft(challenge) : null;

/** Everything that may happen to a payment that stands like this, each with the time it may happen at. */
const possible = (story: Story, cardsMax: number): ((story: Story) => void)[] => {
  const { operations, attempts, receipts } = story.view;
  const first = operations[0]!;
  const steps: ((story: Story) => void)[] = [
    (s) => s.cancel(),
    (s) => s.withdraw(),
    (s) => s.again(),
    (s) => s.wait(resendPauseMs).resend(),
    (s) => s.due('expire'),
    (s) => s.wait(otpMs).due('expire'),
    (s) => s.wait(checkout.expiresAt + 11 * minuteMs - s.now).due('expire'),
    (s) => s.due('lapse'),
    (s) => s.wait(8 * dayMs).due('lapse'),
  ];
  if (story.view.checkout?.wallet) {
    const came = operations.filter(({ kind }) => kind === 'receipt' || kind === 'stray').map((o) => o.amountMinor);
    for (const [isClosed, more] of [
      [false, []],
      [false, [4_000n]],
      [false, [10_000n]],
      [true, []],
      [true, [4_000n]],
    ] as const) {
      const amounts = [...came, ...more];
      steps.push((s) => s.received(amounts, { isClosed }));
      if (attempts.length > 0 && story.attempt().dueAt !== null)
        steps.push((s) => {
          s.now = Math.max(s.now, s.attempt().dueAt ?? s.now);
          s.received(amounts, { isClosed });
        });
    }
  }
  const cards = attempts.filter((a) => a.operation === 1).length;
  if (cards < cardsMax || !story.view.checkout) steps.push((s) => s.submit());
  if (operations.length === 1)
    steps.push(
      (s) => s.capture(6_000n),
      (s) => s.captureLast(6_000n),
      (s) => s.release(6_000n),
      (s) => s.refund(6_000n),
    );
  // What waits for a payer is not undone: a refusal is written down and changes nothing, which other tests look at.
  if (operations.length === 1 && (!story.view.checkout || isOperationFinal(first.state)))
    steps.push(
      (s) => s.undo('void'),
      (s) => s.undo('reversal'),
      (s) => s.undo('void', 9_999n),
    );
  for (const { operation } of receipts) {
    steps.push(
      (s) => s.fiscalize('registered', operation),
      (s) => s.fiscalize('failed', operation),
    );
  }
  for (const { operation, ordinal, sentReference } of attempts) {
    const which = { operation, attempt: ordinal };
    if (operation === 1)
      steps.push(
        (s) => s.resume(sentReference),
        (s) => s.hearTexted(which),
      );
    for (const kind of kinds) {
      steps.push((s) => s.hear(kind, which));
      // Where nobody need ask, asking is hearing at once.
      if (story.attempt(operation).dueAt !== null) steps.push((s) => s.ask(1, kind, which));
    }
    if (isOperationFinal(first.state) && operation === 1) continue;
    steps.push((s) => s.wait(40 * minuteMs).hear('not_sent', which));
    steps.push((s) => s.ask(11, 'unknown', which));
  }
  return steps;
};

/** What tells two payments apart as far as rules go: of what has ended, only how. */
const standing = ({ view, now, tasks }: Story): string => {
  const first = view.operations[0]!;
  const turn = expiryOf(view);
  const time = isOperationFinal(first.state)
    ? [isLapsed(view, now)]
    : [now >= checkout.expiresAt, turn !== null && now >= turn, tasks.has('expire')];
  const asked = ({ state, challenge, notFound, inquiries }: Attempt) =>
    isAttemptFinal(state)
      ? [challenge !== null]
      : [
          challenge?.kind,
          challenge?.kind === 'qr' && challenge.closing,
          triesOf(challenge),
          Math.min(notFound, 2),
          Math.sign(inquiries),
        ];
  return JSON.stringify([
    view.payment.state,
    view.checkout && [view.checkout.submitCountMax],
    time,
    view.operations.map((o) => [o.kind, o.state, o.target, o.undoneBy]),
    view.attempts.map((a) => [a.state, ...asked(a)]),
    view.receipts.map((r) => [r.operation, r.state]),
  ]);
};

interface Limits {
  /** Standings with so many operations are walked on from; those with more are looked at. */
  readonly operationsMax: number;
  /** How many cards a payer tries. */
  readonly cardsMax: number;
}

/** How each kind of payment begins, and how far it is walked: all edges are taken, and it takes three seconds. */
const begun: readonly (readonly [begin: (story: Story) => void, limits: Limits])[] = [
  [(story) => story.open('sale'), { operationsMax: 2, cardsMax: 2 }],
  [(story) => story.open('authorize'), { operationsMax: 2, cardsMax: 1 }],
  [(story) => story.openVerify(), { operationsMax: 1, cardsMax: 2 }],
  [(story) => story.openTaxed(), { operationsMax: 2, cardsMax: 1 }],
  [(story) => story.openWith({ submitCountMax: 2, redirectMs: 15 * minuteMs }), { operationsMax: 1, cardsMax: 3 }],
  [(story) => story.openWallet('payme'), { operationsMax: 2, cardsMax: 2 }],
  [(story) => story.openWallet('fps'), { operationsMax: 3, cardsMax: 2 }],
  [(story) => story.charge('sale'), { operationsMax: 2, cardsMax: 1 }],
  [(story) => story.charge('authorize'), { operationsMax: 2, cardsMax: 1 }],
  [(story) => story.charge('payout'), { operationsMax: 2, cardsMax: 1 }],
  [(story) => story.forestall(), { operationsMax: 2, cardsMax: 1 }],
  [(story) => story.charge('sale', 10_000n, { reason: 'no_route' }), { operationsMax: 1, cardsMax: 1 }],
];

describe('all that can happen to a payment', () => {
  const seen = new Set<string>();
  const taken = new Set<string>();
  const faults = new Set<string>();
  const walked: Record<string, Set<string>> = { payment: new Set(), operation: new Set(), attempt: new Set() };

  const compare = (before: Story, after: Story) => {
    const moved = (table: string, from: string | undefined, to: string) => {
      walked[table]!.add(to);
      if (from && from !== to) taken.add(`${table} ${from} → ${to}`);
    };
    moved('payment', before.view?.payment.state, after.view.payment.state);
    for (const { ordinal, state } of after.view.operations) {
      moved('operation', before.view?.operations[ordinal - 1]?.state, state);
    }
    for (const a of after.view.attempts) {
      const known = before.view?.attempts.find((b) => b.operation === a.operation && b.ordinal === a.ordinal);
      moved('attempt', known?.state, a.state);
    }
  };

  /** Answers how many standings were left over. */
  const walk = (begin: (story: Story) => void, { operationsMax, cardsMax }: Limits): number => {
    const open: Story[] = [];
    const enter = (before: Story, step: (story: Story) => void) => {
      const after = before.copy();
      step(after);
      const name = standing(after);
      compare(before, after);
      if (seen.has(name)) return;
      for (const fault of faultsOf(after)) faults.add(`${fault}: ${name}`);
      seen.add(name);
      if (after.view.operations.length <= operationsMax) open.push(after);
    };
    enter(new Story(), begin);
    for (let story = open.pop(); story && seen.size < standingsMax; story = open.pop()) {
      for (const step of possible(story, cardsMax)) enter(story, step);
    }
    return open.length;
  };

  it('nothing throws, whatever is said of whichever attempt, and the walk comes to its end', () => {
    for (const [begin, limits] of begun) assert.equal(walk(begin, limits), 0, `${seen.size} standings`);
  });

  it('every standing is sound', () => {
    assert.deepEqual([...faults], []);
  });

  for (const [name, table] of Object.entries(tables)) {
    it(`${name}: every state is reached and every edge of the table is taken`, () => {
      const edges = Object.entries(table).flatMap(([from, next]) => next.map((to) => `${name} ${from} → ${to}`));
      assert.deepEqual(
        edges.filter((edge) => !taken.has(edge)),
        [],
      );
      assert.deepEqual(
        Object.keys(table).filter((state) => !walked[name]!.has(state)),
        [],
      );
    });
  }
});
