import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { FaultyLine } from '../../test/faulty-line.ts';
import { faceOf } from '../core/cards.ts';
import type { Redirect } from '../core/model.ts';
import { textFromMinor } from '../core/money.ts';
import type { Reason } from '../core/reasons.ts';
import type { Acquirer, CardDetails, Order, Outcome } from '../gateway/ports.ts';

/** An adapter's host as the suite sees it. A text in place of a card says why there is none: the test is skipped. */
export interface Rig {
  /** The adapter, reaching its host under this origin. */
  connect(url: string): Acquirer;
  readonly hostUrl: string;
  /** A line that leads to the host. */
  readonly line: FaultyLine;
  readonly account: string;
  readonly cards: {
    readonly approved: CardDetails;
    readonly declined: readonly { readonly card: CardDetails; readonly reason: Reason }[];
    readonly challenged: CardDetails | string;
    /** Its payer is sent to a challenge only where one is demanded. */
    readonly demanded: CardDetails | string;
    /** Its payer is asked for a code that is texted. */
    readonly texted: CardDetails | string;
    readonly lateApproval: CardDetails | string;
    readonly lateDecline: CardDetails | string;
    readonly silent: CardDetails | string;
    readonly hostError: CardDetails | string;
  };
  /** Plays the payer at the issuer and answers the fields that the browser brings back; `forge` never goes there. */
  payer(challenge: Redirect, does: 'pass' | 'fail' | 'leave' | 'forge'): Promise<Record<string, string>>;
  /** The code that the host texts. */
  readonly otp: string;
  /** How many texts were sent. */
  texts(): Promise<number>;
  /** What the host's book says of a reference. `amount` in major units; `stands`: approved and not taken back. */
  booked(reference: string): Promise<{ readonly amount: string; readonly stands: boolean } | undefined>;
  /** Moves the host's clock. */
  advance(ms: number): void;
}

const patienceMs = 5_000;
const shortMs = 250;
const soon = (ms = patienceMs) => Date.now() + ms;

/** What every adapter under this folder owes to the port, shown against its host. */
export const contract = (name: string, rig: Rig): void => {
  const acquirer = rig.connect(rig.hostUrl);
  const overLine = rig.connect(rig.line.url);

  const order = (patch: Partial<Order> = {}, card: CardDetails | null = rig.cards.approved): Order => ({
    kind: 'sale',
    action: 'perform',
    operation: 1,
    attempt: 1,
    acquirer: name,
    account: rig.account,
    sentReference: `${randomUUID()}-1`,
    acquirerReference: null,
    amountMinor: 26_850n,
    currency: 'HKD',
    card: card && faceOf(card.number.reveal(), card.expiry),
    original: null,
    initiator: 'payer',
    demandsChallenge: false,
    returnUrl: 'https://pay.example/return',
    description: 'Two tea cups',
    ...patch,
  });
  const about = (original: Order, patch: Partial<Order>): Order =>
    order({ original: { sentReference: original.sentReference, acquirerReference: null }, returnUrl: null, ...patch });
  const inquiry = (asked: Order): Order => ({ ...asked, action: 'inquire', returnUrl: null });

  const perform = (asked: Order, card: CardDetails | null = rig.cards.approved, by = acquirer) =>
    by.perform(asked, ['sale', 'authorize', 'verify'].includes(asked.kind) ? card : null, soon());
  const inquire = (asked: Order) => acquirer.inquire(inquiry(asked), soon());
  const begun = async (patch: Partial<Order> = {}): Promise<Order> => {
    const asked = order(patch);
    assert.equal((await perform(asked)).kind, 'approved');
    return asked;
  };
  const isUnknown = (outcome: Outcome, doubt: 'silence' | 'host_error') =>
    assert.deepEqual({ ...outcome, note: '' }, { kind: 'unknown', doubt, note: '' });
  const isDeclined = (outcome: Outcome, reason?: Reason) => {
    assert.equal(outcome.kind, 'declined');
    if (reason) assert.equal(outcome.kind === 'declined' && outcome.reason, reason);
  };

  describe(`acquirer ${name}`, () => {
    /** A test with a card that not every host has. */
    const withCard = (
      kind: Exclude<keyof Rig['cards'], 'declined'>,
      title: string,
      run: (card: CardDetails) => Promise<void>,
    ) =>
      test(title, async (t) => {
        const card = rig.cards[kind];
        if (typeof card === 'string') return t.skip(card);
        await run(card);
      });

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

      test('an authorization is captured in parts, refunded in parts, and never beyond', async (t) => {
        const authorized = await begun({ kind: 'authorize', amountMinor: 1_000n });
        const capture = (amountMinor: bigint) => perform(about(authorized, { kind: 'capture', amountMinor }));
        const refund = (amountMinor: bigint) => perform(about(authorized, { kind: 'refund', amountMinor }));
        if (!acquirer.capabilities.partialCapture) return t.skip('captures only the whole');
        assert.equal((await capture(400n)).kind, 'approved');
        assert.equal((await capture(500n)).kind, 'approved');
        isDeclined(await capture(101n));
        assert.equal((await refund(899n)).kind, 'approved');
        isDeclined(await refund(2n));
        assert.equal((await refund(1n)).kind, 'approved');
      });

      test('what is released of an authorization can no longer be captured', async () => {
        const authorized = await begun({ kind: 'authorize', amountMinor: 1_000n });
        assert.equal((await perform(about(authorized, { kind: 'release', amountMinor: 600n }))).kind, 'approved');
        isDeclined(await perform(about(authorized, { kind: 'capture', amountMinor: 401n })));
        assert.equal((await perform(about(authorized, { kind: 'capture', amountMinor: 400n }))).kind, 'approved');
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
      });

      test('parallel refunds stay within what was paid, by the book of the host', async () => {
        const sale = await begun({ amountMinor: 1_000n });
        const outcomes = await Promise.all(
          Array.from({ length: 8 }, () => perform(about(sale, { kind: 'refund', amountMinor: 400n }))),
        );
        assert.equal(outcomes.filter(({ kind }) => kind === 'approved').length, 2);
      });
    });

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

      withCard(
        'texted',
        'another text is sent when it is asked for, and only while a code is awaited',
        async (card) => {
          const asked = await texted(card);
          const before = await rig.texts();
          await acquirer.resend({ ...asked, action: 'resend' }, soon());
          assert.equal(await rig.texts(), before + 1);
          assert.equal((await type(asked, card, rig.otp)).kind, 'approved');
          await acquirer.resend({ ...asked, action: 'resend' }, soon());
          assert.equal(await rig.texts(), before + 1);
        },
      );

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

    describe('what hosts do', () => {
      const outwaited = async (card: CardDetails): Promise<Order> => {
        const asked = order({}, card);
        isUnknown(await acquirer.perform(asked, card, soon(shortMs)), 'silence');
        return asked;
      };

      withCard('silent', 'a host that never answers is given up at the deadline and knows nothing', async (card) => {
        const startedAt = Date.now();
        const asked = await outwaited(card);
        assert.ok(Date.now() - startedAt < shortMs + 1_000);
        assert.deepEqual(await inquire(asked), { kind: 'not_found' });
      });

      withCard('lateApproval', 'a lost approval is found by inquiry', async (card) => {
        const asked = await outwaited(card);
        assert.notEqual((await inquire(asked)).kind, 'approved');
        rig.advance(5_000);
        assert.equal((await inquire(asked)).kind, 'approved');
        assert.equal((await rig.booked(asked.sentReference))?.stands, true);
      });

      withCard('lateDecline', 'a lost decline is found by inquiry', async (card) => {
        const asked = await outwaited(card);
        rig.advance(5_000);
        isDeclined(await inquire(asked), 'declined');
      });

      withCard('hostError', 'a host error is no decline', async (card) => {
        const asked = order({}, card);
        isUnknown(await perform(asked, card), 'host_error');
        assert.deepEqual(await inquire(asked), { kind: 'not_found' });
      });
    });

    describe('the line', () => {
      const sentOver = async (fault: FaultyLine['fault'], ms = patienceMs) => {
        rig.line.fault = fault;
        const asked = order();
        const outcome = await overLine.perform(asked, rig.cards.approved, soon(ms));
        rig.line.fault = 'none';
        return { asked, outcome };
      };
      /** The line carries on as if nothing had happened. */
      const works = async () => assert.equal((await perform(order(), rig.cards.approved, overLine)).kind, 'approved');

      test('nobody listens: proven not sent; of a question that says nothing', async () => {
        const nowhere = rig.connect('http://127.0.0.1:1');
        const asked = order();
        assert.equal((await perform(asked, rig.cards.approved, nowhere)).kind, 'not_sent');
        assert.equal((await nowhere.inquire(inquiry(asked), soon())).kind, 'unknown');
      });

      test('past the deadline no byte leaves', async () => {
        rig.line.byteCount = 0;
        for (const deadlineAt of [Date.now(), Date.now() - 60_000]) {
          assert.equal((await overLine.perform(order(), rig.cards.approved, deadlineAt)).kind, 'not_sent');
        }
        await works();
        const bytesOfOne = rig.line.byteCount;
        assert.ok(bytesOfOne > 0 && bytesOfOne < 2_000, 'only the last one left');
      });

      test('cut before the host heard of it: unknown, and inquiries find nothing', async () => {
        const { asked, outcome } = await sentOver('cut_request');
        isUnknown(outcome, 'silence');
        assert.deepEqual(await inquire(asked), { kind: 'not_found' });
        await works();
      });

      test('cut after the host heard of it: unknown, and an inquiry finds the approval', async () => {
        for (const fault of ['cut_answer', 'half_answer'] as const) {
          const { asked, outcome } = await sentOver(fault);
          isUnknown(outcome, 'silence');
          assert.equal((await inquire(asked)).kind, 'approved');
          await works();
        }
      });

      test('an answer after the deadline, or one that drips past it, is silence and disturbs no later order', async () => {
        for (const fault of ['hold_answer', 'drip_answer'] as const) {
          const { asked, outcome } = await sentOver(fault, shortMs);
          isUnknown(outcome, 'silence');
          rig.line.release();
          await works();
          assert.equal((await inquire(asked)).kind, 'approved');
        }
      });

      test('an answer that comes twice counts for its own order only', async () => {
        const { outcome } = await sentOver('double_answer');
        assert.equal(outcome.kind, 'approved');
        // All at once, so that one of them goes over the line on which the second copy waits.
        const next = await Promise.all([1, 2, 3].map(() => perform(order(), rig.cards.approved, overLine)));
        const approved = next.filter(({ kind }) => kind === 'approved');
        assert.equal(new Set([outcome, ...approved].map((o) => inspect(o))).size, approved.length + 1);
        for (const { kind } of next) assert.ok(kind === 'approved' || kind === 'unknown');
        assert.ok(approved.length >= 2);
        // A line that is out of step once would be so for ever.
        await Promise.all([1, 2, 3, 4].map(works));
      });

      test('answers that change places tell nothing about either order', async () => {
        rig.line.fault = 'swap_answers';
        const [one, other] = [order(), order()];
        const outcomes = await Promise.all([one, other].map((o) => perform(o, rig.cards.approved, overLine)));
        rig.line.fault = 'none';
        for (const outcome of outcomes) isUnknown(outcome, 'host_error');
        await works();
      });

      test('rubbish, a flood and another payment’s echo are host errors, never answers', async () => {
        const http = (text: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
        for (const text of ['', 'null', '{}', '<html>'])
          isUnknown((await sentOver(() => http(text))).outcome, 'host_error');
        const flood = (answer: string) => http(answer.split('\r\n\r\n')[1]!.padEnd(200_000));
        isUnknown((await sentOver(flood)).outcome, 'host_error');
        const swaps = [
          ['268.50', '268.51'],
          ['HKD', 'USD'],
          [rig.account, `${rig.account.slice(0, -1)}X`],
          [rig.cards.approved.number.reveal().slice(-4), '9999'],
        ] as const;
        for (const [from, to] of swaps) {
          const { asked, outcome } = await sentOver((answer) => answer.replace(from, to));
          isUnknown(outcome, 'host_error');
          assert.equal((await inquire(asked)).kind, 'approved');
        }
        await works();
      });

      test('what is no HTTP at all is an unknown outcome, too', async () => {
        const { outcome } = await sentOver(() => 'rubbish\r\n\r\n');
        assert.equal(outcome.kind, 'unknown');
        await works();
      });
    });

    test('no outcome shows a card number or a security code', async () => {
      const { number, code } = rig.cards.approved;
      const text = inspect(await perform(order()), { depth: 9 });
      assert.ok(!text.includes(number.reveal()));
      if (code) assert.ok(!text.includes(`'${code.reveal()}'`));
    });
  });
};
