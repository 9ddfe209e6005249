import rateLimit from '@fastify/rate-limit';
import type { FastifyPluginAsync } from 'fastify';
import type { Gateway } from './gateway/gateway.ts';
import type { Acquirer } from './gateway/ports.ts';
import type { Log } from './kit/log.ts';

/** What comes here costs a question to the acquirer, and anybody can send it. */
const noticesPerMinuteMax = 600;

/**
 * `POST /acquirers/<name>/notice`: an acquirer sends word by itself. It is taken note of at once, and believed in nothing: the
 * acquirer is asked. Who sends it may find out neither whether there is such a payment nor what became of it.
 */
export const acquirerNotices =
  ({
    acquirers,
    gateway,
    log,
  }: {
    readonly acquirers: readonly Acquirer[];
    readonly gateway: Gateway;
    readonly log: Log;
  }): FastifyPluginAsync =>
  async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 16_384 }, (_request, body, done) => done(null, body));
    await app.register(rateLimit, { max: noticesPerMinuteMax, timeWindow: 60_000 });

    for (const { name, readNotice } of acquirers) {
      if (!readNotice) continue;
      app.post(`/acquirers/${name}/notice`, async (request, reply) => {
        const sentReference = readNotice(String(request.body ?? ''));
        if (sentReference === undefined) return reply.code(400).send({ error: 'unreadable' });
        gateway.notice(name, sentReference).catch((error: unknown) => {
          log.error({ acquirer: name, error: (error as Error).name }, "an acquirer's word could not be looked into");
        });
        return reply.code(202).send();
      });
    }
  };
