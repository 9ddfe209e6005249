import type { FastifyInstance } from 'fastify';
import type { ApiParts } from '../../gateway/api.ts';
import { keyOf } from './authenticate.ts';
import { landingPath } from './landing.ts';
import { leave, page, withFields } from './leaving.ts';
import { memoOf } from './memo.ts';
import { returnFields } from './notice.ts';
import { paymentAt } from './pages.ts';
import { paths } from './redirect.ts';

/** The page from which browsers leave for the shop. Nothing of it is kept anywhere: it names the payment and its payer. */
export const returnPage = (
  app: FastifyInstance,
  parts: Pick<ApiParts, 'gateway' | 'drawer' | 'clock' | 'publicUrl'>,
): void => {
  app.get(`${paths.back}/:payment`, async (request, reply) => {
    const found = await paymentAt(parts, (request.params as { payment: string }).payment);
    const url = found ? memoOf(found.view).redirectUrl : '';
    const key = found && (await keyOf(parts, found.shop));
    if (!found || url === '' || key === undefined) return page(reply.code(404), '', 'Not found', 'Not found');
    const told = returnFields(found.shop, found.view, key, parts.clock.now());
    // Our own page for mobile apps must know whose key the checksum is made with.
    const isLanding = url.startsWith(`${parts.publicUrl}${landingPath}`);
    const fields = { ...told, ...(isLanding && { memberId: found.shop.wireName }) };
    if (memoOf(found.view).redirectMethod !== 'GET') return leave(reply, url, fields);
    return reply
      .headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
      .redirect(withFields(url, fields), 303);
  });
};
