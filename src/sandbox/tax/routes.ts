import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Clock } from '../../kit/clock.ts';
import type { Sql } from '../../kit/postgres.ts';
import { receiptPage, stampOf, unknownPage } from './page.ts';
import { receiptNumbered, registerReceipt } from './receipts.ts';

const closed = { additionalProperties: false };
const amount = Type.String({ pattern: '^[0-9]{1,15}([.][0-9]{1,2})?$' });
const text = (max: number) => Type.String({ minLength: 1, maxLength: max });

/** `receipts`. Amounts in major units with at most two decimals, VAT included. */
const ReceiptMessage = Type.Object(
  {
    reference: text(64),
    kind: Type.Union([Type.Literal('sale'), Type.Literal('refund')]),
    original: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    seller: text(255),
    amount,
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    lines: Type.Array(
      Type.Object(
        {
          title: text(255),
          price: amount,
          count: Type.String({ pattern: '^[0-9]{1,9}([.][0-9]{1,6})?$' }),
          vatPercent: Type.Integer({ minimum: 0, maximum: 100 }),
          codes: Type.Record(Type.String({ maxLength: 32 }), Type.String({ maxLength: 30_000 })),
        },
        closed,
      ),
      { maxItems: 500 },
    ),
  },
  closed,
);

const OutageMessage = Type.Object(
  { mode: Type.Union([Type.Literal('none'), Type.Literal('down'), Type.Literal('slow')]) },
  closed,
);

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
  const modeOf = async () =>
    (await sql.unsafe<{ mode: string }[]>('select mode from sandbox.tax_office', [], { prepare: true }))[0]!.mode;

  app.post(
    '/sandbox/tax/receipts',
    { schema: { body: ReceiptMessage }, bodyLimit: 2 ** 22 },
    async (request, reply) => {
      const mode = await modeOf();
      if (mode === 'down') return reply.code(503).send({ error: 'the office is closed' });
      if (mode === 'slow') {
        reply.hijack();
        const timer = setTimeout(() => reply.raw.destroy(), slowMs);
        timer.unref();
        reply.raw.once('close', () => clearTimeout(timer));
        return reply;
      }
      const registered = await registerReceipt(sql, request.body as Static<typeof ReceiptMessage>, clock.now());
      if (typeof registered === 'string') return reply.code(422).send({ error: registered });
      const { reference, number, terminal, sign, registeredAt } = registered;
      const query = new URLSearchParams({ t: terminal, r: String(number), c: stampOf(registeredAt), s: sign });
      const url = `${publicUrl}/fiscal/check?${query}`;
      return { reference, number, terminal, sign, url, message: 'accepted', registeredAt };
    },
  );

  app.post('/sandbox/tax/outage', { schema: { body: OutageMessage } }, async (request) => {
    const { mode } = request.body as Static<typeof OutageMessage>;
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
