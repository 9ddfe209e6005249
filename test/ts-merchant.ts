import { createHash } from 'node:crypto';
import { apis } from '../src/apis/index.ts';
import { sandboxRoute } from '../src/routes.ts';
import type { Tollgate } from './installation.ts';

const transactionServices = apis.find(({ name }) => name === 'transaction-services')!;

// biome-ignore lint/suspicious/noExplicitAny: a client reads JSON that it did not type.
export type Answer = any;

export type Fields = Readonly<Record<string, string | undefined>>;

export const md5 = (...parts: readonly string[]): string => createHash('md5').update(parts.join('|')).digest('hex');

const bodyOf = (fields: Fields): string =>
  new URLSearchParams(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined),
  ).toString();

export interface Keys {
  readonly memberId: string;
  readonly key: string;
  readonly username: string;
  readonly partnerId: string;
  readonly partnerKey: string;
  readonly partnerUserName: string;
}

let orders = 0;

/** A client of the API, written from its wire rules alone. */
export const tsClient = (url: string, keys: Keys) => {
  const { memberId, key, username, partnerId } = keys;
  const root = `${url}/transactionServices/REST/v1`;
  let token: string | undefined;

  const send = (
    path: string,
    body: string | FormData | undefined,
    headers: Readonly<Record<string, string>> = {},
    method = 'POST',
  ) => fetch(`${root}/${path}`, { method, headers, ...(body !== undefined && { body }) });

  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  const askToken = async (fields: Fields = {}): Promise<Answer> =>
    (
      await send(
        'authToken',
        bodyOf({
          'authentication.partnerId': partnerId,
          'merchant.username': username,
          'authentication.sKey': key,
          ...fields,
        }),
        form,
      )
    ).json();

  const tokenOf = async (): Promise<string> => {
    token ??= (await askToken()).AuthToken as string;
    return token;
  };

  /** A form with the token in the header. */
  const call = async (path: string, fields: Fields, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    (await send(path, bodyOf(fields), { ...form, authtoken: await tokenOf(), ...headers })).json();

  const callJson = async (
    path: string,
    json: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> =>
    (
      await send(path, typeof json === 'string' ? json : JSON.stringify(json), {
        'content-type': 'application/json',
        authtoken: await tokenOf(),
        ...headers,
      })
    ).json();

  const newOrder = (): string => `ORD-${process.pid}-${++orders}`;

  /** Fields of a DB by card, signed; `more` may take some away. */
  const paymentFields = (more: Fields = {}): Fields => {
    const fields: Fields = {
      'authentication.memberId': memberId,
      merchantTransactionId: newOrder(),
      orderDescriptor: 'Two mugs',
      amount: '50.00',
      currency: 'EUR',
      paymentType: 'DB',
      paymentMode: 'CC',
      paymentBrand: 'VISA',
      'card.number': '4111111111111111',
      'card.expiryMonth': '12',
      'card.expiryYear': '2030',
      'card.cvv': '123',
      'customer.givenName': 'Ada',
      'customer.surname': 'Lovelace',
      'customer.email': 'ada@shop.example',
      ...more,
    };
    const checksum = md5(memberId, key, fields.merchantTransactionId ?? '', fields.amount ?? '');
    return { 'authentication.checksum': checksum, ...fields };
  };

  const pay = (more: Fields = {}): Promise<Answer> => call('payments', paymentFields(more));

  /** CP, RV, RF or IN on a payment. */
  const follow = (
    type: string,
    id: string,
    amount?: string,
    more: Fields = {},
    path = `payments/${id}`,
  ): Promise<Answer> =>
    call(path, {
      'authentication.memberId': memberId,
      'authentication.checksum':
        type === 'RV' || type === 'IN' ? md5(memberId, key, id) : md5(memberId, key, id, amount ?? ''),
      paymentType: type,
      amount,
      ...more,
    });

  return {
    ...keys,
    root,
    send,
    askToken,
    tokenOf,
    call,
    callJson,
    newOrder,
    paymentFields,
    pay,
    follow,
    inquire: (id: string) => follow('IN', id),
    signed: (...parts: readonly string[]) => md5(memberId, key, ...parts),
    /** Of the formula that begins with an invoice's number. */
    signedFirst: (id: string, ...parts: readonly string[]) => md5(id, memberId, key, ...parts),
    /** Of the formulas that end with the key. */
    signedLast: (...parts: readonly string[]) => md5(memberId, ...parts, key),
  };
};

let count = 0;

/** A merchant with a member of its own. */
export const addTsMerchant = async (tollgate: Tollgate, settings: Readonly<Record<string, unknown>> = {}) => {
  const { store, clock, vault } = tollgate.installation;
  const now = clock.now();
  const merchant = await store.administration.addMerchant(`Acme ${++count}`, now);
  const keys: Keys = {
    memberId: String(10_000 + count),
    key: 'S3cureKeyForTests0123456789abcdEF',
    username: `acme.shop.${count}`,
    partnerId: '77',
    partnerKey: 'P4rtnerKeyForTests9876543210zyxwVU',
    partnerUserName: 'acme.partner',
  };
  const made = await transactionServices.credential(
    {
      'member-id': keys.memberId,
      'secret-key': keys.key,
      username: keys.username,
      'partner-id': keys.partnerId,
      'partner-key': keys.partnerKey,
      'partner-username': keys.partnerUserName,
    },
    true,
  );
  const { shopId } = await store.administration.ensureShop({
    merchantId: merchant.id,
    api: transactionServices.name,
    wireName: keys.memberId,
    settings: transactionServices.settings({ ...made.settings, ...settings }),
    routes: [sandboxRoute],
    now,
  });
  await store.administration.setLogin({ merchantId: merchant.id, api: transactionServices.name, ...made.login!, now });
  for (const [name, secret] of Object.entries(made.secrets)) await vault.drawer.put(name, secret);
  return { ...tsClient(tollgate.url, keys), merchantId: merchant.id, shopId };
};

export type TsMerchant = Awaited<ReturnType<typeof addTsMerchant>>;
