import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authorizationMs, challengeGraceMs } from './due.ts';
import { otpMs } from './otp.ts';
import { checkout, face, Story, textedCode } from './testing.ts';

const charged = (kind: 'sale' | 'authorize' = 'sale') => {
  const story = new Story();
  story.charge(kind);
  return story;
};

const submitted = (kind: 'sale' | 'authorize' = 'sale') => {
  const story = new Story();
  story.open(kind);
  story.submit();
  return story;
};

const answer = {
  acquirerReference: 'A1',
  acquirerTime: '2026-01-17T11:44:02+08:00',
  responseCode: '00',
  responseText: 'ok',
  approvalCode: '402117',
  networkReference: 'N1',
};
const settled = { kind: 'settled' };
const untilEnd = checkout.expiresAt - new Story().now;

describe('approved', () => {
  it('a sale is authorized and captured at once, and its money is owed to the merchant', () => {
    const story = submitted();
    story.hear({ kind: 'approved', ...answer });
    const { state, authorizedMinor, capturedMinor } = story.view.payment;
    assert.deepEqual([state, authorizedMinor, capturedMinor], ['approved', 10_000n, 10_000n]);
    assert.deepEqual(story.postings, [{ debit: 'acquirer:north', credit: 'merchant', amountMinor: 10_000n }]);
    assert.equal(story.operation(1).finishedAt, story.now);
    assert.equal(story.tasks.size, 0);
  });

  it('an authorization moves no money, and lapses in seven days', () => {
    const story = submitted('authorize');
    story.hear('approved');
    const { authorizedMinor, capturedMinor } = story.view.payment;
    assert.deepEqual([authorizedMinor, capturedMinor, story.postings], [10_000n, 0n, []]);
    assert.deepEqual([...story.tasks], [['lapse', story.now + authorizationMs]]);
  });

  it('the attempt keeps what the acquirer said, and nobody need look after it', () => {
    const story = submitted();
    story.hear({ kind: 'unknown', doubt: 'host_error', acquirerReference: 'A0', responseCode: '96' });
    story.hear({ kind: 'approved', ...answer, responseCode: null });
    const { state, dueAt, acquirerReference, responseCode, approvalCode } = story.attempt();
    assert.deepEqual([state, dueAt, acquirerReference, approvalCode], ['approved', null, 'A1', '402117']);
    assert.equal(responseCode, '96', 'later words fill gaps, they never erase');
  });

  it('the card is stored under the token that the sender brought, in the same commit (17)', () => {
    const story = submitted();
    const keep = { token: 'TK7Q2M9XK4ZB81LD', vaultRef: 'vault-7', shopId: 'shop', known: false };
    const decision = story.hear({ kind: 'approved', ...answer }, { keep });
    assert.ok(decision.kind === 'change');
    const stored = {
      token: keep.token,
      shopId: 'shop',
      vaultRef: 'vault-7',
      face,
      networkReference: 'N1',
      customer: null,
    };
    assert.deepEqual(decision.change.storedCard, stored);
    assert.deepEqual(decision.change.claims, [{ scope: 'card:shop', value: 'vault-7' }]);
    assert.equal(story.operation(1).cardToken, keep.token);
  });

  it('a card that is stored already needs no claim', () => {
    const keep = { token: 'TK1', vaultRef: 'vault-7', shopId: 'shop', known: true };
    const decision = submitted().hear('approved', { keep });
    assert.ok(decision.kind === 'change');
    assert.deepEqual(decision.change.claims, []);
  });

  it('a card that is to be stored under a name of its own gets that name', () => {
    const story = new Story();
    story.openVerify();
    story.submit();
    story.hear('approved', { keep: { token: 'card-1', vaultRef: 'vault-7', shopId: null, known: true } });
    assert.equal(story.operation(1).cardToken, 'card-1');
  });

  it('a card that was to be stored and was not is named by nobody', () => {
    const story = new Story();
    story.openVerify();
    story.submit();
    story.hear('approved');
    assert.equal(story.operation(1).cardToken, null);
  });

  it('told once, and whether its caller knows already', () => {
    const story = charged();
    story.hear('approved', { late: true });
    assert.deepEqual(story.hear('approved'), settled);
    assert.deepEqual(story.tellings, [{ operation: 1, late: true }]);
  });

  it('without the payer coming back, an approval counts as well', () => {
    const story = submitted();
    story.hear('challenge');
    story.hear('approved');
    assert.equal(story.view.payment.state, 'approved');
    assert.equal(story.attempt().challenge, null);
  });
});

describe('declined', () => {
  it('ends the payment with the reason, and nothing has moved', () => {
    const story = submitted();
    story.hear({ kind: 'declined', reason: 'insufficient_funds' });
    assert.deepEqual([story.view.payment.state, story.operation(1).reason], ['declined', 'insufficient_funds']);
    assert.deepEqual([story.view.payment.authorizedMinor, story.postings], [0n, []]);
    assert.deepEqual(story.hear('declined'), settled);
  });

  it('of a capture or refund leaves the payment as it is', () => {
    const story = charged();
    story.hear('approved');
    story.refund(4_000n);
    story.hear('declined', { operation: 2 });
    assert.deepEqual([story.view.payment.state, story.operation(2).state], ['approved', 'declined']);
    assert.equal(story.view.payment.capturedHeldMinor, 0n);
  });

  it('after an approval changes nothing and is a case for a person', () => {
    const story = charged();
    story.hear('approved');
    story.hear('declined');
    assert.equal(story.view.payment.state, 'approved');
    assert.deepEqual(
      story.cases.map(({ kind, operation }) => [kind, operation]),
      [['mismatch', 1]],
    );
  });
});

describe('challenge', () => {
  it('waits for the payer, until ten minutes after the checkout', () => {
    const story = submitted();
    story.hear({ ...story.heard('challenge').evidence, vaultRef: 'vault-3' });
    const { state, challenge, vaultRef, dueAt } = story.attempt();
    const url = challenge?.kind === 'redirect' && challenge.url;
    assert.deepEqual([state, url, vaultRef, dueAt], ['challenged', 'https://bank.example', 'vault-3', null]);
    assert.deepEqual([story.view.payment.state, story.operation(1).state], ['acting', 'challenged']);
    assert.equal(story.tasks.get('expire'), checkout.expiresAt + challengeGraceMs);
  });

  it('found by an inquiry after silence is put to the payer as well', () => {
    const story = submitted();
    story.hear('unknown');
    story.ask(1, 'challenge');
    assert.equal(story.operation(1).state, 'challenged');
  });

  it('by text waits for a code, and by a form that is limited for that long', () => {
    const texted = submitted();
    texted.hear({ ...texted.heard('challenge').evidence, challenge: textedCode, vaultRef: 'vault-3' });
    assert.deepEqual([texted.attempt().challenge?.kind, texted.attempt().vaultRef], ['otp', 'vault-3']);
    assert.equal(texted.tasks.get('expire'), texted.now + otpMs);
    const form = new Story();
    form.openWith({ redirectMs: 60_000 });
    form.submit();
    form.wait(5_000).hear('challenge');
    assert.equal(form.tasks.get('expire'), form.now + 55_000);
  });

  it('told twice is one, and no news from elsewhere disturbs it', () => {
    const story = submitted();
    story.hear('challenge');
    for (const kind of ['challenge', 'wrong_code', 'unknown', 'not_found', 'accepted', 'not_sent'] as const) {
      assert.deepEqual(story.hear(kind), settled, kind);
    }
  });

  it('repeated when the payer has answered already does not send the payer back', () => {
    const story = submitted();
    story.hear('challenge');
    story.resume();
    story.hear('challenge');
    assert.equal(story.operation(1).state, 'unknown');
    story.hear('approved');
    assert.equal(story.view.payment.state, 'approved');
  });

  it('without a payer is a decline: no money moves without an answer', () => {
    const story = charged();
    story.hear('challenge');
    assert.deepEqual([story.operation(1).state, story.operation(1).reason], ['declined', 'authentication_failed']);
  });

  it('of a refund makes no sense, so it tells nothing', () => {
    const story = submitted();
    story.hear('approved');
    story.refund(4_000n);
    story.hear('challenge', { operation: 2 });
    assert.equal(story.operation(2).state, 'unknown');
    assert.equal(story.view.payment.capturedHeldMinor, 4_000n);
  });
});

describe('not_sent', () => {
  it('lets the payer try again, with a new attempt under a new reference', () => {
    const story = submitted();
    const { sentReference } = story.attempt();
    story.hear('not_sent');
    assert.deepEqual([story.view.payment.state, story.operation(1).state], ['open', 'waiting']);
    assert.equal(story.tasks.get('expire'), checkout.expiresAt);
    assert.deepEqual(story.tellings, []);
    story.submit();
    assert.notEqual(story.attempt().sentReference, sentReference);
  });

  it('when the time is over, the payment has expired', () => {
    const late = new Story();
    late.open();
    late.wait(untilEnd - 1).submit();
    late.wait(1).hear('not_sent');
    assert.deepEqual([late.view.payment.state, late.attempt().state], ['expired', 'not_sent']);
    assert.equal(late.tasks.has('expire'), false);
    assert.deepEqual(late.tellings, [{ operation: 1, late: true }]);
  });

  it("ends a merchant's call, which can be repeated", () => {
    const story = charged();
    story.hear('not_sent');
    assert.deepEqual([story.operation(1).state, story.operation(1).reason], ['declined', 'unreachable']);
    assert.equal(story.attempt().state, 'not_sent');
  });

  it('of a capture or refund on a page payment does not reopen the page', () => {
    const story = submitted();
    story.hear('approved');
    story.refund(4_000n);
    story.hear('not_sent', { operation: 2 });
    assert.deepEqual([story.view.payment.state, story.operation(2).state], ['approved', 'declined']);
    assert.equal(story.view.payment.capturedHeldMinor, 0n);
  });

  it('is believed of nobody but the sender: an inquiry that could not leave proves nothing about the order', () => {
    const overdue = submitted().wait(15_000);
    overdue.hear('not_sent');
    assert.equal(overdue.operation(1).state, 'unknown');
    const doubtful = submitted();
    doubtful.hear('unknown');
    doubtful.ask(1, 'not_sent');
    assert.equal(doubtful.operation(1).state, 'unknown');
  });
});

describe('evidence about what was never tried', () => {
  it('is a bug', () => {
    assert.throws(() => submitted().hear('approved', { attempt: 2 }));
    assert.throws(() => submitted().hear('approved', { operation: 2, attempt: 1 }));
  });
});
