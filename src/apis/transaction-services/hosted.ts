import type { View } from '../../core/model.ts';
import { isCurrency } from '../../core/money.ts';
import { isOperationFinal } from '../../core/states.ts';
import { isSite } from '../../core/wallets.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { OpenRequest } from '../../gateway/gateway.ts';
import type { Shop } from '../../gateway/ports.ts';
import { minorOf } from './amount.ts';
import { keyOf } from './authenticate.ts';
import { schemeOf } from './bank-account.ts';
import { api, type Fault, fault, isFault, patienceMs } from './call.ts';
import { hashesAt, isRight } from './checksum.ts';
import { claimsOf, holderOf, newNumber } from './claims.ts';
import { codeOfRefusal } from './codes.ts';
import type { Fields } from './fields.ts';
import { writeMemo } from './memo.ts';
import { amountOf, fieldsOfPage, localeOf } from './page-fields.ts';
import { amountFault, barredBy, customerOf, duplicateOf, pageLifeMs, requiring } from './pay.ts';
import { memoIn, noticeUrlIn } from './read.ts';
import { returnTo } from './redirect.ts';
import { faultsIn, isOrderId, isWebUrl, plainUrl } from './rules.ts';
import { settingsOf } from './settings.ts';
import { sitePayerIn } from './site-payer.ts';
import { statusOf } from './status.ts';
import {
  brandOfName,
  canonicalBrand,
  cardModes,
  meansOf,
  type Terminal,
  terminalsOf,
  throughTerminal,
} from './terminals.ts';

/** How many cards a shopper may submit on the page before the payment fails (section 7.4). */
const triesMax = 3;

type Parts = Pick<ApiParts, 'gateway' | 'directory' | 'drawer' | 'clock' | 'publicUrl'>;

/** A shop's wish for the page, once its checksum was found right. */
export interface Signed {
  readonly shop: Shop;
  readonly key: string;
  readonly fields: Fields;
  /** What a browser can be sent back with. */
  readonly url: string;
  readonly orderId: string;
  /** As it was sent: the checksum covers that text. */
  readonly amount: string;
}

/** Whose page it is to be, and whether the shop signed it (C11, section 4.4): 30001, 30037, 30030, 20017. */
export const signedBy = async (parts: Parts, sent: Fields): Promise<Signed | Fault> => {
  const fields = fieldsOfPage(sent);
  const memberId = fields.get('authentication.memberId');
  if (memberId === undefined || !/^\d{1,10}$/.test(memberId)) return fault('30001');
  const shop = await parts.directory.shopNamed(api, memberId);
  const key = shop && (await keyOf(parts, shop));
  if (!shop || key === undefined) return fault('30037');
  const checksum = fields.get('authentication.checksum');
  if (checksum === undefined) return fault('30030');
  const [totype, amount, order] = ['totype', 'amount', 'merchantTransactionId'].map((name) => fields.get(name));
  const url = fields.get('merchantRedirectUrl');
  const about = { member: memberId, totype, amount, order, K: key };
  const texts = url === undefined ? [] : [url, encodeURIComponent(url)];
  const taken = hashesAt(settingsOf(shop), parts.clock.now());
  if (!texts.some((text) => isRight(checksum, ['C11'], { ...about, url: text }, taken))) return fault('20017');
  const plain = plainUrl(url!);
  // What no browser can be sent to is told on a page of ours, signed or not.
  if (!isWebUrl(plain)) return fault('30029');
  return { shop, key, fields, url: plain, orderId: order!, amount: amount! };
};

/** Ways to pay that the page offers: cards of some brands in one, each wallet, site or debit for itself. */
export interface Way {
  readonly name: string;
  readonly terminals: readonly [Terminal, ...Terminal[]];
}

/** What the shopper can choose from: what the request leaves open of mode, brand and terminal. */
export const waysFor = (
  parts: Pick<ApiParts, 'gateway'>,
  shop: Shop,
  fields: Fields,
  currency: string,
  amountMinor: bigint,
): readonly Way[] => {
  const mode = fields.get('paymentMode')?.toUpperCase();
  const brand = fields.get('paymentBrand');
  const terminalId = fields.get('authentication.terminalId');
  const fit = terminalsOf(settingsOf(shop).terminals).filter((terminal) => {
    const means = meansOf(terminal);
    return (
      terminal.active &&
      ((terminal.wallet === null && !schemeOf(terminal)) || fields.get('paymentType')?.toUpperCase() !== 'PA') &&
      (terminal.threeD || fields.get('attemptThreeD')?.toUpperCase() !== 'ONLY3D') &&
      (terminalId === undefined || Number(terminal.id) === Number(terminalId)) &&
      (mode === undefined || terminal.mode === mode) &&
      (brand === undefined || terminal.brand === canonicalBrand(brand)) &&
      (terminal.currency === null || terminal.currency === currency) &&
      means !== undefined &&
      amountFault(shop, terminal, amountMinor, currency) === undefined &&
      parts.gateway.takes(throughTerminal(shop, terminal), means, currency, amountMinor)
    );
  });
  const [first, ...rest] = fit.filter((terminal) => cardModes.has(terminal.mode) && terminal.wallet === null);
  // One payment goes one way: cards of other acquirers are other ways.
  const cards: readonly Way[] = first
    ? [{ name: 'Card', terminals: [first, ...rest.filter(({ acquirer }) => acquirer === first.acquirer)] }]
    : [];
  return [
    ...cards,
    ...fit
      .filter((one) => one.wallet !== null || schemeOf(one))
      .map((one): Way => ({ name: one.brand, terminals: [one] })),
  ];
};

const threeDOf = (fields: Fields): boolean => /^(only)?3d$/i.test(fields.get('attemptThreeD') ?? '');

/** How the gateway is asked for a payment on the hosted page. `byRest`: a call began it (section 6.4). */
export const openingFor = (
  parts: Pick<ApiParts, 'clock' | 'publicUrl'>,
  { shop, fields, orderId }: Pick<Signed, 'shop' | 'fields' | 'orderId'>,
  { terminals }: Way,
  about: {
    amount: string;
    amountMinor: bigint;
    currency: string;
    type: 'PA' | 'DB';
    byRest?: boolean;
    retries?: boolean;
  },
): OpenRequest => {
  const [first] = terminals;
  const number = newNumber();
  const { amount, amountMinor, currency, type, byRest = false, retries = false } = about;
  const isOne = terminals.length === 1;
  const locale = localeOf(fields.get('customer.language'));
  const reserved = fields.get('reservedField1');
  const more = {
    ...(locale !== undefined && { locale }),
    ...(reserved !== undefined && { reservedField1: reserved }),
    ...(byRest && { hosted: 'true' }),
  };
  const memo = memoIn(fields, { number, type, terminal: first, amount, currency, more });
  const customerId = fields.get('customer.customerId');
  const scheme = schemeOf(first);
  const payer = first.wallet && isSite(first.wallet) ? sitePayerIn(fields) : undefined;
  return {
    kind: type === 'PA' ? 'authorize' : 'sale',
    amountMinor,
    currency,
    reference: orderId,
    requestHash: null,
    noticeUrl: noticeUrlIn(fields),
    // Which brand it is the number tells.
    memo: writeMemo({ ...memo, byRest, brand: isOne ? memo.brand : '' }),
    claims: claimsOf(shop, number, orderId),
    orderReference: orderId,
    freesReference: true,
    overcapturePercent: settingsOf(shop).overCapturePercent,
    receipt: null,
    checkout: {
      successUrl: null,
      failureUrl: null,
      expiresAt: parts.clock.now() + pageLifeMs,
      brands: [...new Set(terminals.flatMap(({ brand }) => brandOfName(brand) ?? []))],
      wallet: first.wallet,
      ...(scheme && { debit: scheme }),
      keepsCard: false,
      customer: customerId === undefined ? null : customerOf(shop, customerId),
      payerInfo: null,
      ...requiring(fields, first),
      ...(retries && { retriesDeclined: true as const }),
      demandsChallenge: first.threeD && threeDOf(fields),
      redirectMs: pageLifeMs,
      submitCountMax: triesMax,
    },
    patienceMs,
    returnTo: (id) => returnTo(parts, { payment: { id } }),
    ...(payer && { payer }),
  };
};

/** What has to be asked, chosen or shown next. */
export type Entry =
  | { readonly kind: 'payment'; readonly view: View }
  | { readonly kind: 'choice'; readonly ways: readonly Way[] }
  | Fault;

/** The payment that an unfinished visit left behind: the same order for the same amount, with nothing tried yet (section 12.2). */
const begunWith = async ({ gateway }: Parts, shop: Shop, holder: View, amountMinor: bigint, currency: string) => {
  const { payment } = holder;
  const isSame = payment.amountMinor === amountMinor && payment.currency === currency;
  if (!isSame || isOperationFinal(holder.operations[0]!.state)) return undefined;
  const view = await gateway.find(shop, payment.id);
  const isCode = view?.checkout?.wallet != null && view.operations[0]!.state === 'challenged';
  return view && (statusOf(view) === 'begun' || isCode) ? view : undefined;
};

/** Section 7.4 once the shop has proven itself: 20023, 30002, 30003, 30004, the joined list, 20020, 20043, 20005. */
export const enter = async (parts: Parts, signed: Signed): Promise<Entry> => {
  const { shop, fields, orderId } = signed;
  const settings = settingsOf(shop);
  if (!(await parts.directory.shop(api, shop.wireName))) return fault('20023');
  if (fields.get('totype') !== settings.totype) return fault('30002');
  const amount = amountOf(signed.amount);
  if (amount === undefined) return fault('30003');
  if (!isOrderId(orderId) || orderId.length > 100) return fault('30004');
  const type = fields.get('paymentType')?.toUpperCase() ?? 'DB';
  if (type !== 'PA' && type !== 'DB') return fault('30044');
  const [only, ...others] = new Set(terminalsOf(settings.terminals).map((terminal) => terminal.currency));
  const currency = fields.get('currency')?.toUpperCase() ?? (others.length === 0 ? only : null);
  if (typeof currency !== 'string' || !isCurrency(currency)) return fault('30031');
  // Shown amounts are as loose as the amount itself.
  const shown = fields.get('tmpl_amount');
  const whole = fields.with('currency', currency).with('amount', amount);
  const checked = shown === undefined ? whole : whole.with('tmpl_amount', amountOf(shown) ?? shown);
  const wrong = faultsIn(checked);
  if (wrong.length > 0) return fault(...wrong);
  const amountMinor = minorOf(amount, currency);
  if (amountMinor === undefined) return fault('20018');
  const holder = await holderOf(parts, shop, orderId);
  const begun = holder && (await begunWith(parts, shop, holder, amountMinor, currency));
  if (begun) return { kind: 'payment', view: begun };
  if (holder) return fault(duplicateOf(holder));
  const ways = waysFor(parts, shop, checked, currency, amountMinor);
  const [way] = ways;
  if (!way) return fault('20005');
  const barred = await barredBy(parts, shop, checked, null, { amountMinor, currency });
  if (barred) return fault(barred);
  if (ways.length > 1) return { kind: 'choice', ways };
  const about = { amount, amountMinor, currency, type, retries: true } as const;
  const request = openingFor(parts, { ...signed, fields: checked }, way, about);
  const opened = await parts.gateway.open(throughTerminal(shop, way.terminals[0]), request);
  if (opened.kind !== 'refused') return { kind: 'payment', view: opened.view };
  const { reason } = opened.refusal;
  if (reason !== 'duplicate_reference') return fault(codeOfRefusal(opened.refusal));
  // A form that was sent twice opens one payment.
  const won = opened.holder?.view;
  const same = won && (await begunWith(parts, shop, won, amountMinor, currency));
  return same ? { kind: 'payment', view: same } : fault(duplicateOf(won));
};

export const isEntryFault = (entry: Entry): entry is Fault => isFault(entry);
