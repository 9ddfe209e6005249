import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { api, type Call, type Fault, fault } from './call.ts';
import { type Formula, hashesAt, isRight, type Parts, protocolSigning, type Signing } from './checksum.ts';
import { memberKeyName, partnerKeyName } from './credential.ts';
import { settingsOf } from './settings.ts';
import { type Bearer, readToken, tokenKey } from './tokens.ts';

type Rooms = Pick<ApiParts, 'directory' | 'logins' | 'drawer' | 'realClock'>;

/** The member of a login, whatever the member's state; undefined once login or merchant was switched off. */
export const memberOfLogin = async (
  { directory, logins }: Pick<ApiParts, 'directory' | 'logins'>,
  login: string,
  memberId?: string,
): Promise<{ readonly shop: Shop; readonly hash: string } | undefined> => {
  const known = await logins.find(api, login);
  if (!known) return undefined;
  const named = memberId === undefined ? undefined : await directory.shopNamed(api, memberId);
  const own = named ? [named] : await directory.shopsOf(api, known.merchantId);
  const shop = own.find((one) => one.merchantId === known.merchantId && settingsOf(one).username === login);
  return shop && { shop, hash: known.hash };
};

/** A partner's key and login, as they are kept together. */
export interface Partner extends Signing {
  readonly key: string;
  readonly userName: string;
}

export const partnerOf = async (
  { drawer }: Pick<ApiParts, 'drawer'>,
  partnerId: string,
): Promise<Partner | undefined> => {
  const kept = await drawer.find(partnerKeyName(String(Number(partnerId))));
  return kept && { ...protocolSigning, ...(JSON.parse(kept.reveal()) as Partner) };
};

/** Whom a token speaks for now; undefined for a bad one, and for one whose login was switched off (section 3.3). */
export const bearerOf = async (rooms: Rooms, token: string): Promise<Bearer | undefined> => {
  const bearer = await readToken(await tokenKey(rooms.drawer), token, rooms.realClock.now());
  if (!bearer) return undefined;
  if (bearer.role === 'merchant') return (await memberOfLogin(rooms, bearer.login, bearer.memberId)) && bearer;
  const partner = bearer.partnerId === undefined ? undefined : await partnerOf(rooms, bearer.partnerId);
  return partner?.userName === bearer.login ? bearer : undefined;
};

/** The member that a call may act for by its token: 401, and 30037 where there is none of that number (section 10.2, step 6). */
export const actsFor = async ({ parts, bearer }: Call, memberId: string): Promise<Shop | Fault> => {
  if (!bearer) return fault('401');
  if (bearer.role === 'merchant') {
    const own = await memberOfLogin(parts, bearer.login, bearer.memberId);
    return own?.shop.wireName === memberId ? own.shop : fault('401');
  }
  const shop = await parts.directory.shopNamed(api, memberId);
  if (!shop) return fault('30037');
  return settingsOf(shop).partnerId === bearer.partnerId ? shop : fault('401');
};

/** The member that a call names and may act for: 30001, 401, 30037. `between` are checks that come between these. */
export const memberOf = async (
  call: Call,
  between: () => Fault | undefined = () => undefined,
): Promise<Shop | Fault> => {
  const memberId = call.fields.get('authentication.memberId');
  if (memberId === undefined || !/^\d{1,10}$/.test(memberId)) return fault('30001');
  return between() ?? actsFor(call, memberId);
};

/** A member's secret key. A member without one cannot have been set up by `credential add`. */
export const keyOf = async (
  { drawer }: Pick<ApiParts, 'drawer'>,
  { wireName }: Pick<Shop, 'wireName'>,
): Promise<string | undefined> => (await drawer.find(memberKeyName(wireName)))?.reveal();

/** What speaks against a call's checksum (30030, 20017), and then against its member (20023). */
export const checksumFault = async (
  { parts, fields }: Call,
  shop: Shop,
  accepted: readonly Formula[],
  about: Parts,
): Promise<Fault | undefined> => {
  const given = fields.get('authentication.checksum');
  if (given === undefined) return fault('30030');
  const known: Parts = { member: fields.get('authentication.memberId'), K: await keyOf(parts, shop), ...about };
  if (!isRight(given, accepted, known, hashesAt(settingsOf(shop), parts.clock.now()))) return fault('20017');
  return (await parts.directory.shop(api, shop.wireName)) ? undefined : fault('20023');
};
