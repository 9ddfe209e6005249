import { schemes } from '../../core/bank-accounts.ts';
import { brands, codeLengthOf } from '../../core/cards.ts';
import { minorFromText } from '../../core/money.ts';
import { apps } from '../../core/wallets.ts';
import type { Acquirer, CardDetails, Order, Outcome } from '../../gateway/ports.ts';
import { type Clock, realClock } from '../../kit/clock.ts';
import { type Answer, readAnswer } from './answer.ts';
import { reasonOf } from './codes.ts';
import { readFacts } from './facts.ts';
import { type Exchange, lineTo } from './line.ts';
import {
  abandonOrder,
  cardMessage,
  closeMessage,
  inquireMessage,
  type Message,
  performMessage,
  resendMessage,
  resumeMessage,
  undoMessage,
} from './messages.ts';
import { readNotice } from './notice.ts';

/** The host texts a code where a card has no security code of its own; other issuers have a page. */
const challenges = Object.fromEntries(
  brands.map((brand) => [brand, codeLengthOf(brand) === 0 ? 'otp' : 'redirect'] as const),
);

const wordsOf = ({ hostReference, time, code, text }: Answer) => ({
  acquirerReference: hostReference,
  acquirerTime: time,
  responseCode: code,
  responseText: text,
});

const challengeOf = ({ qr, otp, challenge }: Answer): Extract<Outcome, { kind: 'challenge' }>['challenge'] => {
  if (qr) return { kind: 'qr', ...qr };
  return otp ? { kind: 'otp', ...otp } : { kind: 'redirect', ...challenge! };
};

/** What payers pushed, of an answer that was read: its amounts are amounts. */
const receivedOf = (answer: Answer): Outcome => ({
  kind: 'received',
  ...wordsOf(answer),
  transfers: answer.transfers!.map(({ reference, amount, time, payer }) => ({
    reference,
    amountMinor: minorFromText(amount, answer.currency)!,
    acquirerTime: time,
    payer,
  })),
  isClosed: answer.closed!,
  challenge: answer.qr ? { kind: 'qr', ...answer.qr } : null,
});

const outcomeOf = (answer: Answer): Outcome => {
  const words = wordsOf(answer);
  switch (answer.status) {
    case 'approved': {
      const { approvalCode, networkReference = null, storable, payer } = answer;
      return {
        kind: 'approved',
        ...words,
        approvalCode: approvalCode!,
        networkReference,
        ...(storable !== undefined && { storable }),
        ...(payer !== undefined && { payer }),
      };
    }
    case 'declined':
      return { kind: 'declined', ...words, reason: reasonOf(answer.code) };
    case 'challenge':
      return { kind: 'challenge', ...words, challenge: challengeOf(answer) };
    case 'received':
      return receivedOf(answer);
    case 'wrong_code':
      return { kind: 'wrong_code', ...words };
    case 'pending':
      return { kind: 'accepted', ...words };
    // Whoever took it back, its money does not move any more.
    case 'reversed':
      return { kind: 'declined', ...words, reason: 'processing_error' };
    case 'not_found':
      return { kind: 'not_found' };
  }
};

/** A question that did not leave says nothing about the order. */
const ofQuestion = (outcome: Outcome): Outcome =>
  outcome.kind === 'not_sent' ? { kind: 'unknown', doubt: 'silence', note: outcome.note } : outcome;

const withoutAnswer = ({ kind, note }: Exclude<Exchange<Answer>, { kind: 'answer' }>): Outcome =>
  kind === 'not_sent' ? { kind, note } : { kind: 'unknown', doubt: kind === 'broken' ? 'host_error' : 'silence', note };

export interface SandboxAcquirerSettings {
  /** Origin of the host, http. */
  readonly url: string;
  /** How long the host may not know of an order yet, ms. */
  readonly lagMs?: number;
  /** Real time: deadlines follow it. */
  readonly clock?: Clock;
}

/** The acquirer of sandbox installations: speaks the JSON protocol of the sandbox world's host. */
export const sandboxAcquirer = ({ url, lagMs = 3_000, clock = realClock }: SandboxAcquirerSettings): Acquirer => {
  const line = lineTo(url, clock);

  const exchange = async (order: Order, { path, body }: Message, deadlineAt: number): Promise<Outcome> => {
    const came = await line.post(path, body, deadlineAt, (text) => readAnswer(text, order));
    return came.kind === 'answer' ? outcomeOf(came.answer) : withoutAnswer(came);
  };

  /** Only inquiries may hear that the host knows nothing; elsewhere such an answer makes no sense. */
  const deciding = async (order: Order, message: Message, deadlineAt: number): Promise<Outcome> => {
    const outcome = await exchange(order, message, deadlineAt);
    return outcome.kind === 'not_found'
      ? { kind: 'unknown', doubt: 'host_error', note: 'not found, but not asked' }
      : outcome;
  };

  return {
    name: 'sandbox',
    capabilities: {
      partialCapture: true,
      overcapturePercent: 20,
      knowsReference: true,
      lagMs,
      resumeNeedsCard: true,
      brands,
      wallets: apps,
      sites: 'any',
      cardPresent: true,
      debits: schemes,
      payouts: true,
      payees: ['account', 'wallet'],
      challenges,
    },

    perform: (order, card, deadlineAt) => deciding(order, performMessage(order, card), deadlineAt),

    async resume(order: Order, card: CardDetails | null, answer, deadlineAt: number) {
      if (!card) return { kind: 'not_sent', note: 'the card is gone' };
      return deciding(order, resumeMessage(order, card, answer.code), deadlineAt);
    },

    async resend(order, deadlineAt) {
      await exchange(order, resendMessage(order), deadlineAt);
    },

    async inquire(order, deadlineAt) {
      const outcome = ofQuestion(await exchange(order, inquireMessage(order), deadlineAt));
      // A wallet's code is open until it is paid or closed, and asking is how we hear of either.
      if (outcome.kind !== 'challenge' || outcome.challenge.kind === 'qr') return outcome;
      // Else we only ask about what we no longer wait for, so nobody will answer this challenge: it must not stay open.
      const end = abandonOrder(order);
      const ended = await exchange(end, undoMessage(end), deadlineAt);
      if (ended.kind !== 'approved') return { kind: 'unknown', doubt: 'silence', note: 'a challenge is still open' };
      const reason = outcome.challenge.kind === 'otp' ? 'processing_error' : 'authentication_failed';
      return { ...outcome, kind: 'declined', reason };
    },

    async close(order, deadlineAt) {
      return ofQuestion(await deciding(order, closeMessage(order), deadlineAt));
    },

    async describe(question, deadlineAt) {
      const { path, body } = cardMessage(question);
      const came = await line.post(path, body, deadlineAt, (text) => readFacts(text, question));
      return came.kind === 'answer' ? came.answer : undefined;
    },

    undo: (order, deadlineAt) => deciding(order, undoMessage(order), deadlineAt),
    readNotice,
  };
};
