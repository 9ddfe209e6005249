import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countBatch, differencesOf, noBatchTotals } from './batch.ts';
import { Story, way } from './testing.ts';

const charged = (kind: 'sale' | 'payout', amountMinor: bigint, then: (story: Story) => void = () => {}) => {
  const story = new Story();
  story.charge(kind, amountMinor);
  story.hear('approved');
  then(story);
  return story.view;
};
const voided = (story: Story) => {
  story.undo('void');
  story.hear('approved', { operation: 2 });
};

describe('the totals of a batch (19.2)', () => {
  it('are those of the example: voided, reversed and declined sales, and a refund (21)', () => {
    const declined = new Story();
    declined.charge('sale', 700n);
    declined.hear('declined');
    const views = [
      charged('sale', 3_880n, voided),
      charged('sale', 3_000n),
      charged('sale', 3_120n),
      charged('sale', 500n, (story) => {
        story.undo('reversal');
        story.hear('approved', { operation: 2 });
      }),
      declined.view,
      charged('payout', 1_000n),
    ];
    const { totals, openCount, postings } = countBatch(views);
    const expected = {
      ...noBatchTotals,
      saleMinor: 6_120n,
      saleCount: 2,
      voidedMinor: 3_880n,
      voidedCount: 1,
      refundMinor: 1_000n,
      refundCount: 1,
    };
    assert.deepEqual(totals, expected);
    assert.equal(openCount, 0);
    assert.deepEqual(postings, [
      { debit: `cleared:${way.acquirer}`, credit: `acquirer:${way.acquirer}`, amountMinor: 6_120n, currency: 'HKD' },
      { debit: `acquirer:${way.acquirer}`, credit: `cleared:${way.acquirer}`, amountMinor: 1_000n, currency: 'HKD' },
    ]);
    assert.deepEqual(differencesOf({ ...expected, saleCount: 3, refundMinor: 0n }, totals), [
      'saleCount',
      'refundMinor',
    ]);
  });

  it('count a voided refund apart', () => {
    const { totals, postings } = countBatch([charged('payout', 1_000n, voided)]);
    assert.deepEqual(totals, { ...noBatchTotals, voidedRefundMinor: 1_000n, voidedRefundCount: 1 });
    assert.deepEqual(postings, []);
  });

  it('leave open what is not known yet, but not what was reversed and waits to be acknowledged', () => {
    const unknown = new Story();
    unknown.charge();
    unknown.hear('unknown');
    const voiding = charged('sale', 100n, (story) => story.undo('void'));
    const reversing = charged('sale', 100n, (story) => story.undo('reversal'));
    const { totals, openCount } = countBatch([unknown.view, voiding, reversing]);
    assert.deepEqual(totals, noBatchTotals);
    assert.equal(openCount, 2);
  });

  it('keep a sale whose void was declined', () => {
    const view = charged('sale', 100n, (story) => {
      story.undo('void');
      story.hear('declined', { operation: 2 });
    });
    assert.equal(countBatch([view]).totals.saleCount, 1);
  });
});
