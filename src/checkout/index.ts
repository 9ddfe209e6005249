import formbody from '@fastify/formbody';
import rateLimit from '@fastify/rate-limit';
import type { FastifyError, FastifyPluginAsync } from 'fastify';
import { type CheckoutSite, type LinkSite, overloadCode } from '../gateway/api.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Clock } from '../kit/clock.ts';
import type { Log } from '../kit/log.ts';
import { serveAssets } from './assets.ts';
import type { TakesNumber, TakesPastDate } from './card-form.ts';
import { harden } from './headers.ts';
import { linkRoutes } from './link-routes.ts';
import { problemPage } from './pages/problem.ts';
import { addressOf, placeOf } from './place.ts';
import { siteRoutes } from './routes.ts';
import { wordsOf } from './visit.ts';

/** What the checkout is given. `clock` is the business clock; `publicUrl` an origin without a slash at the end. */
export interface CheckoutParts {
  readonly sites: readonly CheckoutSite[];
  readonly linkSites?: readonly LinkSite[];
  readonly gateway: Gateway;
  readonly clock: Clock;
  readonly publicUrl: string;
  readonly log: Log;
  /** How many forms one address may post in a minute; 30 where nothing else is said. */
  readonly postsPerMinuteMax?: number;
  readonly takesPastDate?: TakesPastDate;
  readonly takesNumber?: TakesNumber;
}

/** The one hosted page, mounted under the path of every site, with its files under `/checkout/`; the pages of payment links too. */
export const checkout =
  ({ sites, linkSites = [], postsPerMinuteMax = 30, ...parts }: CheckoutParts): FastifyPluginAsync =>
  async (app) => {
    const { publicUrl, log } = parts;
    const secure = publicUrl.startsWith('https:');
    // Forms are all that is read here.
    app.removeAllContentTypeParsers();
    await app.register(formbody);
    await app.register(rateLimit, { global: false });

    app.addHook('onRequest', async (_, reply) => harden(reply, secure));

    app.setErrorHandler((error: FastifyError, request, reply) => {
      const status = error.statusCode ?? 500;
      // The message of an unforeseen error is not ours to vouch for, so only where it happened is written down.
      const where = error.stack?.split('\n').find((line) => line.startsWith('    at '));
      if (status >= 500 && error.code !== overloadCode)
        log.error({ request: request.id, name: error.name, code: error.code, where }, 'checkout failed');
      const { url } = request.routeOptions;
      const words = wordsOf(
        request,
        [...sites, ...linkSites].find(({ path }) => url?.startsWith(path))?.language ?? 'en',
      );
      const broken = error.code === overloadCode ? { title: words.failed.title, text: words.busy } : words.failed;
      const notice = status === 429 ? words.tooMany : status < 500 ? words.unreadable : broken;
      const back = url ? addressOf(placeOf(request)) : null;
      return reply
        .code(status)
        .type('text/html; charset=utf-8')
        .send(problemPage(words, notice, back));
    });

    serveAssets(app);
    for (const site of sites) await app.register(siteRoutes(site, { ...parts, secure, postsPerMinuteMax }));
    for (const site of linkSites) await app.register(linkRoutes(site, postsPerMinuteMax));
  };
