import type { NewCredential } from '../../gateway/api.ts';
import { hashPassword } from '../../kit/password.ts';
import { Secret } from '../../kit/secret.ts';
import { secretName } from './notice.ts';

export const credentialOptions: readonly string[] = [
  'login',
  'password',
  'service-id',
  'callback-url',
  'callback-auth',
  'callback-secret',
  'name',
];

const passwordLengthMin = 10;

/**
 * Reads the options of a merchant's log-in and of one of its services (section 2). `callback-auth` is `basic` (the secret
 * is `user:password`) or `signature`. Throws with a text for the operator.
 */
export const readCredential = async (options: Readonly<Record<string, string>>): Promise<NewCredential> => {
  const { login, password, 'service-id': serviceId, 'callback-url': callbackUrl, name } = options;
  const { 'callback-auth': callbackAuth, 'callback-secret': callbackSecret } = options;
  if (!login || login.length > 255) throw new Error('login must be 1 to 255 characters');
  if (!password || password.length < passwordLengthMin) {
    throw new Error(`password must be at least ${passwordLengthMin} characters`);
  }
  if (!serviceId || !/^[1-9]\d{0,14}$/.test(serviceId)) throw new Error('service-id must be a whole number above zero');
  if ((callbackAuth ?? 'none') !== 'none' && !callbackSecret) throw new Error('callback-secret is missing');
  if (callbackSecret && (callbackAuth ?? 'none') === 'none')
    throw new Error('callback-auth must be basic or signature');
  return {
    wireName: serviceId,
    publicKey: null,
    login: { name: login, hash: await hashPassword(password) },
    settings: {
      ...(callbackUrl !== undefined && { callbackUrl }),
      ...(callbackAuth !== undefined && { callbackAuth }),
      ...(name !== undefined && { name }),
    },
    secrets: callbackSecret ? { [secretName(serviceId)]: new Secret(callbackSecret) } : {},
  };
};
