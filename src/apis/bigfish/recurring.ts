import { maskNumbers } from '../../core/cards.ts';
import type { Claim } from '../../core/model.ts';
import { turnOf } from '../../core/terms.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { type Found, patienceMs, throughProvider, transactionNamed } from './call.ts';
import { type Fault, faults } from './codes.ts';
import { type Fields, isFault, reading } from './fields.ts';
import { masked } from './masking.ts';
import { type Memo, memoOf, writeMemo } from './memo.ts';
import { providerFault } from './read.ts';
import { type Registered, referenceOf } from './registrations.ts';
import { providerOf, settingsOf } from './settings.ts';
import { nameOfId } from './values.ts';
import { newResponseId, resultOf, said } from './write.ts';

/** Registrations with which the merchant may charge alone. */
const types = ['MIT', 'OLD'] as const;

const dayMs = 86_400_000;

/** Whether it is an amount at all; which currency it is in, the reference may have to say. */
const amountIn = (fields: Fields): unknown => {
  if (fields.amount('Amount', 'HUF') === 0n) fields.wrong('Amount');
  return fields.has('Amount') ? fields.raw('Amount') : null;
};

/** Section 5.10, in its order of checks (section 4.2): 1–10, 16, 11–15 with what the reference has, 17. */
export const initRp = async (parts: ApiParts, shop: Shop, body: Record<string, unknown>): Promise<object | Fault> => {
  const read = reading(body, (fields) => {
    fields.need('ReferenceTransactionId', 'ResponseUrl');
    return {
      reference: fields.text('ReferenceTransactionId', 64),
      responseUrl: fields.url('ResponseUrl')!,
      notificationUrl: fields.url('NotificationUrl'),
      amount: amountIn(fields),
      currency: fields.has('Currency') ? fields.currency('Currency', 'HUF') : null,
      orderId: fields.text('OrderId'),
      userId: fields.text('UserId'),
      info: fields.about(),
    };
  });
  if (isFault(read)) return read;
  const { reference } = read;
  const found = await referencePayment(parts, shop, reference);
  if (isFault(found)) return found;
  const first = memoOf(found.view);
  const { payment } = found.view;
  const currency = read.currency ?? payment.currency;
  const asked = reading({ Amount: read.amount }, (fields) => ({
    amountMinor: fields.amount('Amount', currency) ?? payment.amountMinor,
  }));
  if (isFault(asked)) return asked;
  const { amountMinor } = asked;
  if (amountMinor === 0n) return faults.missing('Amount');
  const { provider: providerName, autoCommit } = first;
  const fault = providerFault(shop, { providerName, currency, autoCommit, amountMinor, ...pocketOf(first) });
  if (fault) return fault;
  if (!settingsOf(shop).registrations || !providerOf(shop, providerName)!.recurring) return faults.unauthorized;
  const registered = await referenceOf(parts, shop, reference, { types, userId: read.userId });
  if (isFault(registered)) return registered;
  if (registered.registration.isFixed && amountMinor !== payment.amountMinor) return faults.wrong('Amount');

  const provider = providerOf(shop, providerName)!;
  const memo: Memo = {
    v: 1,
    kind: 'RP',
    provider: providerName,
    userId: first.userId,
    language: first.language,
    autoCommit,
    responseUrl: read.responseUrl,
    reference,
    ...pocketOf(first),
  };
  const result = await parts.gateway.open(throughProvider(shop, provider), {
    kind: autoCommit ? 'sale' : 'authorize',
    amountMinor,
    currency,
    reference: null,
    requestHash: null,
    noticeUrl: read.notificationUrl,
    memo: writeMemo(memo),
    claims: [],
    orderReference: maskNumbers(read.orderId) || payment.orderReference,
    originPaymentId: payment.id,
    receipt: null,
    checkout: {
      successUrl: null,
      failureUrl: null,
      expiresAt: parts.clock.now() + settingsOf(shop).lifeMinutes * 60_000,
      brands: provider.brands,
      wallet: null,
      keepsCard: false,
      customer: null,
      payerInfo: read.info ? JSON.stringify(masked(read.info)) : null,
      demandsChallenge: false,
      redirectMs: null,
      submitCountMax: 1,
    },
  });
  if (result.kind === 'refused') return faults.broken;
  return { TransactionId: nameOfId(result.view.payment.id), ...said('SUCCESSFUL', first.language) };
};

const pocketOf = ({ pocket }: Memo): Pick<Memo, 'pocket'> => (pocket ? { pocket } : {});

/** Step 16: the reference, whatever it registered. */
const referencePayment = async (parts: ApiParts, shop: Shop, name: string) => {
  const found = await transactionNamed(parts, name);
  return found?.shop.id === shop.id ? found : faults.unknownReference(name);
};

/** Enough to hold every one since the last that charged. */
const followUpCountMax = 100;

/**
 * What a charge without the buyer must claim where the terms of its card set days between two (section 3.5), so that of several at
 * once one is had; undefined where it comes too soon.
 */
const claimsOf = async (
  { gateway, clock }: ApiParts,
  { view, registration: { frequency = 0 } }: Registered,
): Promise<readonly Claim[] | undefined> => {
  if (frequency === 0) return [];
  const { id } = view.payment;
  const followUps = await gateway.related({ originPaymentId: id }, followUpCountMax);
  const charges = followUps.filter((one) => memoOf(one).kind === 'RP');
  const found = turnOf({ gapMs: frequency * dayMs }, view, charges, clock.now());
  return found.kind === 'due' ? [{ scope: `turn:${id}`, value: found.turn }] : undefined;
};

/** Section 5.11. The state is looked at first; then the reference once more, which may have changed since InitRP. */
export const startRp = async (parts: ApiParts, { shop, view }: Found): Promise<object | Fault> => {
  const name = nameOfId(view.payment.id);
  const memo = memoOf(view);
  if (memo.kind !== 'RP' || view.operations[0]!.state !== 'waiting') return faults.wrongStatus(name);
  const provider = providerOf(shop, memo.provider);
  if (!provider) return faults.inactiveProvider(memo.provider);
  if (!settingsOf(shop).registrations || !provider.recurring) return faults.unauthorized;
  const registered = await referenceOf(parts, shop, memo.reference!, { types });
  if (isFault(registered)) return registered;
  const through = throughProvider(shop, provider);
  // An issuer refuses what comes before its time; nothing is asked, and the transaction ends so.
  const claims = await claimsOf(parts, registered);
  if (!claims) return refusedBefore(parts, shop, view, name);
  const card = { stored: registered.card, code: null };
  const page = { returnUrl: null, patienceMs, ...(claims.length > 0 && { claims }) };
  const { view: after, refusal } = await parts.gateway.perform(through, view, card, page);
  if (refusal?.reason === 'duplicate_reference') return refusedBefore(parts, shop, view, name);
  if (refusal?.reason === 'busy') return faults.broken;
  if (refusal?.reason === 'no_route') return faults.inactiveProvider(memo.provider);
  if (refusal && after.operations[0]!.state !== 'waiting') return faults.wrongStatus(name);
  if (refusal) return faults.wrongReference(memo.reference!);
  return startedOf(shop, after);
};

const startedOf = (shop: Shop, view: Found['view']) => {
  const { TransactionId, ResultCode, ResultMessage, Anum, OrderId, UserId, ...rest } = resultOf(view);
  const { ProviderName, ProviderTransactionId, AutoCommit, CommitState } = rest;
  const ends = { ResultCode, ResultMessage, Anum, OrderId, UserId, ProviderTransactionId, AutoCommit, CommitState };
  return { StoreName: shop.wireName, ProviderName, TransactionId, ...ends, ResponseId: newResponseId() };
};

const refusedBefore = async (parts: ApiParts, shop: Shop, view: Found['view'], name: string) => {
  const { view: after, refusal } = await parts.gateway.withdraw(shop, view.payment.id, 'limit_exceeded');
  if (refusal) return refusal.reason === 'busy' ? faults.broken : faults.wrongStatus(name);
  return startedOf(shop, after);
};
