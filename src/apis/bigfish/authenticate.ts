import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { type Fault, faults } from './codes.ts';
import { hashOfKey } from './credential.ts';
import { isListed, settingsOf } from './settings.ts';

export const api = 'bigfish';

/** Name and key of `Authorization: Basic …`; undefined where it is missing or garbled (section 2.4). */
export const basicOf = (request: FastifyRequest): { readonly name: string; readonly key: string } | undefined => {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon > 0 ? { name: text.slice(0, colon), key: text.slice(colon + 1) } : undefined;
};

type Parts = Pick<ApiParts, 'directory' | 'logins'>;

/** The store of that name, whatever its state. No PostgreSQL text can hold a NUL character, so no store has such a name. */
export const storeNamed = async ({ directory }: Parts, name: string): Promise<Shop | undefined> =>
  name.includes('\0') ? undefined : directory.shopNamed(api, name);

/** What speaks against a caller at a store: steps 6 to 8 of section 4.2. */
export const callerFault = async (
  { directory, logins }: Parts,
  shop: Shop,
  key: string,
  request: FastifyRequest,
): Promise<Fault | undefined> => {
  const { wireName } = shop;
  if (!(await directory.shop(api, wireName))) return faults.inactiveStore(wireName);
  const login = await logins.find(api, wireName);
  const shown = Buffer.from(hashOfKey(key));
  const known = Buffer.from(login?.hash ?? '');
  const isRight = login?.merchantId === shop.merchantId && known.length === shown.length;
  if (!isRight || !timingSafeEqual(known, shown)) return faults.wrongKey;
  const { ips } = settingsOf(shop);
  if (ips.length === 0) return undefined;
  if (!request.ip) return faults.missingAddress;
  return isListed(ips, request.ip) ? undefined : faults.unlistedAddress(request.ip);
};
