import { createSign, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { apis } from '../src/apis/index.ts';
import { sandboxRoute } from '../src/routes.ts';
import type { Tollgate } from './installation.ts';
import type { Received } from './receiver.ts';

const spiral = apis.find(({ name }) => name === 'spiral')!;

/** What came back, with the signature checked as a client does before it looks at anything else. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a client reads JSON that it did not type.
  readonly body: any;
  readonly text: string;
  readonly headers: Headers;
}

/** A request of E1 to E7 (section 3). What is not given is as a well-behaved client has it; null leaves a header out. */
export interface Request {
  readonly method: string;
  readonly reference: string;
  readonly noun?: string;
  readonly clientId?: string;
  /** Path in place of the usual one. */
  readonly path?: string;
  /** An object goes out as JSON, a text or buffer as it is. */
  readonly body?: object | string | Buffer;
  readonly date?: string | null;
  readonly signature?: string | null;
  /** What the signature is over in place of the ids of the path. */
  readonly signed?: string;
  readonly key?: KeyObject;
  readonly contentType?: string | null;
}

export const newKeys = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

export const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string;

/** `2026-01-17T03:39:52Z` (section 2.3). */
export const dateText = (at: number): string => new Date(at).toISOString().replace(/\.\d+/, '');

const sign = (payload: string, key: KeyObject) => createSign('RSA-SHA256').update(payload).sign(key, 'base64');

const isSigned = (payload: string, signature: string, key: string) =>
  createVerify('RSA-SHA256').update(payload).verify(key, signature, 'base64');

/** Where a client is set up to call, with which keys. */
export interface Account {
  readonly url: string;
  readonly clientId: string;
  readonly privateKey: KeyObject;
  /** PEM. */
  readonly gatewayKey: string;
}

const bodyOf = (body: Request['body']): Buffer<ArrayBuffer> | undefined => {
  if (body === undefined) return undefined;
  // A buffer, because to a text `fetch` adds a content type of its own.
  return Buffer.from(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
};

let count = 0;

/** A client of the Spiral API, written from the wire rules alone. */
export const spiralClient = (account: Account) => {
  const { url, clientId: ownId, privateKey, gatewayKey } = account;
  const number = ++count;

  /** Sends a request; throws when the answer is not signed as section 3.3 says. */
  const send = async (request: Request): Promise<Answer> => {
    const { method, reference, noun = 'transactions', clientId = ownId, date = dateText(Date.now()) } = request;
    const { signed = `${clientId}${reference}${date}`, key = privateKey, contentType = 'application/json' } = request;
    const { signature = sign(signed, key) } = request;
    const path =
      request.path ??
      `/v1/merchants/${encodeURIComponent(clientId)}/${noun}${reference && `/${encodeURIComponent(reference)}`}`;
    const body = bodyOf(request.body);
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(contentType !== null && { 'content-type': contentType }),
        ...(date !== null && { 'spiral-request-datetime': date }),
        ...(signature !== null && { 'spiral-client-signature': signature }),
      },
      ...(body && { body }),
    });
    const text = await response.text();
    const answered = `${clientId}${reference}${response.headers.get('spiral-request-datetime')}`;
    if (!isSigned(answered, response.headers.get('spiral-server-signature') ?? '', gatewayKey)) {
      throw new Error(`the answer to ${method} ${path} is not signed: ${response.status} ${text}`);
    }
    return { status: response.status, body: JSON.parse(text), text, headers: response.headers };
  };

  let serial = 0;
  const newReference = () => `R${Date.now().toString(36)}-${number}-${++serial}-x`;
  const put = (reference: string, body: object) =>
    send({ method: 'PUT', reference, body: { clientId: ownId, merchantRef: reference, ...body } });
  return {
    clientId: ownId,
    account,
    newReference,
    send,
    put,
    query: (reference: string) => send({ method: 'GET', reference }),
    /** Opens a session; answers with its reference. */
    openSession: async (body: object = {}) => {
      const reference = newReference();
      const answer = await put(reference, {
        cmd: 'SALESESSION',
        type: 'VM',
        amt: 268.5,
        goodsName: 'Desk lamp',
        successUrl: 'https://shop.example/done?o=17',
        failureUrl: 'https://shop.example/retry?o=17',
        webhookUrl: 'http://127.0.0.1:9/nobody',
        ...body,
      });
      if (answer.status !== 200) throw new Error(`no session: ${answer.text}`);
      return { reference, sessionId: answer.body.sessionId as string, answer };
    },
    /** Whether a notice is signed by the gateway for the transaction that its body names (section 3.3). */
    isGenuine: ({ text, headers }: Received) => {
      const { clientId, merchantRef } = JSON.parse(text);
      const signed = `${clientId}${merchantRef}${headers['spiral-request-datetime']}`;
      return isSigned(signed, String(headers['spiral-server-signature']), gatewayKey);
    },
  };
};

export type SpiralClient = ReturnType<typeof spiralClient>;

/** A merchant with a shop of its own, and its client; or one more shop of a merchant that is there. */
export const addSpiralMerchant = async (
  tollgate: Tollgate,
  settings: Readonly<Record<string, unknown>> = {},
  of?: { readonly merchantId: number; readonly name: string },
) => {
  const { store, vault, clock } = tollgate.installation;
  const clientId = `mart${process.pid}x${++count}`;
  const { privateKey, publicKey } = newKeys();
  const now = clock.now();
  const added = of ? null : await store.administration.addMerchant(`Mart ${count}`, now);
  const merchant = added ?? { id: of!.merchantId, name: of!.name };
  const { shopId } = await store.administration.ensureShop({
    merchantId: merchant.id,
    api: spiral.name,
    wireName: clientId,
    settings: spiral.settings(settings),
    routes: [sandboxRoute],
    now,
  });
  await store.administration.addPublicKey(shopId, pemOf(publicKey), now);
  const gatewayKey = await spiral.publicKey!(vault.drawer);
  const client = spiralClient({ url: tollgate.url, clientId, privateKey, gatewayKey });
  return { ...client, name: merchant.name, merchantId: merchant.id, shopId };
};

export type SpiralMerchant = Awaited<ReturnType<typeof addSpiralMerchant>>;
