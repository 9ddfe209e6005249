import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiParts, overloadCode } from '../../gateway/api.ts';
import { traceOf } from '../../kit/trace.ts';
import { bearerOf } from './authenticate.ts';
import { bodyTypeOf, fieldsOfForm, readBody, takeBytes } from './body.ts';
import { api, type Call, type Fault, fault, isFault } from './call.ts';
import { type Calls, calls, invoiceCalls, merchantCalls, type Path } from './calls.ts';
import { type Code, resultOf } from './codes.ts';
import type { Fields } from './fields.ts';
import { inquiryByGet } from './inquiry.ts';
import { legacyRoutes } from './legacy.ts';
import { returnPage } from './return-page.ts';
import { settingsOf } from './settings.ts';
import { type Answer, formatOf, timeText, written } from './write.ts';

/** Each service's paths, and what they hang from (section 1). */
const services: Readonly<Record<string, Calls>> = {
  '/transactionServices/REST/v1': calls,
  '/merchantServices/api/v1': merchantCalls,
  '/invoiceServices/REST/v1': invoiceCalls,
};

const headers = {
  'cache-control': 'no-cache',
  pragma: 'no-cache',
  expires: '0',
  'x-frame-options': 'SAMEORIGIN',
} as const;

/** Section 2.4: headers, format, and the time by the gateway's clock. */
const send = (
  request: FastifyRequest,
  reply: FastifyReply,
  parts: ApiParts,
  answer: Answer,
  status = 200,
  isShared = true,
  isDated = true,
) => {
  const { type, text } = written(
    { ...answer, ...(isDated && { timestamp: timeText(parts.clock.now()) }) },
    formatOf(request.headers.accept),
  );
  // Secret keys must not be usable from a page of a browser.
  reply.headers({ ...headers, ...(isShared && { 'access-control-allow-origin': '*' }) });
  return reply.code(status).header('content-type', type).send(text);
};

const refusalOf = ({ codes, with: more = {} }: Fault, refusals: Path['refusals']): Answer => {
  const result = resultOf(...codes);
  if (refusals === 'invoice') return { ...(codes[0] !== '401' && { paymentId: '-' }), statusInvoiceResult: result };
  if (codes[0] === '401') return { result };
  return { ...(refusals === 'payment' && { paymentId: '-' }), ...more, result };
};

/** A path's name and id in an address; blanks and slashes at the end are passed over (section 1.2). */
const named = (address: string): { readonly name: string; readonly id: string } => {
  let path = address;
  try {
    path = decodeURIComponent(address);
  } catch {
    // What is no text of UTF-8 names nothing.
  }
  const [first = '', ...rest] = path.replace(/[\s/]+$/, '').split('/');
  return rest.length === 0 ? { name: first, id: '' } : { name: `${first}/`, id: rest.join('/').trim() };
};

const queryOf = (request: FastifyRequest): Fields => fieldsOfForm(request.url.split(/\?(.*)/s)[1] ?? '');

/** The token: the header's, else that of the body or the query (section 2.2). */
const tokenOf = (request: FastifyRequest, fields: Fields | undefined): string | undefined => {
  const header = request.headers.authtoken;
  const shown = (typeof header === 'string' ? header : '').replace(/^Bearer /i, '').trim();
  return shown !== '' ? shown : (fields?.get('authToken') ?? queryOf(request).get('authToken'));
};

/** Which HTTP status a member wants for a bad token (section 2.3). */
const authStatusOf = async ({ directory }: ApiParts, fields: Fields | undefined): Promise<number> => {
  const memberId = fields?.get('authentication.memberId');
  const shop = memberId && /^\d{1,10}$/.test(memberId) ? await directory.shopNamed(api, memberId) : undefined;
  return shop ? settingsOf(shop).authFailureHttpStatus : 200;
};

/** Whether a query holds more than a token; parameters belong into the body (section 2.1). */
const hasParameters = (request: FastifyRequest): boolean => {
  const pairs = (request.url.split(/\?(.*)/s)[1] ?? '').split('&').filter((pair) => pair !== '');
  return pairs.some((pair) => !/^authtoken=/i.test(pair));
};

/** All paths of the services, and the page on which browsers go back to shops. */
export const routes =
  (parts: ApiParts): FastifyPluginAsync =>
  async (app) => {
    const types = new WeakMap<FastifyRequest, string>();
    takeBytes(app);
    returnPage(app, parts);
    legacyRoutes(app, parts);

    const refuse = (request: FastifyRequest, reply: FastifyReply, code: Code, path?: Path, status = Number(code)) =>
      send(
        request,
        reply,
        parts,
        refusalOf(fault(code), path?.refusals ?? 'payment'),
        status,
        path?.proof !== 'none',
        path?.refusals !== 'invoice',
      );

    app.setErrorHandler(async (error: { statusCode?: number; code?: string }, request, reply) => {
      if (error.code === overloadCode) return refuse(request, reply, '503');
      if (error.statusCode === 413) return refuse(request, reply, '413');
      if (error.statusCode === 429) return refuse(request, reply, '429');
      if ((error.statusCode ?? 500) < 500) return refuse(request, reply, '30035', undefined, 400);
      request.log.error(traceOf(error), 'a request failed');
      return refuse(request, reply, '500');
    });

    const answer = async (request: FastifyRequest, reply: FastifyReply, path: Path, id: string) => {
      const type = types.get(request) ?? '';
      if (!bodyTypeOf(type)) return refuse(request, reply, '415', path);
      const read = await readBody(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0), type);
      const fields = typeof read === 'string' ? undefined : read;
      const token = tokenOf(request, fields);
      const bearer = path.proof === 'token' && token !== undefined ? await bearerOf(parts, token) : undefined;
      if (path.proof === 'token' && !bearer) {
        return refuse(request, reply, '401', path, await authStatusOf(parts, fields));
      }
      if (!fields) return refuse(request, reply, '30035', path, read === 'no_json' ? 400 : 200);
      if (
        request.method === 'POST' &&
        bodyTypeOf(type) !== 'json' &&
        path.proof === 'token' &&
        hasParameters(request)
      ) {
        return refuse(request, reply, '30095', path, 200);
      }
      const call: Call = { parts, fields, bearer, token, id, ip: request.ip };
      const came = await path.run(call);
      const isShared = path.proof !== 'none';
      const isDated = path.refusals !== 'invoice';
      if (!isFault(came)) return send(request, reply, parts, came, 200, isShared, isDated);
      request.log.info({ codes: came.codes.join(' ') }, 'refused');
      const isOurs = came.codes[0] === '503' || came.codes[0] === '500';
      const status = isOurs ? Number(came.codes[0]) : came.codes[0] === '401' ? await authStatusOf(parts, fields) : 200;
      return send(request, reply, parts, refusalOf(came, path.refusals), status, isShared, isDated);
    };

    const getPayment = async (request: FastifyRequest, reply: FastifyReply, id: string) => {
      const fields = queryOf(request);
      const token = tokenOf(request, undefined);
      const bearer = token === undefined ? undefined : await bearerOf(parts, token);
      if (!bearer) return refuse(request, reply, '401', undefined, await authStatusOf(parts, fields));
      const came = await inquiryByGet({ parts, fields, bearer, token, id, ip: request.ip });
      if (!isFault(came)) return send(request, reply, parts, came);
      return send(request, reply, parts, refusalOf(came, 'payment'));
    };

    for (const [root, own] of Object.entries(services)) {
      app.route({
        method: ['POST', 'GET', 'PUT', 'DELETE', 'PATCH'],
        url: `${root}/*`,
        onRequest: async (request, reply) => {
          // Fastify takes no body without a type, so one that has none gets ours before it looks.
          types.set(request, request.headers['content-type'] ?? '');
          if (request.headers['content-type'] !== undefined || request.method === 'POST') {
            request.headers['content-type'] = 'application/octet-stream';
          }
          const { name } = named((request.params as { '*': string })['*']);
          const path = Object.hasOwn(own, name) ? own[name] : undefined;
          if (!path) return refuse(request, reply, '404');
          const allowed = own === calls && name === 'payments/' ? ['GET', 'POST'] : ['POST'];
          if (!allowed.includes(request.method)) {
            return refuse(request, reply.header('allow', allowed.join(', ')), '405', path);
          }
          return undefined;
        },
        handler: async (request, reply) => {
          const { name, id } = named((request.params as { '*': string })['*']);
          return request.method === 'GET' ? getPayment(request, reply, id) : answer(request, reply, own[name]!, id);
        },
      });
    }
  };
