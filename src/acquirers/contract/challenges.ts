import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Redirect } from '../../core/model.ts';
import type { CardDetails, Order, Outcome } from '../../gateway/ports.ts';
import { type Desk, isDeclined, soon } from './desk.ts';

/** Payers who are sent to their bank. */
export const challenges = ({ rig, acquirer, order, perform, inquire, withCard }: Desk): void => {
  describe('challenges', () => {
    const challenged = async (
      card: CardDetails,
      patch: Partial<Order> = {},
    ): Promise<{ asked: Order; challenge: Redirect }> => {
      const asked = order(patch, card);
      const outcome = await perform(asked, card);
      assert.equal(outcome.kind, 'challenge');
      assert.equal(acquirer.capabilities.challenges[asked.card!.brand], 'redirect');
      return { asked, challenge: (outcome as Extract<Outcome, { kind: 'challenge' }>).challenge as Redirect };
    };
    const resume = (asked: Order, card: CardDetails, answer: Record<string, string>) =>
      acquirer.resume({ ...asked, action: 'resume' }, card, answer, soon());

    withCard('challenged', 'a challenge that is passed leads to an approval, once', async (card) => {
      const { asked, challenge } = await challenged(card);
      const answer = await rig.payer(challenge, 'pass');
      const outcome = await resume(asked, card, answer);
      assert.equal(outcome.kind, 'approved');
      assert.deepEqual(await resume(asked, card, answer), outcome, 'coming back twice is one payment');
      assert.equal((await rig.booked(asked.sentReference))?.stands, true);
    });

    withCard('challenged', 'failed, left or forged it is not authenticated', async (card) => {
      for (const does of ['fail', 'leave', 'forge'] as const) {
        const { asked, challenge } = await challenged(card);
        isDeclined(await resume(asked, card, await rig.payer(challenge, does)), 'authentication_failed');
        assert.notEqual((await rig.booked(asked.sentReference))?.stands, true);
      }
    });

    withCard('challenged', 'an answer to another challenge, even a passed one, is worth nothing', async (card) => {
      const [passed, other] = [await challenged(card), await challenged(card)];
      const answer = await rig.payer(passed.challenge, 'pass');
      isDeclined(await resume(other.asked, card, answer), 'authentication_failed');
    });

    withCard('challenged', 'an inquiry ends a challenge that nobody waits for any more', async (card) => {
      const { asked, challenge } = await challenged(card);
      isDeclined(await inquire(asked), 'authentication_failed');
      isDeclined(await resume(asked, card, await rig.payer(challenge, 'pass')));
      assert.notEqual((await rig.booked(asked.sentReference))?.stands, true);
    });

    withCard('challenged', 'a merchant alone is never sent to a challenge', async (card) => {
      const asked = order({ initiator: 'merchant', returnUrl: null, demandsChallenge: true }, card);
      assert.notEqual((await perform(asked, card)).kind, 'challenge');
    });

    withCard('demanded', 'a challenge that is demanded comes first, and decides', async (card) => {
      const plain = order({}, card);
      assert.equal((await perform(plain, card)).kind, 'approved');
      for (const [does, end] of [
        ['pass', 'approved'],
        ['fail', 'declined'],
      ] as const) {
        const { asked, challenge } = await challenged(card, { demandsChallenge: true });
        assert.notEqual((await rig.booked(asked.sentReference))?.stands, true);
        assert.equal((await resume(asked, card, await rig.payer(challenge, does))).kind, end);
      }
    });
  });
};
