import { sign } from 'node:crypto';
import { request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { RunningApi } from '../../../gateway/api.ts';
import type { OpenLinks } from '../../../gateway/links.ts';
import type { Directory, Logins, NoticeVoice, Route, SecretDrawer, Shop } from '../../../gateway/ports.ts';
import { Secret } from '../../../kit/secret.ts';
import { spiral } from '../index.ts';
import { ModelGateway } from './model-gateway.ts';
import { modelLinks } from './model-links.ts';
import { vector } from './vector.ts';

const merchantKey = vector('merchant-private.pem');
export const gatewayPublicKey = vector('gateway-public.pem');

const route: Route = {
  id: 'route',
  acquirer: 'model',
  account: 'H000000H0000001',
  brands: [],
  currencies: [],
  minMinor: null,
  maxMinor: null,
};

export const testShop = (settings: Record<string, unknown> = {}): Shop => ({
  id: 'shop-1',
  merchantId: 1,
  merchantName: 'Test Mart',
  api: 'spiral',
  wireName: 'testmart',
  state: 'active',
  settings: spiral.settings(settings),
  routes: [route],
  publicKeys: [vector('merchant-public.pem')],
});

const unused = (): never => {
  throw new Error('this API never asks for that');
};

export const testDrawer: SecretDrawer = {
  ensure: async () => new Secret(vector('gateway-private.pem')),
  find: unused,
  put: unused,
};

const noLogins: Logins = { find: unused, keepTokens: unused, token: unused, purge: unused };

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Names in the letter case in which they came, values between them. */
  readonly rawHeaders: readonly string[];
}

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** The API on 127.0.0.1 over a model of the gateway, with clocks that the test moves. */
export interface TestServer {
  readonly gateway: ModelGateway;
  readonly links: OpenLinks;
  readonly api: RunningApi;
  readonly url: string;
  now: number;
  shops: Shop[];
  send(message: Sent): Promise<Answer>;
  /** Signs and sends as a merchant's client does; without a reference, to the list. `body` is sent as JSON text unless it is text already. */
  call(method: string, merchantRef: string, body?: unknown, more?: Partial<Sent>): Promise<Answer>;
  close(): Promise<void>;
}

export const signatureHeaders = (
  clientId: string,
  merchantRef: string,
  dateTime: string,
  key = merchantKey,
): Record<string, string> => ({
  'spiral-request-datetime': dateTime,
  'spiral-client-signature': sign('sha256', Buffer.from(clientId + merchantRef + dateTime), key).toString('base64'),
});

export const startTestServer = async (sandbox = false): Promise<TestServer> => {
  const clock = { now: () => server.now };
  const gateway = new ModelGateway(clock);
  const directory: Directory = {
    shop: async (api, wireName) =>
      server.shops.find((s) => s.state === 'active' && s.api === api && s.wireName === wireName),
    shopById: async (id) => server.shops.find((s) => s.id === id),
    shopNamed: unused,
    shopsOf: unused,
    forget: unused,
  };
  const voices = new Map<string, NoticeVoice>();
  const links = modelLinks(gateway, directory, voices);
  const doors = {
    gateway,
    links: links.gateway,
    directory,
    drawer: testDrawer,
    logins: noLogins,
    enrol: async () => {
      throw new Error('this API signs nobody up');
    },
    fiscal: false,
    statements: { find: async () => [] },
    mails: false,
    changeSettings: async () => {},
  };
  // What terminals say needs a store; whole journeys show it.
  const terminals = { charge: unused, undo: unused, settle: unused, findSettlement: async () => undefined };
  const payouts = { pay: unused, balance: unused };
  const cards = { like: unused, keep: unused, find: unused, list: unused };
  const accounts = { keep: unused, find: unused, list: unused, forget: unused };
  const partners = { ensure: unused };
  const beside = { terminals, payouts, cards, accounts, partners, history: unused, noteAsked: unused };
  const parts = { ...doors, ...beside, clock, realClock: clock, publicUrl: '', sandbox };
  const api = await spiral.start(parts);
  voices.set(spiral.name, api.voice);
  const app = Fastify({ routerOptions: { maxParamLength: 1_024 } });
  await app.register(api.routes);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;

  const server: TestServer = {
    gateway,
    links,
    api,
    url: `http://127.0.0.1:${port}`,
    now: Date.parse('2026-01-17T03:39:52Z'),
    shops: [testShop()],
    send: ({ method, path, headers, body }) =>
      new Promise((resolve, reject) => {
        // Of a GET, Node's client sends a body as it is, without saying how long it is.
        const framing =
          body === undefined || headers?.['transfer-encoding'] ? {} : { 'content-length': Buffer.byteLength(body) };
        const options = { port, host: '127.0.0.1', method, path, headers: { ...framing, ...headers } };
        const request = send(options, (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({
              status: response.statusCode!,
              body: text,
              headers: response.headers as Record<string, string>,
              rawHeaders: response.rawHeaders,
            }),
          );
        });
        request.on('error', reject);
        request.end(body);
      }),
    call(method, merchantRef, body, more) {
      const dateTime = `${new Date(server.now - 1_000).toISOString().slice(0, 19)}Z`;
      return server.send({
        method,
        path: `/v1/merchants/testmart/transactions${merchantRef && `/${merchantRef}`}`,
        body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
        ...more,
        headers: { ...signatureHeaders('testmart', merchantRef, dateTime), ...more?.headers },
      });
    },
    close: () => app.close(),
  };
  return server;
};
