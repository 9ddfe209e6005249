import { createSign, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { apis } from '../src/apis/index.ts';
import { sandboxRoute } from '../src/routes.ts';
import type { Tollgate } from './installation.ts';

const spiral = apis.find(({ name }) => name === 'spiral')!;

/** What came back, with the signature checked as a client does before it looks at anything else. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a client reads JSON that it did not type.
  readonly body: any;
  readonly text: string;
}

let count = 0;

/** A merchant with a shop of its own, and a client of the Spiral API written from the wire rules alone. */
export const addSpiralMerchant = async (tollgate: Tollgate, settings: Readonly<Record<string, unknown>> = {}) => {
  const { store, vault, clock } = tollgate.installation;
  const clientId = `mart${process.pid}x${++count}`;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const now = clock.now();
  const merchant = await store.administration.addMerchant(`Mart ${count}`, now);
  const { shopId } = await store.administration.ensureShop({
    merchantId: merchant.id,
    api: spiral.name,
    wireName: clientId,
    settings: spiral.settings(settings),
    routes: [sandboxRoute],
    now,
  });
  await store.administration.addPublicKey(shopId, publicKey.export({ type: 'spki', format: 'pem' }) as string, now);
  const gatewayKey = await spiral.publicKey!(vault.drawer);

  const call = async (method: string, noun: string, reference: string, body?: object | string): Promise<Answer> => {
    const date = new Date().toISOString().replace(/\.\d+/, '');
    const response = await fetch(`${tollgate.url}/v1/merchants/${clientId}/${noun}/${reference}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'spiral-request-datetime': date,
        'spiral-client-signature': sign(`${clientId}${reference}${date}`, privateKey),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const answered = `${clientId}${reference}${response.headers.get('spiral-request-datetime')}`;
    if (!isSigned(answered, response.headers.get('spiral-server-signature') ?? '', gatewayKey)) {
      throw new Error(`the answer to ${method} ${reference} is not signed: ${response.status} ${text}`);
    }
    return { status: response.status, body: JSON.parse(text), text };
  };

  let serial = 0;
  const newReference = () => `R${Date.now().toString(36)}-${count}-${++serial}-x`;
  return {
    clientId,
    merchantId: merchant.id,
    shopId,
    newReference,
    call,
    put: (reference: string, body: object) =>
      call('PUT', 'transactions', reference, { clientId, merchantRef: reference, ...body }),
    query: (reference: string) => call('GET', 'transactions', reference),
    /** Whether a notice is signed by the gateway for the transaction that its body names. */
    isGenuine: (notice: { text: string; headers: Readonly<Record<string, string | string[] | undefined>> }) => {
      const { clientId: client, merchantRef } = JSON.parse(notice.text);
      const signed = `${client}${merchantRef}${notice.headers['spiral-request-datetime']}`;
      return isSigned(signed, String(notice.headers['spiral-server-signature']), gatewayKey);
    },
  };
};

export type SpiralMerchant = Awaited<ReturnType<typeof addSpiralMerchant>>;

const sign = (payload: string, key: KeyObject) => createSign('RSA-SHA256').update(payload).sign(key, 'base64');

const isSigned = (payload: string, signature: string, key: string) =>
  createVerify('RSA-SHA256').update(payload).verify(key, signature, 'base64');
