import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Evidence } from './commands.ts';
import { faultsOf, faultsOfMove } from './faults.ts';
import type { View } from './model.ts';
import { dayMs, minuteMs, Story, way } from './testing.ts';

const kinds = [
  'approved',
  'declined',
  'challenge',
  'wrong_code',
  'accepted',
  'not_sent',
  'unknown',
  'not_found',
] as const;

const begin = fc.constantFrom(
  (s: Story) => s.open('sale'),
  (s: Story) => s.open('authorize'),
  (s: Story) => s.openTaxed(),
  (s: Story) => s.openVerify(),
  (s: Story) => s.openWith({ submitCountMax: 2, redirectMs: 15 * minuteMs }),
  (s: Story) => s.openWith({ submitCountMax: 3, retriesDeclined: true }),
  (s: Story) => s.charge('sale'),
  (s: Story) => s.charge('authorize'),
  (s: Story) => s.charge('authorize', 10_000n, way, 10),
  (s: Story) => s.charge('payout'),
  (s: Story) => s.forestall(),
  (s: Story) => s.openWallet('payme'),
  (s: Story) => s.openWallet('fps'),
);

const pause = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 20_000 }),
  fc.integer({ min: 1, max: 60 * minuteMs }),
  fc.integer({ min: 1, max: 4 * dayMs }),
);

/** A step takes what it is about by number, whatever is there: the number wraps around. */
const amount = fc.bigInt({ min: 1n, max: 12_000n });
const which = fc.nat(20);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom({ what: 'submit' } as const, { what: 'submit stored' } as const) },
  { weight: 3, arbitrary: fc.constantFrom({ what: 'resume' } as const, { what: 'resend' } as const) },
  // These end most payments or turns, so that little would follow if they were drawn as often as the others.
  { weight: 1, arbitrary: fc.constantFrom(...(['cancel', 'withdraw', 'again'] as const).map((what) => ({ what }))) },
  { weight: 2, arbitrary: fc.constantFrom({ what: 'expire' } as const, { what: 'lapse' } as const) },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constantFrom('capture', 'capture last', 'release', 'refund'), amount }),
  },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('hear'), kind: fc.constantFrom(...kinds), which }) },
  // Left to itself most evidence is bad news, so that little would ever be captured.
  { weight: 6, arbitrary: fc.record({ what: fc.constant('hear'), kind: fc.constant('approved'), which }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('silence'), which }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('text'), which }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constantFrom('push', 'push and close'), amount }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constantFrom('register', 'fail'), which }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constantFrom('void', 'reversal'), which }) },
);

interface Step {
  readonly what: string;
  readonly amount?: bigint;
  readonly kind?: string;
  readonly which?: number;
}

const take = (story: Story, { what, amount = 1n, kind, which = 0 }: Step): void => {
  const { attempts, operations, receipts } = story.view;
  const receipt = receipts[which % receipts.length];
  const about = attempts[which % attempts.length];
  const of = about && { operation: about.operation, attempt: about.ordinal };
  if (what === 'submit') story.submit();
  if (what === 'submit stored') story.submit('TK1');
  if (what === 'cancel' || what === 'withdraw' || what === 'again' || what === 'resend') story[what]();
  if (what === 'resume' && about) story.resume(about.sentReference);
  if (what === 'expire' || what === 'lapse') story.due(what);
  if (what === 'capture') story.capture(amount, { overcapturePercentMax: 20 });
  if (what === 'capture last') story.captureLast(amount, { overcapturePercentMax: 20 });
  if (what === 'release' || what === 'refund') story[what](amount);
  if (what === 'void' || what === 'reversal') story.undo(what, which % 5 === 4 ? 9_999n : undefined);
  if (what === 'hear' && of) story.hear(kind as Evidence['kind'], of);
  if (what.startsWith('push') && story.view.checkout?.wallet) {
    const came = operations.filter((o) => o.kind === 'receipt' || o.kind === 'stray').map((o) => o.amountMinor);
    const twice = amount % 3n === 0n;
    story.received(twice ? came : [...came, amount], { isClosed: what === 'push and close' });
  }
  if (what === 'text' && of) story.hearTexted(of);
  if (what === 'register' && receipt) story.fiscalize('registered', receipt.operation);
  if (what === 'fail' && receipt) story.fiscalize('failed', receipt.operation);
  if (what === 'silence' && of) story.ask(11, 'unknown', of);
};

/** All of a payment but its receipts and the number of its commits: no tax office may change it. */
const moneyOf = ({ payment, operations, attempts }: View) => [{ ...payment, version: 0 }, operations, attempts];

describe('whatever happens, in whatever order', () => {
  it('books, totals, holds, states and timers stay sound after every step', () => {
    fc.assert(
      fc.property(begin, fc.array(fc.tuple(step, pause), { maxLength: 40 }), (first, steps) => {
        const story = new Story();
        first(story);
        for (const [next, ms] of steps) {
          const before = story.view;
          story.wait(ms);
          take(story, next);
          assert.deepEqual([...faultsOf(story), ...faultsOfMove(before, story.view)], []);
          if (next.what === 'register' || next.what === 'fail') assert.deepEqual(moneyOf(story.view), moneyOf(before));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('a decision depends on nothing but what goes in', () => {
    fc.assert(
      fc.property(begin, fc.array(fc.tuple(step, pause), { maxLength: 20 }), (first, steps) => {
        const run = () => {
          const story = new Story();
          first(story);
          for (const [next, ms] of steps) take(story.wait(ms), next);
          return story;
        };
        assert.deepEqual(run(), run());
      }),
      { numRuns: 100 },
    );
  });
});

/** What an honest acquirer may say on the way to one and the same end, late and more than once. */
const ends: Record<'approved' | 'declined', readonly Evidence[]> = {
  approved: [{ kind: 'approved' }, { kind: 'approved' }],
  declined: [
    { kind: 'declined', reason: 'insufficient_funds' },
    { kind: 'declined', reason: 'insufficient_funds' },
  ],
};
const noise: readonly Evidence[] = [
  { kind: 'unknown', doubt: 'silence' },
  { kind: 'unknown', doubt: 'host_error' },
  { kind: 'not_found' },
  { kind: 'not_found' },
  { kind: 'accepted' },
];

describe('the evidence of one attempt', () => {
  const charged = (kind: 'sale' | 'authorize') => (story: Story) => {
    story.charge(kind);
    return 1;
  };
  const followed = (kind: 'capture' | 'release' | 'refund') => (story: Story) => {
    story.charge(kind === 'refund' ? 'sale' : 'authorize');
    story.hear('approved');
    story[kind](4_000n);
    return 2;
  };
  const scenes = {
    sale: charged('sale'),
    authorize: charged('authorize'),
    capture: followed('capture'),
    release: followed('release'),
    refund: followed('refund'),
  };

  for (const [name, scene] of Object.entries(scenes)) {
    for (const [end, words] of Object.entries(ends)) {
      it(`${name}: any order and repetition of it ends ${end}, the same`, () => {
        const outcome = (evidence: readonly Evidence[], pauses: readonly number[]) => {
          const story = new Story();
          const operation = scene(story);
          // The acquirer keeps its word about its lag: what it says it has not found it may still have.
          evidence.forEach((said, i) => {
            story.wait(pauses[i] ?? 0).hear(said, { operation, attempt: 1, lagMs: dayMs });
          });
          const { state, authorizedMinor, capturedMinor, refundedMinor } = story.view.payment;
          const totals = [authorizedMinor, capturedMinor, refundedMinor];
          const { reason } = story.operation(operation);
          const states = story.view.operations.map((o) => o.state);
          return { state, totals, states, reason, postings: story.postings, tellings: story.tellings.length };
        };
        const plain = outcome([words[0]!], []);
        assert.equal(plain.states.at(-1), end);
        const all = [...words, ...noise];
        const order = fc.shuffledSubarray(all, { minLength: 1 }).filter((some) => some.some((e) => e.kind === end));
        const pauses = fc.array(fc.nat(8_000), { minLength: all.length, maxLength: all.length });
        fc.assert(
          fc.property(order, pauses, (evidence, ms) => {
            assert.deepEqual(outcome(evidence, ms), plain);
          }),
          { numRuns: 300 },
        );
      });
    }
  }
});
