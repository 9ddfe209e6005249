import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../kit/clock.ts';
import type { Sql } from '../../kit/postgres.ts';
import { readAmount } from '../amount.ts';
import type { Entry, NewEntry } from '../book/entry.ts';
import { find } from '../book/find.ts';
import { follow } from '../book/follow.ts';
import { groupEntries } from '../book/group.ts';
import { resume } from '../book/resume.ts';
import { reverse } from '../book/reverse.ts';
import { masked } from '../cards.ts';
import type { Code } from '../codes.ts';
import type { Issuer } from '../issuer/index.ts';
import { answerOf, notFound } from './answer.ts';
import { entering, isSame } from './entering.ts';
import { ChargeMessage, FollowMessage, InquireMessage, ResumeMessage } from './messages.ts';
import { cut, heldLines } from './silence.ts';

export interface HostParts {
  readonly sql: Sql;
  /** The business clock. */
  readonly clock: Clock;
  readonly issuer: Issuer;
}

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
export const hostRoutes = (app: FastifyInstance, { sql, clock, issuer }: HostParts): void => {
  const enter = groupEntries(sql);
  const lines = heldLines();
  app.addHook('preClose', async () => lines.dropAll());

  const answer = (entry: Entry) => answerOf(entry, clock.now(), issuer.url);
  const conflict = (reply: FastifyReply) => reply.code(409).send({ error: 'reference used for another message' });

  /** The book's answer to a message whose reference it knew already. */
  const repeated = (known: Entry, entry: NewEntry, reply: FastifyReply) =>
    isSame(known, entry) ? answer(known) : conflict(reply);

  const charge = (kind: 'sale' | 'authorize') => async (request: FastifyRequest, reply: FastifyReply) => {
    const message = request.body as ChargeMessage;
    const { way, entry } = entering(kind, message, clock.now());
    if (way === 'silent') return lines.hold(reply);
    if (way === 'broken') return reply.code(500).send({ error: 'system malfunction' });
    if (entry.challenge) await issuer.open(challengeOf(entry.challenge, entry, message));
    const entered = await enter(entry);
    if (!entered) return repeated((await find(sql, entry.reference))!, entry, reply);
    return way === 'late' ? cut(reply) : answer(entered);
  };

  app.post('/sandbox/acquirer/sale', { schema: { body: ChargeMessage } }, charge('sale'));
  app.post('/sandbox/acquirer/authorize', { schema: { body: ChargeMessage } }, charge('authorize'));

  // What the browser brought back plays no part: the issuer knows what its customer did.
  app.post('/sandbox/acquirer/resume', { schema: { body: ResumeMessage } }, async (request, reply) => {
    const { reference, account, amount, currency, card } = request.body as ResumeMessage;
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
    if (known.status !== 'challenged') return answer(known);
    const result = await issuer.result(known.challenge!);
    const code: Code = result === 'approve' ? known.codeAfter! : result === 'cancel' ? '17' : '1A';
    return answer((await resume(sql, reference, account, code)) ?? (await find(sql, reference))!);
  });

  const begun = <Kind extends 'capture' | 'refund' | 'release' | 'reverse'>(kind: Kind, message: FollowMessage) => {
    const now = clock.now();
    const { reference, account, original, currency } = message;
    const amount = readAmount(message.amount, currency);
    if (amount === undefined) return undefined;
    const common = { reference, account, kind, original, amount, currency, receivedAt: now, decidedAt: now };
    return { ...common, challenge: null, codeAfter: null, reversedBy: null };
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

  app.post('/sandbox/acquirer/inquire', { schema: { body: InquireMessage } }, async (request) => {
    const message = request.body as InquireMessage;
    const known = await find(sql, message.reference);
    return known?.account === message.account ? answer(known) : notFound(message, clock.now());
  });
};
