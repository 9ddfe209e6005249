import rateLimit from '@fastify/rate-limit';
import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { maskNumbers } from '../../core/cards.ts';
import type { ApiParts } from '../../gateway/api.ts';
import { faults } from './codes.ts';
import { writeObject } from './json.ts';
import { libraryText, webViewPage, webViewScriptText } from './library.ts';
import { findSession } from './session.ts';
import { sessionInformationOf } from './write.ts';

/** Requests a minute from one address. A page polls 20 times a minute, and many payers may share an address. */
const requestsPerMinuteMax = 600;

const sendJson = (reply: FastifyReply, body: string) =>
  reply.header('content-type', 'application/json').send(Buffer.from(body));

/** What pages and apps ask for without a signature: E8, E9, E10. An outsider could guess ids, so there is a limit. */
export const publicRoutes =
  (parts: ApiParts): FastifyPluginAsync =>
  async (app) => {
    await app.register(rateLimit, {
      max: requestsPerMinuteMax,
      timeWindow: 60_000,
      errorResponseBuilder: (_request, { statusCode }) => ({
        statusCode,
        status: 'NotValid',
        error: 'Too many requests',
      }),
    });

    app.get<{ Params: { sessionId: string } }>('/v1/sessions/:sessionId', async (request, reply) => {
      const { sessionId } = request.params;
      reply.header('access-control-allow-origin', '*').header('cache-control', 'no-store');
      const session = await findSession(parts, sessionId);
      if (session) {
        const { shop, view, operation } = session;
        return sendJson(reply, writeObject(sessionInformationOf(shop, view, operation, sessionId, parts.sandbox)));
      }
      const { http, status, error } = faults.unknownSession;
      return sendJson(reply.code(http), writeObject({ sessionId: maskNumbers(sessionId), status, error }));
    });

    const script = (reply: FastifyReply, text: string) =>
      reply
        .header('content-type', 'application/javascript; charset=utf-8')
        .header('cache-control', 'public, max-age=300')
        .header('access-control-allow-origin', '*')
        .header('cross-origin-resource-policy', 'cross-origin')
        .send(text);

    for (const path of ['/js/v2/spiralpg.min.js', '/js/v1/spiralpg.min.js']) {
      app.get(path, async (_request, reply) => script(reply, libraryText));
    }
    app.get('/js/v2/spiralpg.webview.js', async (_request, reply) => script(reply, webViewScriptText));

    app.get<{ Querystring: Record<string, string | string[]> }>('/js/v2/spiralpg.html', async (request, reply) => {
      const { sessionID, locale } = request.query;
      return reply
        .header('content-type', 'text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .header('referrer-policy', 'no-referrer')
        .header(
          'content-security-policy',
          "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        )
        .send(webViewPage([sessionID].flat()[0] ?? '', [locale].flat()[0] ?? ''));
    });
  };
