import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiParts, overloadCode } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { traceOf } from '../../kit/trace.ts';
import { type Addressed, type Answers, faultBody } from './answers.ts';
import { authenticate } from './authenticate.ts';
import { bodyOfGet } from './body.ts';
import { type Fault, faults } from './codes.ts';
import { createLink, queryLink } from './links.ts';
import { list, listByQuery } from './list.ts';
import type { SpiralParts } from './parts.ts';
import { publicRoutes } from './public-routes.ts';
import type { Path } from './read.ts';
import { isNewLinkReference, isNewReference, isReference } from './references.ts';
import { terminalMessage } from './softpos.ts';
import { type Outcome, query, transact } from './transactions.ts';

interface Endpoint {
  readonly takes?: (merchantRef: string) => boolean;
  /** Whether a GET may have a body, which is nowhere else looked at. */
  readonly readsBody?: boolean;
  /** The query is the text behind the `?`, empty where there is none. */
  readonly run: (
    parts: SpiralParts,
    shop: Shop,
    path: Path,
    body: Buffer | undefined,
    query: string,
  ) => Promise<Outcome>;
}

/** What terminals say has no word of its own in the public material either. */
const terminals: Methods = {
  PUT: { takes: isNewReference, run: terminalMessage },
  POST: { takes: isNewReference, run: terminalMessage },
};

/** The list has no word of its own in the public material, so every likely one is taken. */
const lists: Methods = { POST: { run: list }, PUT: { run: list }, GET: { run: listByQuery, readsBody: true } };

type Methods = Readonly<Partial<Record<string, Endpoint>>>;

/** The signed endpoints E1 to E7 below `/merchants`, with the aliases of section 1.2. */
const endpoints: Readonly<Record<string, Methods>> = {
  '/:clientId/transactions/:merchantRef': {
    PUT: { takes: isNewReference, run: transact },
    GET: { takes: isReference, run: query },
  },
  '/:clientId/paymentlink/:merchantRef': {
    PUT: { takes: isNewLinkReference, run: createLink },
    GET: { takes: isReference, run: queryLink },
  },
  '/:clientId/softpos/:merchantRef': terminals,
  '/:clientId/softPos/:merchantRef': terminals,
  '/:clientId/softpos/:merchantRef/settlement': terminals,
  '/:clientId/settlement/:merchantRef': terminals,
  '/:clientId/transactions': lists,
  '/:clientId/reconciliation': lists,
};

const bodyBytesMax = 65_536;

const addressed = (request: FastifyRequest): Addressed => {
  const { clientId = '', merchantRef = '' } = request.params as Partial<Addressed>;
  return { clientId, merchantRef };
};

const queryOf = ({ url }: FastifyRequest): string => (url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');

const header = (request: FastifyRequest, name: string): string | undefined =>
  request.headers[name] as string | undefined;

const unsigned = (reply: FastifyReply, ids: Partial<Addressed>, fault: Fault, { clock }: ApiParts): FastifyReply =>
  reply
    .code(fault.http)
    .header('content-type', 'application/json')
    .send(Buffer.from(faultBody(ids, fault, clock.now())));

/**
 * E1 to E7 in the check order of section 4.3: what can be told from path and headers is told before the body is read.
 * No CORS: a merchant's key has no business in a browser (section 3.1).
 */
const signedRoutes =
  (parts: SpiralParts, answers: Answers): FastifyPluginAsync =>
  async (app) => {
    const callers = new WeakMap<FastifyRequest, Shop>();

    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) =>
      done(null, body),
    );

    app.setErrorHandler(async (error, request, reply) => {
      const { code } = error as { code?: string };
      // Unsigned: a signature costs more than many a request, and says nothing that a client could act on.
      if (code === overloadCode) return unsigned(reply, addressed(request), faults.busy, parts);
      if (code?.startsWith('FST_ERR_CTP_')) return answers.fault(reply, addressed(request), faults.invalidJson);
      request.log.error(traceOf(error), 'a request failed');
      return answers.fault(reply, addressed(request), faults.unexpected);
    });

    for (const [path, methods] of Object.entries(endpoints)) {
      app.all(path, {
        onRequest: async (request, reply) => {
          const ids = addressed(request);
          const endpoint = methods[request.method];
          if (!endpoint) return answers.fault(reply, ids, faults.unknownResource);
          const caller = await authenticate(parts, {
            ...ids,
            dateTime: header(request, 'spiral-request-datetime'),
            signature: header(request, 'spiral-client-signature'),
          });
          if ('http' in caller) return answers.fault(reply, ids, caller);
          if (endpoint.takes?.(ids.merchantRef) === false) return answers.fault(reply, ids, faults.invalidReference);
          callers.set(request, caller);
          // A body is JSON whatever this header says (section 2.1), even something that is no media type at all.
          delete request.headers['content-type'];
        },
        handler: async (request, reply) => {
          const ids = addressed(request);
          const { run, readsBody } = methods[request.method]!;
          const body = readsBody ? await bodyOfGet(request.raw, bodyBytesMax) : (request.body as Buffer | undefined);
          if (body === 'too long') {
            reply.header('connection', 'close');
            return answers.fault(reply, ids, faults.invalidJson);
          }
          const outcome = await run(parts, callers.get(request)!, ids, body, queryOf(request));
          if ('record' in outcome) return answers.record(reply, ids, outcome.record);
          return answers.fault(reply, ids, outcome.fault, outcome.echo);
        },
      });
    }
  };

/** An unknown path: there are no ids to sign over (section 1.2). */
const setNotFound = (app: FastifyInstance, parts: ApiParts): void => {
  app.setNotFoundHandler((_request, reply) => unsigned(reply, {}, faults.unknownResource, parts));
};

/** Everything of section 1.2 but the hosted page, at the root of the server. */
export const routes =
  (parts: SpiralParts, answers: Answers): FastifyPluginAsync =>
  async (app) => {
    const merchants = signedRoutes(parts, answers);
    await app.register(
      async (v1) => {
        setNotFound(v1, parts);
        await v1.register(merchants, { prefix: '/merchants' });
      },
      { prefix: '/v1' },
    );
    await app.register(
      async (bare) => {
        setNotFound(bare, parts);
        await bare.register(merchants);
      },
      { prefix: '/merchants' },
    );
    await app.register(publicRoutes(parts));
  };
