import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkout, face, Story, start, way } from './testing.ts';

describe('open: a merchant opens a checkout', () => {
  it('the payment waits for its payer, its reference is taken, and a timer is set', () => {
    const story = new Story();
    const decision = story.open('sale', 26_850n);
    assert.ok(decision.kind === 'change');
    const { change, departure, tellings } = decision;
    assert.equal(change.read, 0);
    assert.equal(change.payment.version, 1);
    assert.equal(change.payment.state, 'open');
    assert.equal(change.payment.amountMinor, 26_850n);
    assert.equal(change.payment.authorizedMinor, 0n);
    assert.deepEqual(change.claims, [{ scope: 'ref:shop', value: 'INV-1' }]);
    assert.equal(change.checkout, checkout);
    assert.deepEqual(change.tasksIn, [{ kind: 'expire', dueAt: checkout.expiresAt }]);
    assert.deepEqual([departure, tellings], [null, []]);
  });

  it('a receipt that will be owed is on record from the first commit, and the name of a card to be stored', () => {
    const taxed = new Story().openTaxed();
    assert.ok(taxed.kind === 'change');
    assert.deepEqual(taxed.change.receipts, taxed.next.receipts);
    assert.deepEqual(
      taxed.change.receipts.map(({ operation, state }) => [operation, state]),
      [[1, 'wanted']],
    );
    const verify = new Story();
    verify.openVerify();
    assert.deepEqual([verify.operation(1).kind, verify.operation(1).cardToken], ['verify', 'card-1']);
    assert.equal(verify.view.payment.amountMinor, 0n);
  });

  it('operation 1 carries what the merchant asked, under the id of the command', () => {
    const story = new Story();
    const decision = story.open('authorize');
    assert.ok(decision.kind === 'change');
    assert.deepEqual(decision.change.operations, [
      {
        id: decision.change.command,
        ordinal: 1,
        kind: 'authorize',
        state: 'waiting',
        amountMinor: 10_000n,
        target: null,
        undoneBy: null,
        reason: null,
        reference: 'INV-1',
        requestHash: 'hash',
        noticeUrl: 'https://shop.example/hooks',
        cardToken: null,
        memo: '{"v":1}',
        gateId: null,
        requestedAt: start,
        finishedAt: null,
      },
    ]);
  });

  it('an amount of nothing is a bug of the caller, not a payment', () => {
    assert.throws(() => new Story().open('sale', 0n));
    assert.throws(() => new Story().charge('sale', -1n));
  });
});

describe('charge: a merchant charges a card without a payer present', () => {
  it('the attempt is on record before it leaves', () => {
    const story = new Story();
    const decision = story.charge();
    assert.ok(decision.kind === 'change');
    assert.deepEqual(decision.departure, { operation: 1, attempt: 1, action: 'perform' });
    assert.equal(story.view.payment.state, 'acting');
    assert.equal(story.operation(1).cardToken, 'TK1');
    const { state, routeId, acquirer, account, sentReference, card, vaultRef, sentAt, dueAt } = story.attempt();
    assert.deepEqual({ routeId, acquirer, account }, way);
    assert.deepEqual([state, card, vaultRef, sentAt, dueAt], ['sending', face, 'vault-1', start, start + 15_000]);
    assert.equal(sentReference, `${decision.change.command}-1`);
    assert.equal(story.tasks.size, 0);
  });

  it('what cannot be tried is written down as refused and keeps its reference', () => {
    const story = new Story();
    const decision = story.charge('sale', 10_000n, { reason: 'invalid_token' });
    assert.ok(decision.kind === 'change');
    const { state, reason, finishedAt } = story.operation(1);
    assert.deepEqual([state, reason, finishedAt], ['refused', 'invalid_token', start]);
    assert.equal(story.view.payment.state, 'declined');
    assert.equal(decision.change.claims.length, 1);
    assert.deepEqual([decision.departure, decision.change.attempts], [null, []]);
    assert.deepEqual(decision.tellings, [{ operation: 1, late: false }]);
  });
});
