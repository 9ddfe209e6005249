import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { utcText } from './dates.ts';

const signWithKey = promisify(
  (key: KeyObject, payload: Buffer, done: (error: Error | null, signature: Buffer) => void) =>
    sign('sha256', payload, key, done),
);

/** What a signature covers (section 3.3): the ids of the path, decoded, and the date-time as its header spells it. */
export interface Signed {
  readonly clientId: string;
  /** Empty where the path has none (E7). */
  readonly merchantRef: string;
  readonly dateTime: string;
}

const payloadOf = ({ clientId, merchantRef, dateTime }: Signed): Buffer =>
  Buffer.from(clientId + merchantRef + dateTime);

const dateTimeHeader = 'Spiral-Request-Datetime';
export const serverSignatureHeader = 'Spiral-Server-Signature';

/** The two headers of an answer or notice composed at `at` (real ms). Signs on the thread pool: 0.6 ms of a core each. */
export const signedHeaders = async (
  key: KeyObject,
  ids: Omit<Signed, 'dateTime'>,
  at: number,
): Promise<Record<string, string>> => {
  const dateTime = utcText(at);
  const signature = await signWithKey(key, payloadOf({ ...ids, dateTime }));
  return { [dateTimeHeader]: dateTime, [serverSignatureHeader]: signature.toString('base64') };
};

const parsedKeys = new WeakMap<readonly string[], readonly KeyObject[]>();

/** Parsing a PEM costs more than verifying with it, and the directory answers the same list for a while. */
const keysOf = (pems: readonly string[]): readonly KeyObject[] => {
  const known = parsedKeys.get(pems);
  if (known) return known;
  const keys = pems.map((pem) => createPublicKey(pem));
  parsedKeys.set(pems, keys);
  return keys;
};

/** Whether one of the keys (PEM) made the signature: SHA256withRSA, PKCS #1 v1.5, standard base64 (section 3.2). */
export const isSignedBy = (pems: readonly string[], signed: Signed, signature: string): boolean => {
  const payload = payloadOf(signed);
  const bytes = Buffer.from(signature, 'base64');
  return keysOf(pems).some((key) => verify('sha256', payload, key, bytes));
};
