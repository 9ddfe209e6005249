import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CardPresent, Order } from '../../gateway/ports.ts';
import { Secret } from '../../kit/secret.ts';
import { type Desk, isDeclined, soon } from './desk.ts';

/** Cards that are held to a terminal, money that goes out to a card, and what is undone before it is settled. */
export const terminals = ({ rig, acquirer, order, about, perform, inquire, begun }: Desk): void => {
  const { cardPresent, payouts } = acquirer.capabilities;
  const { number } = rig.cards.approved;
  const present: CardPresent = {
    terminal: '12345678',
    batch: '000001',
    trace: '000011',
    entryMode: 'T',
    track2: new Secret(`${number.reveal()}=3901201`),
    pinBlock: new Secret('0123456789ABCDEF'),
    emvTags: new Secret('{"9F02":"000000003880"}'),
  };
  const held = (asked: Order, read = present) => acquirer.perform(asked, read, soon());
  const stands = async ({ sentReference }: Order) => (await rig.booked(sentReference))?.stands === true;

  describe('terminals, payouts and voids', () => {
    test('a sale by what a terminal read is approved, found by inquiry, and booked', async (t) => {
      if (!cardPresent) return t.skip('takes no cards at terminals');
      const asked = order({ returnUrl: null });
      const outcome = await held(asked);
      assert.ok(outcome.kind === 'approved' && outcome.approvalCode && outcome.acquirerReference);
      assert.equal((await inquire(asked)).kind, 'approved');
      assert.ok(await stands(asked));
    });

    test('what a terminal read of another card than it shows is declined', async (t) => {
      if (!cardPresent) return t.skip('takes no cards at terminals');
      isDeclined(
        await held(order({ returnUrl: null }), { ...present, track2: new Secret('4000000000000028=3901201') }),
      );
    });

    test('a payout goes to a card that was held to a terminal, or to its number', async (t) => {
      if (!payouts) return t.skip('sends no money to cards');
      const asked = order({ kind: 'payout', returnUrl: null });
      assert.equal((await acquirer.perform(asked, rig.cards.approved, soon())).kind, 'approved');
      assert.ok(await stands(asked));
      if (cardPresent) assert.equal((await held(order({ kind: 'payout', returnUrl: null }))).kind, 'approved');
    });

    test('a payout goes back to the card of an earlier sale, which the acquirer knows', async (t) => {
      if (!payouts) return t.skip('sends no money to cards');
      const sale = await begun();
      const asked = about(sale, { kind: 'payout' });
      assert.equal((await acquirer.perform(asked, null, soon())).kind, 'approved');
      assert.ok(await stands(asked));
      assert.ok(await stands(sale), 'the sale is as it was');
      isDeclined(await acquirer.perform(about(order({}), { kind: 'payout' }), null, soon()));
    });

    test('a payout goes to an account or a wallet, and one that is sent again is the same', async (t) => {
      const { payees = [] } = acquirer.capabilities;
      if (payees.length === 0) return t.skip('sends money to cards alone');
      for (const payee of payees) {
        const told = payee === 'account' ? { iban: 'DE23100000001234567890' } : { wallet: 'SKRILL', walletId: 'W-1' };
        const asked = order({ kind: 'payout', returnUrl: null, card: null });
        const whom = { payee, told: new Secret(JSON.stringify(told)) };
        const [first, again] = [
          await acquirer.perform(asked, whom, soon()),
          await acquirer.perform(asked, whom, soon()),
        ];
        assert.ok(first.kind === 'accepted' || first.kind === 'approved', first.kind);
        assert.deepEqual(again, first);
      }
      return undefined;
    });

    test('a void undoes a sale or payout as a whole, once', async () => {
      const sales = [await begun(), ...(payouts ? [order({ kind: 'payout', returnUrl: null })] : [])];
      for (const asked of sales) {
        if (asked.kind === 'payout') await acquirer.perform(asked, rig.cards.approved, soon());
        isDeclined(await perform(about(asked, { kind: 'void', amountMinor: asked.amountMinor - 1n })));
        const voiding = about(asked, { kind: 'void' });
        assert.equal((await perform(voiding)).kind, 'approved');
        assert.equal(await stands(asked), false);
        assert.equal((await perform(voiding)).kind, 'approved', 'the same void again');
        assert.equal((await inquire(voiding)).kind, 'approved');
        isDeclined(await perform(about(asked, { kind: 'void' })));
        isDeclined(await perform(about(asked, { kind: 'refund' })));
      }
    });

    test('what was refunded cannot be voided', async () => {
      const asked = await begun();
      await perform(about(asked, { kind: 'refund', amountMinor: 1n }));
      isDeclined(await perform(about(asked, { kind: 'void' })));
      assert.ok(await stands(asked));
    });

    test('an undo takes back a payout', async (t) => {
      if (!payouts) return t.skip('sends no money to cards');
      const asked = order({ kind: 'payout', returnUrl: null });
      await acquirer.perform(asked, rig.cards.approved, soon());
      const undo = about(asked, { kind: 'reversal', action: 'undo' });
      assert.equal((await acquirer.undo(undo, soon())).kind, 'approved');
      assert.equal(await stands(asked), false);
    });
  });
};
