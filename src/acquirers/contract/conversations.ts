import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { textFromMinor } from '../../core/money.ts';
import { overcaptureOf } from '../../core/totals.ts';
import { type Desk, isDeclined, soon } from './desk.ts';

/** Sales, authorizations, what follows them, and what is asked about them. */
export const conversations = ({ rig, acquirer, order, about, perform, inquire, begun }: Desk): void => {
  const { overcapturePercent = 0 } = acquirer.capabilities;

  describe('conversations', () => {
    test('a sale is approved with its codes, and the host books the same amount in every kind of currency', async () => {
      for (const [currency, amountMinor] of [
        ['HKD', 26_850n],
        ['USD', 1n],
        ['JPY', 500n],
        ['KWD', 1_234n],
      ] as const) {
        const asked = order({ currency, amountMinor });
        const outcome = await perform(asked);
        assert.equal(outcome.kind, 'approved');
        assert.ok(outcome.kind === 'approved' && outcome.approvalCode && outcome.acquirerReference);
        assert.deepEqual(await rig.booked(asked.sentReference), {
          amount: textFromMinor(amountMinor, currency),
          stands: true,
        });
      }
    });

    test('a decline has its reason, and nothing stands in the book', async () => {
      for (const { card, reason } of rig.cards.declined) {
        const asked = order({}, card);
        isDeclined(await perform(asked, card), reason);
        isDeclined(await inquire(asked), reason);
        assert.notEqual((await rig.booked(asked.sentReference))?.stands, true);
      }
    });

    test('a charge of a stored card names the payment that stored it, which must be one with that card', async () => {
      const first = await perform(order());
      assert.ok(first.kind === 'approved' && first.networkReference !== null);
      const again = { initiator: 'merchant', returnUrl: null } as const;
      assert.equal(
        (await perform(order({ ...again, firstNetworkReference: first.networkReference }))).kind,
        'approved',
      );
      isDeclined(
        await perform(order({ ...again, firstNetworkReference: `${first.networkReference.slice(0, -4)}0000` })),
      );
    });

    test('an authorization is captured in parts, refunded in parts, and never beyond', async (t) => {
      const authorized = await begun({ kind: 'authorize', amountMinor: 1_000n });
      const capture = (amountMinor: bigint) => perform(about(authorized, { kind: 'capture', amountMinor }));
      const refund = (amountMinor: bigint) => perform(about(authorized, { kind: 'refund', amountMinor }));
      if (!acquirer.capabilities.partialCapture) return t.skip('captures only the whole');
      assert.equal((await capture(400n)).kind, 'approved');
      assert.equal((await capture(500n)).kind, 'approved');
      isDeclined(await capture(101n + overcaptureOf(1_000n, overcapturePercent)));
      assert.equal((await refund(899n)).kind, 'approved');
      isDeclined(await refund(2n));
      assert.equal((await refund(1n)).kind, 'approved');
    });

    test('what is released of an authorization can no longer be captured', async () => {
      const authorized = await begun({ kind: 'authorize', amountMinor: 1_000n });
      assert.equal((await perform(about(authorized, { kind: 'release', amountMinor: 600n }))).kind, 'approved');
      const amountMinor = 401n + overcaptureOf(400n, overcapturePercent);
      isDeclined(await perform(about(authorized, { kind: 'capture', amountMinor })));
      assert.equal((await perform(about(authorized, { kind: 'capture', amountMinor: 400n }))).kind, 'approved');
    });

    test('a capture is for as much more than authorized as is said, all of it refunded, and nothing more let go', async (t) => {
      if (overcapturePercent === 0) return t.skip('captures no more than was authorized');
      const extraMinor = overcaptureOf(1_009n, overcapturePercent);
      const authorized = await begun({ kind: 'authorize', amountMinor: 1_009n });
      const then = (kind: 'capture' | 'release' | 'refund', amountMinor: bigint) =>
        perform(about(authorized, { kind, amountMinor }));
      isDeclined(await then('release', 1_010n));
      isDeclined(await then('capture', 1_010n + extraMinor));
      assert.equal((await then('capture', 1_009n + extraMinor)).kind, 'approved');
      isDeclined(await then('release', 1n));
      isDeclined(await then('refund', 1_010n + extraMinor));
      assert.equal((await then('refund', 1_009n + extraMinor)).kind, 'approved');
    });

    test('an undo takes back a sale, a capture and a refund; repeating it changes nothing', async () => {
      const sale = await begun();
      const authorized = await begun({ kind: 'authorize' });
      const capture = about(authorized, { kind: 'capture' });
      await perform(capture);
      const paid = await begun();
      const refund = about(paid, { kind: 'refund' });
      await perform(refund);
      for (const target of [sale, capture, refund]) {
        const undo = about(target, { kind: 'reversal', action: 'undo' });
        assert.equal((await acquirer.undo(undo, soon())).kind, 'approved');
        assert.equal((await rig.booked(target.sentReference))?.stands, false);
        const again = about(target, { kind: 'reversal', action: 'undo' });
        assert.equal((await acquirer.undo(again, soon())).kind, 'approved');
        assert.equal((await acquirer.undo(undo, soon())).kind, 'approved');
      }
      assert.equal((await perform(about(paid, { kind: 'refund' }))).kind, 'approved', 'room again for a refund');
    });

    test('an undo of what the host never heard of is approved, and a late original finds itself taken back', async () => {
      const lost = order();
      assert.equal((await acquirer.undo(about(lost, { kind: 'reversal', action: 'undo' }), soon())).kind, 'approved');
      isDeclined(await perform(lost));
      assert.notEqual((await rig.booked(lost.sentReference))?.stands, true);
    });

    test('an inquiry tells what became of a sale, a capture, a refund and of nothing', async () => {
      const authorized = await begun({ kind: 'authorize' });
      const capture = about(authorized, { kind: 'capture', amountMinor: 100n });
      const refund = about(authorized, { kind: 'refund', amountMinor: 100n });
      await perform(capture);
      await perform(refund);
      for (const asked of [authorized, capture, refund]) assert.equal((await inquire(asked)).kind, 'approved');
      assert.deepEqual(await inquire(order()), { kind: 'not_found' });
      await acquirer.undo(about(refund, { kind: 'reversal', action: 'undo', amountMinor: 100n }), soon());
      isDeclined(await inquire(refund));
    });

    test('a message sent again under its reference has one effect and the first result', async (t) => {
      if (!acquirer.capabilities.knowsReference) return t.skip('the host does not know a reference again');
      const sale = order();
      const outcomes = await Promise.all([perform(sale), perform(sale), perform(sale)]);
      for (const outcome of outcomes) assert.deepEqual(outcome, outcomes[0]);
      const refund = about(sale, { kind: 'refund' });
      const refunds = await Promise.all([perform(refund), perform(refund), perform(refund)]);
      for (const outcome of refunds) assert.deepEqual(outcome, refunds[0]);
      assert.equal(refunds[0]!.kind, 'approved');
      const authorized = await begun({ kind: 'authorize', amountMinor: 1_000n });
      const release = about(authorized, { kind: 'release', amountMinor: 600n });
      for (let time = 0; time < 3; time++) assert.equal((await perform(release)).kind, 'approved');
      assert.equal((await perform(about(authorized, { kind: 'capture', amountMinor: 400n }))).kind, 'approved');
    });

    test('parallel refunds stay within what was paid, by the book of the host', async () => {
      const sale = await begun({ amountMinor: 1_000n });
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, () => perform(about(sale, { kind: 'refund', amountMinor: 400n }))),
      );
      assert.equal(outcomes.filter(({ kind }) => kind === 'approved').length, 2);
    });
  });
};
