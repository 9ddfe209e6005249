import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { CheckoutSite } from '../gateway/api.ts';
import type { Gateway, PageResult } from '../gateway/gateway.ts';
import type { Clock } from '../kit/clock.ts';
import { readCardForm, type TakesPastDate } from './card-form.ts';
import { readEcho, sendKey } from './challenge-key.ts';
import { destinationOf } from './destination.ts';
import { problemPage } from './pages/problem.ts';
import { addressOf } from './place.ts';
import { presentForm, presentState } from './present.ts';
import { sceneOf } from './scene.ts';
import { type Visit, visitOf, wordsOf } from './visit.ts';

export interface RouteParts {
  readonly gateway: Gateway;
  /** The business clock. */
  readonly clock: Clock;
  readonly publicUrl: string;
  /** Whether browsers reach us by https. */
  readonly secure: boolean;
  /** How many forms one address may post in a minute. */
  readonly postsPerMinuteMax: number;
  readonly takesPastDate?: TakesPastDate;
}

/** A card form is some 200 bytes; what an issuer sends back may be some kilobytes. */
const bodyLimits = { form: 4_096, return: 65_536 };

/** Browsers say where a form came from, and ours come from our own page. Others may post for nobody. */
const isForeign = (request: FastifyRequest): boolean =>
  !['same-origin', 'none', undefined].includes(request.headers['sec-fetch-site'] as string | undefined);

/** The routes of the checkout under one site's path. The query of the page is kept on all of them. */
export const siteRoutes =
  (site: CheckoutSite, parts: RouteParts): FastifyPluginAsync =>
  async (app) => {
    const { gateway, clock, secure, postsPerMinuteMax } = parts;
    const limited = (bodyLimit: number) => ({
      bodyLimit,
      config: { rateLimit: { max: postsPerMinuteMax, timeWindow: 60_000 } },
    });

    type Act = (visit: Visit, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
    const withVisit = (act: Act) => async (request: FastifyRequest, reply: FastifyReply) => {
      const visit = await visitOf(site, request);
      if (visit) return act(visit, request, reply);
      const words = wordsOf(request);
      return reply
        .code(404)
        .type('text/html')
        .send(problemPage(words, words.notFound, null));
    };

    /** After a form always to the page itself, so that reload and back button repeat nothing. */
    const toPage = (reply: FastifyReply, { place }: Visit, result?: PageResult) => {
      // A second submit is refused, and the key that the first one sent is still wanted.
      if (result && !result.refusal) sendKey(reply, place, result.oneTimeKey, secure);
      return reply.redirect(addressOf(place), 303);
    };

    app.get(
      site.path,
      withVisit(async (visit, request, reply) => presentState(visit, request, reply, parts)),
    );

    app.post(
      site.path,
      limited(bodyLimits.form),
      withVisit(async (visit, request, reply) => {
        if (sceneOf(visit.view).kind !== 'form' || isForeign(request)) return toPage(reply, visit);
        const form = readCardForm(request.body, visit.view.checkout!.brands, clock.now(), parts.takesPastDate);
        if (form.kind === 'faulty') return presentForm(visit, reply.code(422), clock.now(), form);
        const result = await gateway.submit(visit.shop, visit.view.payment.id, form.card, {
          returnUrl: parts.publicUrl + addressOf(visit.place, '/return'),
          patienceMs: site.patienceMs,
        });
        const again = (status: number, alert: string) =>
          presentForm(visit, reply.code(status), clock.now(), { faults: [], kept: form.kept, alert });
        switch (result.refusal?.reason) {
          case 'no_route':
          case 'brand_not_accepted':
            return again(422, visit.words.cardNotUsable);
          case 'busy':
            return again(503, visit.words.busy);
          default:
            return toPage(reply, visit, result);
        }
      }),
    );

    app.post(
      `${site.path}/cancel`,
      limited(bodyLimits.form),
      withVisit(async (visit, request, reply) => {
        if (isForeign(request)) return toPage(reply, visit);
        return toPage(reply, visit, await gateway.cancel(visit.shop, visit.view.payment.id));
      }),
    );

    // The issuer's page posts here from another site, so no cookie comes along: the echo says which attempt it is about.
    app.post(
      `${site.path}/return`,
      limited(bodyLimits.return),
      withVisit(async (visit, request, reply) => {
        const scene = sceneOf(visit.view);
        if (scene.kind !== 'challenge') return toPage(reply, visit);
        const { [scene.challenge.echoField]: echo, ...rest } = (request.body ?? {}) as Record<string, unknown>;
        const named = readEcho(echo);
        if (!named) return toPage(reply, visit);
        const answer = Object.fromEntries(
          Object.entries(rest).filter((field): field is [string, string] => typeof field[1] === 'string'),
        );
        const { id } = visit.view.payment;
        return toPage(
          reply,
          visit,
          await gateway.resume(visit.shop, id, { ...named, answer }, { patienceMs: site.patienceMs }),
        );
      }),
    );

    app.get(`${site.path}/status`, async (request, reply) => {
      const visit = await visitOf(site, request);
      if (!visit) return reply.code(404).send({ state: 'unknown', next: null });
      const { kind } = sceneOf(visit.view);
      const exit = kind === 'ended' ? destinationOf(site.exit(visit.shop, visit.view, visit.address)) : null;
      // An app link needs the page, which has a link to it as well.
      return { state: kind, next: exit?.redirects ? exit.url : addressOf(visit.place) };
    });
  };
