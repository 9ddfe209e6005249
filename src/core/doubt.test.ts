import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inquiriesMax, nextInquiryAt } from './inquiries.ts';
import { Story } from './testing.ts';

const charged = (kind: 'sale' | 'authorize' = 'sale') => {
  const story = new Story();
  story.charge(kind);
  return story;
};

const secondsAfter = (story: Story, since: number) => (story.attempt().dueAt! - since) / 1_000;

describe('the schedule of inquiries', () => {
  it('asks 2, 5, 10, 30, 60 s… after the doubt began, then every hour', () => {
    const story = charged();
    story.hear('unknown');
    const since = story.now;
    const asked: number[] = [];
    for (let i = 0; i < inquiriesMax; i++) {
      asked.push(secondsAfter(story, since));
      story.ask(1, 'unknown');
    }
    assert.deepEqual(asked, [2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600]);
    assert.equal(nextInquiryAt(inquiriesMax, 0), 3_600_000);
  });

  it('what we missed in an outage of our own is not made up in a burst', () => {
    const story = charged();
    story.hear('unknown');
    story.wait(7_200_000).hear('unknown');
    assert.equal(story.attempt().dueAt, story.now + 3_000);
  });
});

describe('silence', () => {
  it('leaves the operation unknown, whatever the timer, with what the caller is to be told of it', () => {
    const story = charged();
    story.hear({ kind: 'unknown', doubt: 'host_error' });
    const { state, doubt } = story.attempt();
    assert.deepEqual([story.operation(1).state, state, doubt], ['unknown', 'unknown', 'host_error']);
    assert.deepEqual(story.tellings, []);
  });

  it('a sender that crashed is as good as silence: its first inquiry opens the doubt', () => {
    const story = charged();
    story.ask(1, 'unknown');
    assert.deepEqual([story.attempt().inquiries, story.attempt().sentAt], [0, story.now]);
    assert.equal(story.attempt().dueAt, story.now + 2_000);
  });

  it('the same answer twice, or two who asked at once, counts once', () => {
    const story = charged();
    story.hear('unknown');
    assert.deepEqual(story.hear('unknown'), { kind: 'settled' });
    story.wait(2_000).hear('unknown');
    assert.deepEqual(story.hear('not_found'), { kind: 'settled' });
    assert.equal(story.attempt().inquiries, 1);
  });

  it('an answer that is written again because its commit was not acknowledged counts once', () => {
    const story = charged();
    story.hear('unknown');
    story.now = story.attempt().dueAt!;
    const heard = story.heard('not_found', { lagMs: 0 });
    story.tell(heard);
    assert.deepEqual([story.attempt().inquiries, story.attempt().notFound], [1, 1]);
    story.wait(3_600_000);
    assert.deepEqual(story.tell(heard), { kind: 'settled' });
    assert.equal(story.attempt().notFound, 1);
  });

  it('an answer to the first look is no inquiry, however often it is written', () => {
    const story = charged();
    const heard = story.heard('not_found');
    story.tell(heard);
    story.wait(3_600_000);
    assert.deepEqual(story.tell(heard), { kind: 'settled' });
    assert.equal(story.attempt().inquiries, 0);
  });

  it('for an hour has a charge taken back', () => {
    const story = charged();
    story.hear('unknown');
    story.ask(inquiriesMax - 1, 'unknown');
    assert.equal(story.view.operations.length, 1);
    story.ask(1, 'unknown');
    assert.deepEqual([story.operation(2).kind, story.operation(2).target], ['reversal', 1]);
    assert.equal(story.attempt(2).dueAt, story.now);
    assert.equal(story.attempt(1).dueAt, null);
    assert.equal(story.operation(1).state, 'unknown');
  });

  it('about a capture or refund keeps its hold, calls a person once, and is asked about for ever', () => {
    const story = charged();
    story.hear('approved');
    story.refund(4_000n);
    story.hear('unknown', { operation: 2 });
    story.ask(inquiriesMax + 30, 'unknown', { operation: 2 });
    assert.deepEqual(
      story.cases.map(({ kind, operation }) => [kind, operation]),
      [['unresolved', 2]],
    );
    assert.equal(story.view.payment.capturedHeldMinor, 4_000n);
    assert.equal(story.attempt(2).dueAt, story.now + 3_600_000);
    story.hear('approved', { operation: 2 });
    assert.equal(story.view.payment.refundedMinor, 4_000n);
  });
});

describe('accepted: the acquirer has it and will tell', () => {
  it('is not undone by silence afterwards, so nothing is taken back', () => {
    const story = charged();
    story.hear('accepted');
    story.ask(inquiriesMax + 1, 'unknown');
    assert.equal(story.operation(1).state, 'accepted');
    assert.deepEqual(story.view.operations.length, 1);
    assert.deepEqual(
      story.cases.map(({ kind }) => kind),
      ['unresolved'],
    );
  });

  it('after silence is news at once', () => {
    const story = charged();
    story.hear('unknown');
    story.hear('accepted');
    assert.equal(story.operation(1).state, 'accepted');
    assert.deepEqual(story.hear('accepted'), { kind: 'settled' });
  });

  it('raises no doubt by itself', () => {
    const story = charged();
    story.hear('accepted');
    assert.equal(story.attempt().doubt, null);
  });
});

describe('not found', () => {
  it('ends an operation when said twice; the reason tells why it was in doubt (10)', () => {
    for (const [doubt, reason] of [
      ['silence', 'timed_out'],
      ['host_error', 'host_error'],
    ] as const) {
      const story = charged();
      story.hear({ kind: 'unknown', doubt });
      story.ask(1, 'not_found');
      assert.equal(story.operation(1).state, 'unknown');
      story.ask(1, 'not_found');
      assert.deepEqual([story.operation(1).state, story.operation(1).reason], ['declined', reason]);
      assert.deepEqual(story.tellings, [{ operation: 1, late: true }]);
    }
  });

  it('counts for nothing until the lag of the acquirer is over', () => {
    const story = charged();
    story.hear('unknown');
    const since = story.now;
    while (story.operation(1).state === 'unknown') story.ask(1, 'not_found', { lagMs: 20_000 });
    assert.equal(story.now - since, 60_000, 'the inquiries at 30 and 60 s are the first two after the lag');
  });

  it('counts from the doubt on, not from when the order was to leave: it may have left late', () => {
    const story = charged();
    story.ask(1, 'not_found');
    assert.equal(story.attempt().notFound, 0);
  });

  it('counts only after the order can no longer leave, where somebody else than its sender looked first', () => {
    const story = charged();
    story.hear('unknown', { mayLeaveMs: 10_000 });
    const since = story.now;
    while (story.operation(1).state === 'unknown') story.ask(1, 'not_found', { lagMs: 21_000 });
    assert.equal(story.now - since, 120_000, 'the inquiries at 60 and 120 s');
  });

  it('is measured by the time of those who ask: a sender whose clock was behind shortens no lag', () => {
    const story = charged();
    story.hear('unknown');
    story.wait(3_600_000);
    story.ask(1, 'not_found', { lagMs: 20_000 });
    assert.equal(story.attempt().notFound, 0);
    assert.equal(story.attempt().sentAt, story.now);
  });

  it('gives a hold back', () => {
    const story = charged();
    story.hear('approved');
    story.refund(4_000n);
    story.hear('unknown', { operation: 2 });
    story.ask(2, 'not_found', { operation: 2 });
    assert.deepEqual([story.operation(2).state, story.view.payment.capturedHeldMinor], ['declined', 0n]);
  });

  it('does not end a page payment in favour of another try: that is for proof alone', () => {
    const story = new Story();
    story.open();
    story.submit();
    story.hear('unknown');
    story.ask(2, 'not_found');
    assert.equal(story.view.payment.state, 'declined');
  });
});
