import type { FastifyInstance } from 'fastify';
import type { View } from '../../core/model.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { Secret } from '../../kit/secret.ts';
import { shopOf, transactionNamed } from './call.ts';
import { memoOf } from './memo.ts';
import { exit, storedCardOf } from './pages.ts';
import { nameOfId } from './values.ts';

/** The test cards that bring these outcomes about. The last is open at first, and succeeds some seconds later. */
const numbers: Readonly<Record<string, string>> = {
  success: '4000000000000051',
  error: '4000000000000028',
  open: '4000000000000077',
};

const patienceMs = 8_000;

const problem = (text: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${text}</title><p class="alert alert-error">${text}</p></html>
`;

/** What a buyer would do on the page to come to that outcome, with the registered card if there is one, and every box ticked. */
const play = async (parts: ApiParts, shop: Shop, view: View, outcome: string): Promise<View> => {
  const { gateway, publicUrl } = parts;
  const { id } = view.payment;
  if (outcome === 'cancel') return (await gateway.cancel(shop, id)).view;
  if (outcome === 'timeout') return (await gateway.withdraw(shop, id, 'expired')).view;
  const stored = outcome === 'success' ? await storedCardOf(parts, shop, view) : undefined;
  const page = { returnUrl: `${publicUrl}/Start/return?TransactionId=${nameOfId(id)}`, patienceMs };
  if (stored) return (await gateway.perform(shop, view, { stored, code: null }, { ...page, initiator: 'payer' })).view;
  const card = { number: new Secret(numbers[outcome]!), expiry: '2039-12', code: new Secret('123'), holder: null };
  return (await gateway.submit(shop, id, card, { ...page, keeps: true })).view;
};

/**
 * Pays in a browser's place, for tests that have none: form fields `TransactionId` and `outcome` (section 6.1). For sandbox mode
 * alone. Answers the way back to the shop, for a transaction that has ended as well.
 */
export const simulation = (app: FastifyInstance, parts: ApiParts): void => {
  app.post('/Start/simulate', { bodyLimit: 4_096 }, async (request, reply) => {
    const form = new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');
    const outcome = form.get('outcome') ?? '';
    const found = await transactionNamed(parts, form.get('TransactionId') ?? '');
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-store');
    if (!found) return reply.code(404).send(problem('No such transaction'));
    if (memoOf(found.view).kind !== 'INIT') return reply.code(400).send(problem('A transaction without a buyer'));
    if (!['cancel', 'timeout', ...Object.keys(numbers)].includes(outcome)) {
      return reply.code(400).send(problem('outcome is success, error, cancel, timeout or open'));
    }
    const shop = shopOf(found);
    const { state } = found.view.operations[0]!;
    const canPlay = outcome === 'cancel' || (state === 'waiting' && !found.view.checkout?.wallet);
    const view = canPlay ? await play(parts, shop, found.view, outcome) : found.view;
    const target = exit(shop, view);
    return target ? reply.redirect(target, 303) : reply.send('');
  });
};
