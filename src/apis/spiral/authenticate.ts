import type { Directory, Shop } from '../../gateway/ports.ts';
import type { Clock } from '../../kit/clock.ts';
import { type Fault, faults } from './codes.ts';
import { instantFromUtc } from './dates.ts';
import { isClientId } from './references.ts';
import { settingsOf } from './settings.ts';
import { isSignedBy } from './signature.ts';

/** What a signed request says of itself. `merchantRef` is empty where the path has none (E7). */
export interface Credentials {
  readonly clientId: string;
  readonly merchantRef: string;
  /** `Spiral-Request-Datetime` as it came. */
  readonly dateTime: string | undefined;
  /** `Spiral-Client-Signature`. */
  readonly signature: string | undefined;
}

/** The widest window a shop may have, so that a date that no shop takes is refused before shops are looked up. */
const windowMaxMs = 300_000;

/**
 * Who is calling (section 3.4), or the 401 to answer. The window follows the real clock. There is no store of used
 * signatures: a reference is taken once, so a repeated request has no second effect.
 */
export const authenticate = async (
  { directory, realClock }: { readonly directory: Directory; readonly realClock: Clock },
  { clientId, merchantRef, dateTime, signature }: Credentials,
): Promise<Shop | Fault> => {
  if (!dateTime || !signature) return faults.invalidSignature;
  const at = instantFromUtc(dateTime);
  if (at === undefined) return faults.invalidSignature;
  const ageMs = Math.abs(realClock.now() - at);
  if (ageMs > windowMaxMs) return faults.requestExpired;
  // What cannot be a client is not looked up: a path may hold what no database takes, such as a zero byte.
  const shop = isClientId(clientId) ? await directory.shop('spiral', clientId) : undefined;
  if (!shop) return faults.unknownClient;
  if (ageMs > settingsOf(shop).signatureWindowSeconds * 1_000) return faults.requestExpired;
  return isSignedBy(shop.publicKeys, { clientId, merchantRef, dateTime }, signature) ? shop : faults.invalidSignature;
};
