import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from './faults.ts';
import { Story } from './testing.ts';

const opened = (submitCountMax: number | null = 3) => {
  const story = new Story();
  story.openWith({ retriesDeclined: true, submitCountMax });
  return story;
};
const states = ({ view }: Story) => [view.payment.state, view.operations[0]!.state];

describe('a checkout that goes on after a declined card', () => {
  it('waits for another card, up to the number that may be submitted; nothing is told before the end', () => {
    const story = opened();
    for (let n = 1; n < 3; n++) {
      story.submit();
      story.hear('declined');
      assert.deepEqual(states(story), ['open', 'waiting']);
      assert.deepEqual([story.attempt().state, story.tellings.length], ['declined', 0]);
      assert.deepEqual(faultsOf(story), []);
    }
    story.submit();
    story.hear('declined');
    assert.deepEqual(states(story), ['declined', 'declined']);
    assert.equal(story.tellings.length, 1);
    assert.equal(story.submit().kind, 'refused');
  });

  it('pays once, by the card that is approved', () => {
    const story = opened();
    story.submit();
    story.hear('declined');
    story.submit();
    story.hear('approved');
    assert.deepEqual(
      [states(story)[0], story.postings.length, story.view.payment.capturedMinor],
      ['approved', 1, 10_000n],
    );
    assert.deepEqual(faultsOf(story), []);
  });

  it('a late approval of the card that was declined is no payment: it waits in suspense and is given back', () => {
    const story = opened();
    story.submit();
    story.hear('declined');
    story.submit();
    story.hear('approved');
    story.hear('approved', { operation: 1, attempt: 1 });
    assert.equal(story.view.payment.capturedMinor, 10_000n);
    assert.deepEqual(
      story.view.operations.map(({ kind }) => kind),
      ['sale', 'stray', 'reversal'],
    );
    assert.equal(story.view.attempts.at(-1)!.operation, 3);
    story.hear('approved', { operation: 3 });
    assert.equal(story.balance('suspense'), 0n);
    assert.deepEqual(faultsOf(story), []);
  });

  it('ends with its time, however many cards are left; and one that came to its end unknown ends by evidence alone', () => {
    const story = opened();
    story.submit();
    story.wait(3_600_000);
    story.hear('declined');
    assert.deepEqual(states(story), ['declined', 'declined']);
    const doubtful = opened();
    doubtful.submit();
    doubtful.hear('unknown');
    doubtful.wait(60_000).hear('declined');
    assert.deepEqual(states(doubtful), ['declined', 'declined']);
  });
});

describe('a payer who is done while the end is not known', () => {
  it('is told of once, as open, and then of the end; a charge without a checkout is answered instead', () => {
    const story = opened();
    story.submit();
    story.hear('unknown');
    story.wait(60_000).hear('unknown');
    assert.deepEqual(story.tellings, [{ operation: 1, late: false, isOpen: true }]);
    story.hear('approved');
    assert.equal(story.tellings.length, 2);
    assert.deepEqual(faultsOf(story), []);
    const charge = new Story();
    charge.charge('sale');
    charge.hear('unknown');
    assert.deepEqual(charge.tellings, []);
  });
});
