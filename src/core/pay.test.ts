import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { challengeGraceMs } from './due.ts';
import { checkout, minuteMs, Story } from './testing.ts';

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

  it('a second click is refused while the first may be moving money', () => {
    const story = opened();
    story.submit();
    assert.deepEqual(story.submit(), { kind: 'refused', refusal: { reason: 'in_progress' } });
    story.hear('approved');
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

describe('submit: a bank account in the place of a card', () => {
  const bankAccount = { scheme: 'sepa', last4: '7890', bank: 'MARKDEF1100', country: 'DE', use: null } as const;
  const debited = () => {
    const story = new Story();
    story.openWith({ debit: 'sepa', brands: [], keepsCard: true });
    return story;
  };
  const posted = (story: Story, account: typeof bankAccount | { readonly scheme: 'ach' } = bankAccount) =>
    story.tell({ ...story.posted(), card: null, bankAccount: { ...bankAccount, ...account } });

  it('is debited where the checkout says so, by the scheme that it names, and kept once it has paid', () => {
    const story = debited();
    assert.deepEqual(posted(story, { scheme: 'ach' }), invalidState);
    assert.equal(posted(story).kind, 'change');
    assert.deepEqual(story.attempt().bankAccount, bankAccount);
    const keep = { token: 'T1', vaultRef: 'vault-2', shopId: null, known: true };
    const end = story.hear('approved', { keep });
    assert.ok(end.kind === 'change');
    assert.deepEqual(end.change.storedAccount, { token: 'T1', vaultRef: 'vault-2', face: bankAccount, customer: null });
    assert.deepEqual([end.change.storedCard, story.operation(1).cardToken], [null, 'T1']);
  });

  it('is not taken where a card is to pay, nor a card in its place; money is not held on it', () => {
    assert.deepEqual(posted(opened()), invalidState);
    assert.deepEqual(debited().submit(), invalidState);
    assert.throws(() => new Story().openWith({ debit: 'sepa' }, 'authorize'), /at once/);
  });
});

describe('submit: the cards of one checkout (8.2)', () => {
  const limited = () => {
    const story = new Story();
    story.openWith({ submitCountMax: 5 });
    return story;
  };
  const tryCard = (story: Story) => {
    story.submit();
    story.hearTexted();
  };

  it('five may be tried; the sixth ends the payment, sends nothing and is told', () => {
    const story = limited();
    for (let i = 0; i < 5; i++) tryCard(story);
    assert.deepEqual([story.view.attempts.length, story.operation(1).state], [5, 'challenged']);
    const decision = story.submit();
    assert.ok(decision.kind === 'change');
    assert.equal(decision.departure, null);
    const { state, reason } = story.operation(1);
    assert.deepEqual([story.view.payment.state, state, reason], ['declined', 'declined', 'limit_exceeded']);
    assert.deepEqual([story.attempt().state, story.tellings.length], ['abandoned', 1]);
    assert.equal(story.tasks.has('expire'), false);
    assert.deepEqual(story.submit(), invalidState);
  });

  it('one whose order did not leave costs nobody anything and does not count', () => {
    const story = limited();
    for (let i = 0; i < 9; i++) {
      story.submit();
      story.hear('not_sent');
    }
    assert.equal(story.submit().kind, 'change');
    assert.equal(story.operation(1).state, 'acting');
  });

  it('those that went back to the form count, and those whose code or form ran out', () => {
    const story = new Story();
    story.openWith({ submitCountMax: 2, redirectMs: 60_000 });
    tryCard(story);
    story.again();
    story.submit();
    story.hear('challenge');
    story.wait(60_000).due('expire');
    assert.equal(story.view.payment.state, 'open');
    story.submit();
    assert.equal(story.operation(1).reason, 'limit_exceeded');
  });

  it('without a limit there is none', () => {
    const story = opened();
    for (let i = 0; i < 9; i++) tryCard(story);
    assert.equal(story.view.attempts.length, 9);
  });
});

describe('submit: a stored card in the payer’s place', () => {
  const open = (keepsCard: boolean, asksToKeep = false) => {
    const story = new Story();
    story.openWith({ keepsCard, asksToKeep });
    return story;
  };

  it('the operation names the card that pays, and a typed one that takes its place has no name', () => {
    const story = open(false);
    story.submit('TK1');
    story.hearTexted();
    assert.equal(story.operation(1).cardToken, 'TK1');
    story.submit('TK2');
    story.hearTexted();
    assert.equal(story.operation(1).cardToken, 'TK2');
    story.submit();
    assert.equal(story.operation(1).cardToken, null);
  });

  it('where the card is to be stored it keeps the name that it will have: no other card may get it', () => {
    const story = open(true);
    story.submit('TK1');
    story.hearTexted();
    story.submit();
    assert.equal(story.operation(1).cardToken, null);
    const named = new Story();
    named.openVerify();
    named.submit('TK1');
    assert.equal(named.operation(1).cardToken, 'card-1');
  });

  it('where the payer says whether it is to be stored, each card has its own word', () => {
    const story = open(true, true);
    for (const name of ['TK1', null, 'TK2', null]) {
      story.submit(name);
      story.hearTexted();
      assert.equal(story.operation(1).cardToken, name);
    }
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

describe('resume: a bank form with a time of its own (4.1, 8.4)', () => {
  const shown = (wait = 0) => {
    const story = new Story();
    story.openWith({ redirectMs: 15 * minuteMs });
    story.wait(wait).submit();
    story.wait(1_000).hear('challenge');
    return story;
  };

  it('is good for so long from the card on, and no longer', () => {
    assert.equal(
      shown()
        .wait(15 * minuteMs - 1_001)
        .resume().kind,
      'change',
    );
    assert.deepEqual(
      shown()
        .wait(15 * minuteMs - 1_000)
        .resume(),
      expired,
    );
  });

  it('may outlast the checkout', () => {
    const story = shown(untilEnd - 1_000);
    assert.equal(story.tasks.get('expire'), checkout.expiresAt - 1_000 + 15 * minuteMs);
    assert.equal(story.wait(14 * minuteMs).resume().kind, 'change');
  });
});

describe('withdraw: a merchant takes its offer back (4.1, 6.2)', () => {
  const refusal = (reason: string) => ({ kind: 'refused', refusal: { reason } });

  it('ends what waits for a card, and is not told of what it did itself', () => {
    const story = opened();
    story.withdraw();
    const { state, reason } = story.operation(1);
    assert.deepEqual([story.view.payment.state, state, reason], ['cancelled', 'cancelled', 'withdrawn']);
    assert.deepEqual([story.tellings, story.tasks.has('expire')], [[], false]);
    assert.deepEqual(story.submit(), invalidState);
  });

  it('is settled where nobody can pay any more', () => {
    const story = opened();
    story.withdraw();
    assert.deepEqual(story.withdraw(), { kind: 'settled' });
    const late = opened().wait(untilEnd);
    late.due('expire');
    assert.deepEqual(late.withdraw(), { kind: 'settled' });
  });

  it('is refused once a card is with the acquirer or its payer is asked: money may be moving', () => {
    const story = opened();
    story.submit();
    assert.deepEqual(story.withdraw(), refusal('in_progress'));
    story.hearTexted();
    assert.deepEqual(story.withdraw(), refusal('in_progress'));
    assert.deepEqual(challenged().withdraw(), refusal('in_progress'));
    story.again();
    assert.equal(story.withdraw().kind, 'change', 'back at the card form nothing moves');
  });

  it('is refused when it was paid or declined', () => {
    for (const end of ['approved', 'declined'] as const) {
      const story = opened();
      story.submit();
      story.hear(end);
      assert.deepEqual(story.withdraw(), invalidState, end);
    }
  });

  it('what is over has expired, though the timer is late, and of that the merchant is told', () => {
    const story = opened().wait(untilEnd);
    story.withdraw();
    assert.deepEqual([story.view.payment.state, story.tellings.length], ['expired', 1]);
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

  it('gives up though the code has run out: the checkout lasts', () => {
    const story = opened();
    story.submit();
    story.hearTexted();
    story.wait(10 * minuteMs).cancel();
    assert.equal(story.view.payment.state, 'cancelled');
  });

  it('what is over has expired, though the timer is late', () => {
    const story = opened().wait(untilEnd);
    story.cancel();
    assert.equal(story.view.payment.state, 'expired');
  });
});
