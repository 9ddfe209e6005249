import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { face, Story } from './testing.ts';

describe('verify: a card is proven and stored', () => {
  const proving = () => {
    const story = new Story();
    story.openVerify();
    story.submit();
    return story;
  };
  const keep = { token: 'card-1', vaultRef: 'vault-7', shopId: null, known: true };

  it('without an amount, and moves no money', () => {
    const story = proving();
    story.hearTexted();
    story.resume();
    const decision = story.hear({ kind: 'approved', networkReference: 'N1' }, { keep });
    assert.ok(decision.kind === 'change');
    const stored = { token: 'card-1', shopId: null, vaultRef: 'vault-7', face, networkReference: 'N1', customer: null };
    assert.deepEqual([decision.change.storedCard, story.operation(1).cardToken], [stored, 'card-1']);
    const { state, authorizedMinor, capturedMinor } = story.view.payment;
    assert.deepEqual([state, authorizedMinor, capturedMinor, story.postings], ['approved', 0n, 0n, []]);
    assert.equal(story.tasks.size, 0);
  });

  it('has the amount zero and no other', () => {
    const { view } = proving();
    assert.equal(view.operations[0]?.amountMinor, 0n);
    for (const amountMinor of [1n, -1n]) {
      const kind = 'verify' as never;
      assert.throws(() => new Story().open(kind, amountMinor), /verify none/);
    }
  });

  it('gives nothing to capture or refund', () => {
    const story = proving();
    story.hear('approved', { keep });
    story.capture(1n);
    story.refund(1n);
    const said = story.view.operations.slice(1).map(({ state, reason }) => [state, reason]);
    assert.deepEqual(said, [
      ['refused', 'invalid_state'],
      ['refused', 'exceeds_captured'],
    ]);
  });

  it('that nobody answers ends in the end: there is nothing to take back', () => {
    const story = proving();
    story.hear('unknown');
    story.ask(11, 'unknown');
    assert.deepEqual([story.operation(1).state, story.operation(1).reason], ['declined', 'timed_out']);
    assert.deepEqual([story.view.operations.length, story.cases.length], [1, 0]);
    assert.deepEqual(story.hear('approved'), { kind: 'settled' }, 'a card that was proven too late is not stored');
  });
});
