import type { FastifyRequest } from 'fastify';
import type { ApiParts } from '../../gateway/api.ts';
import { ownerOf } from './tokens.ts';

/** The token of `Authorization: Bearer …`; the scheme in any case (section 3.2). */
export const bearerOf = (request: FastifyRequest): string | undefined =>
  /^bearer +([\w.~+/=-]+) *$/i.exec(request.headers.authorization ?? '')?.[1];

/** The merchant whose access token the request carries; undefined: 401. */
export const authenticate = async (parts: ApiParts, request: FastifyRequest): Promise<number | undefined> => {
  const token = bearerOf(request);
  return token === undefined ? undefined : (await ownerOf(parts, 'access', token))?.merchantId;
};
