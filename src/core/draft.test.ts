import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Draft } from './draft.ts';
import { Story } from './testing.ts';

const drafted = () => {
  const story = new Story();
  story.open();
  return new Draft({ id: 'command' }, story.now, story.view);
};

describe('a draft', () => {
  it('says what changed, and nothing else', () => {
    const decision = drafted().decision();
    assert.ok(decision.kind === 'change');
    const { read, payment, operations, attempts, checkout } = decision.change;
    assert.deepEqual([read, payment.version, operations, attempts, checkout], [1, 2, [], [], null]);
  });

  it('follows the tables: another move is a bug', () => {
    assert.throws(() => drafted().move({ state: 'approved' }), /no payment goes from open to approved/);
    assert.throws(() => drafted().moveOperation(1, { state: 'approved' }), /no operation goes from waiting/);
  });

  it('lets no totals through that cannot be true', () => {
    for (const patch of [
      { capturedMinor: 1n },
      { refundedMinor: 1n },
      { authorizedMinor: -1n },
      { authorizedMinor: 1n, capturedMinor: 1n, authorizedHeldMinor: 1n },
      { authorizedMinor: 2n, capturedMinor: 2n, refundedMinor: 1n, capturedHeldMinor: 2n },
    ]) {
      const draft = drafted();
      draft.move(patch);
      assert.throws(() => draft.decision(), /cannot be true/);
    }
  });

  it('sets a task or takes it away, not both: the last word counts', () => {
    const draft = drafted();
    draft.schedule('expire', 5);
    draft.unschedule('expire');
    draft.schedule('lapse', 6);
    const decision = draft.decision();
    assert.ok(decision.kind === 'change');
    assert.deepEqual(decision.change.tasksIn, [{ kind: 'lapse', dueAt: 6 }]);
    assert.deepEqual(decision.change.tasksOut, ['expire']);
  });
});
