import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Clock } from '../../kit/clock.ts';
import type { Sql } from '../../kit/postgres.ts';
import { readAmount } from '../amount.ts';
import type { Entry, NewEntry } from '../book/entry.ts';
import { find } from '../book/find.ts';
import { undo } from '../book/void.ts';
import { classOf, classOfEnds, masked } from '../cards.ts';
import { type Fate, fateAtTerminal, fateOfPayout } from '../fate.ts';
import { asyncRefundMs } from '../refunds.ts';
import { lateMs, refused } from './entering.ts';
import { FollowMessage, PayeeMessage, PayoutBackMessage, PayoutMessage, PresentMessage } from './messages.ts';
import type { Told } from './routes.ts';

/** Track 2 begins with the number; what it says must be the card that the terminal shows. */
const isOfCard = (track2: string | undefined, ends: string): boolean => {
  const number = /^;?([0-9]{8,19})[=D]/.exec(track2 ?? '')?.[1];
  return track2 === undefined || (number !== undefined && masked(number) === ends);
};

/** An approved sale or authorization at the same account, if that is what is to be paid back to; undefined where it is not. */
const chargeOf = (original: Entry | undefined, account: string): Entry | undefined => {
  const charged = original?.account === account && original.status === 'approved';
  return charged && (original.kind === 'sale' || original.kind === 'authorize') ? original : undefined;
};

/** What the host makes of a sale at a terminal, or of money that is sent to a payer. `original`: what that payer paid with. */
const entering = (
  kind: 'sale' | 'payout',
  message: PresentMessage | PayoutMessage | PayoutBackMessage | PayeeMessage,
  now: number,
  original?: Entry,
): { way: Fate['way']; entry: NewEntry } => {
  const { reference, account, currency } = message;
  const amount = readAmount(message.amount, currency);
  const present = 'present' in message ? message.present : null;
  const back = chargeOf(original, account);
  const number = 'card' in message ? message.card.number : null;
  const card = present ? present.card : number ? masked(number) : (back?.card ?? null);
  // Banks and wallets are not asked at once.
  const isLater = 'payee' in message || back?.wallet != null;
  const known = (): (Omit<Fate, 'class'> & { class: Fate['class'] | null }) | undefined => {
    if ('payee' in message) return { class: null, way: 'answer', challenge: false, code: '00' };
    if (number) return fateOfPayout(classOf(number));
    if (!present) return back && fateOfPayout(back.card === null ? (back.class ?? 'OK') : classOfEnds(back.card));
    if (!isOfCard(present.track2, present.card)) return undefined;
    return kind === 'payout' ? fateOfPayout(classOfEnds(present.card)) : fateAtTerminal(present.card, present.expiry);
  };
  const { class: cardClass, way, code } = amount === undefined ? refused('13') : (known() ?? refused('14'));
  const entry: NewEntry = {
    reference,
    account,
    kind,
    original: null,
    amount: amount ?? message.amount,
    currency,
    card,
    wallet: back?.wallet ?? null,
    class: cardClass,
    status: code === '00' ? 'approved' : 'declined',
    code,
    receivedAt: now,
    decidedAt: isLater && code === '00' ? now + asyncRefundMs : way === 'late' ? now + lateMs : now,
    challenge: null,
    codeAfter: null,
    wayAfter: null,
    reversedBy: null,
    terminal: present && `${present.terminal}/${present.batch}/${present.trace}`,
  };
  return { way, entry };
};

interface TerminalParts {
  readonly sql: Sql;
  readonly clock: Clock;
  /** Enters a message and answers it in its way. */
  enterAndTell(told: Told, reply: FastifyReply): Promise<unknown>;
  begun<Kind extends 'void'>(kind: Kind, message: FollowMessage): Parameters<typeof undo>[1] | undefined;
  repeated(known: Entry, entry: NewEntry, reply: FastifyReply): unknown;
  unreadable(reply: FastifyReply): FastifyReply;
}

/**
 * The host's messages about cards that are held to a terminal, money that goes out to a card, and what is undone before it is
 * settled: `present` (a sale), `payout` and `void`.
 */
export const terminalRoutes = (app: FastifyInstance, parts: TerminalParts): void => {
  const { sql, clock, enterAndTell, begun, repeated, unreadable } = parts;

  const take = (kind: 'sale' | 'payout') => async (request: FastifyRequest, reply: FastifyReply) => {
    const message = request.body as PresentMessage | PayoutMessage | PayoutBackMessage | PayeeMessage;
    const original = 'original' in message ? await find(sql, message.original) : undefined;
    return enterAndTell(entering(kind, message, clock.now(), original), reply);
  };

  app.post('/sandbox/acquirer/present', { schema: { body: PresentMessage } }, take('sale'));
  const either = { schema: { body: Type.Union([PayoutMessage, PayoutBackMessage, PayeeMessage, PresentMessage]) } };
  app.post('/sandbox/acquirer/payout', either, take('payout'));

  app.post('/sandbox/acquirer/void', { schema: { body: FollowMessage } }, async (request, reply) => {
    const voiding = begun('void', request.body as FollowMessage);
    if (!voiding) return unreadable(reply);
    const entry = await undo(sql, voiding);
    return repeated(entry, { ...entry, ...voiding }, reply);
  });
};
