import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Clock } from '../../kit/clock.ts';
import type { Sql } from '../../kit/postgres.ts';
import { readAmount } from '../amount.ts';
import { byText, type Entry, type NewEntry } from '../book/entry.ts';
import { find } from '../book/find.ts';
import { follow } from '../book/follow.ts';
import { groupEntries } from '../book/group.ts';
import { resume } from '../book/resume.ts';
import { reverse } from '../book/reverse.ts';
import { transfersOf } from '../book/transfers.ts';
import { masked, rightCode } from '../cards.ts';
import type { Code } from '../codes.ts';
import type { Way } from '../fate.ts';
import type { Issuer } from '../issuer/index.ts';
import { type Confirmation, sendText } from '../phone/texts.ts';
import { answerOf, notFound, receivedOf } from './answer.ts';
import { tellCard } from './card.ts';
import { debitRoutes } from './debit.ts';
import { entering, isSame, lateMs } from './entering.ts';
import { delayMsOf, type Latency } from './latency.ts';
import { CardMessage, ChargeMessage, FollowMessage, InquireMessage, ResumeMessage } from './messages.ts';
import { cut, heldLines } from './silence.ts';
import { terminalRoutes } from './terminal.ts';
import { walletRoutes } from './wallet.ts';

export interface HostParts {
  readonly sql: Sql;
  /** The business clock. */
  readonly clock: Clock;
  readonly issuer: Issuer;
  /** Origin under which payers reach the wallets, without a slash at the end. */
  readonly publicUrl: string;
  /** How long it takes before it answers. None: as long as it needs. */
  readonly latency?: Latency | null | undefined;
}

/** What the host made of a message: how it answers, and what goes into the book. */
export interface Told {
  readonly way: Way;
  readonly entry: NewEntry;
}

const messagePath = /^\/sandbox\/acquirer\/(\w+)$/;

/** Holds every answer of the host back for as long as its message is drawn to take; what it decided is booked already. */
const takeTime = (app: FastifyInstance, latency: Latency): void => {
  app.addHook('onSend', async ({ url, body }) => {
    const name = messagePath.exec(url)?.[1];
    if (name === undefined) return;
    // A question about a card has none, and takes its time all the same.
    const { reference = randomUUID() } = (body ?? {}) as { reference?: string };
    await pause(delayMsOf(latency, name, String(reference)));
  });
};

/** What the issuer is told of a payment that its customer must confirm. */
const challengeOf = (id: string, entry: NewEntry, { description, returnUrl }: ChargeMessage) => ({
  id,
  reference: entry.reference,
  account: entry.account,
  amount: entry.amount,
  currency: entry.currency,
  card: entry.card!,
  description,
  returnUrl: returnUrl!,
});

/** The acquirer's host: `POST /sandbox/acquirer/<message>`, JSON both ways. */
export const hostRoutes = (
  app: FastifyInstance,
  { sql, clock, issuer, publicUrl, latency = null }: HostParts,
): void => {
  if (latency) takeTime(app, latency);
  const enter = groupEntries(sql);
  const lines = heldLines();
  app.addHook('preClose', async () => lines.dropAll());

  const places = { issuerUrl: issuer.url, publicUrl };
  const answer = async (entry: Entry) =>
    entry.kind === 'collect'
      ? receivedOf(entry, await transfersOf(sql, entry.reference), clock.now(), places)
      : answerOf(entry, clock.now(), places);
  const conflict = (reply: FastifyReply) => reply.code(409).send({ error: 'reference used for another message' });

  /** The book's answer to a message whose reference it knew already. */
  const repeated = (known: Entry, entry: NewEntry, reply: FastifyReply) =>
    isSame(known, entry) ? answer(known) : conflict(reply);

  const text = (entry: Entry) => sendText(sql, entry as Confirmation, clock.now());

  const enterAndTell = async ({ way, entry }: Told, reply: FastifyReply, open?: () => Promise<void>) => {
    if (way === 'silent') return lines.hold(reply);
    if (way === 'broken') return reply.code(500).send({ error: 'system malfunction' });
    await open?.();
    const entered = await enter(entry);
    if (!entered) return repeated((await find(sql, entry.reference))!, entry, reply);
    if (entry.challenge === byText) await text(entered);
    return way === 'late' ? cut(reply) : answer(entered);
  };

  const charge = (kind: 'sale' | 'authorize' | 'verify') => async (request: FastifyRequest, reply: FastifyReply) => {
    const message = request.body as ChargeMessage;
    const told = entering(kind, message, clock.now());
    const { entry } = told;
    return enterAndTell(told, reply, async () => {
      if (entry.challenge && entry.challenge !== byText)
        await issuer.open(challengeOf(entry.challenge, entry, message));
    });
  };

  app.post('/sandbox/acquirer/sale', { schema: { body: ChargeMessage } }, charge('sale'));
  app.post('/sandbox/acquirer/authorize', { schema: { body: ChargeMessage } }, charge('authorize'));
  app.post('/sandbox/acquirer/verify', { schema: { body: ChargeMessage } }, charge('verify'));

  app.post('/sandbox/acquirer/card', { schema: { body: CardMessage } }, async (request) =>
    tellCard(sql, request.body as Static<typeof CardMessage>),
  );

  app.post('/sandbox/acquirer/resend', { schema: { body: InquireMessage } }, async (request) => {
    const message = request.body as InquireMessage;
    const known = await find(sql, message.reference);
    if (known?.account !== message.account) return notFound(message, clock.now());
    if (known.status === 'challenged' && known.challenge === byText && !known.reversedBy) await text(known);
    return answer(known);
  });

  /** What the payer's part came to: a code that counts now, or undefined when a wrong code was typed. */
  const codeOf = async (known: Entry, otp: string | undefined): Promise<Code | undefined> => {
    if (known.challenge === byText) return otp === rightCode ? known.codeAfter! : undefined;
    const result = await issuer.result(known.challenge!);
    return result === 'approve' ? known.codeAfter! : result === 'cancel' ? '17' : '1A';
  };

  // What the browser brought back plays no part: the issuer knows what its customer did.
  app.post('/sandbox/acquirer/resume', { schema: { body: ResumeMessage } }, async (request, reply) => {
    const { reference, account, amount, currency, card, otp } = request.body as ResumeMessage;
    const known = await find(sql, reference);
    if (known?.account !== account)
      return { ...notFound({ reference, account, amount, currency }, clock.now()), status: 'declined' };
    if (
      known.card !== masked(card.number) ||
      known.amount !== readAmount(amount, currency) ||
      known.currency !== currency
    ) {
      return conflict(reply);
    }
    if (known.status !== 'challenged' || known.reversedBy) return answer(known);
    const code = await codeOf(known, otp);
    if (code === undefined) {
      const { otp: _, ...still } = await answer(known);
      return { ...still, status: 'wrong_code' };
    }
    const now = clock.now();
    // A host that falls silent after a challenge has taken nothing, and says so when asked.
    const way = code === known.codeAfter ? known.wayAfter! : 'answer';
    const decided = way === 'silent' || way === 'broken' ? '96' : code;
    const decidedAt = way === 'answer' ? now : now + lateMs;
    const ended = (await resume(sql, reference, account, decided, decidedAt)) ?? (await find(sql, reference))!;
    if (way === 'silent') return lines.hold(reply);
    if (way === 'broken') return reply.code(500).send({ error: 'system malfunction' });
    return way === 'late' ? cut(reply) : answer(ended);
  });

  const begun = <Kind extends 'capture' | 'refund' | 'release' | 'void' | 'reverse'>(
    kind: Kind,
    message: FollowMessage,
  ) => {
    const now = clock.now();
    const { reference, account, original, currency } = message;
    const amount = readAmount(message.amount, currency);
    if (amount === undefined) return undefined;
    const common = { reference, account, kind, original, amount, currency, receivedAt: now, decidedAt: now };
    return { ...common, challenge: null, codeAfter: null, wayAfter: null, reversedBy: null, terminal: null };
  };
  const unreadable = (reply: FastifyReply) => reply.code(400).send({ error: 'amount finer than the currency' });

  for (const kind of ['capture', 'refund', 'release'] as const) {
    app.post(`/sandbox/acquirer/${kind}`, { schema: { body: FollowMessage } }, async (request, reply) => {
      const following = begun(kind, request.body as FollowMessage);
      if (!following) return unreadable(reply);
      const entry = await follow(sql, following);
      return repeated(entry, { ...entry, ...following }, reply);
    });
  }

  app.post('/sandbox/acquirer/reverse', { schema: { body: FollowMessage } }, async (request, reply) => {
    const reversing = begun('reverse', request.body as FollowMessage);
    if (!reversing) return unreadable(reply);
    const entry = await reverse(sql, reversing);
    return repeated(entry, { ...entry, ...reversing }, reply);
  });

  terminalRoutes(app, { sql, clock, enterAndTell, begun, repeated, unreadable });

  debitRoutes(app, { clock, enterAndTell });

  walletRoutes(app, { sql, clock, places, enter, answer, conflict, unreadable });

  app.post('/sandbox/acquirer/inquire', { schema: { body: InquireMessage } }, async (request) => {
    const message = request.body as InquireMessage;
    const known = await find(sql, message.reference);
    return known?.account === message.account ? answer(known) : notFound(message, clock.now());
  });
};
