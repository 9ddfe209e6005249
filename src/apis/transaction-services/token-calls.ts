import { timingSafeEqual } from 'node:crypto';
import { bearerOf, memberOfLogin, partnerOf } from './authenticate.ts';
import { api, type Call, type Fault, fault, type Handler } from './call.ts';
import { resultOf } from './codes.ts';
import { hashOfKey } from './credential.ts';
import { settingsOf } from './settings.ts';
import { guardOf } from './token-guard.ts';
import { type Bearer, makeToken, tokenKey, tokenLifeSeconds } from './tokens.ts';
import type { Answer } from './write.ts';

const isSame = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

const isNumber = (text: string | undefined): text is string => text !== undefined && /^\d{1,10}$/.test(text);

/** Seconds that a token is to live (`expDateOffset`, section 5.1), or code 10183. */
const lifeOf = ({ fields }: Call): number | Fault => {
  const text = fields.get('expDateOffset');
  if (text === undefined) return tokenLifeSeconds;
  return /^\d{1,50}$/.test(text) && Number(text) >= 1 ? Math.min(Number(text), tokenLifeSeconds) : fault('10183');
};

const given = async (call: Call, bearer: Bearer): Promise<Answer | Fault> => {
  const life = lifeOf(call);
  if (typeof life !== 'number') return life;
  const { drawer, realClock } = call.parts;
  return {
    partnerId: bearer.partnerId!,
    ...(bearer.memberId !== undefined && { memberId: bearer.memberId }),
    result: resultOf('200'),
    LoginName: bearer.login,
    AuthToken: await makeToken(await tokenKey(drawer), bearer, realClock.now(), life),
  };
};

/** Section 6.1. Failures in the order 30055, 30041, 30055, 403. */
export const authToken: Handler = async (call) => {
  const { parts, fields, ip } = call;
  const partnerId = fields.get('authentication.partnerId');
  if (!isNumber(partnerId)) return fault('30055');
  const login = fields.get('merchant.username');
  const member = login === undefined ? undefined : await memberOfLogin(parts, login);
  const known = login === undefined ? undefined : await parts.logins.find(api, login);
  if (login === undefined || !known) return fault('30041');
  if (!member) return fault('403');
  const { shop, hash } = member;
  if (Number(settingsOf(shop).partnerId) !== Number(partnerId)) return fault('30055');
  const now = parts.realClock.now();
  const guard = guardOf(parts.drawer);
  const keys = [`login ${login}`, `address ${ip}`];
  const key = fields.get('authentication.sKey');
  if (guard.isSlowed(keys, now)) return fault('403');
  if (key === undefined || !isSame(hashOfKey(key), hash)) {
    guard.failed(keys, now);
    return fault('403');
  }
  return given(call, { role: 'merchant', login, memberId: shop.wireName, partnerId: settingsOf(shop).partnerId });
};

/** Section 6.2. Failures in the order 30055, 30041, 403. */
export const partnerAuthToken: Handler = async (call) => {
  const { parts, fields, ip } = call;
  const partnerId = fields.get('authentication.partnerId');
  const partner = isNumber(partnerId) ? await partnerOf(parts, partnerId) : undefined;
  if (!partner) return fault('30055');
  const login = fields.get('partner.userName');
  if (login !== partner.userName) return fault('30041');
  const now = parts.realClock.now();
  const guard = guardOf(parts.drawer);
  const keys = [`partner ${login}`, `address ${ip}`];
  const key = fields.get('authentication.sKey');
  if (guard.isSlowed(keys, now)) return fault('403');
  if (key === undefined || !isSame(hashOfKey(key), hashOfKey(partner.key))) {
    guard.failed(keys, now);
    return fault('403');
  }
  return given(call, { role: 'partner', login, partnerId: String(Number(partnerId)) });
};

/** Section 6.3. The token in the body counts, then the header's (`call.token`). Failures in the order 10182, 401, 30076. */
export const regenerateToken: Handler = async (call) => {
  const token = call.fields.get('authToken') ?? call.token;
  if (token === undefined) return fault('10182');
  const bearer = await bearerOf(call.parts, token);
  if (!bearer) return fault('401');
  const partnerId = call.fields.get('authentication.partnerId');
  if (!isNumber(partnerId) || Number(partnerId) !== Number(bearer.partnerId)) return fault('30076');
  return given(call, bearer);
};
