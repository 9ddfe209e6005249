import { generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';

/**
 * What a payer's phone and Google's servers do, written from the published formats with another library than the one that
 * opens it, and its derivations spelled out.
 */
const { subtle } = webcrypto;

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

export const newPair = (namedCurve = 'P-256'): Pair => generateKeyPairSync('ec', { namedCurve });

export const pemOf = ({ privateKey }: Pair): string => privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

export const spkiOf = ({ publicKey }: Pair): Buffer => publicKey.export({ type: 'spki', format: 'der' });

const utf8 = (text: string): Buffer<ArrayBuffer> => Buffer.from(text);
const base64 = (bytes: ArrayBuffer | Buffer): string => Buffer.from(bytes as ArrayBuffer).toString('base64');
const joined = (...parts: (Buffer | ArrayBuffer | string)[]): Buffer<ArrayBuffer> =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? utf8(part) : Buffer.from(part as ArrayBuffer))));
const digest = async (bytes: Buffer<ArrayBuffer>): Promise<Buffer> =>
  Buffer.from(await subtle.digest('SHA-256', bytes));

const ecdh = { name: 'ECDH', namedCurve: 'P-256' } as const;

/** A new key of the phone's, and what it agrees on with the owner of `receiver`. */
const agreement = async (receiver: Pair) => {
  const own = await subtle.generateKey(ecdh, true, ['deriveBits']);
  const publicKey = await subtle.importKey('spki', Buffer.from(spkiOf(receiver)), ecdh, true, []);
  return {
    point: Buffer.from(await subtle.exportKey('raw', own.publicKey)),
    spki: Buffer.from(await subtle.exportKey('spki', own.publicKey)),
    secret: await subtle.deriveBits({ name: 'ECDH', public: publicKey }, own.privateKey, 256),
  };
};

const aes = (key: Buffer<ArrayBuffer>, name: string) => subtle.importKey('raw', key, name, false, ['encrypt']);

const hmac = async (key: Buffer<ArrayBuffer>, bytes: Buffer<ArrayBuffer>): Promise<Buffer<ArrayBuffer>> => {
  const imported = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return Buffer.from(await subtle.sign('HMAC', imported, bytes));
};

/** ECDSA in DER: two integers, each without needless zeros and never negative. */
const signed = async (bytes: Buffer<ArrayBuffer>, { privateKey }: Pair): Promise<string> => {
  const pkcs8 = Buffer.from(privateKey.export({ type: 'pkcs8', format: 'der' }));
  const key = await subtle.importKey('pkcs8', pkcs8, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  const raw = Buffer.from(await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, bytes));
  const integer = (half: Buffer): Buffer => {
    const trimmed = half.subarray(half.findIndex((byte) => byte !== 0));
    const whole = trimmed[0]! > 127 ? joined(Buffer.of(0), trimmed) : trimmed;
    return joined(Buffer.of(2, whole.length), whole);
  };
  const body = joined(integer(raw.subarray(0, 32)), integer(raw.subarray(32)));
  return base64(joined(Buffer.of(0x30, body.length), body));
};

export interface AppleWish {
  readonly key: Pair;
  readonly merchant: string;
  readonly content?: object;
}

export const appleContent = (more: object = {}): object => ({
  applicationPrimaryAccountNumber: '4508750015741019',
  applicationExpirationDate: '391130',
  currencyCode: '344',
  transactionAmount: 5500,
  deviceManufacturerIdentifier: '040010030273',
  paymentDataType: '3DSecure',
  paymentData: { onlinePaymentCryptogram: 'AgAAAAAABk4DWZ4C28yUQAAAAAA=', eciIndicator: '5' },
  ...more,
});

/** What Apple Pay gives as `paymentData` (EC_v1). Its signature is no signature: nobody here can make Apple's. */
export const applePayload = async ({ key, merchant, content = appleContent() }: AppleWish) => {
  const { spki, secret } = await agreement(key);
  const party = await digest(utf8(merchant));
  const derived = await digest(joined(Buffer.of(0, 0, 0, 1), secret, Buffer.of(13), 'id-aes256-GCM', 'Apple', party));
  const parameters = { name: 'AES-GCM', iv: new Uint8Array(16), tagLength: 128 };
  const data = await subtle.encrypt(parameters, await aes(joined(derived), 'AES-GCM'), utf8(JSON.stringify(content)));
  return {
    version: 'EC_v1',
    data: base64(data),
    signature: base64(utf8('signed by nobody')),
    header: {
      ephemeralPublicKey: base64(spki),
      publicKeyHash: base64(await digest(joined(spkiOf(key)))),
      transactionId: (await digest(spki)).toString('hex'),
    },
  };
};

export interface GoogleWish {
  readonly key: Pair;
  readonly root: Pair;
  readonly recipient: string;
  readonly content?: object;
  /** In place of the right one. */
  readonly tag?: Buffer;
  /** Real ms until which Google's own key is good. */
  readonly keyExpiration?: number;
}

const hourMs = 3_600_000;

export const googleContent = (more: object = {}, details: object = {}): object => ({
  messageExpiration: String(Date.now() + hourMs),
  messageId: 'AH2EjtfkuPJ8tlyBfX5Yq-nEHbRjbPDdBhV5bpCCsAkiJtjQh7QJPQZQ',
  paymentMethod: 'CARD',
  paymentMethodDetails: {
    pan: '5123450000000008',
    expirationMonth: 3,
    expirationYear: 2039,
    authMethod: 'CRYPTOGRAM_3DS',
    cryptogram: 'AAAAAA+n2rOWAAHiy0MjAoABFA==',
    eciIndicator: '05',
    ...details,
  },
  ...more,
});

const framed = (...texts: string[]): Buffer<ArrayBuffer> =>
  joined(
    ...texts.flatMap((text) => {
      const size = utf8(text).length;
      return [Buffer.of(size & 255, (size >> 8) & 255, (size >> 16) & 255, size >> 24), text];
    }),
  );

/** HKDF of RFC 5869 with SHA-256, no salt, to 64 bytes. */
const expanded = async (secret: Buffer<ArrayBuffer>, about: string): Promise<Buffer> => {
  const extract = await hmac(Buffer.alloc(32), secret);
  const first = await hmac(extract, joined(about, Buffer.of(1)));
  return joined(first, await hmac(extract, joined(first, about, Buffer.of(2))));
};

/** What Google Pay gives as token (ECv2). */
export const googlePayload = async (wish: GoogleWish) => {
  const { key, root, recipient, content = googleContent(), keyExpiration = Date.now() + hourMs } = wish;
  const { point, secret } = await agreement(key);
  const keys = await expanded(joined(point, secret), 'Google');
  const counter = { name: 'AES-CTR', counter: new Uint8Array(16), length: 128 };
  const cipherKey = await aes(joined(keys.subarray(0, 32)), 'AES-CTR');
  const encrypted = await subtle.encrypt(counter, cipherKey, utf8(JSON.stringify(content)));
  const tag = wish.tag ?? (await hmac(joined(keys.subarray(32)), joined(encrypted)));
  const signedMessage = JSON.stringify({
    encryptedMessage: base64(encrypted),
    ephemeralPublicKey: base64(point),
    tag: base64(tag),
  });
  const intermediate = newPair();
  const signedKey = JSON.stringify({ keyValue: base64(spkiOf(intermediate)), keyExpiration: String(keyExpiration) });
  return {
    protocolVersion: 'ECv2',
    signature: await signed(framed('Google', recipient, 'ECv2', signedMessage), intermediate),
    intermediateSigningKey: { signedKey, signatures: [await signed(framed('Google', 'ECv2', signedKey), root)] },
    signedMessage,
  };
};

/** Google's list of roots, as it publishes it. */
export const rootList = (root: Pair, more: object = {}): string =>
  JSON.stringify({
    keys: [
      { keyValue: base64(spkiOf(newPair())), protocolVersion: 'ECv1' },
      { keyValue: base64(spkiOf(root)), protocolVersion: 'ECv2', keyExpiration: '4102444800000', ...more },
    ],
  });
