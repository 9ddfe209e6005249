import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Static } from 'typebox';
import type { Clock } from '../../kit/clock.ts';
import type { Sql } from '../../kit/postgres.ts';
import { MailMessage, mailOf, mailsOf, receive, refusingHost, slowHost } from './mails.ts';
import { mailboxPage, mailPage, unknownPage } from './page.ts';

const shownMax = 50;
const bodyBytesMax = 400_000;

const styles = readFileSync(new URL('assets/mailbox.css', import.meta.url), 'utf8');

const shown = (reply: FastifyReply, policy: string, html: string) =>
  reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; base-uri 'none'; form-action 'none'; ${policy}`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .send(html);

const own = "style-src 'self'; frame-src 'self'; frame-ancestors 'none'";

const numberIn = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : 0);

/** The mailbox of everybody: a page for people, and the same as JSON for tests. */
export const mailboxRoutes = (
  app: FastifyInstance,
  { sql, clock }: { readonly sql: Sql; readonly clock: Clock },
): void => {
  app.post<{ Body: Static<typeof MailMessage> }>(
    '/sandbox/mailbox/mails',
    { schema: { body: MailMessage }, bodyLimit: bodyBytesMax },
    async ({ body }, reply) => {
      const host = body.to.split('@').at(-1);
      if (host === refusingHost) return reply.code(550).send({ error: 'no such mailbox' });
      if (host === slowHost) return reply.code(450).send({ error: 'try again later' });
      await receive(sql, body, clock.now());
      return {};
    },
  );
  app.get('/sandbox/mailbox/mails', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(await mailsOf(sql, shownMax)),
  );
  app.get('/sandbox/mailbox', async (_request, reply) => shown(reply, own, mailboxPage(await mailsOf(sql, shownMax))));
  app.get<{ Params: { number: string } }>('/sandbox/mailbox/:number', async ({ params }, reply) => {
    const mail = await mailOf(sql, numberIn(params.number));
    return mail ? shown(reply, own, mailPage(mail)) : shown(reply.code(404), own, unknownPage());
  });
  app.get<{ Params: { number: string } }>('/sandbox/mailbox/:number/html', async ({ params }, reply) => {
    const mail = await mailOf(sql, numberIn(params.number));
    if (!mail) return shown(reply.code(404), own, unknownPage());
    return shown(reply, "style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups", mail.html);
  });
  app.get('/sandbox/mailbox/mailbox.css', async (_request, reply) =>
    reply.headers({ 'content-type': 'text/css; charset=utf-8', 'x-content-type-options': 'nosniff' }).send(styles),
  );
};
