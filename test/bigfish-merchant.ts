import { randomUUID } from 'node:crypto';
import { apis } from '../src/apis/index.ts';
import { sandboxRoute } from '../src/routes.ts';
import type { Tollgate } from './installation.ts';
import { Payer } from './payer.ts';

const bigfish = apis.find(({ name }) => name === 'bigfish')!;

// biome-ignore lint/suspicious/noExplicitAny: a client reads JSON that it did not type.
export type Answer = any;

export type BodyType = 'multipart' | 'urlencoded' | 'raw';

const basic = (name: string, key: string) => `Basic ${Buffer.from(`${name}:${key}`).toString('base64')}`;

/** What PHP makes of JSON: slashes and all that is not ASCII are escaped. */
export const phpJson = (value: object): string =>
  JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

const bodyOf = (type: BodyType, method: string, json: string): { body: string; contentType: string } => {
  if (type === 'multipart') {
    const boundary = '------------------------f6c13daee9f1ef34';
    const part = (name: string, text: string) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
    const body = `${part('method', method)}${part('json', json)}--${boundary}--\r\n`;
    return { body, contentType: `multipart/form-data; boundary=${boundary}` };
  }
  const contentType = 'application/x-www-form-urlencoded';
  if (type === 'raw') return { body: `method=${method}&json=${json}`, contentType };
  return { body: new URLSearchParams({ method, json }).toString(), contentType };
};

export const encode = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '.');

/** A client of the API, written from its wire rules alone. */
export const bigfishClient = (url: string, storeName: string, apiKey: string) => {
  const send = async (
    method: string,
    json: object | string,
    {
      type = 'multipart',
      authorization = basic(storeName, apiKey),
      headers = {},
    }: {
      readonly type?: BodyType;
      readonly authorization?: string | null;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) => {
    const { body, contentType } = bodyOf(type, method, typeof json === 'string' ? json : phpJson(json));
    return fetch(`${url}/api/payment/`, {
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': contentType, ...(authorization !== null && { authorization }), ...headers },
      body,
    });
  };
  const call = async (...asked: Parameters<typeof send>): Promise<Answer> => (await send(...asked)).json();

  const initBody = (more: object = {}) => ({
    ModuleName: 'PHP7-SDK',
    ModuleVersion: '4.4.2',
    ProviderName: 'OTPSimple',
    ResponseUrl: 'https://shop.example/back?wc-api=pay',
    Amount: 1490,
    Currency: 'HUF',
    OrderId: `ORD-${randomUUID()}`,
    UserId: 'USR-9',
    Language: 'EN',
    StoreName: storeName,
    ...more,
  });

  /** A transaction; fails unless there is one. */
  const init = async (more: object = {}): Promise<string> => {
    const answer = await call('Init', initBody(more));
    if (answer.ResultCode !== 'SUCCESSFUL') throw new Error(JSON.stringify(answer));
    return answer.TransactionId;
  };

  /** The buyer on the Start page. */
  const start = (id: string): Promise<Payer> => new Payer(`${url}/Start?TransactionId=${id}`).go();

  return {
    storeName,
    apiKey,
    send,
    call,
    initBody,
    init,
    start,
    /** A transaction that its buyer has paid, or tried to. */
    paid: async (more: object = {}, number = '4000000000000051', expiry?: string): Promise<string> => {
      const id = await init(more);
      await (await start(id)).pay({ number, ...(expiry && { expiry }), code: '123' });
      return id;
    },
    result: (id: string) => call('Result', { TransactionId: id }),
    of: (method: string, id: string, more: object = {}) => call(method, { TransactionId: id, ...more }),
    ofStore: (method: string, more: object = {}) => call(method, { StoreName: storeName, ...more }),
  };
};

let count = 0;

/** Every provider that is assigned unless a test says otherwise. */
const usual = { OTPSimple: {}, KHB: {}, CIB: {}, MKBSZEP: {}, Saferpay: {}, Borgun2: {}, KHBSZEP: {}, OTP: {} };

/** A merchant with a store of its own. */
export const addBigfishMerchant = async (tollgate: Tollgate, settings: Readonly<Record<string, unknown>> = {}) => {
  const { store, clock } = tollgate.installation;
  const now = clock.now();
  const merchant = await store.administration.addMerchant(`Bolt ${++count}`, now);
  const storeName = `store_${process.pid}_${count}`;
  const apiKey = '86af3-80e4f-f8228-9498f-910ad';
  const options = { 'store-name': storeName, 'api-key': apiKey };
  const { login } = await bigfish.credential(options, true);
  const { shopId } = await store.administration.ensureShop({
    merchantId: merchant.id,
    api: bigfish.name,
    wireName: storeName,
    settings: bigfish.settings({ providers: usual, ...settings }),
    routes: [sandboxRoute],
    now,
  });
  await store.administration.setLogin({ merchantId: merchant.id, api: bigfish.name, ...login!, now });
  return { ...bigfishClient(tollgate.url, storeName, apiKey), merchantId: merchant.id, shopId };
};

export type BigfishMerchant = Awaited<ReturnType<typeof addBigfishMerchant>>;
