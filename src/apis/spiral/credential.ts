import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { NewCredential } from '../../gateway/api.ts';
import { isClientId } from './references.ts';
import { readWalletAccounts, walletOptions } from './wallet-tokens/accounts.ts';

export const credentialOptions: readonly string[] = ['client-id', 'public-key', ...walletOptions];

/** SHA-256 of the test keys that are published with their private halves (section 21), as SubjectPublicKeyInfo. */
const publishedKeys: readonly string[] = [
  'ee1c60bc39028709c5c164e0869c79bb8a4a7f3111897e153cf50ebe873ab397',
  'a9e8e993236c98cab096f1b797b7f7402b2e7144d89d097a9bba64152da98125',
];

/** Whether the key is a published one, with which anybody could sign. */
const isPublished = (key: KeyObject): boolean =>
  publishedKeys.includes(
    createHash('sha256')
      .update(key.export({ type: 'spki', format: 'der' }))
      .digest('hex'),
  );

const parse = (pem: string): KeyObject => {
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem)?.[1];
  if (label?.includes('PRIVATE KEY')) {
    throw new Error('this is a private key: it must stay with the merchant; give its public key');
  }
  // A certificate would be read as well, but nobody would check its dates.
  if (label !== 'PUBLIC KEY' && label !== 'RSA PUBLIC KEY') {
    throw new Error('the public key must be PEM text that begins with BEGIN PUBLIC KEY or BEGIN RSA PUBLIC KEY');
  }
  try {
    return createPublicKey(pem);
  } catch {
    throw new Error('the public key cannot be read: its PEM text is damaged');
  }
};

/**
 * Reads the options `client-id` and `public-key` (PEM text) of a merchant's credential (section 3.1). RSA of 2048 to
 * 4096 bits, as SubjectPublicKeyInfo or PKCS #1; and what opens payloads of the phones' wallets, where the shop takes them.
 * Throws with a text for the operator.
 */
export const readCredential = (options: Readonly<Record<string, string>>, sandbox: boolean): NewCredential => {
  const { 'client-id': clientId, 'public-key': pem } = options;
  if (!clientId || !isClientId(clientId)) {
    throw new Error('client-id must be 1 to 40 characters of A-Z, a-z, 0-9, dot, dash and underscore');
  }
  if (!pem) throw new Error('public-key is missing');
  const key = parse(pem);
  if (key.asymmetricKeyType !== 'rsa') throw new Error('the public key must be an RSA key');
  const bits = key.asymmetricKeyDetails!.modulusLength!;
  if (bits < 2_048 || bits > 4_096) throw new Error(`the RSA key must have 2048 to 4096 bits; this one has ${bits}`);
  if (!sandbox && isPublished(key)) {
    throw new Error('this test key is published with its private half, so anybody could sign with it; make your own');
  }
  return {
    wireName: clientId,
    publicKey: key.export({ type: 'spki', format: 'pem' }) as string,
    login: null,
    ...readWalletAccounts(clientId, options),
  };
};
