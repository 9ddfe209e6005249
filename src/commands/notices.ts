import type { NoticeRow, NoticeState } from '../gateway/ports.ts';
import { type Command, instant, Mistake, need, table } from './command.ts';

/** A notice's name: the payment it tells of and its number there. */
const idOf = ({ paymentId, seq }: Pick<NoticeRow, 'paymentId' | 'seq'>): string => `${paymentId}.${seq}`;

const states: readonly NoticeState[] = ['due', 'delivered', 'replaced', 'abandoned'];

export const noticeList: Command = {
  words: 'notice list',
  usage: '[--state due|delivered|replaced|abandoned] [--limit N]',
  says: 'Lists notices, newest first.',
  options: ['state', 'limit'],
  async run({ installation: { store }, options }) {
    const state = states.find((known) => known === options.state);
    if (options.state !== undefined && !state) throw new Mistake(`--state is one of ${states.join(', ')}`);
    const limit = Number(options.limit ?? 50);
    if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
      throw new Mistake('--limit is a number from 1 to 10000');
    const rows = await store.outbox.listNotices({ limit, ...(state && { state }) });
    return {
      value: rows.map((row) => ({ id: idOf(row), ...row })),
      lines: table(
        ['id', 'state', 'tries', 'last answer', 'due', 'to'],
        rows.map((row) => [
          idOf(row),
          row.state,
          row.tries,
          row.lastStatus ?? row.lastNote,
          instant(row.dueAt),
          row.url,
        ]),
      ),
    };
  },
};

export const noticeReplay: Command = {
  words: 'notice replay',
  usage: '<id>',
  says: 'Sends a notice again, from now, with a fresh series of tries. The id is as in the list.',
  async run({ installation: { store, clock }, parameters }) {
    const id = need(parameters[0], 'the id');
    const [paymentId, seqText] = id.split('.') as [string, string?];
    const { merchantOf, isId } = await import('../kit/ids.ts');
    const seq = Number(seqText);
    const known =
      isId(paymentId) &&
      Number.isInteger(seq) &&
      (await store.outbox.replayNotice(merchantOf(paymentId), paymentId, seq, clock.now()));
    if (!known) throw new Mistake(`there is no notice ${id}`);
    return { value: { id, state: 'due' }, lines: [`notice ${id} is due again`] };
  },
};
