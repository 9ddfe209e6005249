import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from './faults.ts';
import { otpMs, resendCountMax, resendPauseMs, triesLeft } from './otp.ts';
import { checkout, minuteMs, Story, textedCode } from './testing.ts';

/** A payer who is asked for a code. */
const texted = () => {
  const story = new Story();
  story.open();
  story.submit();
  story.hearTexted();
  return story;
};

const standingOf = (story: Story) => {
  const { challenge } = story.attempt();
  assert.ok(challenge?.kind === 'otp');
  return challenge;
};

/** The payer types a code that is wrong. */
const miss = (story: Story) => {
  story.resume();
  story.hear('wrong_code');
};

const refusal = (reason: string) => ({ kind: 'refused', refusal: { reason } });
const untilEnd = checkout.expiresAt - new Story().now;

describe('a code that was texted (8.3)', () => {
  it('is awaited for 300 s, with three tries and what the page may show of the phone', () => {
    const story = texted();
    const standing = standingOf(story);
    assert.deepEqual(standing, { ...textedCode, textedAt: story.now, wrongCount: 0, resendCount: 0 });
    assert.equal(triesLeft(standing), 3);
    assert.deepEqual([story.view.payment.state, story.operation(1).state], ['acting', 'challenged']);
    assert.equal(story.tasks.get('expire'), story.now + 300_000);
    assert.equal(story.attempt().dueAt, null);
  });

  it('goes to the acquirer, whose approval takes the money once', () => {
    const story = texted();
    const decision = story.resume();
    assert.ok(decision.kind === 'change');
    assert.deepEqual(decision.departure, { operation: 1, attempt: 1, action: 'resume' });
    assert.deepEqual(story.resume(), { kind: 'settled' }, 'posted twice at the same moment');
    story.hear('approved');
    assert.deepEqual([story.view.payment.state, story.view.payment.capturedMinor], ['approved', 10_000n]);
    assert.deepEqual([story.attempt().challenge, story.postings.length], [null, 1]);
  });

  it('is taken to the last millisecond of the 300 s; later it is no try, and says so', () => {
    const story = texted().wait(otpMs - 1);
    assert.equal(story.copy().resume().kind, 'change');
    const { view } = story.wait(1);
    assert.deepEqual(story.resume(), refusal('code_expired'));
    assert.equal(story.view, view);
  });

  it('is good for its 300 s though the checkout has ended meanwhile', () => {
    const story = new Story();
    story.open();
    story.wait(untilEnd - 1).submit();
    story.hearTexted();
    story.wait(otpMs - 1).resume();
    story.hear('approved');
    assert.equal(story.view.payment.state, 'approved');
  });

  it('after silence the answer is looked for, and no timer ends it', () => {
    const story = texted();
    story.resume();
    story.hear('unknown');
    story.wait(otpMs).due('expire');
    assert.equal(story.operation(1).state, 'unknown');
    assert.deepEqual(story.submit(), refusal('in_progress'));
    story.ask(1, 'approved');
    assert.equal(story.view.payment.state, 'approved');
  });

  it('that did not leave is typed once more, and was no try', () => {
    const story = texted().wait(10_000);
    const before = story.attempt();
    story.resume();
    story.hear('not_sent');
    assert.deepEqual(story.attempt().challenge, before.challenge);
    assert.deepEqual([story.operation(1).state, story.view.attempts.length], ['challenged', 1]);
    assert.equal(story.tasks.get('expire'), story.now - 10_000 + otpMs);
    assert.equal(story.resume().kind, 'change');
  });
});

describe('a wrong code (8.3)', () => {
  it('leaves two tries, then one; the third ends the payment and is told once', () => {
    const story = texted();
    const left: number[] = [];
    for (let i = 0; i < 2; i++) {
      miss(story);
      left.push(triesLeft(standingOf(story)));
      assert.equal(story.operation(1).state, 'challenged');
    }
    assert.deepEqual([left, story.tellings], [[2, 1], []]);
    miss(story);
    const { state, reason } = story.operation(1);
    assert.deepEqual([story.view.payment.state, state, reason], ['declined', 'declined', 'wrong_codes']);
    assert.deepEqual([story.postings, story.tellings.length], [[], 1]);
  });

  it('does not make the code good for longer', () => {
    const story = texted();
    const end = story.tasks.get('expire');
    story.wait(minuteMs);
    miss(story);
    assert.equal(story.tasks.get('expire'), end);
  });

  it('said twice is one try', () => {
    const story = texted();
    miss(story);
    assert.deepEqual(story.hear('wrong_code'), { kind: 'settled' });
    assert.equal(triesLeft(standingOf(story)), 2);
  });

  it('typed in time is a try, though its answer came when the code had run out', () => {
    const story = texted().wait(otpMs - 1);
    story.resume();
    story.wait(2).hear('wrong_code');
    assert.equal(triesLeft(standingOf(story)), 2);
    story.due('expire');
    assert.deepEqual([story.view.payment.state, story.attempt().state], ['open', 'abandoned']);
  });

  it('sets the timer again that passed while the code was being tried', () => {
    const story = texted().wait(otpMs - 1);
    story.resume();
    story.wait(1).due('expire');
    assert.equal(story.tasks.has('expire'), false);
    story.hear('wrong_code');
    assert.equal(story.tasks.get('expire'), story.now);
  });

  it('after silence gives the payer the next try', () => {
    const story = texted();
    story.resume();
    story.hear('unknown');
    story.ask(1, 'wrong_code');
    assert.deepEqual([story.operation(1).state, triesLeft(standingOf(story))], ['challenged', 2]);
  });

  it('where no code is awaited tells nothing', () => {
    const form = new Story();
    form.open();
    form.submit();
    form.hear('challenge');
    form.resume();
    form.hear('wrong_code');
    assert.equal(form.operation(1).state, 'unknown');
    const alone = new Story();
    alone.charge();
    alone.hear('wrong_code');
    assert.equal(alone.operation(1).state, 'unknown');
  });
});

describe('resend: another text (8.3)', () => {
  it('brings a new code, with its own 300 s and three tries', () => {
    const story = texted();
    miss(story);
    const decision = story.wait(resendPauseMs).resend();
    assert.ok(decision.kind === 'change');
    assert.deepEqual(decision.departure, { operation: 1, attempt: 1, action: 'resend' });
    assert.deepEqual(standingOf(story), { ...textedCode, textedAt: story.now, wrongCount: 0, resendCount: 1 });
    assert.equal(story.tasks.get('expire'), story.now + 300_000);
    assert.equal(story.view.attempts.length, 1);
  });

  it('comes not sooner than 60 s after the last, and three times at most', () => {
    const story = texted();
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(story.wait(59_999).resend(), refusal('resend_too_soon'));
      assert.equal(story.wait(1).resend().kind, 'change');
    }
    assert.equal(resendCountMax, 3);
    assert.deepEqual(story.resend(), refusal('resend_limit'), 'the limit is told before the pause');
    assert.deepEqual(story.wait(60_000).resend(), refusal('resend_limit'));
  });

  it('is there for a code that ran out while the timer was late, but not after the checkout', () => {
    assert.equal(texted().wait(otpMs).resend().kind, 'change');
    const late = new Story();
    late.open();
    late.wait(untilEnd - minuteMs).submit();
    late.hearTexted();
    assert.deepEqual(late.wait(minuteMs).resend(), refusal('expired'));
  });

  it('is refused where no code is awaited, and while one is being tried', () => {
    const story = new Story();
    story.open();
    assert.deepEqual(story.resend(), refusal('invalid_state'));
    story.submit();
    story.hear('challenge');
    assert.deepEqual(story.wait(minuteMs).resend(), refusal('invalid_state'), 'a form is no code');
    const tried = texted().wait(minuteMs);
    tried.resume();
    assert.deepEqual(tried.resend(), refusal('invalid_state'));
  });

  it('a text is no evidence: that it was sent, or was not, leaves the code awaited', () => {
    const story = texted().wait(minuteMs);
    story.resend();
    assert.deepEqual(story.hear('unknown'), { kind: 'settled' });
    assert.deepEqual(story.hear('not_sent'), { kind: 'settled' });
    assert.equal(story.operation(1).state, 'challenged');
  });
});

describe('another card while a code is awaited (8.2)', () => {
  it('takes the place of the first, under a reference of its own', () => {
    const story = texted();
    const [first] = story.view.attempts;
    const decision = story.submit();
    assert.ok(decision.kind === 'change');
    assert.deepEqual(decision.departure, { operation: 1, attempt: 2, action: 'perform' });
    const [left, second] = story.view.attempts;
    assert.deepEqual([left?.state, left?.challenge, second?.state], ['abandoned', null, 'sending']);
    assert.notEqual(second?.sentReference, first?.sentReference);
    assert.equal(story.view.payment.state, 'acting');
    assert.deepEqual(story.resume(first?.sentReference), { kind: 'settled' }, 'the code of the first is of no use');
    assert.deepEqual(story.hear('wrong_code', { attempt: 1 }), { kind: 'settled' });
  });

  it('the money of the first, should it come after all, is given back; the second stands', () => {
    const story = texted();
    story.submit();
    story.hear({ kind: 'approved', acquirerReference: 'A1' }, { attempt: 1 });
    story.hear('approved', { attempt: 2 });
    const kinds = story.view.operations.map(({ kind }) => kind);
    assert.deepEqual(kinds, ['sale', 'stray', 'reversal']);
    assert.equal(story.attempt(2).sentReference, story.view.attempts[0]?.sentReference);
    assert.deepEqual([story.view.payment.capturedMinor, story.balance('suspense')], [10_000n, -10_000n]);
    story.hear('approved', { operation: 3 });
    assert.deepEqual([story.balance('suspense'), story.balance('merchant')], [0n, -10_000n]);
    assert.deepEqual(
      story.cases.map(({ kind }) => kind),
      ['late_approval'],
    );
    assert.deepEqual(faultsOf(story), []);
  });

  it('is refused while a code is being tried or a bank form is open: money may be moving', () => {
    const tried = texted();
    tried.resume();
    assert.deepEqual(tried.submit(), refusal('in_progress'));
    const form = new Story();
    form.open();
    form.submit();
    form.hear('challenge');
    assert.deepEqual(form.submit(), refusal('in_progress'));
  });

  it('again: goes back to the card form, and the checkout is as long as it was', () => {
    const story = texted();
    story.again();
    assert.deepEqual([story.view.payment.state, story.operation(1).state], ['open', 'waiting']);
    assert.deepEqual([story.attempt().state, story.attempt().challenge], ['abandoned', null]);
    assert.equal(story.tasks.get('expire'), checkout.expiresAt);
    assert.deepEqual([story.tellings, story.again()], [[], refusal('invalid_state')]);
    assert.equal(story.submit().kind, 'change');
  });

  it('again: is not for what is with the acquirer or the bank, and ends what is over', () => {
    const tried = texted();
    tried.resume();
    assert.deepEqual(tried.again(), refusal('invalid_state'));
    const form = new Story();
    form.open();
    form.submit();
    form.hear('challenge');
    assert.deepEqual(form.again(), refusal('invalid_state'));
    const late = new Story();
    late.open();
    late.wait(untilEnd - 1).submit();
    late.hearTexted();
    late.wait(1).again();
    assert.equal(late.view.payment.state, 'expired');
  });
});

describe('a code that ran out (4.1, 4.2)', () => {
  it('gives the card form back while the checkout lasts', () => {
    const story = texted().wait(otpMs);
    story.due('expire');
    assert.deepEqual([story.view.payment.state, story.attempt().state], ['open', 'abandoned']);
    assert.deepEqual([story.tasks.get('expire'), story.tellings], [checkout.expiresAt, []]);
    story.submit();
    story.hear('approved');
    assert.equal(story.view.payment.state, 'approved');
    assert.deepEqual(faultsOf(story), []);
  });

  it('ends the payment when the checkout is over as well', () => {
    const story = new Story();
    story.open();
    story.wait(untilEnd - 1).submit();
    story.hearTexted();
    story.wait(1).due('expire');
    assert.equal(story.operation(1).state, 'challenged', 'the code is still good');
    story.wait(otpMs - 1).due('expire');
    assert.deepEqual([story.view.payment.state, story.operation(1).reason], ['expired', 'expired']);
    assert.equal(story.tellings.length, 1);
  });

  it('is not asked for any more when the payer cancels', () => {
    const story = texted();
    story.cancel();
    assert.deepEqual([story.view.payment.state, story.attempt().state], ['cancelled', 'abandoned']);
  });
});
