import type { FastifyPluginAsync } from 'fastify';
import { Compile } from 'typebox/compile';
import type { Clock } from '../kit/clock.ts';
import { type Log, silentLog } from '../kit/log.ts';
import { migrate } from '../kit/migrate.ts';
import type { Sql } from '../kit/postgres.ts';
import { type Book, bookOf } from './book/index.ts';
import type { Latency } from './host/latency.ts';
import { hostRoutes } from './host/routes.ts';
import { issuerOf } from './issuer/index.ts';
import { issuerRoutes } from './issuer/routes.ts';
import { mailboxRoutes } from './mailbox/routes.ts';
import { phoneRoutes } from './phone/routes.ts';
import { taxRoutes } from './tax/routes.ts';
import { walletPages } from './wallet/routes.ts';

/** The outside world in which a sandbox installation pays: an acquirer's host, a card issuer, wallets, a phone, a mailbox and a tax office. */
export interface SandboxWorld {
  /** Brings the schema `sandbox` up to date; answers how many migrations ran. */
  migrate(): Promise<number>;
  /** Routes under `/sandbox`. */
  readonly plugin: FastifyPluginAsync;
  /** What the host believes it moved. */
  readonly book: Book;
}

export interface SandboxParts {
  readonly sql: Sql;
  /** The business clock. */
  readonly clock: Clock;
  /** Origin under which payers reach the pages of issuer and wallets, without a slash at the end. */
  readonly publicUrl: string;
  readonly log?: Log;
  /** How long the acquirer's host takes to answer; null: as long as it needs. */
  readonly latency?: Latency | null;
  /**
   * Takes the acquirer's word that something came of the order of this reference, when a payer has acted in a wallet. Must
   * not throw; nobody waits for it, and inquiries tell the same.
   */
  readonly tell?: (reference: string) => void;
}

const bodyBytesMax = 32 * 1024;

export const sandboxWorld = ({
  sql,
  clock,
  publicUrl,
  log = silentLog,
  latency,
  tell = () => {},
}: SandboxParts): SandboxWorld => ({
  migrate: () => migrate(sql, 'sandbox', new URL('migrations/', import.meta.url)),
  book: bookOf(sql, clock),
  plugin: async (app) => {
    // Fastify's own validator would turn numbers into texts; an amount that is no text is a fault to be seen.
    app.setValidatorCompiler(({ schema }) => {
      const shape = Compile(schema as object);
      return (value) => shape.Check(value) || { error: new Error('malformed message') };
    });
    app.setErrorHandler<Error & { statusCode?: number; code?: string }>((error, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500)
        log.error({ code: error.code ?? error.name, path: request.routeOptions.url }, 'sandbox failed');
      return reply.code(status).send({ error: status >= 500 ? 'system malfunction' : 'malformed message' });
    });
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: bodyBytesMax },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body as string))),
    );
    hostRoutes(app, { sql, clock, issuer: issuerOf(sql, publicUrl), publicUrl, latency });
    issuerRoutes(app, sql);
    walletPages(app, { sql, clock, tell });
    phoneRoutes(app, sql);
    mailboxRoutes(app, { sql, clock });
    taxRoutes(app, { sql, clock, publicUrl });
  },
});

export { isTestNumber } from './cards.ts';
export { isTriggerDate } from './fate.ts';
