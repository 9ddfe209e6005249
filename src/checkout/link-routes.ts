import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { consents, type LinkContent, type LinkSite, type LinkTyped, payerFields } from '../gateway/api.ts';
import { isForeign } from './desk.ts';
import { linkPage } from './pages/link.ts';
import { problemPage } from './pages/problem.ts';
import { addressOf, pageAddressOf, placeOf } from './place.ts';
import { wordsOf } from './visit.ts';
import { wordsFor } from './words/choose.ts';

/** A choice, an amount, and a name with an address. */
const bodyLimit = 8_192;
const typedLengthMax = 300;
const minuteMs = 60_000;

/** How often one address may look at links in a minute: tokens are not to be guessed, and many payers may share one. */
const readsPerMinuteMax = 600;

const nothing: LinkTyped = { amount: null, payer: {}, accepted: [] };

const typedIn = (body: Readonly<Record<string, unknown>>): LinkTyped => {
  const text = (name: string): string | null =>
    typeof body[name] === 'string' ? body[name].slice(0, typedLengthMax) : null;
  const payer = payerFields.flatMap((name) => (text(name) === null ? [] : [[name, text(name)!] as const]));
  const accepted = consents.filter((name) => text(`accept-${name}`) === 'yes');
  return { amount: text('amount'), payer: Object.fromEntries(payer), accepted };
};

/** The page of an API's payment links: who has its address chooses how to pay, and is led to the page of that payment. */
export const linkRoutes =
  (site: LinkSite, postsPerMinuteMax: number): FastifyPluginAsync =>
  async (app) => {
    const limited = (max: number) => ({ rateLimit: { max, timeWindow: minuteMs } });

    const notFound = (request: FastifyRequest, reply: FastifyReply) => {
      const words = wordsOf(request, site.language);
      return reply
        .code(404)
        .type('text/html; charset=utf-8')
        .send(problemPage(words, words.notFound, null));
    };

    const present = (
      request: FastifyRequest,
      reply: FastifyReply,
      content: LinkContent,
      why?: Exclude<Awaited<ReturnType<LinkSite['start']>>, object>,
      typed: LinkTyped = nothing,
    ) => {
      const words = wordsFor(content.locale, request.headers['accept-language'], site.language);
      const alerts = {
        busy: words.busy,
        wrong_amount: words.link.amountWrong,
        wrong_payer: words.link.payerWrong,
        not_accepted: words.link.notAccepted,
      };
      const alert = why ? alerts[why] : null;
      return reply
        .type('text/html; charset=utf-8')
        .send(linkPage({ words, content, place: placeOf(request), alert, typed }));
    };

    app.get(site.path, { config: limited(readsPerMinuteMax) }, async (request, reply) => {
      const content = await site.locate(pageAddressOf(request));
      return content ? present(request, reply, content) : notFound(request, reply);
    });

    app.post(site.path, { bodyLimit, config: limited(postsPerMinuteMax) }, async (request, reply) => {
      const address = pageAddressOf(request);
      const page = addressOf(placeOf(request));
      const body = (request.body ?? {}) as Readonly<Record<string, unknown>>;
      const { type } = body;
      // Another site may begin a payment in nobody's name.
      if (isForeign(request) || typeof type !== 'string') return reply.redirect(page, 303);
      const typed = typedIn(body);
      const started = await site.start(address, type, typed);
      if (typeof started === 'object') return reply.redirect(started.to ?? page, 303);
      const content = await site.locate(address);
      if (!content) return notFound(request, reply);
      return present(request, reply.code(started === 'busy' ? 503 : 422), content, started, typed);
    });
  };
