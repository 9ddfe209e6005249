import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Place } from './place.ts';

/** Long enough to come back to the page and go to the bank once more. */
const lifeSeconds = 900;

/** `__Host-` would need the path `/`, and the key is nobody's but this page's. */
const nameOf = (secure: boolean) => (secure ? '__Secure-challenge-key' : 'challenge-key');

const valueShape = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/;

/** Lets the browser bring the one-time key to the page that it is about to be sent to; null takes an older one away. */
export const sendKey = (reply: FastifyReply, place: Place, oneTimeKey: string | null, secure: boolean): void => {
  if (oneTimeKey !== null && !valueShape.test(oneTimeKey)) throw new Error('a one-time key does not fit a cookie');
  const life = oneTimeKey === null ? 0 : lifeSeconds;
  // A semicolon would end the attribute; what is left of the path still covers the page.
  const path = place.path.replace(/;.*/s, '');
  const limits = `Path=${path}; Max-Age=${life}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  reply.header('set-cookie', `${nameOf(secure)}=${oneTimeKey ?? ''}; ${limits}`);
};

/** The key that the browser brought, or null. */
export const bringsKey = (request: FastifyRequest, secure: boolean): string | null => {
  const start = `${nameOf(secure)}=`;
  const cookie = request.headers.cookie?.split(/; */).find((pair) => pair.startsWith(start));
  return cookie?.slice(start.length) || null;
};

/** What travels through the issuer and back: which attempt, and the key for its security code. */
export const echoOf = (sentReference: string, oneTimeKey: string | null): string =>
  `${sentReference}.${oneTimeKey ?? ''}`;

/** The two parts of an echo that came back; undefined when it is none of ours. */
export const readEcho = (echo: unknown): { sentReference: string; oneTimeKey: string | null } | undefined => {
  const parts = typeof echo === 'string' ? /^([^.]+)\.(.*)$/.exec(echo) : null;
  return parts ? { sentReference: parts[1]!, oneTimeKey: parts[2] || null } : undefined;
};
