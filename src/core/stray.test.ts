import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from './faults.ts';
import { originalOf } from './original.ts';
import { Story } from './testing.ts';

const declined = (kind: 'sale' | 'authorize' = 'sale') => {
  const story = new Story();
  story.charge(kind);
  story.hear('declined');
  return story;
};

const kinds = (story: Story) => story.view.operations.map(({ kind }) => kind);

describe('an approval after the end', () => {
  it('waits in suspense, calls a person, and is given back; the end stays', () => {
    const story = declined();
    story.hear({ kind: 'approved', acquirerReference: 'A1' });
    assert.deepEqual(kinds(story), ['sale', 'stray', 'reversal']);
    assert.deepEqual(story.postings, [{ debit: 'acquirer:north', credit: 'suspense', amountMinor: 10_000n }]);
    assert.deepEqual(
      story.cases.map(({ kind, operation }) => [kind, operation]),
      [['late_approval', 1]],
    );
    assert.equal(story.view.payment.state, 'declined');
    assert.equal(story.view.payment.capturedMinor, 0n);
    assert.deepEqual(faultsOf(story), []);

    story.hear('approved', { operation: 3 });
    assert.equal(story.balance('suspense'), 0n);
    assert.equal(story.operation(2).undoneBy, 3);
    assert.deepEqual(faultsOf(story), []);
  });

  it('is one stray however often it is said', () => {
    const story = declined();
    story.hear('approved');
    assert.deepEqual(story.hear('approved'), { kind: 'settled' });
    story.hear('approved', { operation: 3 });
    assert.deepEqual(story.hear('approved'), { kind: 'settled' });
  });

  it('of an authorization moves no money, and is given back all the same', () => {
    const story = declined('authorize');
    story.hear('approved');
    story.hear('approved', { operation: 3 });
    assert.deepEqual(kinds(story), ['authorize', 'stray', 'reversal']);
    assert.deepEqual(story.postings, []);
  });

  it('of a cancelled, expired or abandoned payment is one as well', () => {
    for (const end of ['cancel', 'expire'] as const) {
      const story = new Story();
      story.open();
      story.submit();
      story.hear('challenge');
      if (end === 'cancel') story.cancel();
      else story.wait(3_600_000).due('expire');
      const { state } = story.view.payment;
      story.hear('approved');
      assert.deepEqual([kinds(story), story.view.payment.state], [['sale', 'stray', 'reversal'], state]);
      assert.deepEqual(faultsOf(story), []);
    }
  });

  it('of a capture is given back: its merchant was told that it failed, and may have repeated it', () => {
    const story = new Story();
    story.charge('authorize');
    story.hear('approved');
    story.capture(4_000n);
    story.hear('unknown', { operation: 2 });
    story.ask(2, 'not_found', { operation: 2 });
    story.capture(10_000n);
    story.hear('approved', { operation: 3 });
    story.hear('approved', { operation: 2 });
    assert.equal(story.view.payment.capturedMinor, 10_000n);
    assert.equal(story.balance('suspense'), -4_000n);
    story.hear('approved', { operation: 5 });
    assert.equal(story.balance('suspense'), 0n);
    assert.deepEqual(faultsOf(story), []);
  });

  it('of a refund waits for a person: nobody can be asked to return it', () => {
    const story = new Story();
    story.charge();
    story.hear('approved');
    story.refund(4_000n);
    story.hear('declined', { operation: 2 });
    story.hear('approved', { operation: 2 });
    assert.deepEqual(kinds(story), ['sale', 'refund', 'stray']);
    assert.equal(story.balance('suspense'), 4_000n);
    assert.equal(story.view.payment.refundedMinor, 0n);
    assert.deepEqual(faultsOf(story), []);
  });

  it('whose reversal is refused stays in suspense with a person', () => {
    const story = declined();
    story.hear('approved');
    story.hear('declined', { operation: 3 });
    assert.equal(story.balance('suspense'), -10_000n);
    assert.deepEqual(
      story.cases.map(({ kind }) => kind),
      ['late_approval', 'reversal_stuck'],
    );
    assert.deepEqual(faultsOf(story), []);
  });
});

describe('an approval of a try that we believed had not left', () => {
  /** The first try did not leave, as far as its sender knew; the second was approved. */
  const twice = () => {
    const story = new Story();
    story.open();
    story.submit();
    story.hear('not_sent');
    story.submit();
    story.hear({ kind: 'approved', acquirerReference: 'A2' });
    return story;
  };

  it('is given back though the payment is approved: the payer has paid twice', () => {
    const story = twice();
    story.hear({ kind: 'approved', acquirerReference: 'A1' }, { attempt: 1 });
    assert.deepEqual(kinds(story), ['sale', 'stray', 'reversal']);
    assert.equal(story.view.payment.state, 'approved');
    assert.deepEqual(faultsOf(story), []);
  });

  it('what is reversed is the stray try and not the good one', () => {
    const story = twice();
    const [first, second] = story.view.attempts;
    story.hear({ kind: 'approved', acquirerReference: 'A1' }, { attempt: 1 });
    const original = originalOf(story.view, story.operation(3))!;
    assert.deepEqual([original.sentReference, original.acquirerReference], [first!.sentReference, 'A1']);
    assert.notEqual(original.sentReference, second!.sentReference);
    story.refund(1_000n);
    assert.equal(originalOf(story.view, story.operation(4))!.acquirerReference, 'A2');
    assert.equal(originalOf(story.view, story.operation(1)), undefined);
  });

  it('while the page waits again, it goes on waiting', () => {
    const story = new Story();
    story.open();
    story.submit();
    story.hear('not_sent');
    story.hear('approved');
    assert.deepEqual([story.view.payment.state, kinds(story)], ['open', ['sale', 'stray', 'reversal']]);
    assert.equal(story.submit().kind, 'change');
  });

  it('of a refund is gone: no more can be refunded than what it left', () => {
    const story = new Story();
    story.charge();
    story.hear('approved');
    story.refund(4_000n);
    story.hear('declined', { operation: 2 });
    story.hear('approved', { operation: 2 });
    const asked = story.refund(6_001n, { recordsRefusal: false });
    assert.deepEqual(asked, { kind: 'refused', refusal: { reason: 'exceeds_captured', freeable: false } });
    assert.equal(story.refund(6_000n).kind, 'change');
  });

  it('of a capture is in the way of others until it is given back', () => {
    const story = new Story();
    story.charge('authorize');
    story.hear('approved');
    story.capture(4_000n);
    story.hear('declined', { operation: 2 });
    story.hear('approved', { operation: 2 });
    const asked = story.capture(6_001n, { recordsRefusal: false });
    assert.deepEqual(asked, { kind: 'refused', refusal: { reason: 'exceeds_authorized', freeable: true } });
    story.hear('approved', { operation: 4 });
    assert.equal(story.capture(10_000n).kind, 'change');
  });

  it('two such tries are two strays', () => {
    const story = new Story();
    story.open();
    for (let i = 0; i < 2; i++) {
      story.submit();
      story.hear('not_sent');
    }
    story.hear('approved', { attempt: 1 });
    story.hear('approved', { attempt: 2 });
    assert.equal(story.balance('suspense'), -20_000n);
    assert.deepEqual(faultsOf(story), []);
  });
});
