import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { minorOf } from './amount.ts';
import { assets } from './assets.ts';
import type { Cashier } from './cashier.ts';
import type { EventStreams } from './events.ts';
import { goods, type Line, quantityMax, totalOf } from './goods.ts';
import { orderPage, troublePage, unknownOrderPage } from './order-page.ts';
import { type Order, type Orders, stepKinds } from './orders.ts';
import { isSameOrigin } from './origin.ts';
import { payPage } from './pay-page.ts';
import { locales, shopPage } from './shop-page.ts';
import type { Terminal } from './terminal.ts';
import { terminalRoutes } from './terminal-routes.ts';
import type { Till } from './till.ts';

interface Parts {
  readonly orders: Orders;
  readonly cashier: Cashier;
  readonly streams: EventStreams;
  /** By name; the first one takes the orders of the front page. */
  readonly tills: ReadonlyMap<string, Till>;
  /** At the shop's counter; null where it has none. */
  readonly terminal: Terminal | null;
}

interface OrderRoute {
  Params: { number: string };
  Querystring: Record<string, string>;
}

type OrderRequest = FastifyRequest<OrderRoute>;

/** Every address of the shop. */
export const routes = (app: FastifyInstance, { orders, cashier, streams, tills, terminal }: Parts): void => {
  const page = (reply: FastifyReply, text: string, status = 200) =>
    reply.code(status).type('text/html; charset=utf-8').send(text);

  /** Hands the order of the address to `show`, or answers that there is none. */
  const withOrder =
    (show: (order: Order, request: OrderRequest, reply: FastifyReply) => unknown) =>
    async (request: OrderRequest, reply: FastifyReply) => {
      const order = orders.find(request.params.number);
      return order ? show(order, request, reply) : page(reply, unknownOrderPage(), 404);
    };

  const onlyOwnForms = async (request: FastifyRequest, reply: FastifyReply) => {
    if (isSameOrigin(request.headers.origin, request.headers.host)) return;
    return page(reply, troublePage('Not taken', 'This form did not come from a page of this shop.'), 403);
  };

  const front = (request: FastifyRequest, reply: FastifyReply, quantities: Quantities, problem: string | null) => {
    const visit = visitOf(request, reply);
    const shown = {
      goods,
      quantities,
      problem,
      orders: orders.ofVisit(visit).slice(0, 20),
      tills: [...tills.values()],
      hasCounter: terminal !== null,
    };
    return page(reply, shopPage(shown), problem ? 400 : 200);
  };

  app.get('/demo', (request, reply) => front(request, reply, new Map([[goods[0]!.id, 1]]), null));
  app.get('/demo/', (_request, reply) => reply.redirect('/demo'));

  app.post('/demo/orders', { onRequest: onlyOwnForms }, async (request, reply) => {
    const form = new URLSearchParams(request.body as string);
    const quantities = quantitiesIn(form);
    if (!quantities) return front(request, reply, new Map(), `Give a whole number from 0 to ${quantityMax} for each.`);
    const lines: Line[] = goods.map((good) => ({ good, quantity: quantities.get(good.id)! }));
    const bought = lines.filter(({ quantity }) => quantity > 0);
    if (bought.length === 0) return front(request, reply, quantities, 'Your basket is empty: pick at least one thing.');
    const till = tills.get(form.get('till') ?? '') ?? [...tills.values()][0]!;
    // What the till does not offer is passed over: without JavaScript the form shows all of it.
    const asksLink = form.get('mode') === 'link' && till.links;
    const wallet = (!asksLink && till.wallets.find(({ code }) => code === form.get('means'))?.code) || null;
    const reserves = form.get('mode') === 'reserve' && till.reserves && wallet === null;
    const locale = locales.find(({ code }) => code === form.get('locale') && till.locales.includes(code));
    const order = await cashier.checkOut({
      till: till.name,
      words: till.words,
      currency: till.currency,
      visit: visitOf(request, reply),
      lines: bought,
      amountMinor: totalOf(bought, till.currency),
      mode: asksLink ? 'link' : reserves ? 'reserve' : 'now',
      wallet,
      locale: locale?.code ?? 'en_US',
    });
    return reply.redirect(`/demo/orders/${order.number}${order.checkout ? '/pay' : ''}`, 303);
  });

  app.get<OrderRoute>(
    '/demo/orders/:number',
    withOrder(async (order, request, reply) => {
      await cashier.refresh(order);
      return page(reply, orderPage(order, request.query.back ?? null, null));
    }),
  );

  // Some gateways send browsers back with a form. The shop asks how the order stands, so it reads nothing of that.
  app.post<OrderRoute>('/demo/orders/:number', (request, reply) =>
    reply.redirect(`/demo/orders/${encodeURIComponent(request.params.number)}?back=success`, 303),
  );

  app.get<OrderRoute>(
    '/demo/orders/:number/pay',
    withOrder((order, _request, reply) =>
      order.checkout && order.standing?.tone === 'waiting'
        ? page(reply, payPage(order, order.checkout))
        : reply.redirect(`/demo/orders/${order.number}`, 303),
    ),
  );

  app.get<OrderRoute>(
    '/demo/orders/:number/events',
    withOrder((order, request, reply) => {
      const seen = Number(request.headers['last-event-id'] ?? request.query.seen ?? 0);
      const stream = streams.open(order, seen);
      return stream ? reply.type('text/event-stream').send(stream) : reply.code(503).send();
    }),
  );

  app.post<OrderRoute>(
    '/demo/orders/:number/steps',
    { onRequest: onlyOwnForms },
    withOrder(async (order, request, reply) => {
      const form = new URLSearchParams(request.body as string);
      const kind = stepKinds.find((known) => known === form.get('kind'));
      const index = Number(form.get('step') ?? Number.NaN);
      const amountMinor = kind === 'again' || kind === 'retry' ? order.amountMinor : minorOf(form.get('amount') ?? '');
      if (!kind || !Number.isSafeInteger(index) || amountMinor === undefined) {
        return page(reply, orderPage(order, null, 'Give an amount such as 68.50.'), 400);
      }
      const next = await cashier.step(order, kind, index, amountMinor);
      return reply.redirect(`/demo/orders/${next.number}${next !== order && next.checkout ? '/pay' : ''}`, 303);
    }),
  );

  if (terminal) terminalRoutes(app, terminal, onlyOwnForms);

  app.post<{ Params: { till: string } }>('/demo/hooks/:till', async (request, reply) => {
    const till = tills.get(request.params.till);
    if (!till) return reply.code(404).send();
    const heard = till.hear(request.headers, typeof request.body === 'string' ? request.body : '');
    // Answered before the shop acts on it: the gateway waits for the answer, and would say it again.
    cashier.hear(till, heard).catch((error) => request.log.error({ err: error }, 'demo shop lost a notice'));
    return reply.code(heard.genuine ? 200 : 401).send();
  });

  app.get<{ Params: { name: string } }>('/demo/assets/:name', async (request, reply) => {
    const found = assets.get(request.params.name);
    if (!found) return reply.code(404).send();
    return reply.type(found.type).header('Cache-Control', 'public, max-age=31536000, immutable').send(found.bytes);
  });
};

type Quantities = ReadonlyMap<string, number>;

const quantitiesIn = (form: URLSearchParams): Quantities | undefined => {
  const found = goods.map(({ id }) => [id, Number(form.get(`quantity-${id}`) ?? 0)] as const);
  const right = found.every(([, count]) => Number.isInteger(count) && count >= 0 && count <= quantityMax);
  return right ? new Map(found) : undefined;
};

/** The visit that a browser is on, by a cookie that lasts as long as the browser: whose orders the front page lists. */
const visitOf = (request: FastifyRequest, reply: FastifyReply): string => {
  const known = /(?:^|;\s*)demo-visit=([\w-]{22})(?:;|$)/.exec(request.headers.cookie ?? '')?.[1];
  if (known) return known;
  const visit = randomBytes(16).toString('base64url');
  reply.header('Set-Cookie', `demo-visit=${visit}; Path=/demo; HttpOnly; SameSite=Lax`);
  return visit;
};
