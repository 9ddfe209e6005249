import { createHash } from 'node:crypto';
import type { NewCredential } from '../../gateway/api.ts';

export const credentialOptions: readonly string[] = ['store-name', 'api-key', 'ip', 'providers', 'name'];

/** What is kept of an API key. Its bits come from a generator, so it needs no slow hash. */
export const hashOfKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/**
 * Reads the options of a store's StoreName and ApiKey (section 2.4). `ip`: addresses and blocks that may call, by commas;
 * `providers`: names of providers to assign, by commas. Throws with a text for the operator.
 */
export const readCredential = (options: Readonly<Record<string, string>>): NewCredential => {
  const { 'store-name': storeName, 'api-key': apiKey, ip, providers, name } = options;
  if (!storeName || storeName.length > 255 || /[\s:\p{Cc}]/u.test(storeName)) {
    throw new Error('store-name must be 1 to 255 characters without colon and blanks');
  }
  if (!apiKey || apiKey.length < 16 || apiKey.length > 255) throw new Error('api-key must be 16 to 255 characters');
  const listed = (text: string) => text.split(',').map((part) => part.trim());
  return {
    wireName: storeName,
    publicKey: null,
    login: { name: storeName, hash: hashOfKey(apiKey) },
    settings: {
      ...(ip !== undefined && { ips: listed(ip) }),
      ...(providers !== undefined && { providers: Object.fromEntries(listed(providers).map((one) => [one, {}])) }),
      ...(name !== undefined && { name }),
    },
    secrets: {},
  };
};
