import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Evidence } from './commands.ts';
import { attemptStates, operationStates, paymentStates } from './states.ts';
import { checkout, dayMs, faultsOf, Story } from './testing.ts';

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
  'accepted',
  'not_sent',
  'unknown',
  'not_found',
];

/** Everything that may happen to a payment that stands like this, each with the time it may happen at. */
const possible = (story: Story): ((story: Story) => void)[] => {
  const { operations, attempts } = story.view;
  const steps: ((story: Story) => void)[] = [
    (s) => s.cancel(),
    (s) => s.due('expire'),
    (s) => s.wait(checkout.expiresAt + 11 * 60_000 - s.now).due('expire'),
    (s) => s.due('lapse'),
    (s) => s.wait(8 * dayMs).due('lapse'),
  ];
  if (attempts.filter((a) => a.operation === 1).length < 2) steps.push((s) => s.submit());
  if (operations.length === 1)
    steps.push(
      (s) => s.capture(6_000n),
      (s) => s.refund(6_000n),
    );
  for (const { operation, ordinal, sentReference } of attempts) {
    if (operation === 1) steps.push((s) => s.resume(sentReference));
    const which = { operation, attempt: ordinal };
    for (const kind of kinds) {
      steps.push((s) => s.hear(kind, which));
      steps.push((s) => s.ask(1, kind, which));
    }
    steps.push((s) => s.wait(40 * 60_000).hear('not_sent', which));
    steps.push((s) => s.ask(11, 'unknown', which));
  }
  return steps;
};

/** Payments with more operations are looked at, but not walked on from: all edges are taken before. 3 takes 10 s. */
const operationsMax = 2;

/** What tells two payments apart as far as rules go. */
const standing = ({ view, now }: Story): string =>
  JSON.stringify([
    view.payment.state,
    view.checkout !== null,
    now >= checkout.expiresAt,
    now >= checkout.expiresAt + dayMs,
    view.operations.map((o) => [o.kind, o.state, o.target, o.undoneBy]),
    view.attempts.map((a) => [a.state, a.challenge !== null, Math.min(a.notFound, 2), Math.sign(a.inquiries)]),
  ]);

describe('all that can happen to a payment', () => {
  const begun = [
    (story: Story) => story.open('sale'),
    (story: Story) => story.open('authorize'),
    (story: Story) => story.charge('sale'),
    (story: Story) => story.charge('authorize'),
    (story: Story) => story.charge('sale', 10_000n, { reason: 'no_route' }),
  ];
  const seen = new Map<string, Story>();
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

  const walk = () => {
    const open: Story[] = [];
    const enter = (before: Story, step: (story: Story) => void) => {
      const after = before.copy();
      step(after);
      const name = standing(after);
      compare(before, after);
      if (seen.has(name)) return;
      for (const fault of faultsOf(after)) faults.add(`${fault}: ${name}`);
      seen.set(name, after);
      if (after.view.operations.length <= operationsMax) open.push(after);
    };
    for (const begin of begun) enter(new Story(), begin);
    for (let story = open.pop(); story && seen.size < 50_000; story = open.pop()) {
      for (const step of possible(story)) enter(story, step);
    }
    return open.length;
  };

  it('nothing throws, whatever is said of whichever attempt, and the walk comes to its end', () => {
    assert.equal(walk(), 0, `${seen.size} standings`);
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
