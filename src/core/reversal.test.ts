import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from './faults.ts';
import { inquiriesMax } from './inquiries.ts';
import { Story } from './testing.ts';

/** A charge that nobody answered for, being taken back by operation 2. */
const reversing = (kind: 'sale' | 'authorize' = 'sale') => {
  const story = new Story();
  story.charge(kind);
  story.hear('unknown');
  story.ask(inquiriesMax, 'unknown');
  return story;
};
const reversal = { operation: 2 };

describe('a reversal', () => {
  it('acknowledged: the charge never was', () => {
    for (const kind of ['sale', 'authorize'] as const) {
      const story = reversing(kind);
      story.hear('approved', reversal);
      const { state, reason, undoneBy } = story.operation(1);
      assert.deepEqual([state, reason, undoneBy], ['reversed', 'timed_out', 2]);
      assert.deepEqual([story.attempt(1).state, story.operation(2).state], ['reversed', 'approved']);
      assert.equal(story.view.payment.state, 'declined');
      assert.deepEqual(story.postings, []);
      assert.deepEqual(story.tellings, [{ operation: 1, late: true }], 'of the charge, not of the reversal');
      assert.deepEqual(faultsOf(story), []);
    }
  });

  it('leaves nothing of what the payer was asked', () => {
    for (const hear of [(s: Story) => s.hear('challenge'), (s: Story) => s.hearTexted()]) {
      const story = new Story();
      story.open();
      story.submit();
      hear(story);
      story.resume();
      story.hear('unknown');
      story.ask(inquiriesMax, 'unknown');
      story.hear('approved', reversal);
      assert.deepEqual([story.attempt(1).state, story.attempt(1).challenge], ['reversed', null]);
    }
  });

  it('is sent again until it is acknowledged, whatever else is said; after an hour a person is called', () => {
    const story = reversing();
    const kinds = ['unknown', 'not_sent', 'not_found', 'accepted', 'challenge'] as const;
    for (let i = 0; i <= inquiriesMax; i++) story.ask(1, kinds[i % kinds.length]!, reversal);
    assert.deepEqual(
      story.cases.map(({ kind }) => kind),
      ['reversal_stuck'],
    );
    assert.equal(story.attempt(2).dueAt, story.now + 3_600_000);
    story.ask(1, 'approved', reversal);
    assert.equal(story.operation(1).state, 'reversed');
  });

  it('refused: a person is called, and what became of the charge is asked again', () => {
    const story = reversing();
    story.hear('declined', reversal);
    assert.deepEqual(
      story.cases.map(({ kind, operation }) => [kind, operation]),
      [['reversal_stuck', 2]],
    );
    assert.deepEqual(story.tellings, []);
    assert.equal(story.attempt(1).dueAt, story.now + 3_600_000);
    story.ask(1, 'approved');
    assert.equal(story.view.payment.state, 'approved');
    assert.equal(story.view.payment.capturedMinor, 10_000n);
    assert.deepEqual(faultsOf(story), []);
  });

  it('refused, and then approved after all: a case, and no books moved', () => {
    const story = reversing();
    story.hear('declined', reversal);
    story.ask(1, 'approved');
    story.hear('approved', reversal);
    assert.deepEqual(
      story.cases.map(({ kind }) => kind),
      ['reversal_stuck', 'mismatch'],
    );
    assert.equal(story.view.payment.capturedMinor, 10_000n);
    assert.deepEqual(faultsOf(story), []);
  });

  it('is acknowledged once', () => {
    const story = reversing();
    story.hear('approved', reversal);
    assert.deepEqual(story.hear('approved', reversal), { kind: 'settled' });
  });
});

describe('what is said of a charge while it is being taken back', () => {
  it('late approve and reversed is reversed, in either order', () => {
    const before = reversing();
    before.hear({ kind: 'approved', acquirerReference: 'A1' });
    assert.equal(before.operation(1).state, 'unknown');
    before.hear('approved', reversal);
    const after = reversing();
    after.hear('approved', reversal);
    assert.deepEqual(after.hear({ kind: 'approved', acquirerReference: 'A1' }), { kind: 'settled' });
    for (const story of [before, after]) {
      assert.equal(story.operation(1).state, 'reversed');
      assert.deepEqual([story.view.operations.length, story.postings], [2, []]);
    }
  });

  it('is kept: the reversal may need the reference, and a person the rest', () => {
    const story = reversing();
    story.hear({ kind: 'approved', acquirerReference: 'A1', approvalCode: '402117' });
    assert.deepEqual([story.attempt(1).acquirerReference, story.attempt(1).approvalCode], ['A1', '402117']);
    assert.equal(story.events.at(-1), 'answered_while_reversing');
    assert.deepEqual(story.hear({ kind: 'approved', acquirerReference: 'A1' }), { kind: 'settled' });
  });

  it('a decline does not stop the reversal: there is nothing to take back then', () => {
    const story = reversing();
    story.hear('declined');
    assert.equal(story.operation(1).state, 'unknown');
    story.hear('approved', reversal);
    assert.equal(story.operation(1).state, 'reversed');
  });
});

describe('a reversal of what others have drawn on since', () => {
  it('is a case, never a negative total', () => {
    const story = new Story();
    story.charge();
    story.hear('approved');
    story.refund(6_000n);
    story.hear('approved', { operation: 2 });
    // No rule of ours orders this; an operator or a later rule might.
    const amountMinor = 10_000n;
    const [sale] = story.view.operations;
    const ordered = {
      ...sale!,
      id: 'r',
      ordinal: 3,
      kind: 'reversal',
      state: 'acting',
      reference: null,
      target: 1,
      amountMinor,
    } as const;
    const sent = { ...story.attempt(1), operation: 3, sentReference: 'r-1', state: 'sending' } as const;
    const { operations, attempts } = story.view;
    story.view = { ...story.view, operations: [...operations, ordered], attempts: [...attempts, sent] };
    story.hear('approved', { operation: 3 });
    assert.deepEqual(
      story.cases.map(({ kind, operation }) => [kind, operation]),
      [['mismatch', 1]],
    );
    assert.deepEqual([story.view.payment.capturedMinor, story.view.payment.refundedMinor], [10_000n, 6_000n]);
    assert.equal(story.operation(1).undoneBy, 3);
  });
});
