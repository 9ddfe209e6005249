import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiParts, overloadCode } from '../../gateway/api.ts';
import { traceOf } from '../../kit/trace.ts';
import { basicOf, callerFault, storeNamed } from './authenticate.ts';
import { saidIn, takeBytes } from './body.ts';
import { type Fault, faults } from './codes.ts';
import { isFault, reading } from './fields.ts';
import { type Method, methods } from './methods.ts';
import { simulation } from './simulation.ts';
import { faultBody } from './write.ts';

const paths = ['/api/payment', '/api/payment/', '/api/rest', '/api/rest/'];

/** Clients look at the body alone, so all that could be read is 200 (section 2.7). */
const send = (reply: FastifyReply, body: object, status = 200) =>
  reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(body));

/** A name as it stands in the JSON; a fault where it is missing or no text. */
const nameIn = (body: Record<string, unknown>, key: string): string | Fault =>
  reading(body, (fields) => {
    fields.need(key);
    return fields.text(key);
  });

/** The checks that come before a method's own, in the order of section 4.2, and then the method. */
const run = async (
  parts: ApiParts,
  method: Method,
  body: Record<string, unknown>,
  request: FastifyRequest,
): Promise<object | Fault> => {
  const basic = basicOf(request);
  if (method.group === 'store') {
    if (!basic) return faults.unauthorized;
    const name = nameIn(body, 'StoreName');
    if (typeof name !== 'string') return name;
    const shop = await storeNamed(parts, name);
    if (!shop) return faults.unknownStore(name);
    if (basic.name !== name) return faults.unauthorized;
    return (await callerFault(parts, shop, basic.key, request)) ?? method.run(parts, shop, body);
  }
  const name = nameIn(body, method.key);
  if (typeof name !== 'string') return name;
  const thing = await method.find(parts, name);
  if (!thing) return method.unknown(name);
  if (!basic) return faults.unauthorized;
  const shop = await storeNamed(parts, basic.name);
  if (!shop) return faults.unknownStore(basic.name);
  const fault = await callerFault(parts, shop, basic.key, request);
  if (fault) return fault;
  // One reading of the store for the whole call.
  return thing.shop.id === shop.id ? method.run(parts, { ...thing, shop }, body) : faults.unauthorized;
};

/** The one endpoint of the API, by all its names (section 2.1). */
export const routes =
  (parts: ApiParts): FastifyPluginAsync =>
  async (app) => {
    const types = new WeakMap<FastifyRequest, string>();
    takeBytes(app);

    app.setErrorHandler(async (error: { statusCode?: number; code?: string }, request, reply) => {
      if (error.code === overloadCode) return send(reply, faultBody(faults.broken), 503);
      if (error.statusCode === 413) return send(reply, faultBody(faults.wrong('json')), 413);
      if ((error.statusCode ?? 500) < 500) return send(reply, faultBody(faults.wrong('json')));
      request.log.error(traceOf(error), 'a request failed');
      return send(reply, faultBody(faults.broken));
    });

    if (parts.sandbox) simulation(app, parts);

    for (const url of paths) {
      app.route({
        method: 'POST',
        url,
        onRequest: async (request) => {
          // Fastify takes no body without a type, so one that has none gets ours before it looks.
          types.set(request, request.headers['content-type'] ?? '');
          request.headers['content-type'] = 'application/octet-stream';
        },
        handler: async (request, reply) => {
          const { method: name = '', json } = await saidIn(request, types.get(request)!);
          const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
          if (!method) return send(reply, faultBody(faults.wrong('method')));
          if (!json) return send(reply, faultBody(faults.wrong('json')));
          const came = await run(parts, method, json, request);
          if (!isFault(came)) return send(reply, came);
          request.log.info({ code: came.code, method: name }, 'refused');
          return send(reply, faultBody(came));
        },
      });
      app.route({
        method: ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'],
        url,
        onRequest: async (_request, reply) =>
          send(reply.header('allow', 'POST'), faultBody(faults.wrong('method')), 405),
        handler: async () => undefined,
      });
    }
  };
