import type { KeyObject } from 'node:crypto';
import type { FastifyPluginAsync } from 'fastify';
import type { Log } from '../kit/log.ts';
import { bigfishClient } from './bigfish.ts';
import { bigfishTill } from './bigfish-till.ts';
import { Cashier } from './cashier.ts';
import { EventStreams } from './events.ts';
import { globalpayClient } from './globalpay.ts';
import { globalpayTill } from './globalpay-till.ts';
import { troublePage } from './order-page.ts';
import { Orders } from './orders.ts';
import { routes } from './routes.ts';
import { spiralClient } from './spiral.ts';
import { spiralTill } from './spiral-till.ts';
import { Terminal } from './terminal.ts';
import type { Till } from './till.ts';
import { restClient } from './transaction-services.ts';
import { restTill } from './transaction-services-till.ts';

export interface DemoShopOptions {
  /** Origin of the gateway as this process reaches it, such as `http://127.0.0.1:8080`. */
  readonly apiUrl: string;
  /** Origin of gateway and shop as browsers reach them. */
  readonly publicUrl: string;
  /** What a merchant of the Spiral API holds: its name, its private key, and the gateway's public key. */
  readonly spiral: { readonly clientId: string; readonly privateKey: KeyObject; readonly gatewayPublicKey: KeyObject };
  /** The terminal at its counter, as the gateway knows it; absent: there is none. */
  readonly terminal?: { readonly merchantId: string; readonly terminalId: string };
  /** What a merchant of GLOBAL PAY holds; absent: the shop takes none of it. */
  readonly globalpay?: {
    readonly login: string;
    readonly password: () => string;
    readonly callbackSecret: () => string;
    readonly serviceId: number;
  };
  /** What a merchant of BIG FISH holds; absent: the shop takes none of it. */
  readonly bigfish?: { readonly storeName: string; readonly apiKey: () => string };
  /** What a member of the REST v1 API holds; absent: the shop takes none of it. */
  readonly transactionServices?: Omit<Parameters<typeof restClient>[0], 'apiUrl'>;
  readonly log: Log;
}

/**
 * The demo shop with all its addresses, `/demo` and below; register it without a prefix, and in sandbox mode only. It
 * receives the gateway's notices at `apiUrl` + `/demo/hooks/<till>`.
 */
export const demoShop =
  ({
    apiUrl,
    publicUrl,
    spiral,
    terminal: place,
    globalpay,
    bigfish,
    transactionServices,
    log,
  }: DemoShopOptions): FastifyPluginAsync =>
  async (app) => {
    const hookUrl = (name: string) => `${apiUrl}/demo/hooks/${name}`;
    const client = spiralClient({ apiUrl, ...spiral });
    const terminal = place ? new Terminal(client, place) : null;
    const tills: ReadonlyMap<string, Till> = new Map(
      [
        spiralTill(client, hookUrl('spiral'), publicUrl),
        ...(globalpay ? [globalpayTill(globalpayClient({ apiUrl, ...globalpay }), publicUrl)] : []),
        ...(bigfish ? [bigfishTill(bigfishClient({ apiUrl, ...bigfish }), hookUrl('bigfish'), publicUrl)] : []),
        ...(transactionServices
          ? [restTill(restClient({ apiUrl, ...transactionServices }), hookUrl('transaction-services'), publicUrl)]
          : []),
      ].map((till) => [till.name, till]),
    );
    const orders = new Orders();
    const cashier = new Cashier(orders, tills, log);
    const streams = new EventStreams(orders);

    const policy = [
      "default-src 'none'",
      // The gateway's library is the only script that may come from another origin, when the two differ.
      `script-src 'self' ${publicUrl}`,
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; ');

    app.addHook('onRequest', async (_request, reply) => {
      reply.headers({
        'Content-Security-Policy': policy,
        // With `no-referrer` browsers would send "Origin: null" with the shop's own forms.
        'Referrer-Policy': 'same-origin',
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-store',
      });
    });

    // Forms and notices are both read as text: a notice is checked before anybody looks into it.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 65_536 }, (_request, body, done) => done(null, body));

    app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
      const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500;
      if (status === 500) log.error({ request: request.id, err: error }, 'demo shop failed');
      return reply
        .code(status)
        .type('text/html; charset=utf-8')
        .send(troublePage('Something went wrong', `The shop could not do that (${status}).`));
    });
    app.addHook('preClose', async () => streams.close());

    routes(app, { orders, cashier, streams, tills, terminal });
  };
