import { randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { SecretDrawer } from '../../gateway/ports.ts';
import { newTokenKey, tokenKeyName } from './credential.ts';

export const tokenLifeSeconds = 3_600;
const skewSeconds = 30;

/** Whom a token speaks for (section 3.2). */
export interface Bearer {
  readonly role: 'merchant' | 'partner';
  readonly login: string;
  /** Absent on a partner's token. */
  readonly memberId?: string;
  readonly partnerId?: string;
}

/** The installation's own signing key. */
export const tokenKey = async (drawer: SecretDrawer): Promise<Uint8Array> =>
  Buffer.from((await drawer.ensure(tokenKeyName, newTokenKey)).reveal(), 'utf8');

/** A token for `lifeSeconds`, at most one hour. `now` in real ms (section 3.2). */
export const makeToken = (
  key: Uint8Array,
  bearer: Bearer,
  now: number,
  lifeSeconds = tokenLifeSeconds,
): Promise<string> => {
  const issuedAt = Math.floor(now / 1_000);
  const { role, login, memberId, partnerId } = bearer;
  return new SignJWT({
    role,
    ...(memberId !== undefined && { merchantid: memberId }),
    ...(partnerId !== undefined && { partnerid: partnerId }),
  })
    .setProtectedHeader({ typ: 'JWT', alg: 'HS256' })
    .setSubject(login)
    .setIssuer('PZ')
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.min(lifeSeconds, tokenLifeSeconds))
    .setJti(randomUUID())
    .sign(key);
};

/** What a token says; undefined for one that is garbled, foreign, of another kind, or past its end (section 3.3). */
export const readToken = async (key: Uint8Array, token: string, now: number): Promise<Bearer | undefined> => {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      issuer: 'PZ',
      requiredClaims: ['exp', 'sub'],
      clockTolerance: skewSeconds,
      currentDate: new Date(now),
    });
    const { sub, role, merchantid, partnerid } = payload;
    if (typeof sub !== 'string' || (role !== 'merchant' && role !== 'partner')) return undefined;
    return {
      role,
      login: sub,
      ...(typeof merchantid === 'string' && { memberId: merchantid }),
      ...(typeof partnerid === 'string' && { partnerId: partnerid }),
    };
  } catch {
    return undefined;
  }
};
