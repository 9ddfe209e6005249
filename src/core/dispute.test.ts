import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from './faults.ts';
import { Story } from './testing.ts';

const paid = () => {
  const story = new Story();
  story.charge('sale');
  story.hear('approved');
  return story;
};

describe('a chargeback', () => {
  it('moves from the merchant to disputes, in part and again, and is told; no more of it can be refunded', () => {
    const story = paid();
    story.dispute(4_000n);
    assert.deepEqual(story.postings.at(-1), { debit: 'merchant', credit: 'disputes', amountMinor: 4_000n });
    assert.deepEqual(story.tellings.at(-1), { operation: 2, late: true });
    story.dispute(1_000n, 'CB-2');
    assert.equal(story.view.payment.disputedMinor, 5_000n);
    story.refund(5_001n);
    assert.equal(story.view.operations.at(-1)!.reason, 'exceeds_captured');
    story.refund(5_000n);
    story.hear('approved', { operation: 5 });
    assert.equal(story.balance('disputes'), -5_000n);
    assert.deepEqual(faultsOf(story), []);
  });

  it('of more than is left, of what never was taken, or of a payout is refused', () => {
    const story = paid();
    story.refund(8_000n);
    const refused = (reason: string, freeable?: boolean) => ({
      kind: 'refused',
      refusal: { reason, ...(freeable !== undefined && { freeable }) },
    });
    assert.deepEqual(story.dispute(2_001n), refused('exceeds_captured', true), 'the refund may yet be declined');
    story.hear('approved', { operation: 2 });
    assert.deepEqual(story.dispute(2_001n), refused('exceeds_captured', false));
    assert.equal(story.dispute(2_000n).kind, 'change');
    const held = new Story();
    held.charge('authorize');
    held.hear('approved');
    assert.deepEqual(held.dispute(1n), refused('invalid_state'));
    const out = new Story();
    out.charge('payout');
    out.hear('approved');
    assert.deepEqual(out.dispute(1n), refused('invalid_state'));
  });

  it('leaves nothing to undo as a whole', () => {
    const story = paid();
    story.dispute(1n);
    story.undo('void');
    assert.equal(story.view.operations.at(-1)!.state, 'refused');
    assert.deepEqual(faultsOf(story), []);
  });
});
