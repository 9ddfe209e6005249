import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Clock } from '../../kit/clock.ts';
import type { Sql } from '../../kit/postgres.ts';
import { readAmount } from '../amount.ts';
import type { Entry } from '../book/entry.ts';
import { findByToken } from '../book/find.ts';
import { resume } from '../book/resume.ts';
import { transfer, transfersOf } from '../book/transfers.ts';
import { visitOf } from '../book/visits.ts';
import { isSite } from '../wallets.ts';
import { sitePage, unknownPage, walletPage } from './page.ts';
import { walletPath } from './path.ts';

export interface WalletPagesParts {
  readonly sql: Sql;
  /** The business clock. */
  readonly clock: Clock;
  /** As of the sandbox world. */
  readonly tell: (reference: string) => void;
}

const style = readFileSync(new URL('assets/wallet.css', import.meta.url), 'utf8');

/** `returnUrl`: where the form's answer leads; browsers hold the policy against that as well. */
const send = (reply: FastifyReply, status: number, page: string, returnUrl: string | null = null): FastifyReply =>
  reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'${returnUrl === null ? '' : ` ${new URL(returnUrl).origin}`}; frame-ancestors 'none'`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .send(page);

const ends = { pay: '00', refuse: '05', cancel: 'C1' } as const;

/** The words of issuers' pages for the same. */
const outcomes: Readonly<Record<string, keyof typeof ends>> = { approve: 'pay', decline: 'refuse', cancel: 'cancel' };

/** What the payer asks for. `faulty`: for something that cannot be, such as a transfer of nothing. */
type Act =
  | { readonly kind: 'end'; readonly code: (typeof ends)[keyof typeof ends] }
  | { readonly kind: 'transfer'; readonly amount: string; readonly after: number | undefined }
  | { readonly kind: 'faulty' };

const actIn = (form: Readonly<Record<string, string>>, { kind, currency }: Entry): Act => {
  const { amount = '', after, outcome = '' } = form;
  const act = form.act ?? outcomes[outcome];
  const pushes = kind === 'collect';
  if (act === 'transfer' && pushes) {
    const read = readAmount(amount.trim(), currency);
    const isFit = read !== undefined && /[1-9]/.test(read) && read.length <= 20;
    const seen = after === undefined ? undefined : Number(after);
    return isFit ? { kind: 'transfer', amount: read, after: seen } : { kind: 'faulty' };
  }
  if (act === 'pay' && !pushes) return { kind: 'end', code: ends.pay };
  return act === 'refuse' || act === 'cancel' ? { kind: 'end', code: ends[act] } : { kind: 'faulty' };
};

/**
 * The wallets' app: what the code of an order opens; and the pages of sites. Scripts post `act=pay|refuse|cancel`, or `act=transfer`
 * with an `amount` in major units where payers push their money, or `outcome=approve|decline|cancel|open`. The first word counts, but
 * for transfers.
 */
export const walletPages = (app: FastifyInstance, { sql, clock, tell }: WalletPagesParts): void => {
  const find = async (token: string): Promise<Entry | undefined> =>
    /^[0-9a-f]{32}$/.test(token) ? findByToken(sql, token) : undefined;

  app.get<{ Params: { token: string } }>(`${walletPath}/:token`, async ({ params }, reply) => {
    const entry = await find(params.token);
    if (!entry) return send(reply, 404, unknownPage());
    const { returnUrl = null, told = '' } = (await visitOf(sql, params.token)) ?? {};
    if (entry.wallet && isSite(entry.wallet)) return send(reply, 200, sitePage(entry, told, returnUrl), returnUrl);
    return send(reply, 200, walletPage(entry, await transfersOf(sql, entry.reference)));
  });

  /** Whether anything came of it. */
  const carryOut = async (entry: Entry, act: Exclude<Act, { kind: 'faulty' }>): Promise<boolean> => {
    const { reference, account } = entry;
    const now = clock.now();
    if (act.kind === 'transfer') return transfer(sql, entry, { ...act, now });
    return (await resume(sql, reference, account, act.code, now)) !== undefined;
  };

  app.post<{ Params: { token: string } }>(`${walletPath}/:token`, async ({ params, body }, reply) => {
    const entry = await find(params.token);
    if (!entry) return send(reply, 404, unknownPage());
    const form = (body ?? {}) as Readonly<Record<string, string>>;
    const back = (await visitOf(sql, params.token))?.returnUrl ?? `${walletPath}/${params.token}`;
    // The payer goes and has said nothing.
    if (form.outcome === 'open') return reply.redirect(back, 303);
    const act = actIn(form, entry);
    if (act.kind === 'faulty') {
      return send(reply, 422, walletPage(entry, await transfersOf(sql, entry.reference), form.amount ?? ''));
    }
    if (await carryOut(entry, act)) tell(entry.reference);
    // Loading the page again shows it and sends nothing.
    return reply.redirect(back, 303);
  });

  app.get(`${walletPath}/wallet.css`, async (_request, reply) =>
    reply.headers({ 'content-type': 'text/css; charset=utf-8', 'x-content-type-options': 'nosniff' }).send(style),
  );
};
