import type { LinkView } from '../../gateway/links.ts';
import { type Link, paidOnce, type Shop } from '../../gateway/ports.ts';
import { isAmount, textOf } from './amount.ts';
import { actsFor, checksumFault, memberOf } from './authenticate.ts';
import { api, type Call, type Fault, fault, type Handler, isFault } from './call.ts';
import type { Formula, Parts } from './checksum.ts';
import { type Code, resultOf } from './codes.ts';
import { waysFor } from './hosted.ts';
import { invoiceLetter } from './invoice-letter.ts';
import {
  hashOfToken,
  type InvoiceMemo,
  invoiceMemoOf,
  invoiceReference,
  invoiceUrl,
  systemNumberOf,
  tokenMaker,
  writeInvoiceMemo,
} from './invoice-memo.ts';
import { type AskedInvoice, readInvoice, urlsOf } from './invoice-read.ts';
import { isWebUrl, plainUrl } from './rules.ts';
import { firstFree } from './series.ts';
import { invoiceSettingsOf } from './settings.ts';
import { type Answer, timeText } from './write.ts';

const hourMs = 3_600_000;

export const isInvoiceId = (text: string | undefined): text is string =>
  text !== undefined && /^[0-9]{1,10}$/.test(text) && Number(text) > 0;

/** The member that an invoice call names, once its checksum was found right in one of the ways that count. */
export const provenMember = async (
  call: Call,
  formulas: readonly Formula[],
  abouts: readonly Parts[],
): Promise<Shop | Fault> => {
  const shop = await memberOf(call);
  if (isFault(shop)) return shop;
  let wrong: Fault | undefined;
  for (const about of abouts) {
    wrong = await checksumFault(call, shop, formulas, about);
    if (!wrong?.codes.includes('20017')) break;
  }
  return wrong ?? shop;
};

/** Without a checksum (C16): the token alone proves the member, which must be live. */
const memberByToken = async (call: Call): Promise<Shop | Fault> => {
  const memberId = call.fields.get('authentication.memberId');
  if (memberId === undefined || !/^\d{1,10}$/.test(memberId)) return fault('30001');
  const shop = await actsFor(call, memberId);
  if (isFault(shop)) return shop;
  return (await call.parts.directory.shop(api, shop.wireName)) ? shop : fault('20023');
};

/** An invoice as it stands: its newest link. Undefined where the member has none of that merchantInvoiceId. */
export const invoiceNamed = async (
  { links }: Pick<Call['parts'], 'links'>,
  shop: Shop,
  name: string,
): Promise<{ readonly view: LinkView; readonly n: number } | undefined> => {
  const first = await links.find(shop, invoiceReference(name, 1));
  if (!first) return undefined;
  const isThere = async (n: number) => (await links.find(shop, invoiceReference(name, n + 1))) !== undefined;
  const n = await firstFree(isThere);
  return n === 1 ? { view: first, n } : { view: (await links.find(shop, invoiceReference(name, n)))!, n };
};

/** The same by systemInvoiceId. */
const invoiceNumbered = async (parts: Call['parts'], shop: Shop, text: string | undefined) => {
  const isNumber = text !== undefined && /^[1-9]\d{0,14}$/.test(text);
  const first = isNumber ? await parts.links.findByNumber(shop, Number(text)) : undefined;
  const memo = first && invoiceMemoOf(first.link);
  if (memo?.kind !== 'invoice' || memo.number !== undefined) return undefined;
  return invoiceNamed(parts, shop, memo.name);
};

/** Its address as it is now. */
export const urlOfInvoice = async (parts: Call['parts'], view: LinkView): Promise<string> => {
  const tokenOf = await tokenMaker(parts);
  return invoiceUrl(parts, systemNumberOf(view), tokenOf(view.link.id, invoiceMemoOf(view.link).turn));
};

/** What `generate`, `regenerate` and `remind` tell of an invoice (section 6.22). */
const detailsOf = async (parts: Call['parts'], view: LinkView): Promise<Answer> => {
  const { link } = view;
  const memo = invoiceMemoOf(link);
  const [createdDate, createdTime] = timeText(link.createdAt).split(' ') as [string, string];
  return {
    amount: textOf(link.amountMinor, link.currency),
    currency: link.currency,
    invoiceExpirationPeriod: String(memo.hours),
    expirationPeriod: String(memo.hours),
    createdDate,
    createdTime,
    merchantInvoiceId: memo.name,
    customerEmail: memo.email,
    merchantOrderDescription: memo.description,
    systemInvoiceId: String(systemNumberOf(view)),
    transactionUrl: await urlOfInvoice(parts, view),
  };
};

const told = async (parts: Call['parts'], shop: Shop, code: Code, view: LinkView): Promise<Answer> => ({
  memberId: shop.wireName,
  statusInvoiceResult: resultOf(code),
  invoiceDetails: await detailsOf(parts, view),
});

const memoFor = (call: Call, asked: AskedInvoice): InvoiceMemo => {
  const said = (name: string) => call.fields.get(name) ?? '';
  const place = ['street', 'postcode', 'city', 'state', 'country'].map((name) => said(`billing.${name}`));
  return {
    v: 1,
    kind: 'invoice',
    name: said('merchantInvoiceId'),
    turn: 1,
    orderId: asked.orderId,
    description: said('merchantOrderDescription'),
    amount: said('amount'),
    hours: asked.hours,
    redirectUrl: plainUrl(said('merchantRedirectUrl')),
    notificationUrl: plainUrl(said('notificationUrl')),
    mode: said('paymentMode').toUpperCase(),
    brand: said('paymentBrand'),
    terminalId: said('authentication.terminalId'),
    email: said('customer.email'),
    mails: asked.mails,
    firstName: said('customer.givenName'),
    lastName: said('customer.surname'),
    phone: said('customer.phone'),
    telnocc: said('customer.telnocc'),
    address: place.filter((part) => part !== '').join(', '),
    products: asked.products,
    printed: asked.printed,
  };
};

/** Puts an invoice on record with the mail that it owes, if any. Undefined where its reference is taken. */
const open = async (
  parts: Call['parts'],
  shop: Shop,
  memo: InvoiceMemo,
  about: { readonly amountMinor: bigint; readonly currency: string; readonly n: number },
): Promise<LinkView | undefined> => {
  const tokenOf = await tokenMaker(parts);
  const request = {
    ...paidOnce,
    reference: invoiceReference(memo.name, about.n),
    amountMinor: about.amountMinor,
    currency: about.currency,
    memo: writeInvoiceMemo(memo),
    requestHash: '',
    noticeUrl: '',
    expiresAt: parts.clock.now() + memo.hours * hourMs,
  };
  const number = await parts.links.newNumber();
  const letterFor = (link: Link) => {
    const url = invoiceUrl(parts, memo.number ?? number, tokenOf(link.id, memo.turn));
    return memo.mails && parts.mails && memo.email !== '' ? [invoiceLetter(shop, link, url, false)] : [];
  };
  return parts.links.create(shop, request, (id) => hashOfToken(tokenOf(id, memo.turn)), letterFor, number);
};

/** Section 6.22. */
export const generate: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields } = call;
  const name = fields.get('merchantInvoiceId');
  const amount = fields.get('amount');
  const url = fields.get('merchantRedirectUrl');
  const shop = await provenMember(
    call,
    ['C13'],
    urlsOf(url ?? '').map((text) => ({ invoice: name, amount, url: text })),
  );
  if (isFault(shop)) return shop;
  if (!isInvoiceId(name)) return fault('30085');
  if (!isAmount(amount)) return fault('30003');
  if (url === undefined || !isWebUrl(url)) return fault('30029');
  const asked = readInvoice(fields, shop, invoiceSettingsOf(shop));
  if (isFault(asked)) return asked;
  const { amountMinor, currency } = asked;
  if (await parts.links.find(shop, invoiceReference(name, 1))) return fault('20093');
  if (waysFor(parts, shop, fields, currency, amountMinor).length === 0) return fault('20005');
  const view = await open(parts, shop, memoFor(call, asked), { amountMinor, currency, n: 1 });
  return view ? told(parts, shop, '00010', view) : fault('20093');
};

/** What an invoice that is not open is told to who wants it made anew or cancelled (sections 6.23 and 6.24). */
const refusals = { approved: '20083', cancelled: '20077', expired: '20090' } as const;

/** Section 6.23: another address; the old one is no more. One whose time is over is offered again. */
export const regenerate: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields } = call;
  const id = fields.get('invoiceId');
  const url = fields.get('merchantRedirectUrl');
  const shop = await provenMember(
    call,
    ['C14'],
    urlsOf(url ?? '').map((text) => ({ id, url: text })),
  );
  if (isFault(shop)) return shop;
  if (id === undefined) return fault('30018');
  if (url === undefined || !isWebUrl(url)) return fault('30029');
  const found = await invoiceNumbered(parts, shop, id);
  if (!found) return fault('20078');
  const { view, n } = found;
  if (view.state === 'approved' || view.state === 'cancelled') return fault(refusals[view.state]);
  const before = invoiceMemoOf(view.link);
  const redirectUrl = plainUrl(url);
  if (view.state === 'expired') {
    const { amountMinor, currency } = view.link;
    const again = { ...before, redirectUrl, turn: 1, number: systemNumberOf(view) };
    const next = await open(parts, shop, again, { amountMinor, currency, n: n + 1 });
    return next ? told(parts, shop, '00013', next) : fault('10014');
  }
  const renewed = await renew(parts, shop, view, redirectUrl);
  if (renewed) return told(parts, shop, '00013', renewed);
  const after = (await invoiceNumbered(parts, shop, id))!.view.state;
  return fault(after === 'approved' || after === 'cancelled' ? refusals[after] : '10014');
};

/** A new address, time and memo for an invoice that is open, from how it stands then; undefined where it is not open any more. */
const renew = async (parts: Call['parts'], shop: Shop, view: LinkView, redirectUrl: string) => {
  const tokenOf = await tokenMaker(parts);
  const renewalOf = (link: Link) => {
    const before = invoiceMemoOf(link);
    const memo = { ...before, redirectUrl, turn: before.turn + 1 };
    const text = writeInvoiceMemo(memo);
    const token = tokenOf(link.id, memo.turn);
    const expiresAt = parts.clock.now() + memo.hours * hourMs;
    const next = { ...link, memo: text, expiresAt };
    const url = invoiceUrl(parts, systemNumberOf(view), token);
    const notices = memo.mails && memo.email !== '' && parts.mails ? [invoiceLetter(shop, next, url, false)] : [];
    return { tokenHash: hashOfToken(token), memo: text, expiresAt, notices };
  };
  return parts.links.renew(shop, view.link.reference, renewalOf);
};

/** Section 6.24. */
export const cancelInvoice: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields } = call;
  const shop = await memberByToken(call);
  if (isFault(shop)) return shop;
  const reason = fields.get('cancelReason') ?? '';
  if (reason.length > 50 || /\p{Cc}/u.test(reason)) return fault('30080');
  const found = await invoiceNumbered(parts, shop, fields.get('invoiceId'));
  if (!found) return fault('20078');
  const { view } = found;
  const { state, link } = view;
  if (state === 'approved') return fault('20089');
  if (state === 'cancelled') return fault('20077');
  if (state === 'expired') return fault('10012');
  // The reason is told only of one that is cancelled, so it can be written before that is known.
  const tokenOf = await tokenMaker(parts);
  const keeps = (now: Link) => {
    const memo = invoiceMemoOf(now);
    const tokenHash = hashOfToken(tokenOf(now.id, memo.turn));
    return {
      tokenHash,
      memo: writeInvoiceMemo({ ...memo, cancelReason: reason }),
      expiresAt: now.expiresAt,
      notices: [],
    };
  };
  if (reason !== '') await parts.links.renew(shop, link.reference, keeps);
  if (!(await parts.links.cancel(shop, link.reference))) {
    const after = (await parts.links.find(shop, link.reference))!.state;
    return fault(after === 'approved' ? '20089' : after === 'cancelled' ? '20077' : '10012');
  }
  const { createdDate, createdTime, systemInvoiceId } = await detailsOf(parts, view);
  return {
    memberId: shop.wireName,
    statusInvoiceResult: resultOf('00011'),
    invoiceDetails: { createdDate, createdTime, systemInvoiceId },
  };
};

/** Section 6.25: the pay link is mailed again. */
export const remind: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields } = call;
  const shop = await memberByToken(call);
  if (isFault(shop)) return shop;
  const found = await invoiceNumbered(parts, shop, fields.get('invoiceId'));
  if (!found) return fault('20078');
  const { view } = found;
  if (view.state !== 'open') return fault(refusals[view.state]);
  if (!parts.mails || invoiceMemoOf(view.link).email === '') return fault('10013');
  await parts.links.tell(view.link, invoiceLetter(shop, view.link, await urlOfInvoice(parts, view), true));
  return told(parts, shop, '00012', view);
};
