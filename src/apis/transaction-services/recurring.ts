import { isAmount } from './amount.ts';
import { checksumFault, memberOf } from './authenticate.ts';
import { type Fault, fault, type Handler, isFault } from './call.ts';
import { paymentOf } from './claims.ts';
import { memoOf } from './memo.ts';
import { registrationFor } from './owners.ts';
import { typeIn } from './pay.ts';
import { faultsIn, isOrderId } from './rules.ts';
import { isInitial } from './series.ts';
import { settingsOf } from './settings.ts';
import { chargeStored } from './stored-pay.ts';
import type { Answer } from './write.ts';

/** What the answer to a repeat tells of its payment (section 6.9). */
const told = [
  'paymentId',
  'paymentType',
  'amount',
  'currency',
  'descriptor',
  'result',
  'merchantTransactionId',
  'transactionStatus',
] as const;

/** Section 6.9: DB or PA on the INITIAL payment, which the shopper need not be there for. */
export const repeat: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields, id } = call;
  if (!/^\d{1,20}$/.test(id)) return fault('30036');
  const type = typeIn(fields, 'PA', 'DB');
  if (typeof type !== 'string') return type;
  const amount = fields.get('amount');
  const shop = await memberOf(call);
  if (isFault(shop)) return shop;
  if (!isAmount(amount)) return fault('30003');
  const signed = await checksumFault(call, shop, ['C4'], { id, amount });
  if (signed) return signed;
  const orderId = fields.get('merchantTransactionId');
  const wrong = [...(orderId !== undefined && !isOrderId(orderId) ? (['30004'] as const) : []), ...faultsIn(fields)];
  if (wrong.length > 0) return fault(...wrong);
  const recurringType = fields.get('recurringType')?.toUpperCase();
  if (recurringType === undefined) return fault('30045');
  const parent = await paymentOf(parts, shop, id);
  if (!parent) return fault('20044');
  const begins = memoOf(parent).more?.recurring === 'INITIAL';
  // A second INITIAL on a payment that is one.
  if (recurringType === 'INITIAL') return fault(begins ? '20057' : '20058');
  if (!isInitial(parent)) return fault('20058');
  if (!settingsOf(shop).recurring) return fault('20024');
  const { cardToken, reference } = parent.operations[0]!;
  // The acquirer would not have the card kept.
  if (cardToken === null) return fault('20058');
  const registration = await registrationFor(parts, shop, cardToken.replaceAll('-', ''));
  if (isFault(registration)) return fault('40004');
  const came = await chargeStored(call, {
    shop,
    type: type as 'PA' | 'DB',
    amount,
    registration,
    initial: parent,
    orderStem: `${reference}-R`,
    isNamed: memoOf(parent).more?.registers !== 'false',
  });
  return isFault(came) ? came : Object.fromEntries(told.map((name) => [name, came[name]]));
};
