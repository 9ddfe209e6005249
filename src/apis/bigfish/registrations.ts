import { isPast, maskNumbers } from '../../core/cards.ts';
import type { StoredCard, View } from '../../core/model.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { wireId } from '../../kit/ids.ts';
import { type Found, transactionNamed } from './call.ts';
import { type Fault, faults } from './codes.ts';
import { customerOf } from './customers.ts';
import { type Fields, isFault, reading } from './fields.ts';
import { memoOf, type Registration } from './memo.ts';
import { isProvider } from './providers.ts';
import { abilitiesOf, providerOf } from './settings.ts';
import { expiryDate, maskOf, nameOfId, timeText } from './values.ts';
import { newResponseId, said } from './write.ts';

type Parts = Pick<ApiParts, 'gateway' | 'clock'>;

/** A registered card with the transaction that registered it (section 3.5). */
export interface Registered {
  readonly view: View;
  readonly registration: Registration;
  readonly state: 'ACTIVE' | 'CANCELLED' | 'EXPIRED';
  /** Null once it was cancelled. */
  readonly card: StoredCard | null;
}

const dayOf = (at: number): string => timeText(at).slice(0, 10);

/** Whether all of a registering payment was given back on the day that it was made, and its provider ends a registration so. */
const isVoided = (shop: Shop, view: View): boolean => {
  const { capturedMinor, refundedMinor } = view.payment;
  const [first, ...others] = view.operations;
  if (refundedMinor === 0n || refundedMinor !== capturedMinor) return false;
  if (!abilitiesOf(shop, memoOf(view).provider).voidEndsRegistration) return false;
  const refunds = others.filter(({ kind, state }) => kind === 'refund' && state === 'approved');
  return refunds.every(({ finishedAt }) => dayOf(finishedAt!) === dayOf(first!.finishedAt!));
};

const stateOf = (card: StoredCard | undefined, { expireDate }: Registration, now: number): Registered['state'] => {
  if (!card) return 'CANCELLED';
  const isOver = expireDate !== undefined && dayOf(now) > expireDate;
  return isOver || isPast(card.face.expiry, now) ? 'EXPIRED' : 'ACTIVE';
};

/** What a transaction registered; undefined where it registered nothing. */
export const registrationOf = async (
  { gateway, clock }: Parts,
  { shop, view }: Found,
): Promise<Registered | undefined> => {
  const { registration } = memoOf(view);
  const [first] = view.operations;
  if (!registration || first!.state !== 'approved' || first!.cardToken === null) return undefined;
  const [kept] = await gateway.storedCards(view.payment.merchantId, [first!.cardToken]);
  const card = isVoided(shop, view) ? undefined : kept;
  return { view, registration, card: card ?? null, state: stateOf(card, registration, clock.now()) };
};

/**
 * The registered card that a transaction is to follow: steps 16 and 17 of section 4.2. `types`: those that may be used so;
 * `userId`, `provider`: what must be the same, where it is said.
 */
export const referenceOf = async (
  parts: Parts,
  shop: Shop,
  name: string,
  {
    types,
    userId = '',
    provider,
  }: {
    readonly types: readonly Registration['type'][];
    readonly userId?: string | undefined;
    readonly provider?: string | undefined;
  },
): Promise<(Registered & { readonly card: StoredCard }) | Fault> => {
  const found = await transactionNamed(parts, name);
  if (!found || found.shop.id !== shop.id) return faults.unknownReference(name);
  const memo = memoOf(found.view);
  const registered = await registrationOf(parts, found);
  const isActive = registered?.state === 'ACTIVE' && types.includes(registered.registration.type);
  if (!isActive || (provider !== undefined && memo.provider !== provider)) return faults.wrongReference(name);
  if (userId !== '' && memo.userId !== maskNumbers(userId)) return faults.wrong('UserId');
  return { ...registered!, card: registered!.card! };
};

interface Whose {
  readonly userId: string;
  readonly provider: string;
}

const readWhose = (fields: Fields): Whose => {
  fields.need('ProviderName', 'UserId');
  return { provider: fields.text('ProviderName'), userId: fields.text('UserId') };
};

const providerFaultOf = (shop: Shop, name: string): Fault | undefined => {
  if (!isProvider(name)) return faults.unknownProvider(name);
  return providerOf(shop, name) ? undefined : faults.inactiveProvider(name);
};

/** Active registrations of a user with a provider, the oldest first. */
const activeOf = async (parts: Parts, shop: Shop, { userId, provider }: Whose): Promise<Registered[]> => {
  const { gateway } = parts;
  const cards = await gateway.cardsOf(shop.merchantId, customerOf(shop, userId));
  const found = await Promise.all(
    cards.map(({ token }) => gateway.findOf(shop.merchantId, { operationId: wireId(token) })),
  );
  const own = found.filter((one) => one && memoOf(one.view).provider === provider);
  const registered = await Promise.all(own.map((one) => registrationOf(parts, one!)));
  return registered.filter((one) => one?.state === 'ACTIVE') as Registered[];
};

const entryOf = ({ view, card }: Registered) => ({
  ReferenceTransactionId: nameOfId(view.payment.id),
  PaymentDeviceNumber: maskOf(card!.face),
  PaymentDeviceExpiration: expiryDate(card!.face),
});

/** Section 5.12: by type; a type with none is left out. */
export const getRegistrations = async (parts: Parts, shop: Shop, body: Record<string, unknown>) => {
  const asked = reading(body, (fields) => ({
    ...readWhose(fields),
    type: fields.oneOf('PaymentRegistrationType', ['CIT', 'MIT', 'OLD']),
  }));
  if (isFault(asked)) return asked;
  const fault = providerFaultOf(shop, asked.provider);
  if (fault) return fault;
  const active = await activeOf(parts, shop, asked);
  const wanted = active.filter(({ registration: { type } }) => asked.type === null || asked.type === type);
  const Data = Object.groupBy(wanted.map(entryOf), (_entry, index) => wanted[index]!.registration.type);
  return { Data, ...said('SUCCESSFUL'), ResponseId: newResponseId() };
};

/** Section 5.13. */
export const getRegistration = async (parts: Parts, found: Found) => {
  const { view } = found;
  const name = nameOfId(view.payment.id);
  const registered = await registrationOf(parts, found);
  if (!registered) return faults.unknownReference(name);
  const { registration, state, card } = registered;
  const face = card?.face ?? view.attempts.findLast(({ operation }) => operation === 1)!.card!;
  return {
    Data: {
      ReferenceTransactionId: name,
      PaymentRegistrationType: registration.type,
      PaymentDeviceNumber: maskOf(face),
      PaymentDeviceExpiration: expiryDate(face),
      Status: state,
    },
    ...said('SUCCESSFUL'),
  };
};

/** Section 5.14. Of two at once one ends it. */
export const cancelRegistration = async (parts: Parts, found: Found) => {
  const { view } = found;
  const name = nameOfId(view.payment.id);
  const registered = await registrationOf(parts, found);
  const isActive = registered?.state === 'ACTIVE';
  const isEnded = isActive && (await parts.gateway.forgetCard(view.payment.merchantId, registered.card!.token));
  return isEnded ? { TransactionId: name, ...said('SUCCESSFUL') } : faults.wrongStatus(name);
};

/** A registration that a refund has ended is one whose card is not kept any longer (section 3.5). */
export const forgetVoided = async ({ gateway }: Pick<Parts, 'gateway'>, { shop, view }: Found): Promise<void> => {
  const { cardToken } = view.operations[0]!;
  const isEnded = memoOf(view).registration !== undefined && isVoided(shop, view);
  if (isEnded && cardToken !== null) await gateway.forgetCard(shop.merchantId, cardToken);
};

/** Section 5.15. */
export const cancelAllRegistrations = async (parts: Parts, shop: Shop, body: Record<string, unknown>) => {
  const asked = reading(body, readWhose);
  if (isFault(asked)) return asked;
  const fault = providerFaultOf(shop, asked.provider);
  if (fault) return fault;
  const ended: object[] = [];
  for (const { view, card } of await activeOf(parts, shop, asked)) {
    if (await parts.gateway.forgetCard(shop.merchantId, card!.token)) {
      ended.push({ TransactionId: nameOfId(view.payment.id), ResultCode: 'SUCCESSFUL' });
    }
  }
  const { ResultCode, ResultMessage } = said('SUCCESSFUL');
  return { ResultCode, ResultData: ended, ResultMessage };
};

/** Section 5.16: cards that a buyer who is there can choose from. */
export const oneClickOptions = async (parts: Parts, shop: Shop, body: Record<string, unknown>) => {
  const asked = reading(body, readWhose);
  if (isFault(asked)) return asked;
  const fault = providerFaultOf(shop, asked.provider);
  if (fault) return fault;
  const active = (await activeOf(parts, shop, asked)).filter(({ registration }) => registration.type !== 'MIT');
  return {
    Data: active.map(({ view, card }) => ({
      card_reference_id: nameOfId(view.payment.id),
      currency: view.payment.currency,
      payment_method: 'card',
      card_pan: card!.face.last4,
      card_type: card!.face.brand.toUpperCase(),
    })),
    ...said('SUCCESSFUL'),
  };
};
