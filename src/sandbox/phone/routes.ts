import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { Sql } from '../../kit/postgres.ts';
import { phonePage } from './page.ts';
import { textsOf } from './texts.ts';

const shownMax = 20;

const asset = (name: string): string => readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8');

/** The phone of all test cards: a page for people, and the same as JSON for tests. */
export const phoneRoutes = (app: FastifyInstance, sql: Sql): void => {
  app.get('/sandbox/phone', async (_request, reply) =>
    reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      })
      .send(phonePage(await textsOf(sql, shownMax))),
  );
  app.get('/sandbox/phone/texts', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(await textsOf(sql, shownMax)),
  );
  for (const [name, type] of [
    ['phone.css', 'text/css'],
    ['phone.js', 'text/javascript'],
  ] as const) {
    const content = asset(name);
    app.get(`/sandbox/phone/${name}`, async (_request, reply) =>
      reply.headers({ 'content-type': `${type}; charset=utf-8`, 'x-content-type-options': 'nosniff' }).send(content),
    );
  }
};
