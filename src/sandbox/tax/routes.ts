import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Static } from 'typebox';
import type { Clock } from '../../kit/clock.ts';
import type { Sql } from '../../kit/postgres.ts';
import { heldLines } from '../host/silence.ts';
import { type Outage, OutageMessage, ReceiptMessage, readReceipt } from './message.ts';
import { receiptPage, stampOf, unknownPage } from './page.ts';
import { receiptNumbered, registerReceipt } from './receipts.ts';

export interface TaxParts {
  readonly sql: Sql;
  /** The business clock. */
  readonly clock: Clock;
  readonly publicUrl: string;
}

/** Longer than anybody waits for it. */
const slowMs = 30_000;

const style = readFileSync(new URL('assets/tax.css', import.meta.url), 'utf8');

const show = (reply: FastifyReply, status: number, page: string) =>
  reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .send(page);

/**
 * The tax office. `POST /sandbox/tax/receipts` registers, `/fiscal/check` shows what was registered, and
 * `POST /sandbox/tax/outage` closes the office for everybody (`down`), makes it `slow`, or opens it again (`none`).
 */
export const taxRoutes = (app: FastifyInstance, { sql, clock, publicUrl }: TaxParts): void => {
  const lines = heldLines(slowMs);
  app.addHook('preClose', async () => lines.dropAll());

  const modeOf = async () =>
    (await sql.unsafe<{ mode: string }[]>('select mode from sandbox.tax_office', [], { prepare: true }))[0]!.mode;

  app.post(
    '/sandbox/tax/receipts',
    { schema: { body: ReceiptMessage }, bodyLimit: 2 ** 22 },
    async (request, reply) => {
      const mode = await modeOf();
      if (mode === 'down') return reply.code(503).send({ error: 'the office is closed' });
      if (mode === 'slow') return lines.hold(reply);
      const wanted = readReceipt(request.body as Static<typeof ReceiptMessage>);
      if (!wanted) return reply.code(400).send({ error: 'malformed message' });
      const registered = await registerReceipt(sql, wanted, clock.now());
      if (typeof registered === 'string') return reply.code(422).send({ error: registered });
      const { reference, number, terminal, sign, registeredAt } = registered;
      const query = new URLSearchParams({ t: terminal, r: String(number), c: stampOf(registeredAt), s: sign });
      const url = `${publicUrl}/fiscal/check?${query}`;
      return { reference, number, terminal, sign, url, message: 'accepted', registeredAt };
    },
  );

  app.post('/sandbox/tax/outage', { schema: { body: OutageMessage } }, async (request) => {
    const { mode } = request.body as Outage;
    await sql.unsafe('update sandbox.tax_office set mode = $1', [mode], { prepare: true });
    return { mode };
  });

  app.get<{ Querystring: Record<string, string> }>('/fiscal/check', async (request, reply) => {
    const { t, r = '', c, s } = request.query;
    const receipt = /^\d{1,15}$/.test(r) ? await receiptNumbered(sql, Number(r)) : undefined;
    const matches = receipt && receipt.terminal === t && receipt.sign === s && stampOf(receipt.registeredAt) === c;
    return matches ? show(reply, 200, receiptPage(receipt)) : show(reply, 404, unknownPage());
  });

  app.get('/sandbox/tax/tax.css', async (_request, reply) =>
    reply.headers({ 'content-type': 'text/css; charset=utf-8', 'x-content-type-options': 'nosniff' }).send(style),
  );
};
