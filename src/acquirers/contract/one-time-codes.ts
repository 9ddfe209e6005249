import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { faceOf } from '../../core/cards.ts';
import type { CardDetails, Order } from '../../gateway/ports.ts';
import { type Desk, isDeclined, isUnknown, soon } from './desk.ts';

/** Payers who type a code that was texted. */
export const oneTimeCodes = ({ rig, acquirer, overLine, order, perform, inquire, withCard }: Desk): void => {
  describe('one-time codes', () => {
    const texted = async (card: CardDetails, patch: Partial<Order> = {}): Promise<Order> => {
      const asked = order({ currency: 'UZS', ...patch }, card);
      const outcome = await perform(asked, card);
      const challenge = outcome.kind === 'challenge' ? outcome.challenge : undefined;
      assert.equal(acquirer.capabilities.challenges[asked.card!.brand], 'otp');
      assert.ok(challenge?.kind === 'otp' && challenge.digitCount === rig.otp.length);
      // Enough for its owner to know it by, too little for anybody else.
      assert.match(challenge.phone, /^\d{1,6}\*{3,}\d{2,4}$/);
      return asked;
    };
    const type = (asked: Order, card: CardDetails, code: string, by = acquirer, deadlineAt = soon()) =>
      by.resume({ ...asked, action: 'resume' }, card, { code }, deadlineAt);
    const stands = async ({ sentReference }: Order) => (await rig.booked(sentReference))?.stands === true;

    withCard('texted', 'the right code leads to an approval, once', async (card) => {
      const asked = await texted(card);
      assert.equal(await stands(asked), false);
      const [first, second] = await Promise.all([type(asked, card, rig.otp), type(asked, card, rig.otp)]);
      assert.equal(first.kind, 'approved');
      assert.deepEqual(second, first);
      assert.equal(await stands(asked), true);
    });

    withCard('texted', 'a wrong code moves nothing, and the right one may follow', async (card) => {
      const asked = await texted(card);
      for (const code of ['222222', '', '1111111']) assert.equal((await type(asked, card, code)).kind, 'wrong_code');
      assert.equal(await stands(asked), false);
      assert.equal((await type(asked, card, rig.otp)).kind, 'approved');
    });

    withCard('texted', 'another text is sent when it is asked for, and only while a code is awaited', async (card) => {
      const asked = await texted(card);
      const before = await rig.texts();
      await acquirer.resend({ ...asked, action: 'resend' }, soon());
      assert.equal(await rig.texts(), before + 1);
      assert.equal((await type(asked, card, rig.otp)).kind, 'approved');
      await acquirer.resend({ ...asked, action: 'resend' }, soon());
      assert.equal(await rig.texts(), before + 1);
    });

    withCard('texted', 'an inquiry ends what waits for a code', async (card) => {
      const asked = await texted(card);
      isDeclined(await inquire(asked), 'processing_error');
      for (const code of ['222222', rig.otp]) isDeclined(await type(asked, card, code));
      assert.equal(await stands(asked), false);
    });

    withCard('texted', 'a line that breaks at the code leaves it to an inquiry', async (card) => {
      const asked = await texted(card);
      rig.line.fault = 'cut_answer';
      isUnknown(await type(asked, card, rig.otp, overLine), 'silence');
      rig.line.fault = 'none';
      assert.equal((await inquire(asked)).kind, 'approved');
    });

    withCard('texted', 'a card is proven without an amount, and nothing moves', async (card) => {
      const asked = await texted(card, { kind: 'verify', amountMinor: 0n });
      assert.equal((await type(asked, card, '222222')).kind, 'wrong_code');
      assert.equal((await type(asked, card, rig.otp)).kind, 'approved');
      assert.match((await rig.booked(asked.sentReference))!.amount, /^0(\.0+)?$/);
    });

    withCard('texted', 'of a card it tells what its issuer tells, which moves with what was paid', async (card) => {
      const face = faceOf(card.number.reveal(), card.expiry);
      const question = { account: rig.account, currency: 'UZS', card, face };
      const before = await acquirer.describe(question, soon());
      assert.match(before!.phone!, /\*{3}/);
      assert.ok(before!.bank && before!.holder);
      const asked = await texted(card);
      assert.equal((await type(asked, card, rig.otp)).kind, 'approved');
      const after = await acquirer.describe(question, soon());
      assert.equal(before!.balanceMinor! - after!.balanceMinor!, asked.amountMinor);
      rig.line.fault = 'cut_answer';
      assert.equal(await overLine.describe(question, soon()), undefined);
      rig.line.fault = (answer) => answer.replace(face.last4, '0000');
      assert.equal(await overLine.describe(question, soon()), undefined, 'what is about another card');
      rig.line.fault = 'none';
    });

    withCard('texted', 'a merchant alone is not asked for a code', async (card) => {
      const asked = order({ currency: 'UZS', initiator: 'merchant', returnUrl: null }, card);
      assert.equal((await perform(asked, card)).kind, 'approved');
    });
  });
};
