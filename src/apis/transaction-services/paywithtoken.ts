import { isAmount } from './amount.ts';
import { checksumFault, memberOf } from './authenticate.ts';
import { type Fault, fault, type Handler, isFault } from './call.ts';
import { isRegistrationId, registrationFor } from './owners.ts';
import { typeIn } from './pay.ts';
import { deleteRegistration } from './registrations.ts';
import { faultsIn, isOrderId } from './rules.ts';
import { initialWith } from './series.ts';
import { settingsOf } from './settings.ts';
import { chargeStored } from './stored-pay.ts';
import type { Answer } from './write.ts';

/** Section 6.12: PA, DB, INITIAL or REPEATED with a registration, or its deletion. */
export const payWithToken: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields, id } = call;
  if (!isRegistrationId(id)) return fault('30049');
  if (fields.get('paymentType')?.toUpperCase() === 'DL') return deleteRegistration(call);
  const type = typeIn(fields, 'PA', 'DB');
  if (typeof type !== 'string') return type;
  const amount = fields.get('amount');
  const shop = await memberOf(call, () => (isAmount(amount) ? undefined : fault('30003')));
  if (isFault(shop)) return shop;
  const orderId = fields.get('merchantTransactionId');
  if (orderId !== undefined && !isOrderId(orderId)) return fault('30004');
  const signed = await checksumFault(call, shop, ['C5'], { id, amount });
  if (signed) return signed;
  const registration = await registrationFor(parts, shop, id);
  if (isFault(registration)) return registration;
  const repeats = fields.get('recurringType')?.toUpperCase() === 'REPEATED';
  // Of a repeat it is never demanded: its shopper is not there.
  const wrong = faultsIn(fields, settingsOf(shop).tokenNeedsCvv && !repeats ? ['card.cvv'] : []);
  if (wrong.length > 0) return fault(...wrong);
  const initial = repeats ? await initialWith(parts, shop, registration.stored.token) : undefined;
  if (repeats && !initial) return fault('20058');
  return chargeStored(call, {
    shop,
    type: type as 'PA' | 'DB',
    amount: amount!,
    registration,
    initial: initial ?? null,
    orderStem: `${id.slice(0, 12)}-`,
    isNamed: true,
  });
};

/** The id was forgotten. */
export const payWithoutToken: Handler = async () => fault('30079');
