import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CheckoutSite } from '../gateway/api.ts';
import type { Gateway, PageResult } from '../gateway/gateway.ts';
import type { Clock } from '../kit/clock.ts';
import type { TakesNumber, TakesPastDate } from './card-form.ts';
import { sendKey } from './challenge-key.ts';
import { problemPage } from './pages/problem.ts';
import { addressOf } from './place.ts';
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
  readonly takesNumber?: TakesNumber;
}

/** Browsers say where a form came from, and ours come from our own page. Others may post for nobody. */
export const isForeign = (request: FastifyRequest): boolean =>
  !['same-origin', 'none', undefined].includes(request.headers['sec-fetch-site'] as string | undefined);

type Act = (visit: Visit, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** What all routes of a site need: their limits, who visits, and the way back to the page. */
export const deskOf = (site: CheckoutSite, parts: RouteParts) => ({
  site,
  parts,

  /** Options of a route that takes forms of at most so many bytes. */
  limited: (bodyLimit: number) => ({
    bodyLimit,
    config: { rateLimit: { max: parts.postsPerMinuteMax, timeWindow: 60_000 } },
  }),

  withVisit: (act: Act) => async (request: FastifyRequest, reply: FastifyReply) => {
    const visit = await visitOf(site, request);
    if (visit) return act(visit, request, reply);
    const words = wordsOf(request, site.language);
    return reply
      .code(404)
      .type('text/html')
      .send(problemPage(words, words.notFound, null));
  },

  /** After a form always to the page itself, so that reload and back button repeat nothing. */
  toPage: (reply: FastifyReply, { place }: Visit, result?: PageResult) => {
    // A second submit is refused, and the key that the first one sent is still wanted.
    if (result && !result.refusal) sendKey(reply, place, result.oneTimeKey, parts.secure);
    return reply.redirect(addressOf(place), 303);
  },
});

export type Desk = ReturnType<typeof deskOf>;
