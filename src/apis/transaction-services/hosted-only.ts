import type { Shop } from '../../gateway/ports.ts';
import { minorOf } from './amount.ts';
import { type Call, type Fault, fault, patienceMs } from './call.ts';
import { codeOfRefusal, resultOf } from './codes.ts';
import { openingFor, waysFor } from './hosted.ts';
import { memoOf } from './memo.ts';
import { barredBy, duplicateOf } from './pay.ts';
import { pageOf } from './redirect.ts';
import { settingsOf } from './settings.ts';
import { terminalsOf, throughTerminal } from './terminals.ts';
import type { Answer } from './write.ts';

/**
 * Section 6.4: a member that is hosted-page-only begins a payment, and the shopper types the card on our page. The request has been
 * checked as far as the order's id; what it says of a card is not looked at. Where it leaves the way open, cards of all brands are.
 */
export const beginHosted = async (
  { parts, fields, ip }: Call,
  { shop, orderId, type }: { readonly shop: Shop; readonly orderId: string; readonly type: 'PA' | 'DB' },
): Promise<Answer | Fault> => {
  const amount = fields.get('amount')!;
  const named = fields.get('authentication.terminalId');
  const terminal = terminalsOf(settingsOf(shop).terminals).find(({ id }) => Number(id) === Number(named));
  const currency = fields.get('currency')?.toUpperCase() ?? terminal?.currency ?? undefined;
  if (currency === undefined) return fault('30031');
  const amountMinor = minorOf(amount, currency);
  if (amountMinor === undefined) return fault('20018');
  const [way] = waysFor(parts, shop, fields, currency, amountMinor);
  if (!way) return fault('20005');
  const barred = await barredBy(parts, shop, fields, null, { amountMinor, currency }, ip);
  if (barred) return fault(barred);
  const about = { amount, amountMinor, currency, type, byRest: true, retries: true };
  const member = throughTerminal(shop, way.terminals[0]);
  const request = { ...openingFor(parts, { shop, fields, orderId }, way, about), patienceMs };
  const opened = await parts.gateway.open(member, request);
  if (opened.kind === 'refused') {
    const isTaken = opened.refusal.reason === 'duplicate_reference';
    return fault(isTaken ? duplicateOf(opened.holder?.view) : codeOfRefusal(opened.refusal));
  }
  return {
    paymentId: memoOf(opened.view).number,
    paymentType: type,
    result: resultOf('00002'),
    redirect: { url: pageOf(parts, opened.view), method: 'GET', target: '_self', parameters: [] },
    merchantTransactionId: orderId,
    transactionStatus: 'P',
  };
};
