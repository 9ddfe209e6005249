import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { View } from '../core/model.ts';
import type { LinkContent, LinkSite } from '../gateway/api.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { silentLog } from '../kit/log.ts';
import { checkout } from './index.ts';
import { startStage } from './stage.ts';

/** For tests: the page of a payment link, as a site of any kind has it shown. */

const usual: LinkContent = {
  merchantName: 'Harbour Books',
  title: 'Deposit May course',
  description: 'Six evenings, with the book.',
  reference: 'LINK-0007',
  amountMinor: 128_000n,
  currency: 'HKD',
  locale: null,
  test: false,
  state: 'open',
  expiresAt: Date.UTC(2026, 4, 1, 16, 0),
  timeZone: 'Asia/Hong_Kong',
  choices: [
    { name: 'CARD', brands: ['visa', 'mastercard'], wallet: null },
    { name: 'PAYME', brands: [], wallet: 'payme' },
    { name: 'FPS', brands: [], wallet: 'fps' },
  ],
  current: null,
  attempt: null,
};

type Started = Awaited<ReturnType<LinkSite['start']>>;

export const startLinkStage = async ({ postsPerMinuteMax = 10_000 } = {}) => {
  const stage = await startStage();
  const links = new Map<string, Partial<LinkContent>>();
  const chosen: string[] = [];
  const next: { started: Started } = { started: { to: null } };
  const site: LinkSite = {
    path: '/link/:token',
    locate: async ({ params, query }) => {
      const content = links.get(params.token!);
      return content && { ...usual, locale: query.locale ?? null, ...content };
    },
    start: async ({ params }, choice) => {
      chosen.push(`${params.token} ${choice}`);
      return next.started;
    },
    language: 'en',
  };
  const lender = createServer();
  await new Promise<void>((resolve) => lender.listen(0, 'localhost', resolve));
  const { port } = lender.address() as AddressInfo;
  await new Promise((resolve) => lender.close(resolve));
  const url = `http://localhost:${port}`;
  const app = Fastify();
  const parts = { clock: { now: () => 0 }, log: silentLog, publicUrl: url, postsPerMinuteMax };
  await app.register(checkout({ ...parts, sites: [], linkSites: [site], gateway: {} as Gateway }));
  await app.listen({ port, host: 'localhost' });
  let count = 0;

  return {
    /** What the payer chose, with the token before it. */
    chosen,
    /** What comes of the next choices. */
    next,
    /** A link like that; answers the address of its page. */
    put: (content: Partial<LinkContent> = {}): string => {
      const token = `T${++count}`;
      links.set(token, content);
      return `${url}/link/${token}`;
    },
    change: (address: string, content: Partial<LinkContent>) => links.set(address.split('/').at(-1)!, content),
    nowhere: `${url}/link/none`,
    /** An attempt by wallet that came to this end. */
    attempt: (kind: 'approved' | 'declined'): View => {
      const session = `attempt${++count}`;
      stage.open(session, { amountMinor: usual.amountMinor, checkout: { wallet: 'payme' } });
      stage.conclude(session, { kind, ...(kind === 'declined' && { reason: 'declined' as const }) });
      return stage.viewOf(session);
    },
    /** One by bank transfer that ended with a part of the amount, or with more than it. */
    pushed: (amountMinor: bigint): View => {
      const session = `attempt${++count}`;
      stage.open(session, { amountMinor: usual.amountMinor, checkout: { wallet: 'fps' } });
      stage.receive(session, [amountMinor], true);
      return stage.viewOf(session);
    },
    close: async () => {
      await app.close();
      await stage.close();
    },
  };
};
