import type { KeyObject } from 'node:crypto';
import { publicKeyFrom } from './keys.ts';
import { bytesFrom, memberOf, objectFrom, textOf } from './payload.ts';

/** The version of Google's protocol that is spoken here. */
export const protocolVersion = 'ECv2';

/** One of the keys by which Google vouches for those that sign payloads, as Google publishes it. */
export interface GoogleRoot {
  /** SubjectPublicKeyInfo in base64. */
  readonly keyValue: string;
  /** Real ms in decimal text; null where the key has no end. */
  readonly keyExpiration: string | null;
}

const isRoot = (value: unknown): value is GoogleRoot => {
  const { keyValue, keyExpiration } = (value ?? {}) as Partial<GoogleRoot>;
  if (typeof keyValue !== 'string' || !publicKeyFrom(bytesFrom(keyValue))) return false;
  return keyExpiration === null || (typeof keyExpiration === 'string' && /^\d{1,16}$/.test(keyExpiration));
};

export const isRootList = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= 20 && value.every(isRoot);

/**
 * The keys of this protocol version in the text that Google publishes them in: `{"keys":[{"keyValue":…,
 * "protocolVersion":"ECv2","keyExpiration":…}]}`. Throws with a text for the operator.
 */
export const rootsFrom = (text: string): GoogleRoot[] => {
  const keys = memberOf(objectFrom(text), 'keys');
  const roots = (Array.isArray(keys) ? keys : [])
    .filter((key) => textOf(key, 'protocolVersion') === protocolVersion)
    .map((key) => ({ keyValue: textOf(key, 'keyValue') ?? '', keyExpiration: textOf(key, 'keyExpiration') ?? null }));
  if (roots.length === 0)
    throw new Error(`google-pay-roots must be Google's list of keys with one of ${protocolVersion}`);
  if (!isRootList(roots)) throw new Error('google-pay-roots has a key that cannot be read');
  return roots;
};

/** The keys that vouch at `now` (real ms). */
export const validRoots = (roots: readonly GoogleRoot[], now: number): KeyObject[] =>
  roots
    .filter(({ keyExpiration }) => keyExpiration === null || now < Number(keyExpiration))
    .map(({ keyValue }) => publicKeyFrom(bytesFrom(keyValue))!);
