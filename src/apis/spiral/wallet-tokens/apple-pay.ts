import { createDecipheriv, createHash, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { Secret } from '../../../kit/secret.ts';
import { publicKeyFrom } from './keys.ts';
import {
  bytesFrom,
  type OpenedPayload,
  objectFrom,
  objectOf,
  payloadFrom,
  textOf,
  type WalletCard,
} from './payload.ts';

/** A payload of the version EC_v1 whose structure is right. */
export interface ApplePayload {
  readonly data: Buffer;
  readonly ephemeralKey: KeyObject;
  /** SHA-256 of the public key (SubjectPublicKeyInfo) that it was sealed for. */
  readonly publicKeyHash: Buffer;
}

const tagLength = 16;

/** The key is good for one message, so the wallet starts from nothing. */
const zeroVector = Buffer.alloc(16);

const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest();

/** A payload from its text, which may be the whole token of the browser or the app; undefined for anything else. */
export const readApplePay = (text: string): ApplePayload | undefined => {
  const whole = payloadFrom(text);
  const payload = objectOf(whole, 'paymentData') ?? whole;
  const header = objectOf(payload, 'header');
  const data = bytesFrom(textOf(payload, 'data'));
  const ephemeralKey = publicKeyFrom(bytesFrom(textOf(header, 'ephemeralPublicKey')));
  const publicKeyHash = bytesFrom(textOf(header, 'publicKeyHash'));
  const isWhole =
    textOf(payload, 'version') === 'EC_v1' &&
    bytesFrom(textOf(payload, 'signature')) !== undefined &&
    /^[0-9a-f]+$/i.test(textOf(header, 'transactionId') ?? '');
  if (!isWhole || !data || data.length <= tagLength || !ephemeralKey || publicKeyHash?.length !== 32) return undefined;
  return { data, ephemeralKey, publicKeyHash };
};

/** The key that phone and merchant agreed on: NIST SP 800-56A's derivation over one block of SHA-256. */
const sharedKey = (key: KeyObject, ephemeralKey: KeyObject, merchant: string): Buffer =>
  createHash('sha256')
    .update(Buffer.from([0, 0, 0, 1]))
    .update(diffieHellman({ privateKey: key, publicKey: ephemeralKey }))
    .update('\x0did-aes256-GCM')
    .update('Apple')
    .update(sha256(merchant))
    .digest();

const unsealed = (sealed: Buffer, key: Buffer): string | undefined => {
  const opener = createDecipheriv('aes-256-gcm', key, zeroVector, { authTagLength: tagLength });
  opener.setAuthTag(sealed.subarray(-tagLength));
  try {
    return Buffer.concat([opener.update(sealed.subarray(0, -tagLength)), opener.final()]).toString();
  } catch {
    return undefined;
  }
};

const cardFrom = (text: string): WalletCard | undefined => {
  const content = objectFrom(text);
  const number = textOf(content, 'applicationPrimaryAccountNumber');
  const [, year, month] = /^(\d\d)(0[1-9]|1[0-2])\d\d$/.exec(textOf(content, 'applicationExpirationDate') ?? '') ?? [];
  // The other type, EMV, is for terminals in China and has no cryptogram of this kind.
  const proof = textOf(content, 'paymentDataType') === '3DSecure' ? objectOf(content, 'paymentData') : undefined;
  const cryptogram = textOf(proof, 'onlinePaymentCryptogram');
  if (!number || !year || !cryptogram) return undefined;
  return { number: new Secret(number), expiry: `20${year}-${month}`, cryptogram: new Secret(cryptogram) };
};

const isFor = (hash: Buffer, key: KeyObject): boolean =>
  sha256(createPublicKey(key).export({ type: 'spki', format: 'der' })).equals(hash);

/**
 * Opens a payload with the shop's keys. `merchant`: Apple's merchant id. Undefined when it was sealed for another key or
 * merchant, was changed on its way, or holds no card.
 */
export const openApplePay = (
  { data, ephemeralKey, publicKeyHash }: ApplePayload,
  keys: readonly KeyObject[],
  merchant: string,
): OpenedPayload | undefined => {
  const key = keys.find((candidate) => isFor(publicKeyHash, candidate));
  const text = key && unsealed(data, sharedKey(key, ephemeralKey, merchant));
  const card = text === undefined ? undefined : cardFrom(text);
  return card && { card, sealed: data };
};
