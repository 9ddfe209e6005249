import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from './faults.ts';
import { checkout, minuteMs, Story } from './testing.ts';
import type { Wallet } from './wallets.ts';

const shown = (wallet: Wallet = 'payme') => {
  const story = new Story();
  story.openWallet(wallet);
  story.hear('challenge');
  return story;
};

const standing = ({ view }: Story) => [view.payment.state, view.operations[0]!.state, view.attempts[0]!.state];

const money = ({ view }: Story) => {
  const { authorizedMinor, capturedMinor, refundedMinor } = view.payment;
  return [authorizedMinor, capturedMinor, refundedMinor];
};

describe('a payment by wallet', () => {
  it('goes to the acquirer when it is opened, which makes the code', () => {
    const story = new Story();
    const decision = story.openWallet();
    assert.ok(decision.kind === 'change');
    assert.deepEqual(decision.departure, { operation: 1, attempt: 1, action: 'perform' });
    story.hear('challenge');
    assert.deepEqual(standing(story), ['acting', 'challenged', 'challenged']);
    assert.equal(story.attempt().challenge?.kind, 'qr');
    assert.equal(story.tasks.get('expire'), checkout.expiresAt);
  });

  it('is paid by the word of the acquirer, whenever it comes', () => {
    for (const wait of [1_000, 29 * minuteMs, 45 * minuteMs]) {
      const story = shown();
      story.wait(wait).hear({ kind: 'approved', payer: 'ff01' });
      assert.deepEqual(standing(story), ['approved', 'approved', 'approved']);
      assert.deepEqual(money(story), [10_000n, 10_000n, 0n]);
      assert.equal(story.attempt().payer, 'ff01');
    }
  });

  it('is asked about less and less often, and never ended by silence', () => {
    const story = shown();
    const pauses: number[] = [];
    for (let i = 0; i < 64; i++) {
      const before = story.now;
      story.ask(1, 'challenge');
      pauses.push((story.now - before) / 1_000);
    }
    const of = (count: number, pause: number) => Array.from({ length: count }, () => pause);
    assert.deepEqual(pauses, [10, 20, 40, ...of(30, 60), ...of(30, 600), 3_600]);
    story.ask(40, 'unknown');
    story.ask(10, 'not_found');
    assert.deepEqual(standing(story), ['acting', 'challenged', 'challenged']);
  });

  it('is not ended by its timer: the acquirer is asked to take no more, and what it says counts', () => {
    for (const [word, state] of [
      ['declined', 'expired'],
      ['approved', 'approved'],
    ] as const) {
      const story = shown();
      story.wait(31 * minuteMs).due('expire');
      assert.deepEqual(standing(story), ['acting', 'challenged', 'challenged']);
      assert.equal(story.attempt().dueAt, story.now);
      assert.equal(story.tasks.has('expire'), false);
      story.ask(3, 'unknown');
      story.hear(word);
      assert.deepEqual(standing(story), [state, state, word]);
      assert.equal(story.tellings.length, 1);
    }
  });

  it('is cancelled in the same way', () => {
    const story = shown();
    story.cancel();
    assert.deepEqual(story.cancel(), { kind: 'settled' });
    story.hear('declined');
    assert.deepEqual(standing(story), ['cancelled', 'cancelled', 'declined']);
    assert.equal(story.operation(1).reason, 'cancelled');
  });

  it('of which the acquirer does not say that it takes no more is asked about for ever, and a person is called once', () => {
    const story = shown();
    story.cancel();
    story.ask(30, 'unknown');
    assert.deepEqual(standing(story), ['acting', 'challenged', 'challenged']);
    assert.deepEqual(
      story.cases.map(({ kind, operation }) => [kind, operation]),
      [['unresolved', 1]],
    );
    story.hear('declined');
    assert.equal(story.view.payment.state, 'cancelled');
  });

  it('is declined when the payer refuses in the app', () => {
    const story = shown();
    story.hear({ kind: 'declined', reason: 'declined' });
    assert.deepEqual(standing(story), ['declined', 'declined', 'declined']);
  });

  it('whose order did not leave may be tried again, and takes no card', () => {
    const story = new Story();
    story.openWallet();
    story.hear('not_sent');
    assert.deepEqual(standing(story), ['open', 'waiting', 'not_sent']);
    const card = { ...story.posted(), card: { brand: 'visa', first6: '444000', last4: '0010', expiry: '2039-01' } };
    assert.equal(story.tell(card as ReturnType<Story['posted']>).kind, 'refused');
    assert.equal(story.submit().kind, 'change');
    assert.equal(story.attempt().ordinal, 2);
    assert.equal(story.attempt().wallet, 'payme');
  });

  it('paid after its end is given back', () => {
    const story = shown();
    story.cancel();
    story.hear('declined');
    story.hear('approved');
    assert.deepEqual(
      story.view.operations.map(({ kind }) => kind),
      ['sale', 'stray', 'reversal'],
    );
  });
});

describe('money that is pushed', () => {
  it('pays with one transfer of the amount', () => {
    const story = shown('fps');
    story.received([10_000n]);
    assert.deepEqual(standing(story), ['approved', 'approved', 'approved']);
    assert.deepEqual(money(story), [10_000n, 10_000n, 0n]);
    assert.deepEqual(story.postings, [{ debit: 'acquirer:north', credit: 'merchant', amountMinor: 10_000n }]);
    assert.deepEqual(story.tellings, [{ operation: 1, late: true }]);
  });

  it('comes in parts, each of which counts once and is told', () => {
    const story = shown('fps');
    story.received([6_000n]);
    assert.deepEqual(standing(story), ['part_paid', 'challenged', 'challenged']);
    assert.equal(story.tellings.length, 1);
    assert.equal(story.received([6_000n]).kind, 'settled');
    story.received([6_000n, 4_000n]);
    assert.deepEqual(standing(story), ['approved', 'approved', 'approved']);
    assert.deepEqual(
      story.view.operations.map(({ kind, amountMinor }) => [kind, amountMinor]),
      [
        ['collect', 10_000n],
        ['receipt', 6_000n],
        ['receipt', 4_000n],
      ],
    );
    assert.equal(story.tellings.length, 2);
  });

  it('may be more than was asked for', () => {
    const story = shown('fps');
    story.received([12_000n]);
    assert.deepEqual(standing(story), ['approved', 'approved', 'approved']);
    assert.deepEqual(money(story), [12_000n, 12_000n, 0n]);
    assert.equal(story.refund(12_000n).kind, 'change');
  });

  it('in part, when the time is over, stays and can be refunded', () => {
    const story = shown('fps');
    story.received([6_000n]);
    story.wait(31 * minuteMs).due('expire');
    story.received([6_000n], { isClosed: true });
    assert.deepEqual(standing(story), ['expired', 'expired', 'declined']);
    assert.deepEqual(money(story), [6_000n, 6_000n, 0n]);
    story.refund(6_000n);
    story.hear('approved', { operation: 3 });
    assert.deepEqual(money(story), [6_000n, 6_000n, 6_000n]);
    assert.deepEqual(faultsOf(story), []);
  });

  it('that comes while the acquirer closes counts', () => {
    const story = shown('fps');
    story.cancel();
    story.received([10_000n], { isClosed: true });
    assert.deepEqual(standing(story), ['approved', 'approved', 'approved']);
  });

  it('after the end waits in suspense for a person, each transfer once', () => {
    const story = shown('fps');
    story.cancel();
    story.received([], { isClosed: true });
    assert.deepEqual(standing(story), ['cancelled', 'cancelled', 'declined']);
    story.received([5_000n], { isClosed: true });
    assert.equal(story.received([5_000n], { isClosed: true }).kind, 'settled');
    assert.deepEqual(
      story.cases.map(({ kind, operation }) => [kind, operation]),
      [['late_approval', 2]],
    );
    assert.deepEqual(story.postings, [{ debit: 'acquirer:north', credit: 'suspense', amountMinor: 5_000n }]);
    assert.equal(story.view.operations.length, 2);
  });

  it('counts though the acquirer has given a refund the same name', () => {
    const story = shown('fps');
    story.received([10_000n]);
    story.refund(4_000n);
    story.hear({ kind: 'approved', acquirerReference: 'T2' }, { operation: 3 });
    story.received([10_000n, 500n]);
    assert.deepEqual(
      story.view.operations.map(({ kind, amountMinor }) => [kind, amountMinor]),
      [
        ['collect', 10_000n],
        ['receipt', 10_000n],
        ['refund', 4_000n],
        ['stray', 500n],
      ],
    );
    assert.deepEqual(faultsOf(story), []);
  });

  it('is not paid by any other word', () => {
    const story = shown('fps');
    story.hear('approved');
    assert.deepEqual(standing(story), ['acting', 'challenged', 'challenged']);
  });

  it('is not taken in before the code is known: it will be told again, with the code', () => {
    const story = new Story();
    story.openWallet('fps');
    story.hear('unknown');
    story.hear({
      kind: 'received',
      transfers: [{ id: 'x', reference: 'T1', amountMinor: 1n, acquirerTime: null, payer: null }],
    });
    assert.deepEqual(money(story), [0n, 0n, 0n]);
    story.ask(1, 'unknown');
    story.received([1n]);
    assert.deepEqual(standing(story), ['part_paid', 'challenged', 'challenged']);
  });
});
