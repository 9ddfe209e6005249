import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Sql } from '../../kit/postgres.ts';
import { rightCode } from '../cards.ts';
import { type Challenge, findChallenge, type Result, settleChallenge } from './challenges.ts';
import { challengePath } from './index.ts';
import { questionPage, returnPage, unknownPage } from './pages.ts';

const asset = (name: string): string => readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8');

const send = (reply: FastifyReply, status: number, page: string, formAction: string): FastifyReply =>
  reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .send(page);

/** What a form post says; undefined when it only asks for the page. */
const saidIn = (form: Readonly<Record<string, string>>): Result | 'open' | 'missing' | undefined => {
  const { outcome, otp = '' } = form;
  if (outcome === 'approve' || outcome === 'decline' || outcome === 'cancel' || outcome === 'open') return outcome;
  if (outcome !== 'confirm' && otp === '') return undefined;
  const typed = otp.replace(/\s/g, '');
  if (typed === '') return 'missing';
  return typed === rightCode ? 'approve' : 'decline';
};

/** What the browser carries back. It looks like the answer, but the host asks the issuer itself. */
const carriedBack = (challenge: Challenge, said: Result | 'open', echo: string): Record<string, string> => {
  const transStatus = said === 'approve' ? 'Y' : said === 'open' ? 'U' : 'N';
  const cres = { messageType: 'CRes', acsTransID: challenge.id, transStatus };
  return { cres: Buffer.from(JSON.stringify(cres)).toString('base64url'), threeDSSessionData: echo };
};

/**
 * The issuer's page. The payer's browser brings `creq` and the acquirer's `threeDSSessionData` by form POST; scripts
 * post `outcome=approve|decline|cancel|open` besides.
 */
export const issuerRoutes = (app: FastifyInstance, sql: Sql): void => {
  app.post(challengePath, async (request, reply) => {
    const form = request.body as Readonly<Record<string, string>>;
    const { creq = '', threeDSSessionData: echo = '' } = form;
    const challenge = /^[0-9a-f]{32}$/.test(creq) ? await findChallenge(sql, creq) : undefined;
    if (!challenge) return send(reply, 404, unknownPage(), "'none'");
    // A back button or a second click finds the question answered, and goes the same way again.
    const said = challenge.result ?? saidIn(form);
    if (said === undefined || said === 'missing') {
      return send(reply, said ? 422 : 200, questionPage(challenge, echo, said === 'missing'), "'self'");
    }
    if (said !== 'open') await settleChallenge(sql, challenge.id, said);
    const settled = said === 'open' ? said : (await findChallenge(sql, challenge.id))!.result!;
    const fields = carriedBack(challenge, settled, echo);
    return send(reply, 200, returnPage(challenge.returnUrl, fields), new URL(challenge.returnUrl).origin);
  });

  for (const [name, type] of [
    ['bank.css', 'text/css'],
    ['return.js', 'text/javascript'],
  ] as const) {
    const content = asset(name);
    app.get(`/sandbox/issuer/${name}`, async (_request, reply) =>
      reply.headers({ 'content-type': `${type}; charset=utf-8`, 'x-content-type-options': 'nosniff' }).send(content),
    );
  }
};
