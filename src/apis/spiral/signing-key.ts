import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { SecretDrawer } from '../../gateway/ports.ts';
import { Secret } from '../../kit/secret.ts';

const make = async (): Promise<Secret> => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2_048 });
  return new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
};

/** The key with which the gateway signs answers and notices (section 3.1): one for all merchants, made at first use. */
export const signingKey = async (drawer: SecretDrawer): Promise<KeyObject> =>
  createPrivateKey((await drawer.ensure('spiral:signing-key', make)).reveal());

/** Its public half as PEM, for merchants. */
export const publicKey = async (drawer: SecretDrawer): Promise<string> =>
  createPublicKey(await signingKey(drawer)).export({ type: 'spki', format: 'pem' }) as string;
