import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Clock } from '../../kit/clock.ts';
import type { Sql } from '../../kit/postgres.ts';
import { readAmount } from '../amount.ts';
import { close } from '../book/close.ts';
import type { Entry, NewEntry } from '../book/entry.ts';
import { find } from '../book/find.ts';
import { addVisit } from '../book/visits.ts';
import { isSite, traitsOf } from '../wallets.ts';
import { type Answer, answerOf, notFound, type Places } from './answer.ts';
import { isSame } from './entering.ts';
import { InquireMessage, WalletMessage } from './messages.ts';

interface WalletParts {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly places: Places;
  enter(entry: NewEntry): Promise<Entry | undefined>;
  answer(entry: Entry): Promise<Answer>;
  conflict(reply: FastifyReply): FastifyReply;
  unreadable(reply: FastifyReply): FastifyReply;
}

/** What the host makes of an order by wallet: it waits for its payer, unless there is nothing to pay. */
const entering = ({ reference, account, currency, wallet, amount }: WalletMessage, now: number): NewEntry => {
  const read = readAmount(amount, currency);
  const isPayable = read !== undefined && /[1-9]/.test(read);
  return {
    reference,
    account,
    kind: traitsOf(wallet).pushes ? 'collect' : 'sale',
    original: null,
    amount: read ?? amount,
    currency,
    card: null,
    wallet,
    class: null,
    status: isPayable ? 'challenged' : 'declined',
    code: isPayable ? '00' : '13',
    receivedAt: now,
    decidedAt: now,
    challenge: isPayable ? randomBytes(16).toString('hex') : null,
    codeAfter: null,
    wayAfter: null,
    reversedBy: null,
    terminal: null,
  };
};

/** What is told of a payer, as a page may show it: numbers and names by their ends. */
const shown = (told: Readonly<Record<string, string>>): string =>
  Object.entries(told)
    .map(([name, value]) => `${name} …${value.slice(-4)}`)
    .join(', ');

/** The host's messages about orders by wallet: `wallet` and `close`. */
export const walletRoutes = (app: FastifyInstance, parts: WalletParts): void => {
  const { sql, clock, places, enter, answer, conflict, unreadable } = parts;

  app.post('/sandbox/acquirer/wallet', { schema: { body: WalletMessage } }, async (request, reply) => {
    const message = request.body as WalletMessage;
    const entry = entering(message, clock.now());
    const { returnUrl = null, told = {} } = message;
    if (isSite(message.wallet) && entry.challenge) {
      await addVisit(sql, { token: entry.challenge, returnUrl, told: shown(told) });
    }
    const known = (await enter(entry)) ?? (await find(sql, entry.reference))!;
    if (!isSame(known, entry)) return conflict(reply);
    // The code is what was asked for, and the first answer; what has come under it since, inquiries tell.
    const isOpen = known.status === 'challenged' && !known.reversedBy;
    return isOpen ? answerOf(known, clock.now(), places) : answer(known);
  });

  app.post('/sandbox/acquirer/close', { schema: { body: InquireMessage } }, async (request, reply) => {
    const message = request.body as InquireMessage;
    const { reference, account, currency } = message;
    const amount = readAmount(message.amount, currency);
    if (amount === undefined) return unreadable(reply);
    const entry = await close(sql, { reference, account, amount, currency, receivedAt: clock.now() });
    return entry.account === account ? answer(entry) : notFound(message, clock.now());
  });
};
