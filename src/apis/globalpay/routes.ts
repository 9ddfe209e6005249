import type { FastifyPluginAsync } from 'fastify';
import type { ApiParts } from '../../gateway/api.ts';
import { bearerRoutes, type Endpoint } from './bearer-routes.ts';
import { bindCard, cardsNamed, confirmCard, unbindCard } from './cards.ts';
import { faults } from './codes.ts';
import { loginRoutes } from './login-routes.ts';
import { initPayment, paymentNamed, performPayment } from './payments.ts';
import { revertPayment, revertPaymentV2 } from './reverts.ts';
import { serviceNamed } from './service.ts';
import { api } from './tokens.ts';
import { createToken, deactivateToken, tokenNamed } from './user-tokens.ts';
import { gatePaymentOf, paymentOf, serviceOf } from './write.ts';

const id = (call: { readonly params: Readonly<Record<string, string>> }): string => call.params.id ?? '';

/** Checkout: sections 6 and 7. */
const checkout: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/checkout/v1/user-service-tokens',
    reads: true,
    run: (parts, { merchantId, body }) => createToken(parts, merchantId, body),
  },
  {
    method: 'DELETE',
    path: '/checkout/v1/user-service-tokens/:id',
    reads: false,
    run: (parts, call) => deactivateToken(parts, call.merchantId, id(call)),
  },
  {
    method: 'POST',
    path: '/checkout/v1/user-service-tokens/:id/deactivate',
    reads: false,
    run: (parts, call) => deactivateToken(parts, call.merchantId, id(call)),
  },
  {
    method: 'GET',
    path: '/checkout/v1/payment/servicetoken/:id',
    reads: false,
    run: async (parts, call) => {
      const found = await tokenNamed(parts, call.merchantId, id(call));
      return found ? paymentOf(found.shop, found.view) : faults.notFound('User service token');
    },
  },
  {
    method: 'GET',
    path: '/checkout/v1/payment/:id',
    reads: false,
    run: async (parts, call) => {
      const found = await paymentNamed(parts, call.merchantId, id(call));
      return found ? paymentOf(found.shop, found.view) : faults.notFound('Payment');
    },
  },
];

/** Gate: section 14. */
const gate: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/cards/v1/card',
    reads: true,
    run: (parts, { merchantId, body }) => bindCard(parts, merchantId, body),
  },
  {
    method: 'POST',
    path: '/cards/v1/card/confirm/:id',
    reads: true,
    run: (parts, call) => confirmCard(parts, call.merchantId, id(call), call.body),
  },
  {
    method: 'POST',
    path: '/cards/v1/card/token',
    reads: true,
    run: (parts, { merchantId, body }) => cardsNamed(parts, merchantId, body),
  },
  {
    method: 'DELETE',
    path: '/cards/v1/card/:id',
    reads: false,
    run: (parts, call) => unbindCard(parts, call.merchantId, id(call)),
  },
  {
    method: 'GET',
    path: '/merchants/v1/services/:id',
    reads: false,
    run: async (parts, call) => {
      const shop = await serviceNamed(parts, call.merchantId, id(call));
      return shop ? serviceOf(shop, parts.fiscal) : faults.notFound('Service');
    },
  },
  {
    method: 'GET',
    path: '/merchants/v1/services/:id/provider',
    reads: false,
    run: async (parts, call) => {
      const own = id(call) === String(call.merchantId);
      const [shop] = own ? await parts.directory.shopsOf(api, call.merchantId) : [];
      return shop ? serviceOf(shop, parts.fiscal) : faults.notFound('Provider');
    },
  },
  {
    method: 'POST',
    path: '/payments/v1/payment/init',
    reads: true,
    run: (parts, { merchantId, body }) => initPayment(parts, merchantId, body, 'v1'),
  },
  {
    method: 'POST',
    path: '/payments/v2/payment/init',
    reads: true,
    run: (parts, { merchantId, body }) => initPayment(parts, merchantId, body, 'v2'),
  },
  ...(['v1', 'v2'] as const).map(
    (version): Endpoint => ({
      method: 'POST',
      path: `/payments/${version}/payment/perform`,
      reads: true,
      run: (parts, { merchantId, body }) => performPayment(parts, merchantId, body),
    }),
  ),
  {
    method: 'POST',
    path: '/payments/v1/payment/revert/:id',
    reads: false,
    run: (parts, call) => revertPayment(parts, call.merchantId, id(call), { ext: call.query.ext, percent: null }),
  },
  {
    method: 'POST',
    path: '/payments/v1/payment/revert/partial/:id',
    reads: false,
    run: (parts, call) =>
      revertPayment(parts, call.merchantId, id(call), { ext: call.query.ext, percent: call.query.percent }),
  },
  {
    method: 'POST',
    path: '/payments/v2/payment/revert',
    reads: true,
    run: (parts, { merchantId, body }) => revertPaymentV2(parts, merchantId, body),
  },
  {
    method: 'GET',
    path: '/payments/v1/payment/:id',
    reads: false,
    run: async (parts, call) => {
      const found = await paymentNamed(parts, call.merchantId, id(call));
      return found ? gatePaymentOf(found.shop, found.view, parts.publicUrl) : faults.notFound('Payment');
    },
  },
];

/** Both trees on one origin (section 1): their prefixes do not collide. */
export const routes =
  (parts: ApiParts): FastifyPluginAsync =>
  async (app) => {
    await app.register(loginRoutes(parts));
    await app.register(bearerRoutes(parts, 'checkout', checkout, ['/checkout']));
    await app.register(bearerRoutes(parts, 'gate', gate, ['/payments', '/cards', '/merchants/v1/services']));
  };
