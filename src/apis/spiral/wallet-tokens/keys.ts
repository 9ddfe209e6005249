import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** The phones' wallets, by what `cardTokenSrc` calls them. */
export const walletSources = { APPLE_PAY: 'apple-pay', GOOGLE_PAY: 'google-pay' } as const;

export type WalletSource = keyof typeof walletSources;

/** Name of a shop's private keys for a wallet in the vault's second drawer. */
export const secretName = (source: WalletSource, wireName: string): string =>
  `spiral:${walletSources[source]}:${wireName}`;

/** Both wallets seal for a key on this curve and no other. */
export const isOnP256 = (key: KeyObject): boolean =>
  key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';

const blocks = /-----BEGIN ((?:EC )?PRIVATE KEY)-----[^-]+-----END \1-----/g;

/**
 * The private keys in a PEM text, PKCS #8 or SEC 1: one, or while keys are being changed the old one as well. Throws with a
 * text for the operator where there is none, or one that is not on P-256.
 */
export const privateKeysFrom = (pem: string): KeyObject[] => {
  const keys = (pem.match(blocks) ?? []).map((block) => {
    try {
      return createPrivateKey(block);
    } catch {
      throw new Error('a private key cannot be read: its PEM text is damaged');
    }
  });
  if (keys.length === 0)
    throw new Error('there is no private key in PEM text (BEGIN PRIVATE KEY or BEGIN EC PRIVATE KEY)');
  if (!keys.every(isOnP256)) throw new Error('the private key must be an EC key on the curve P-256');
  return keys;
};

/** A public key on P-256 from SubjectPublicKeyInfo (DER); undefined where the bytes are none. */
export const publicKeyFrom = (spki: Buffer | undefined): KeyObject | undefined => {
  try {
    const key = spki && createPublicKey({ key: spki, format: 'der', type: 'spki' });
    return key && isOnP256(key) ? key : undefined;
  } catch {
    return undefined;
  }
};

/** What stands before a point of P-256 in SubjectPublicKeyInfo: algorithm, curve, and the frame of 65 bytes. */
const pointHead = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

/** A public key from its uncompressed point (65 bytes that begin with 04); undefined where it is none. */
export const publicKeyFromPoint = (point: Buffer | undefined): KeyObject | undefined =>
  point?.length === 65 && point[0] === 4 ? publicKeyFrom(Buffer.concat([pointHead, point])) : undefined;
