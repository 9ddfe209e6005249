import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { overloadCode } from './gateway/api.ts';
import { traceOf } from './kit/trace.ts';
import type { Metrics } from './metrics.ts';
import { requestIds } from './request-ids.ts';
import type { Settings } from './settings.ts';

/** What stands behind `/ready`, by name; each answers whether it is well. */
export type Checks = Readonly<Record<string, () => Promise<boolean> | boolean>>;

/** Longer than any id, percent-encoded or not. */
const segmentLengthMax = 512;

const canBeRead = (path: string): boolean => {
  if (path.split('/').some((segment) => segment.length > segmentLengthMax)) return false;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
};

/**
 * An address as it came, or in place of one that cannot be read an address below the same first segment that names
 * nothing: so whoever has those paths says in its own words that there is nothing.
 */
const readable = (url: string): string => {
  const path = url.split(/[?#]/, 1)[0]!;
  if (canBeRead(path)) return url;
  const first = /^\/[\w.-]+(?=\/)/.exec(path)?.[0] ?? '';
  return `${first}/%25`;
};

/** One for all: thousands may be refused in a second, and nobody asks where. */
const overload = Object.assign(new Error('overload'), { code: overloadCode, statusCode: 503 });

/** To wait for an acquirer costs little, but an acquirer that has grown slow must not gather callers without end. */
const waitsPerRequest = 2;

/** Health and measures, and the sandbox's acquirer, which is no caller: payments under way wait for it. */
const isExempt = (url: string): boolean => /^\/(health|ready|metrics|sandbox\/)/.test(url);

/**
 * The HTTP server with what every room's routes share: limits, request ids, a log line and a measure a request, health.
 * A log line names the route, never the address: addresses carry session ids.
 */
export const createServer = (settings: Settings, log: Logger, metrics: Metrics, checks: Checks): FastifyInstance => {
  const server = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIds(),
    requestIdHeader: false,
    trustProxy: (_address, hop) => hop < settings.trustProxy,
    bodyLimit: 64 * 1024,
    rewriteUrl: ({ url = '/' }) => readable(url),
    routerOptions: { maxParamLength: segmentLengthMax },
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  });

  server.addHook('onRequest', (_request, _reply, done) => metrics.measuring(done));

  // Before anything is read or asked: what cannot be done in time is better done elsewhere or later.
  server.addHook('onRequest', (request, reply, done) => {
    const { requestsMax } = settings;
    const isFull = metrics.working() > requestsMax || metrics.waiting() > waitsPerRequest * requestsMax;
    if (!isFull || isExempt(request.url)) return done();
    metrics.requestRefused();
    reply.header('retry-after', '1');
    done(overload);
  });

  // Closing waits for every connection, and those that are busy when it begins would then be kept alive for a minute.
  let closing = false;
  server.addHook('preClose', async () => {
    closing = true;
  });

  server.addHook('onSend', (_request, reply, _payload, done) => {
    const acquirerMs = metrics.acquirerMs();
    const gatewayMs = reply.elapsedTime - acquirerMs;
    const times = [
      `gateway;dur=${gatewayMs.toFixed(1)}`,
      ...(acquirerMs ? [`acquirer;dur=${acquirerMs.toFixed(1)}`] : []),
    ];
    reply.header('server-timing', times.join(', '));
    reply.header('x-request-id', reply.request.id);
    if (closing) reply.header('connection', 'close');
    done();
  });

  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    metrics.requestEnded(request.method, route, reply.statusCode, reply.elapsedTime);
    const line = { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    // An overload is thousands of lines, and counted instead.
    if (reply.statusCode >= 500 && reply.statusCode !== 503) request.log.warn(line, 'answered');
    else request.log.debug(line, 'answered');
    done();
  });

  server.setErrorHandler((error: { statusCode?: number; code?: string }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (error.code === overloadCode) return reply.code(status).send({ error: 'Busy', requestId: request.id });
    if (status >= 500) request.log.error(traceOf(error), 'a request failed');
    return reply
      .code(status)
      .send({ error: status >= 500 ? 'Unexpected error' : 'Bad request', requestId: request.id });
  });
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'Not found' }));

  server.get('/health', () => ({ status: 'ok' }));
  server.get('/ready', async (_request, reply) => {
    const entries = await Promise.all(
      Object.entries(checks).map(
        async ([name, check]) => [name, await Promise.resolve(check()).catch(() => false)] as const,
      ),
    );
    const ready = entries.every(([, well]) => well);
    return reply.code(ready ? 200 : 503).send({ ready, ...Object.fromEntries(entries) });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  return server;
};
