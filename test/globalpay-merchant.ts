import { randomUUID } from 'node:crypto';
import { apis } from '../src/apis/index.ts';
import { hashPassword } from '../src/kit/password.ts';
import { sandboxRoute } from '../src/routes.ts';
import type { Tollgate } from './installation.ts';

const globalpay = apis.find(({ name }) => name === 'globalpay')!;
const password = 'Lola#7-Bahor';
const passwordHash = hashPassword(password);

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a client reads JSON that it did not type.
  readonly body: any;
  readonly headers: Headers;
}

/** A request to either tree; `token` null sends no bearer. An object goes out as JSON, a text as it is. */
export interface Request {
  readonly method?: string;
  readonly token?: string | null;
  readonly body?: object | string;
  readonly contentType?: string | null;
}

let count = 0;

/** A client of Checkout and Gate, written from the wire rules alone. */
export const globalpayClient = (url: string, login: string, serviceId: number) => {
  let access: string | undefined;

  const call = async (
    path: string,
    { method = 'POST', token, body, contentType = 'application/json' }: Request = {},
  ) => {
    const bearer = token === undefined ? access : token;
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(contentType !== null && body !== undefined && { 'content-type': contentType }),
        ...(bearer && { authorization: `Bearer ${bearer}` }),
      },
      ...(body !== undefined && { body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }),
    });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text), headers: response.headers } satisfies Answer;
  };

  const logIn = async (path = '/checkout/v1/merchant/auth') => {
    const answer = await call(path, { token: null, body: { username: login, password } });
    if (answer.status !== 200) throw new Error(`no log-in: ${answer.status}`);
    access = answer.body.access_token;
    return answer;
  };

  const newName = () => `order ${process.pid}-${++count}`;

  /** A body that a careful shop sends (section 6.1). */
  const tokenBody = (more: object = {}, amount: number | string = '18500000') => {
    const name = newName();
    return {
      name,
      externalId: name.replace('order ', 'KD-'),
      externalServiceId: serviceId,
      requestFields: [
        { name: 'amount', value: amount },
        { name: 'currency', value: 'UZS' },
      ],
      successRedirectUrl: 'https://kitob.example/paid?o=%41',
      failRedirectUrl: 'https://kitob.example/cart',
      ...more,
    };
  };

  return {
    login,
    password,
    serviceId,
    call,
    logIn,
    tokenBody,
    newName,
    /** A payment token; fails unless there is one. */
    createToken: async (more: object = {}, amount?: number | string) => {
      const answer = await call('/checkout/v1/user-service-tokens', { body: tokenBody(more, amount) });
      if (answer.status !== 200) throw new Error(`no token: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    status: async (token: string) => (await call(`/checkout/v1/payment/servicetoken/${token}`, { method: 'GET' })).body,
    bind: (cardNumber: string, more: object = {}) =>
      call('/cards/v1/card', { body: { cardNumber, expiryDate: '2811', ...more } }),
    confirm: (cardToken: string, code: unknown = '111111') =>
      call(`/cards/v1/card/confirm/${cardToken}`, { body: { code } }),
    /** A card token that can pay. */
    boundCard: async (cardNumber: string, more: object = {}): Promise<string> => {
      const { body } = await call('/cards/v1/card', { body: { cardNumber, expiryDate: '2811', ...more } });
      if (body.needsVerification) await call(`/cards/v1/card/confirm/${body.cardToken}`, { body: { code: '111111' } });
      return body.cardToken;
    },
    init: (amount: number | string, more: object = {}) =>
      call('/payments/v1/payment/init', {
        body: {
          externalId: randomUUID(),
          serviceId,
          paymentFields: [
            { requestFieldId: 1, name: 'amount', value: amount },
            { requestFieldId: 2, name: 'currency', value: 'UZS' },
          ],
          ...more,
        },
      }),
    perform: (
      { id, externalId }: { id: string; externalId: string },
      cardToken: string,
      more: object = {},
      version = 'v1',
    ) => call(`/payments/${version}/payment/perform`, { body: { id, externalId, cardToken, ...more } }),
    payment: async (id: string) => (await call(`/payments/v1/payment/${id}`, { method: 'GET' })).body,
  };
};

/** A merchant with a log-in and one service, logged in; or one more service of a merchant that is there. */
export const addGlobalpayMerchant = async (tollgate: Tollgate, settings: Readonly<Record<string, unknown>> = {}) => {
  const { store, clock } = tollgate.installation;
  const now = clock.now();
  const merchant = await store.administration.addMerchant(`Kitob ${++count}`, now);
  const serviceId = process.pid * 1_000 + ++count;
  const { shopId } = await store.administration.ensureShop({
    merchantId: merchant.id,
    api: globalpay.name,
    wireName: String(serviceId),
    settings: globalpay.settings(settings),
    routes: [sandboxRoute],
    now,
  });
  const login = `kitob-${serviceId}`;
  const hash = await passwordHash;
  await store.administration.setLogin({ merchantId: merchant.id, api: globalpay.name, name: login, hash, now });
  const client = globalpayClient(tollgate.url, login, serviceId);
  await client.logIn();
  return { ...client, merchantId: merchant.id, merchantName: merchant.name, shopId };
};

export type GlobalpayMerchant = Awaited<ReturnType<typeof addGlobalpayMerchant>>;
