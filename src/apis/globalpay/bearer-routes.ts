import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiParts, overloadCode } from '../../gateway/api.ts';
import { traceOf } from '../../kit/trace.ts';
import { answer, pathOf, refuse, type Tree } from './answers.ts';
import { authenticate } from './authenticate.ts';
import { mendType, objectIn, takeBytes } from './body.ts';
import { type Fault, faults } from './codes.ts';

/** A call of an authenticated merchant. `body` is there for calls that have one. */
export interface Call {
  readonly merchantId: number;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: Record<string, unknown>;
}

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Whether the body must be a JSON object. */
  readonly reads: boolean;
  readonly run: (parts: ApiParts, call: Call) => Promise<object | Fault>;
}

const isFault = (came: object): came is Fault => 'http' in came;

/**
 * The protected calls of one tree, in the order of checks of section 3.2: path and method, bearer, body, fields. What is
 * none of them below `roots` is 404, a wrong method too (section 11).
 */
export const bearerRoutes =
  (parts: ApiParts, tree: Tree, endpoints: readonly Endpoint[], roots: readonly string[]): FastifyPluginAsync =>
  async (app) => {
    const callers = new WeakMap<FastifyRequest, number>();
    const types = new WeakMap<FastifyRequest, string>();
    takeBytes(app);
    const fail = (reply: FastifyReply, fault: Fault) => refuse(reply, tree, parts.realClock, fault);

    app.setErrorHandler(async (error: { statusCode?: number; code?: string }, request, reply) => {
      if (error.code === overloadCode) return fail(reply, faults.overload);
      if ((error.statusCode ?? 500) < 500) return fail(reply, faults.unreadable);
      request.log.error(traceOf(error), 'a request failed');
      return fail(reply, faults.unexpected);
    });

    for (const { method, path, reads, run } of endpoints) {
      for (const url of [path, `${path}/`]) {
        app.route({
          method,
          url,
          onRequest: async (request, reply) => {
            const merchantId = await authenticate(parts, request);
            if (merchantId === undefined) return fail(reply, faults.unauthorized);
            callers.set(request, merchantId);
            mendType(request, types);
          },
          handler: async (request, reply) => {
            const body = reads ? objectIn(request.body, types.get(request)!, false) : {};
            if (!body) return fail(reply, faults.unreadable);
            const { params, query } = request as { params: Call['params']; query: Call['query'] };
            const came = await run(parts, { merchantId: callers.get(request)!, params, query, body });
            return isFault(came) ? fail(reply, came) : answer(reply, came);
          },
        });
      }
    }

    for (const root of roots) {
      app.all(`${root}/*`, {
        onRequest: async (request, reply) => fail(reply, faults.urlNotFound(request.method, pathOf(request))),
        handler: async () => undefined,
      });
    }
  };
