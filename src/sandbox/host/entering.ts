import { randomBytes } from 'node:crypto';
import { readAmount } from '../amount.ts';
import { byText, type Entry, type NewEntry } from '../book/entry.ts';
import { masked } from '../cards.ts';
import { type Fate, fateOf } from '../fate.ts';
import { isNetworkNameOf } from '../network.ts';
import type { ChargeMessage } from './messages.ts';

/** After this long inquiries hear of a payment whose answer was lost: before the second inquiry, 5 s after the order. */
export const lateMs = 4_500;

export const refused = (code: '12' | '13' | '14'): Omit<Fate, 'class'> & { class: null } => ({
  class: null,
  way: 'answer',
  challenge: false,
  code,
});

/** What the host makes of a sale, authorization or verify: how it answers, and the entry that goes into the book. */
export const entering = (
  kind: 'sale' | 'authorize' | 'verify',
  message: ChargeMessage,
  now: number,
): { way: Fate['way']; entry: NewEntry } => {
  const {
    reference,
    account,
    currency,
    card,
    initiator,
    returnUrl,
    demandsChallenge = false,
    requiresChallenge = false,
    network,
  } = message;
  const amount = readAmount(message.amount, currency);
  // A verify is about the card alone: with an amount it is some other message by mistake.
  const isAmountRight = amount !== undefined && (kind !== 'verify' || /^[0.]+$/.test(amount));
  // The network knows which card a payment was made with.
  const isOfCard = network === undefined || isNetworkNameOf(network, card.number);
  const fate = !isOfCard
    ? refused('12')
    : !isAmountRight
      ? refused('13')
      : (fateOf(card, { kind, initiator, browser: returnUrl !== null, demandsChallenge, requiresChallenge }) ??
        refused('14'));
  const { way, code } = fate;
  const entry: NewEntry = {
    reference,
    account,
    kind,
    original: null,
    amount: amount ?? message.amount,
    currency,
    card: masked(card.number),
    wallet: null,
    class: fate.class,
    status: fate.challenge ? 'challenged' : code === '00' ? 'approved' : 'declined',
    code,
    receivedAt: now,
    decidedAt: !fate.challenge && way === 'late' ? now + lateMs : now,
    challenge: fate.challenge === 'text' ? byText : fate.challenge === 'form' ? randomBytes(16).toString('hex') : null,
    codeAfter: fate.challenge ? code : null,
    wayAfter: fate.challenge ? way : null,
    reversedBy: null,
    terminal: null,
  };
  return { way: fate.challenge ? 'answer' : way, entry };
};

/** Whether a message that brings a known reference is the one that the book has. */
export const isSame = (known: Entry, entry: NewEntry): boolean =>
  known.account === entry.account &&
  (known.kind === entry.kind || known.kind === null) &&
  known.original === entry.original &&
  known.amount === entry.amount &&
  known.currency === entry.currency &&
  (known.card === entry.card || known.card === null) &&
  (known.wallet === entry.wallet || known.kind === null) &&
  (known.terminal === entry.terminal || known.kind === null);
