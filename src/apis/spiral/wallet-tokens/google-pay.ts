import {
  createDecipheriv,
  createHmac,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { Secret } from '../../../kit/secret.ts';
import { type GoogleRoot, protocolVersion, validRoots } from './google-roots.ts';
import { publicKeyFrom, publicKeyFromPoint } from './keys.ts';
import {
  bytesFrom,
  memberOf,
  type OpenedPayload,
  objectFrom,
  objectOf,
  payloadFrom,
  textOf,
  type WalletCard,
} from './payload.ts';

const sender = 'Google';

/** A payload of the version ECv2 whose structure is right. Signatures are over the texts as they came. */
export interface GooglePayload {
  readonly signature: Buffer;
  readonly signedKey: string;
  readonly keySignatures: readonly Buffer[];
  readonly signedMessage: string;
  readonly encryptedMessage: Buffer;
  /** Uncompressed. */
  readonly ephemeralPoint: Buffer;
  readonly tag: Buffer;
}

/** Who a shop is to Google. */
export interface GoogleAccount {
  /** `merchant:` and Google's id of the merchant. */
  readonly recipient: string;
  readonly keys: readonly KeyObject[];
  readonly roots: readonly GoogleRoot[];
}

/** A payload from its text; undefined for anything else. */
export const readGooglePay = (text: string): GooglePayload | undefined => {
  const payload = payloadFrom(text);
  const intermediate = objectOf(payload, 'intermediateSigningKey');
  const signedKey = textOf(intermediate, 'signedKey');
  const signedMessage = textOf(payload, 'signedMessage');
  const signatures = memberOf(intermediate, 'signatures');
  const keySignatures = (Array.isArray(signatures) ? signatures : [])
    .map((entry) => bytesFrom(typeof entry === 'string' ? entry : undefined))
    .filter((bytes) => bytes !== undefined);
  const signature = bytesFrom(textOf(payload, 'signature'));
  const message = objectFrom(signedMessage ?? '');
  const encryptedMessage = bytesFrom(textOf(message, 'encryptedMessage'));
  const ephemeralPoint = bytesFrom(textOf(message, 'ephemeralPublicKey'));
  const tag = bytesFrom(textOf(message, 'tag'));
  if (textOf(payload, 'protocolVersion') !== protocolVersion || !signature || keySignatures.length === 0) {
    return undefined;
  }
  if (!signedKey || !signedMessage || !encryptedMessage || !ephemeralPoint || !tag) return undefined;
  return { signature, signedKey, keySignatures, signedMessage, encryptedMessage, ephemeralPoint, tag };
};

/** What is signed: each text behind its length in bytes, four bytes with the lowest first. */
const framed = (...texts: readonly string[]): Buffer =>
  Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );

const isSignedBy = (signed: Buffer, signature: Buffer, key: KeyObject): boolean => {
  try {
    return verify('sha256', signed, key, signature);
  } catch {
    return false;
  }
};

/** Whether a moment, real ms in decimal text, is still to come. */
const isAhead = (text: string | undefined, now: number): boolean =>
  text !== undefined && /^\d{1,16}$/.test(text) && now < Number(text);

/** Google signed the payload for this recipient, with a key that is good still and that a root vouches for. */
const isGenuine = (payload: GooglePayload, { recipient, roots }: GoogleAccount, now: number): boolean => {
  const vouched = framed(sender, protocolVersion, payload.signedKey);
  const isVouched = validRoots(roots, now).some((root) =>
    payload.keySignatures.some((signature) => isSignedBy(vouched, signature, root)),
  );
  if (!isVouched) return false;
  const signedKey = objectFrom(payload.signedKey);
  const key = publicKeyFrom(bytesFrom(textOf(signedKey, 'keyValue')));
  if (!key || !isAhead(textOf(signedKey, 'keyExpiration'), now)) return false;
  return isSignedBy(framed(sender, recipient, protocolVersion, payload.signedMessage), payload.signature, key);
};

/** ECIES with HKDF-SHA-256, AES-256 in counter mode and HMAC-SHA-256; undefined where it is not sealed for this key. */
const unsealed = ({ encryptedMessage, ephemeralPoint, tag }: GooglePayload, key: KeyObject): string | undefined => {
  const publicKey = publicKeyFromPoint(ephemeralPoint);
  if (!publicKey) return undefined;
  const agreed = Buffer.concat([ephemeralPoint, diffieHellman({ privateKey: key, publicKey })]);
  const keys = Buffer.from(hkdfSync('sha256', agreed, Buffer.alloc(0), sender, 64));
  const expected = createHmac('sha256', keys.subarray(32)).update(encryptedMessage).digest();
  if (tag.length !== expected.length || !timingSafeEqual(tag, expected)) return undefined;
  const opener = createDecipheriv('aes-256-ctr', keys.subarray(0, 32), Buffer.alloc(16));
  return Buffer.concat([opener.update(encryptedMessage), opener.final()]).toString();
};

/** The proof of a card that was put into the phone; null for a number that the payer's account holds as it is. */
const cryptogramOf = (details: ReturnType<typeof objectOf>): string | null | undefined => {
  const method = textOf(details, 'authMethod');
  if (method === 'PAN_ONLY') return null;
  return method === 'CRYPTOGRAM_3DS' ? textOf(details, 'cryptogram') : undefined;
};

const cardFrom = (text: string, now: number): WalletCard | undefined => {
  const content = objectFrom(text);
  if (textOf(content, 'paymentMethod') !== 'CARD' || !isAhead(textOf(content, 'messageExpiration'), now)) {
    return undefined;
  }
  const details = objectOf(content, 'paymentMethodDetails');
  const number = textOf(details, 'pan');
  const cryptogram = cryptogramOf(details);
  const expiry = `${memberOf(details, 'expirationYear')}-${String(memberOf(details, 'expirationMonth')).padStart(2, '0')}`;
  if (!number || cryptogram === undefined || !/^20\d\d-(?:0[1-9]|1[0-2])$/.test(expiry)) return undefined;
  return { number: new Secret(number), expiry, cryptogram: cryptogram === null ? null : new Secret(cryptogram) };
};

/**
 * Opens a payload at `now` (real ms). Undefined when Google did not sign it for this recipient, it is too old, was sealed
 * for another key, or holds no card.
 */
export const openGooglePay = (
  payload: GooglePayload,
  account: GoogleAccount,
  now: number,
): OpenedPayload | undefined => {
  if (!isGenuine(payload, account, now)) return undefined;
  for (const key of account.keys) {
    const text = unsealed(payload, key);
    const card = text === undefined ? undefined : cardFrom(text, now);
    if (card) return { card, sealed: payload.encryptedMessage };
  }
  return undefined;
};
