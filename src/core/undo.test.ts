import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from './faults.ts';
import { Story } from './testing.ts';

const approved = (kind: 'sale' | 'payout'): Story => {
  const story = new Story();
  story.charge(kind);
  story.hear('approved');
  return story;
};

/** The money of a payment, and where it is in the books. */
const standing = (story: Story) => {
  const { capturedMinor, capturedHeldMinor, paidOutMinor } = story.view.payment;
  return { capturedMinor, capturedHeldMinor, paidOutMinor, merchant: story.balance('merchant') };
};
const nothing = { capturedMinor: 0n, capturedHeldMinor: 0n, paidOutMinor: 0n, merchant: 0n };

const ended = (story: Story) => story.view.operations.map(({ kind, state, reason }) => [kind, state, reason]);

describe('a payout: money for a payer that no sale came before', () => {
  it('is held while it is under way, and paid out when it is approved', () => {
    const story = new Story();
    story.charge('payout');
    assert.equal(story.view.payment.payoutHeldMinor, 10_000n);
    story.hear('approved');
    assert.deepEqual(standing(story), { ...nothing, paidOutMinor: 10_000n, merchant: 10_000n });
    assert.equal(story.view.payment.payoutHeldMinor, 0n);
  });

  it('that is declined leaves nothing behind', () => {
    const story = new Story();
    story.charge('payout');
    story.hear('declined');
    assert.deepEqual(standing(story), nothing);
    assert.equal(story.view.payment.payoutHeldMinor, 0n);
  });

  it('cannot be refunded', () => {
    const story = approved('payout');
    story.refund(1n);
    assert.deepEqual(ended(story).at(-1), ['refund', 'refused', 'invalid_state']);
  });

  it('of whose end nothing is known is not taken back by itself: a person is called', () => {
    const story = new Story();
    story.charge('payout');
    story.ask(11, 'unknown');
    assert.deepEqual(
      story.cases.map(({ kind }) => kind),
      ['unresolved'],
    );
    assert.equal(story.view.operations.length, 1);
  });
});

describe('a void (18.2)', () => {
  for (const kind of ['sale', 'payout'] as const) {
    it(`of a ${kind} takes it out of totals and books, once the acquirer agrees`, () => {
      const story = approved(kind);
      const before = standing(story);
      story.undo('void');
      assert.deepEqual(standing(story), { ...before, capturedHeldMinor: kind === 'sale' ? 10_000n : 0n });
      story.hear('approved', { operation: 2 });
      assert.deepEqual(standing(story), nothing);
      assert.equal(story.operation(1).undoneBy, 2);
      assert.equal(story.view.payment.state, 'approved');
    });

    it(`of a ${kind} that the acquirer declines changes nothing`, () => {
      const story = approved(kind);
      const before = standing(story);
      story.undo('void');
      story.hear('declined', { operation: 2 });
      assert.deepEqual(standing(story), before);
      assert.equal(story.operation(1).undoneBy, null);
    });
  }

  it('of another amount, of what was undone, or of what was not approved is refused', () => {
    const story = approved('sale');
    story.undo('void', 9_999n);
    story.undo('void');
    story.hear('approved', { operation: 3 });
    story.undo('void');
    const declined = new Story();
    declined.charge();
    declined.hear('declined');
    declined.undo('void');
    assert.deepEqual(
      [...ended(story), ...ended(declined)].filter(([, state]) => state === 'refused'),
      [
        ['void', 'refused', 'wrong_amount'],
        ['void', 'refused', 'invalid_state'],
        ['void', 'refused', 'invalid_state'],
      ],
    );
  });

  it('waits for another that is under way: nothing is written', () => {
    const story = approved('sale');
    story.undo('void');
    for (const kind of ['void', 'reversal'] as const) {
      assert.deepEqual(story.undo(kind), { kind: 'refused', refusal: { reason: 'busy', freeable: true } });
    }
  });

  it('of what was refunded, even in part or not yet, is refused: the money is no longer all there', () => {
    const story = approved('sale');
    story.refund(1n);
    story.undo('void');
    assert.deepEqual(ended(story).at(-1), ['void', 'refused', 'invalid_state']);
  });

  it('takes what a refund would have had', () => {
    const story = approved('sale');
    story.undo('void');
    story.refund(1n);
    assert.deepEqual(ended(story).at(-1), ['refund', 'refused', 'exceeds_captured']);
  });

  it('that was declined and took effect all the same stands in suspense, and nothing is refunded on top', () => {
    const story = approved('sale');
    story.undo('void');
    story.hear('declined', { operation: 2 });
    story.hear('approved', { operation: 2 });
    assert.equal(story.balance('suspense'), 10_000n);
    assert.deepEqual(
      story.cases.map(({ kind }) => kind),
      ['late_approval'],
    );
    story.refund(1n);
    assert.deepEqual(ended(story).at(-1), ['refund', 'refused', 'exceeds_captured']);
    assert.deepEqual(faultsOf(story), []);
  });
});

describe('a reversal that a merchant asks for (18.2)', () => {
  it('of what was approved is sent until it is acknowledged, and then undoes it', () => {
    const story = approved('sale');
    const decision = story.undo('reversal');
    assert.equal(decision.kind === 'change' && decision.departure?.operation, 2);
    story.ask(3, 'unknown', { operation: 2 });
    assert.equal(story.view.payment.capturedHeldMinor, 10_000n);
    story.hear('approved', { operation: 2 });
    assert.deepEqual(standing(story), nothing);
    assert.equal(story.operation(1).undoneBy, 2);
  });

  it('of what nobody knows the end of cancels it, whatever is said of it meanwhile', () => {
    for (const kind of ['sale', 'payout'] as const) {
      const story = new Story();
      story.charge(kind);
      story.hear('unknown');
      story.undo('reversal');
      story.hear('approved');
      story.hear('approved', { operation: 2 });
      assert.deepEqual(ended(story)[0], [kind, 'cancelled', 'withdrawn']);
      assert.equal(story.view.payment.state, 'cancelled');
      assert.deepEqual({ ...standing(story), held: story.view.payment.payoutHeldMinor }, { ...nothing, held: 0n });
      assert.deepEqual(story.tellings, []);
    }
  });

  it('of what is still with the acquirer does not leave before that must have left', () => {
    const story = new Story();
    story.charge();
    const { dueAt } = story.attempt(1);
    const decision = story.undo('reversal');
    assert.equal(decision.kind === 'change' && decision.departure, null);
    assert.equal(story.attempt(2).dueAt, dueAt);
    story.hear('approved');
    assert.equal(story.operation(1).state, 'acting');
    story.hear('approved', { operation: 2 });
    assert.deepEqual(ended(story)[0], ['sale', 'cancelled', 'withdrawn']);
  });

  it('of what was declined, undone or taken back already is approved at once: there is nothing to do', () => {
    const declined = new Story();
    declined.charge();
    declined.hear('declined');
    const undone = approved('sale');
    undone.undo('reversal');
    for (const story of [declined, undone]) {
      const decision = story.undo('reversal', 1n);
      assert.equal(decision.kind === 'change' && decision.departure, null);
      assert.deepEqual(ended(story).at(-1), ['reversal', 'approved', null]);
    }
    assert.equal(undone.operation(1).undoneBy, null);
  });

  it('of another amount is refused', () => {
    const story = approved('sale');
    story.undo('reversal', 9_999n);
    assert.deepEqual(ended(story).at(-1), ['reversal', 'refused', 'wrong_amount']);
  });

  it('that the acquirer refuses leaves the sale as it was, and calls a person', () => {
    const story = approved('sale');
    const before = standing(story);
    story.undo('reversal');
    story.hear('declined', { operation: 2 });
    assert.deepEqual(standing(story), before);
    assert.deepEqual(
      story.cases.map(({ kind }) => kind),
      ['reversal_stuck'],
    );
  });

  it('of a sale that never came is written down with a sale that its claims keep out', () => {
    const story = new Story();
    story.forestall();
    assert.equal(story.view.payment.state, 'cancelled');
    assert.deepEqual(ended(story), [
      ['sale', 'cancelled', 'withdrawn'],
      ['reversal', 'approved', null],
    ]);
    story.undo('reversal');
    assert.deepEqual(ended(story).at(-1), ['reversal', 'approved', null]);
    assert.deepEqual(faultsOf(story), []);
  });

  it('does not undo what its payer is still at', () => {
    const story = new Story();
    story.open();
    story.undo('reversal');
    assert.deepEqual(ended(story).at(-1), ['reversal', 'refused', 'invalid_state']);
  });
});
