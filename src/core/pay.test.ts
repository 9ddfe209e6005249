import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { challengeGraceMs } from './due.ts';
import { checkout, Story } from './testing.ts';

const opened = () => {
  const story = new Story();
  story.open();
  return story;
};

const challenged = () => {
  const story = opened();
  story.submit();
  story.hear('challenge');
  return story;
};

const untilEnd = checkout.expiresAt - new Story().now;
const invalidState = { kind: 'refused', refusal: { reason: 'invalid_state' } };
const expired = { kind: 'refused', refusal: { reason: 'expired' } };

describe('submit: a payer posts the card form', () => {
  it('sends an attempt', () => {
    const story = opened();
    const decision = story.submit();
    assert.ok(decision.kind === 'change');
    assert.deepEqual(decision.departure, { operation: 1, attempt: 1, action: 'perform' });
    assert.deepEqual([story.view.payment.state, story.operation(1).state], ['acting', 'acting']);
  });

  it('a second click finds the page no longer waiting', () => {
    const story = opened();
    story.submit();
    assert.deepEqual(story.submit(), invalidState);
  });

  it('is not for payments without a page', () => {
    const story = new Story();
    story.charge();
    assert.deepEqual(story.submit(), invalidState);
  });

  it('is refused from the millisecond of expiry on, though the timer is late (5.4)', () => {
    assert.equal(
      opened()
        .wait(untilEnd - 1)
        .submit().kind,
      'change',
    );
    assert.deepEqual(opened().wait(untilEnd).submit(), expired);
  });
});

describe('resume: a payer is back from the challenge', () => {
  it('sends the same attempt on its way again', () => {
    const story = challenged().wait(60_000);
    const decision = story.resume();
    assert.ok(decision.kind === 'change');
    assert.deepEqual(decision.departure, { operation: 1, attempt: 1, action: 'resume' });
    const { state, sentAt, dueAt } = story.attempt();
    assert.deepEqual([state, sentAt, dueAt], ['sending', story.now, story.now + 15_000]);
  });

  it('a second return finds it settled, and so does one after the end', () => {
    const story = challenged();
    story.resume();
    assert.deepEqual(story.resume(), { kind: 'settled' });
    story.hear('approved');
    assert.deepEqual(story.resume(), { kind: 'settled' });
    assert.deepEqual(story.resume('nobody-1'), { kind: 'settled' });
  });

  it('the form stays good for ten minutes after expiry and no longer (5.4)', () => {
    assert.equal(
      challenged()
        .wait(untilEnd + challengeGraceMs - 1)
        .resume().kind,
      'change',
    );
    assert.deepEqual(
      challenged()
        .wait(untilEnd + challengeGraceMs)
        .resume(),
      expired,
    );
  });
});

describe('cancel: a payer gives up', () => {
  it('ends what waits for the payer, and tells of it', () => {
    const story = opened();
    story.cancel();
    const { state, reason } = story.operation(1);
    assert.deepEqual([story.view.payment.state, state, reason], ['cancelled', 'cancelled', 'cancelled']);
    assert.deepEqual(story.tellings, [{ operation: 1, late: true }]);
    assert.equal(story.tasks.has('expire'), false);
  });

  it('abandons an open challenge', () => {
    const story = challenged();
    story.cancel();
    assert.equal(story.attempt().state, 'abandoned');
    assert.equal(story.view.payment.state, 'cancelled');
  });

  it('does nothing to what is with the acquirer, nor twice', () => {
    const story = opened();
    story.submit();
    assert.deepEqual(story.cancel(), { kind: 'settled' });
    story.hear('declined');
    assert.deepEqual(story.cancel(), { kind: 'settled' });
  });

  it('what is over has expired, though the timer is late', () => {
    const story = opened().wait(untilEnd);
    story.cancel();
    assert.equal(story.view.payment.state, 'expired');
  });
});
