import { isPast } from '../../core/cards.ts';
import { isAccount, type View } from '../../core/model.ts';
import type { OpenRequest, PageResult } from '../../gateway/gateway.ts';
import type { Shop } from '../../gateway/ports.ts';
import { Secret } from '../../kit/secret.ts';
import { minorOf } from './amount.ts';
import { paymentAnswer } from './answers.ts';
import { modeOf } from './bank-account.ts';
import { type Call, type Fault, fault, isFault, patienceMs } from './call.ts';
import { claimsOf, holderOf, newNumber } from './claims.ts';
import { codeOfRefusal } from './codes.ts';
import { writeMemo } from './memo.ts';
import { isRegistrationId, type Registration, registrationIdOf } from './owners.ts';
import { amountFault, barredBy, duplicateOf, isDirect, pageLifeMs, requiring, terminalFor } from './pay.ts';
import { memoIn, noticeUrlIn } from './read.ts';
import { redirectOf, returnTo } from './redirect.ts';
import { firstFree, seriesClaim } from './series.ts';
import { isListed, settingsOf } from './settings.ts';
import { brandNameOf, meansOf, type Terminal, throughTerminal } from './terminals.ts';
import type { Answer } from './write.ts';

/** A payment with a stored card or bank account, of which the member, its amount and its checksum have been checked. */
export interface StoredCharge {
  readonly shop: Shop;
  readonly type: 'PA' | 'DB';
  readonly amount: string;
  readonly registration: Registration;
  /** The INITIAL payment that it repeats; null where a shopper is there. */
  readonly initial: View | null;
  /** Beginning of the order's id where the request has none. */
  readonly orderStem: string;
  /** Whether the shop knows the registration: one that serves a series alone has no name (section 6.9). */
  readonly isNamed: boolean;
}

/** The order's id: the request's, or the stem with the first number that is free. */
const orderIdFor = async ({ parts, fields }: Call, shop: Shop, stem: string): Promise<string> => {
  const said = fields.get('merchantTransactionId');
  if (said !== undefined) return said;
  const isTaken = async (n: number) =>
    (await parts.gateway.related({ shopId: shop.id, orderReference: `${stem}${n}` }, 1)).length > 0;
  return `${stem}${await firstFree(isTaken)}`;
};

/** What the gateway is asked for: as of a payment with a typed card, but nothing is stored. */
const openingOf = async (
  call: Call,
  charge: StoredCharge,
  about: { terminal: Terminal; currency: string; amountMinor: bigint; orderId: string },
): Promise<OpenRequest> => {
  const { parts, fields } = call;
  const { shop, type, amount, registration, initial, isNamed } = charge;
  const { terminal, currency, amountMinor, orderId } = about;
  const number = newNumber();
  const begins = initial === null && fields.get('recurringType') !== undefined;
  const more = {
    ...(begins && { recurring: 'INITIAL' }),
    ...(initial && { recurring: 'REPEATED' }),
    ...(!isNamed && { registers: 'false' }),
  };
  const { token } = registration.stored;
  const series = begins ? [await seriesClaim(parts, shop, token)] : [];
  const threeD = fields.get('attemptThreeD')?.toUpperCase();
  return {
    kind: type === 'PA' ? 'authorize' : 'sale',
    amountMinor,
    currency,
    reference: orderId,
    requestHash: null,
    noticeUrl: noticeUrlIn(fields) ?? initial?.operations.at(0)?.noticeUrl ?? null,
    memo: writeMemo(
      memoIn(fields.with('merchantTransactionId', orderId), { number, type, terminal, amount, currency, more }),
    ),
    claims: [...claimsOf(shop, number, orderId), ...series],
    orderReference: orderId,
    freesReference: true,
    overcapturePercent: settingsOf(shop).overCapturePercent,
    originPaymentId: initial?.payment.id ?? null,
    receipt: null,
    checkout: {
      successUrl: null,
      failureUrl: null,
      expiresAt: parts.clock.now() + pageLifeMs,
      brands: isAccount(registration.stored) ? [] : [registration.stored.face.brand],
      wallet: null,
      ...(isAccount(registration.stored) && { debit: registration.stored.face.scheme }),
      keepsCard: false,
      customer: null,
      payerInfo: null,
      ...(initial === null && requiring(fields, terminal)),
      demandsChallenge: initial === null && terminal.threeD && (threeD === '3D' || threeD === 'ONLY3D'),
      redirectMs: pageLifeMs,
      submitCountMax: 1,
    },
    patienceMs,
  };
};

/** A number that we made up for an order may be taken by another call that did the same; the next one is tried. */
const triesMax = 10;

/**
 * PA, DB, INITIAL or REPEATED with a stored card (sections 6.9 and 6.12): the checks of section 10.2 from the IP list on, and the
 * charge. A repeat names the payment that began its series, by the card network's name for it.
 */
export const chargeStored = async (call: Call, charge: StoredCharge, tries = 1): Promise<Answer | Fault> => {
  const { parts, ip } = call;
  const { shop: member, amount, registration, initial } = charge;
  const { stored, owner } = registration;
  if (!isListed(settingsOf(member).ips, ip)) return fault('20015');
  const orderId = await orderIdFor(call, member, charge.orderStem);
  const taken = (by: View | undefined) => {
    const isOurs = call.fields.get('merchantTransactionId') === undefined && tries < triesMax;
    return isOurs ? chargeStored(call, charge, tries + 1) : fault(duplicateOf(by));
  };
  const holder = await holderOf(parts, member, orderId);
  if (holder) return taken(holder);
  const whole = withMeans(call.fields, stored);
  const fields = call.fields.get('currency') ? whole : withCurrency(whole, initial);
  const chosen = terminalFor(member, fields);
  if (isFault(chosen)) return chosen;
  const { terminal, currency } = chosen;
  const means = isAccount(stored) ? stored.face.scheme : stored.face.brand;
  if (meansOf(terminal) !== means) return fault('20055');
  if (charge.type === 'PA' && isAccount(stored)) return fault('20052');
  const amountMinor = minorOf(amount, currency);
  if (amountMinor === undefined) return fault('20018');
  const beyond = amountFault(member, terminal, amountMinor, currency);
  if (beyond) return fault(beyond);
  const barred = await barredBy(parts, member, fields, null, { amountMinor, currency }, initial ? undefined : ip);
  if (barred) return fault(barred);
  if (!isAccount(stored) && isPast(stored.face.expiry, parts.clock.now())) return fault('20110');
  const shop = throughTerminal(member, terminal);
  if (!parts.gateway.takes(shop, means, currency, amountMinor)) return fault('20005');
  const about = { terminal, currency, amountMinor, orderId };
  const opened = await parts.gateway.open(shop, await openingOf({ ...call, fields }, charge, about));
  if (opened.kind === 'refused') {
    if (opened.refusal.reason === 'duplicate_reference') return taken(opened.holder?.view);
    return fault(codeOfRefusal(opened.refusal));
  }
  const page = { patienceMs, initiator: initial ? 'merchant' : 'payer' } as const;
  const charged = async (): Promise<PageResult> => {
    if (isAccount(stored)) return parts.gateway.debit(shop, opened.view, { stored, owner }, page);
    const said = fields.get('card.cvv');
    const first = initial?.attempts.findLast(({ operation }) => operation === 1)?.networkReference;
    const card = { ...stored, networkReference: first ?? stored.networkReference };
    const returnUrl = initial || isDirect(fields, terminal) ? null : returnTo(parts, opened.view);
    const code = said === undefined ? null : new Secret(said);
    return parts.gateway.perform(shop, opened.view, { stored: card, code, owner }, { ...page, returnUrl });
  };
  const { view, refusal } = await charged();
  if (refusal) {
    // Nothing has left: what was opened is taken back, so that the order can be tried again.
    await parts.gateway.withdraw(shop, opened.view.payment.id);
    return fault(codeOfRefusal(refusal));
  }
  const registrationId = registrationIdOf(stored);
  const shown = charge.isNamed && isRegistrationId(registrationId) ? { registrationId } : {};
  return { ...paymentAnswer(shop, view, redirectOf(parts, view)), ...shown };
};

/** What a request leaves out of mode and brand its card or account tells. */
export const withMeans = (fields: Call['fields'], stored: Registration['stored']): Call['fields'] => {
  if (fields.get('authentication.terminalId') !== undefined) return fields;
  if (isAccount(stored))
    return fields.get('paymentMode') ? fields : fields.with('paymentMode', modeOf(stored.face.scheme));
  return fields.get('paymentBrand') ? fields : fields.with('paymentBrand', brandNameOf(stored.face.brand));
};

/** A repeat is in the currency of the first payment where it names none. */
const withCurrency = (fields: Call['fields'], initial: View | null) =>
  initial ? fields.with('currency', initial.payment.currency) : fields;
