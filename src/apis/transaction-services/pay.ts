import { brandOf, faceOf } from '../../core/cards.ts';
import type { View } from '../../core/model.ts';
import { isCurrency } from '../../core/money.ts';
import { isSite } from '../../core/wallets.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { OpenRequest, PageResult } from '../../gateway/gateway.ts';
import type { BankAccount } from '../../gateway/ports/accounts.ts';
import type { Shop } from '../../gateway/ports.ts';
import type { Secret } from '../../kit/secret.ts';
import { isAmount, minorOf } from './amount.ts';
import { paymentAnswer } from './answers.ts';
import { checksumFault, memberOf } from './authenticate.ts';
import { bankAccountIn, neededOfAccount, schemeOf } from './bank-account.ts';
import { type Call, type Fault, fault, isFault, patienceMs } from './call.ts';
import { claimsOf, holderOf, newNumber } from './claims.ts';
import { type Code, codeOfRefusal } from './codes.ts';
import type { Fields } from './fields.ts';
import { writeMemo } from './memo.ts';
import { cardIn, instrumentFault, memoIn, neededBy, noticeUrlIn, type SentCard } from './read.ts';
import { redirectOf, returnTo } from './redirect.ts';
import { faultsIn, isOrderId } from './rules.ts';
import { isListed, settingsOf } from './settings.ts';
import { sitePayerIn } from './site-payer.ts';
import { shortOf, statusOf } from './status.ts';
import {
  brandOfName,
  cardModes,
  chooseTerminal,
  limitOf,
  meansOf,
  type Terminal,
  terminalsOf,
  throughTerminal,
} from './terminals.ts';
import type { Answer } from './write.ts';

/** How long the shopper has at the issuer's or the wallet's page (section 7.2). */
export const pageLifeMs = 30 * 60_000;

/** PA or DB as a type: 30057 where there is none, 30044 where it is another. */
export const typeIn = (fields: Fields, ...known: readonly string[]): string | Fault => {
  const type = fields.get('paymentType')?.toUpperCase();
  if (type === undefined) return fault('30057');
  return known.includes(type) ? type : fault('30044');
};

/** What speaks against an order's id that is taken: 20020 while the earlier payment is open, else 20043 (section 12.2). */
export const duplicateOf = (holder: View | undefined): Code =>
  holder && shortOf(statusOf(holder)) !== 'P' ? '20043' : '20020';

/** Limits of a member and of a terminal (section 10.2, step 14). */
export const amountFault = (
  shop: Shop,
  terminal: Terminal,
  amountMinor: bigint,
  currency: string,
): Code | undefined => {
  const { amountMin, amountMax } = settingsOf(shop);
  const limit = (text: string | null) => (text === null ? undefined : minorOf(text, currency));
  const [low, high] = [limit(amountMin), limit(amountMax)];
  if (high !== undefined && amountMinor > high) return '20006';
  if (low !== undefined && amountMinor < low) return '20007';
  return limitOf(terminal, amountMinor, currency);
};

/** The operator's own rules for a member's payers: sums and counts (step 14), and whom it does not serve (step 15). */
export const barredBy = async (
  { gateway }: Pick<ApiParts, 'gateway'>,
  shop: Shop,
  fields: Fields,
  card: { readonly number: Secret; readonly expiry: string } | null,
  money: { readonly amountMinor: bigint; readonly currency: string },
  ip?: string,
): Promise<Code | undefined> => {
  const digits = card?.number.reveal() ?? '';
  const known = card && brandOf(digits) ? { number: card.number, face: faceOf(digits, card.expiry) } : {};
  const refusal = await gateway.judge(shop, {
    ...money,
    ...known,
    email: fields.get('customer.email'),
    country: fields.get('shipping.country') ?? fields.get('billing.country') ?? fields.get('customer.country'),
    ip: fields.get('customer.ip') ?? ip,
  });
  return refusal && codeOfRefusal(refusal);
};

/** The terminal and currency of a request, and what it may not do there (section 10.2, step 13). */
export const terminalFor = (
  shop: Shop,
  fields: Fields,
): { readonly terminal: Terminal; readonly currency: string } | Fault => {
  const settings = settingsOf(shop);
  const currency = fields.get('currency')?.toUpperCase() ?? null;
  const terminal = chooseTerminal(terminalsOf(settings.terminals), {
    terminalId: fields.get('authentication.terminalId'),
    mode: fields.get('paymentMode'),
    brand: fields.get('paymentBrand'),
    currency,
  });
  if (typeof terminal === 'string') return fault(terminal);
  const known = currency ?? terminal.currency;
  if (known === null || !isCurrency(known)) return fault('30031');
  if (fields.get('recurringType') !== undefined) {
    if (!settings.recurring) return fault('20024');
    if (!terminal.recurring) return fault('20052');
  }
  if (fields.get('attemptThreeD')?.toUpperCase() === 'ONLY3D' && !terminal.threeD) return fault('20052');
  if (fields.get('createRegistration')?.toLowerCase() === 'true') {
    if (!settings.storesCards) return fault('20072');
    if (!terminal.tokenization) return fault('20056');
  }
  return { terminal, currency: known };
};

/** A payment that may be begun. */
interface Asked {
  readonly shop: Shop;
  readonly fields: Fields;
  readonly type: 'PA' | 'DB';
  readonly terminal: Terminal;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly orderId: string;
  readonly card: SentCard | undefined;
  readonly account: BankAccount | undefined;
}

/** The same at a member whose shoppers type their cards on our page alone, checked as far as the order's id. */
interface ForPage extends Pick<Asked, 'shop' | 'orderId' | 'type'> {
  readonly isHosted: true;
}

/** All checks of section 10.2 up to the acquirer, in their order. */
export const readPayment = async (call: Call): Promise<Asked | ForPage | Fault> => {
  const { parts, fields, ip } = call;
  const type = typeIn(fields, 'PA', 'DB');
  if (typeof type !== 'string') return type;
  const amount = fields.get('amount');
  const shop = await memberOf(call, () => (isAmount(amount) ? undefined : fault('30003')));
  if (isFault(shop)) return shop;
  const orderId = fields.get('merchantTransactionId');
  if (!isOrderId(orderId)) return fault('30004');
  const signed = await checksumFault(call, shop, ['C1'], { order: orderId, amount });
  if (signed) return signed;
  const wrong = faultsIn(fields, neededBy(fields, shop));
  if (wrong.length > 0) return fault(...wrong);
  if (fields.get('recurringType')?.toUpperCase() === 'REPEATED') return fault('30045');
  if (!isListed(settingsOf(shop).ips, ip)) return fault('20015');
  const holder = await holderOf(parts, shop, orderId);
  if (holder) return fault(duplicateOf(holder));
  if (settingsOf(shop).hostedPageOnly) return { isHosted: true, shop, orderId, type: type as 'PA' | 'DB' };
  const chosen = terminalFor(shop, fields);
  if (isFault(chosen)) return chosen;
  const { terminal, currency } = chosen;
  const amountMinor = minorOf(amount!, currency);
  // Where the terminal alone knew the currency, nobody could look at the decimals before.
  if (amountMinor === undefined) return fault('20018');
  const beyond = amountFault(shop, terminal, amountMinor, currency);
  if (beyond) return fault(beyond);
  const card = cardIn(fields);
  const barred = await barredBy(parts, shop, fields, card ?? null, { amountMinor, currency }, ip);
  if (barred) return fault(barred);
  if (cardModes.has(terminal.mode)) {
    const missing = faultsIn(fields, [
      'card.number',
      'card.expiryMonth',
      'card.expiryYear',
      'card.cvv',
      'customer.givenName',
      'customer.surname',
    ]);
    if (missing.length > 0 || !card) return fault(...missing);
    const misfit = instrumentFault(card, terminal, parts.clock.now());
    if (misfit) return fault(misfit);
  }
  const scheme = schemeOf(terminal);
  const lacking = scheme ? faultsIn(fields, neededOfAccount(scheme)) : [];
  if (lacking.length > 0) return fault(...lacking);
  // What is paid elsewhere, or from an account, is paid at once: nothing holds it.
  if (type === 'PA' && (terminal.wallet || scheme)) return fault('20052');
  const means = meansOf(terminal);
  if (!means || !parts.gateway.takes(throughTerminal(shop, terminal), means, currency, amountMinor))
    return fault('20005');
  const account = scheme && bankAccountIn(fields, scheme);
  return { shop, fields, type: type as 'PA' | 'DB', terminal, currency, amountMinor, orderId, card, account };
};

/** How the gateway is asked for a payment whose payer may have to do something first. */
const openingOf = (parts: Pick<ApiParts, 'clock' | 'publicUrl'>, asked: Asked): OpenRequest => {
  const { shop, fields, type, terminal, currency, amountMinor, orderId } = asked;
  const number = newNumber();
  const registers = fields.get('createRegistration')?.toLowerCase() === 'true';
  const isInitial = fields.get('recurringType') !== undefined;
  const mandateId = asked.account && fields.get('bankAccount.mandateId');
  const more = {
    ...(mandateId && { mandateId }),
    ...(isInitial && { recurring: 'INITIAL' }),
    ...(isInitial && !registers && { registers: 'false' }),
  };
  const brand = terminal.wallet === null ? brandOfName(terminal.brand) : undefined;
  const customerId = fields.get('customer.customerId');
  const payer = terminal.wallet && isSite(terminal.wallet) ? sitePayerIn(fields) : undefined;
  return {
    kind: type === 'PA' ? 'authorize' : 'sale',
    amountMinor,
    currency,
    reference: orderId,
    requestHash: null,
    noticeUrl: noticeUrlIn(fields),
    memo: writeMemo(memoIn(fields, { number, type, terminal, amount: fields.get('amount')!, currency, more })),
    claims: claimsOf(shop, number, orderId),
    orderReference: orderId,
    freesReference: true,
    overcapturePercent: settingsOf(shop).overCapturePercent,
    namesCard: registers || isInitial,
    receipt: null,
    checkout: {
      successUrl: null,
      failureUrl: null,
      expiresAt: parts.clock.now() + pageLifeMs,
      brands: brand ? [brand] : [],
      wallet: terminal.wallet,
      ...(asked.account && { debit: asked.account.face.scheme }),
      keepsCard: registers || isInitial,
      customer: customerId === undefined ? null : customerOf(shop, customerId),
      payerInfo: null,
      ...requiring(fields, terminal),
      demandsChallenge: terminal.threeD && /^(only)?3d$/i.test(fields.get('attemptThreeD') ?? ''),
      redirectMs: pageLifeMs,
      submitCountMax: 1,
    },
    patienceMs,
    returnTo: (id) => returnTo(parts, { payment: { id } }),
    ...(payer && { payer }),
  };
};

/** Whose stored card it is: customers are the member's own (section 5.1). */
export const customerOf = ({ id }: Pick<Shop, 'id'>, customerId: string): string => `${id} ${customerId}`;

/** Whether nobody is to be sent to the issuer: the shop says so, or has been there itself (section 7.3). */
export const isDirect = (fields: Fields, { threeD }: Terminal): boolean =>
  !threeD ||
  fields.get('attemptThreeD')?.toUpperCase() === 'DIRECT' ||
  ['eci', 'verificationId', 'xid'].every((name) => fields.get(`threeDSecure.${name}`) !== undefined);

/** `Only3D`: a card that is not challenged is declined, unless the shop has been at the issuer itself (section 7.3). */
export const requiring = (fields: Fields, terminal: Terminal): { readonly requiresChallenge?: true } => {
  const isOnly = fields.get('attemptThreeD')?.toUpperCase() === 'ONLY3D';
  return isOnly && !isDirect(fields, terminal) ? { requiresChallenge: true } : {};
};

/** Sections 6.4 and 7.1 to 7.3: a payment with what the request holds. */
export const pay = async ({ parts }: Call, asked: Asked): Promise<Answer | Fault> => {
  const { fields, terminal, card, account } = asked;
  const shop = throughTerminal(asked.shop, terminal);
  const opened = await parts.gateway.open(shop, openingOf(parts, asked));
  if (opened.kind === 'refused') {
    if (opened.refusal.reason === 'duplicate_reference') return fault(duplicateOf(opened.holder?.view));
    return fault(codeOfRefusal(opened.refusal));
  }
  const paymentId = opened.view.payment.id;
  const paid = async (): Promise<PageResult | undefined> => {
    if (account) return parts.gateway.debit(shop, opened.view, account, { patienceMs, initiator: 'payer' });
    if (!card || terminal.wallet) return undefined;
    const returnUrl = isDirect(fields, terminal) ? null : returnTo(parts, opened.view);
    return parts.gateway.submit(shop, paymentId, card, { returnUrl, patienceMs, carriesKey: false });
  };
  const tried = await paid();
  if (!tried) return paymentAnswer(shop, opened.view, redirectOf(parts, opened.view));
  const { view, refusal } = tried;
  if (!refusal) return paymentAnswer(shop, view, redirectOf(parts, view));
  // Nothing has left: what was opened is taken back, so that the order can be tried again.
  await parts.gateway.withdraw(shop, paymentId);
  return fault(codeOfRefusal(refusal));
};
