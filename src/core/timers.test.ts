import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authorizationMs, challengeGraceMs, lapseOf } from './due.ts';
import { checkout, minuteMs, Story } from './testing.ts';

const opened = (kind: 'sale' | 'authorize' = 'sale') => {
  const story = new Story();
  story.open(kind);
  return story;
};
const untilEnd = checkout.expiresAt - new Story().now;

describe('expire: a checkout comes to its end (5.4, 8)', () => {
  it('ends a payment whose payer never came, and tells of it', () => {
    const story = opened().wait(untilEnd);
    story.due('expire');
    assert.deepEqual([story.view.payment.state, story.operation(1).reason], ['expired', 'expired']);
    assert.deepEqual(story.tellings, [{ operation: 1, late: true }]);
    assert.equal(story.tasks.has('expire'), false);
  });

  it('that comes early is set again', () => {
    const story = opened().wait(untilEnd - 1);
    story.tasks.clear();
    story.due('expire');
    assert.equal(story.view.payment.state, 'open');
    assert.equal(story.tasks.get('expire'), checkout.expiresAt);
  });

  it('ends nothing that is with the acquirer: money may be moving', () => {
    const story = opened();
    story.submit();
    story.wait(untilEnd).due('expire');
    assert.equal(story.operation(1).state, 'acting');
    story.hear('unknown');
    story.due('expire');
    assert.equal(story.operation(1).state, 'unknown');
    story.hear('approved');
    assert.equal(story.view.payment.state, 'approved');
  });

  it('gives an open challenge ten minutes, even one that began after the timer had passed', () => {
    const story = opened();
    story.submit();
    story.wait(untilEnd).due('expire');
    assert.equal(story.tasks.has('expire'), false);
    story.hear('challenge');
    assert.equal(story.tasks.get('expire'), checkout.expiresAt + challengeGraceMs);
    story.due('expire');
    assert.equal(story.operation(1).state, 'challenged');
    story.wait(challengeGraceMs).due('expire');
    assert.deepEqual([story.operation(1).state, story.attempt().state], ['expired', 'abandoned']);
  });

  it('gives the card form back when a bank form with a time of its own ran out before the checkout (4.1)', () => {
    const story = new Story();
    story.openWith({ redirectMs: 15 * minuteMs });
    story.submit();
    story.hear('challenge');
    assert.equal(story.tasks.get('expire'), story.now + 15 * minuteMs);
    story.wait(15 * minuteMs).due('expire');
    assert.deepEqual([story.view.payment.state, story.attempt().state], ['open', 'abandoned']);
    assert.deepEqual([story.tasks.get('expire'), story.tellings], [checkout.expiresAt, []]);
    assert.equal(story.submit().kind, 'change');
  });

  it('and ends the payment where the checkout has ended by then', () => {
    const story = new Story();
    story.openWith({ redirectMs: 15 * minuteMs });
    story.wait(untilEnd - 1).submit();
    story.hear('challenge');
    story.wait(1).due('expire');
    assert.equal(story.operation(1).state, 'challenged');
    story.wait(15 * minuteMs - 1).due('expire');
    assert.deepEqual([story.view.payment.state, story.attempt().state], ['expired', 'abandoned']);
    assert.equal(story.tellings.length, 1);
  });

  it('that was set for an earlier code leaves the newer one alone', () => {
    const story = opened();
    story.submit();
    story.hearTexted();
    story.wait(minuteMs).resend();
    story.wait(4 * minuteMs).due('expire');
    assert.equal(story.operation(1).state, 'challenged');
    assert.equal(story.tasks.get('expire'), story.now + minuteMs);
  });

  it('a payment that has ended keeps its end', () => {
    const story = opened();
    story.cancel();
    story.wait(untilEnd).due('expire');
    assert.equal(story.view.payment.state, 'cancelled');
  });
});

describe('lapse: an authorization is good for seven days (5.6)', () => {
  const authorized = () => {
    const story = opened('authorize');
    story.submit();
    story.hear('approved');
    return story;
  };

  it('what nobody captured is given up, and nothing is sent', () => {
    const story = authorized();
    story.capture(4_000n);
    story.hear('approved', { operation: 2 });
    assert.equal(story.tasks.get('lapse'), story.now + authorizationMs);
    const decision = story.wait(authorizationMs).due('lapse');
    assert.ok(decision.kind === 'change');
    assert.equal(decision.departure, null);
    const { kind, state, amountMinor } = story.operation(3);
    assert.deepEqual([kind, state, amountMinor], ['release', 'approved', 6_000n]);
    assert.equal(story.view.payment.authorizedMinor, 4_000n);
    assert.equal(story.view.payment.state, 'approved');
    assert.equal(story.tasks.has('lapse'), false);
  });

  it('that comes early is set again', () => {
    const story = authorized().wait(authorizationMs - 1);
    story.due('lapse');
    assert.equal(story.view.operations.length, 1);
    assert.equal(story.tasks.get('lapse'), story.now + 1);
  });

  it('a capture under way keeps its part; declined, that lapses an hour later', () => {
    const story = authorized();
    story.wait(authorizationMs - 1).capture(4_000n);
    story.hear('unknown', { operation: 2 });
    story.wait(1).due('lapse');
    assert.deepEqual([story.view.payment.authorizedMinor, story.view.payment.authorizedHeldMinor], [4_000n, 4_000n]);
    assert.equal(story.tasks.get('lapse'), story.now + 3_600_000);
    story.hear('declined', { operation: 2 });
    story.wait(3_600_000).due('lapse');
    assert.equal(story.view.payment.authorizedMinor, 0n);
    assert.equal(story.tasks.has('lapse'), false);
  });

  it('a capture under way that is approved takes its part', () => {
    const story = authorized();
    story.wait(authorizationMs - 1).capture(4_000n);
    story.wait(1).due('lapse');
    story.hear('approved', { operation: 2 });
    assert.deepEqual([story.view.payment.authorizedMinor, story.view.payment.capturedMinor], [4_000n, 4_000n]);
  });

  it('has nothing to do for what was captured whole, nor for what never was authorized', () => {
    const whole = authorized();
    whole.capture(10_000n);
    whole.hear('approved', { operation: 2 });
    whole.wait(authorizationMs).due('lapse');
    assert.deepEqual([whole.view.operations.length, whole.tasks.has('lapse')], [2, false]);
    const declined = opened('authorize');
    declined.submit();
    declined.hear('declined');
    assert.equal(lapseOf(declined.view), null);
    const sale = opened();
    sale.tasks.set('lapse', 0);
    sale.due('lapse');
    assert.deepEqual([sale.view.operations.length, sale.tasks.has('lapse')], [1, false]);
  });
});
