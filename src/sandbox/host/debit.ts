import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Clock } from '../../kit/clock.ts';
import { readAmount } from '../amount.ts';
import type { NewEntry } from '../book/entry.ts';
import { type Fate, fateOfDebit } from '../fate.ts';
import { lateMs, refused } from './entering.ts';
import { DebitMessage } from './messages.ts';
import type { Told } from './routes.ts';

/** The last four signs of an account's number, under whichever name it was told. */
const endOf = ({ iban, accountNumber }: DebitMessage['debit']['told']): string | undefined =>
  (iban ?? accountNumber)?.slice(-4);

/** What the host makes of a debit: an account without a number is none. */
const entering = (message: DebitMessage, now: number): Told => {
  const { reference, account, currency, debit, initiator } = message;
  const amount = readAmount(message.amount, currency);
  const end = endOf(debit.told);
  const fate: Omit<Fate, 'class'> & { readonly class: Fate['class'] | null } =
    amount === undefined ? refused('13') : end === undefined ? refused('14') : fateOfDebit(end, initiator);
  const { way, code } = fate;
  const entry: NewEntry = {
    reference,
    account,
    kind: 'sale',
    original: null,
    amount: amount ?? message.amount,
    currency,
    card: null,
    wallet: `debit:${debit.scheme}:${end ?? ''}`,
    class: fate.class,
    status: code === '00' ? 'approved' : 'declined',
    code,
    receivedAt: now,
    decidedAt: way === 'late' ? now + lateMs : now,
    challenge: null,
    codeAfter: null,
    wayAfter: null,
    reversedBy: null,
    terminal: null,
  };
  return { way, entry };
};

/** The host's message that debits a bank account: `debit`. */
export const debitRoutes = (
  app: FastifyInstance,
  { clock, enterAndTell }: { readonly clock: Clock; enterAndTell(told: Told, reply: FastifyReply): Promise<unknown> },
): void => {
  app.post('/sandbox/acquirer/debit', { schema: { body: DebitMessage } }, async (request, reply) =>
    enterAndTell(entering(request.body as DebitMessage, clock.now()), reply),
  );
};
