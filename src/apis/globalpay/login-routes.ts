import rateLimit from '@fastify/rate-limit';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiParts, overloadCode } from '../../gateway/api.ts';
import { verifyNothing, verifyPassword } from '../../kit/password.ts';
import { traceOf } from '../../kit/trace.ts';
import { answer, refuse, type Tree } from './answers.ts';
import { bearerOf } from './authenticate.ts';
import { mendType, objectIn, takeBytes } from './body.ts';
import { type Fault, faults } from './codes.ts';
import { fieldsOf } from './fields.ts';
import { api, issueTokens, ownerOf } from './tokens.ts';

/** Log-ins that one address may try in a minute: a shop's workers log in once an hour each. */
const loginsPerMinuteMax = 30;

type Tokens = Awaited<ReturnType<typeof issueTokens>>;
type Said = Record<string, unknown>;

/** Name and password for tokens. Whoever asks cannot tell, not even by the time it takes, which of the two is wrong. */
const logIn = async (parts: ApiParts, said: Said): Promise<Tokens | Fault> => {
  const fields = fieldsOf(said);
  const name = fields.text(['username', 'login', 'oauth_username'], { max: 255, required: true });
  const password = fields.text(['password', 'oauth_password'], { max: 1_024, required: true });
  if (name === null || password === null) return faults.invalid(fields.faults.join('; '));
  const known = await parts.logins.find(api, name);
  const isRight = known ? await verifyPassword(password, known.hash) : await verifyNothing(password);
  return known && isRight ? issueTokens(parts, known.merchantId, { name, hash: known.hash }) : faults.unauthorized;
};

/** New tokens for a refresh token, in the body or as bearer (section 5.2). The old one stays good until its end. */
const refresh = async (parts: ApiParts, said: Said, bearer: string | undefined): Promise<Tokens | Fault> => {
  const token = fieldsOf(said).text(['refresh_token', 'refreshToken'], { max: 4_096 }) ?? bearer;
  if (token === undefined || token === null) return faults.invalid('refresh_token: must not be empty');
  const known = await ownerOf(parts, 'refresh', token);
  return known ? issueTokens(parts, known.merchantId, { refresh: known.hash }, known.session) : faults.refreshUnknown;
};

/** The older log-in of OpenID form (section 14.1 b). It names no client that this gateway would have to tell apart. */
const grant = async (parts: ApiParts, said: Said): Promise<object> => {
  const refreshes = said.grant_type === 'refresh_token';
  if (!refreshes && said.grant_type !== 'password')
    return faults.invalid('grant_type: must be password or refresh_token');
  const tokens = await (refreshes ? refresh(parts, said, undefined) : logIn(parts, said));
  if ('http' in tokens) return tokens;
  return { ...tokens, id_token: `id.${tokens.session_state}`, scope: 'openid profile email' };
};

/** The calls that need no bearer: log-in and refresh, under both trees (sections 5, 14.1). */
export const loginRoutes =
  (parts: ApiParts): FastifyPluginAsync =>
  async (app) => {
    const types = new WeakMap<FastifyRequest, string>();
    takeBytes(app);
    await app.register(rateLimit, {
      max: loginsPerMinuteMax,
      timeWindow: 60_000,
      errorResponseBuilder: (_request, { statusCode }) => Object.assign(new Error('too many'), { statusCode }),
    });
    const treeOf = (request: FastifyRequest): Tree => (request.raw.url?.startsWith('/checkout') ? 'checkout' : 'gate');
    app.setErrorHandler(async (error: { statusCode?: number; code?: string }, request, reply) => {
      const tell = (fault: Fault) => refuse(reply, treeOf(request), parts.realClock, fault);
      if (error.code === overloadCode) return tell(faults.overload);
      if (error.statusCode === 429) return tell(faults.tooManyLogins);
      if ((error.statusCode ?? 500) < 500) return tell(faults.unreadable);
      request.log.error(traceOf(error), 'a log-in failed');
      return tell(faults.unexpected);
    });

    type Work = (said: Said, request: FastifyRequest) => Promise<object>;
    const post = (path: string, work: Work) =>
      app.post(path, {
        onRequest: async (request) => mendType(request, types),
        handler: async (request: FastifyRequest, reply: FastifyReply) => {
          const said = objectIn(request.body, types.get(request)!, true);
          const came = said ? await work(said, request) : faults.unreadable;
          return 'http' in came ? refuse(reply, treeOf(request), parts.realClock, came as Fault) : answer(reply, came);
        },
      });
    for (const prefix of ['/checkout/v1', '/payments/v1']) {
      for (const slash of ['', '/']) {
        post(`${prefix}/merchant/auth${slash}`, (said) => logIn(parts, said));
        post(`${prefix}/merchant/auth/refresh${slash}`, (said, request) => refresh(parts, said, bearerOf(request)));
      }
    }
    post('/realms/globalpay/protocol/openid-connect/token', (said) => grant(parts, said));
  };
