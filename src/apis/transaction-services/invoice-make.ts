import type { LinkView } from '../../gateway/links.ts';
import type { LinkWish } from '../../gateway/new-links.ts';
import { type Link, paidOnce, type Shop } from '../../gateway/ports.ts';
import type { Call } from './call.ts';
import type { Invoice } from './invoice-find.ts';
import { invoiceLetter } from './invoice-letter.ts';
import {
  billReference,
  hashOfToken,
  type InvoiceMemo,
  invoiceMemoOf,
  invoiceReference,
  invoiceUrl,
  offersUntil,
  systemNumberOf,
  tokenMaker,
  writeInvoiceMemo,
} from './invoice-memo.ts';
import type { AskedInvoice } from './invoice-read.ts';
import { plainUrl } from './rules.ts';
import { memosOfShares } from './shares.ts';

type Parts = Call['parts'];
type TokenOf = Awaited<ReturnType<typeof tokenMaker>>;

const hourMs = 3_600_000;

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

/** The mail with the address of an invoice or share, where one is owed. */
const lettersOf = (parts: Parts, shop: Shop, link: Link, number: number, tokenOf: TokenOf) => {
  const memo = invoiceMemoOf(link);
  const url = invoiceUrl(parts, number, tokenOf(link.id, memo.turn));
  return memo.mails && parts.mails && memo.email !== '' ? [invoiceLetter(shop, link, url, false)] : [];
};

/** The `n`th link of an invoice or share, with the mail that it owes. */
const wishFor = (
  parts: Parts,
  shop: Shop,
  tokenOf: TokenOf,
  memo: InvoiceMemo,
  about: { readonly amountMinor: bigint; readonly currency: string; readonly n: number; readonly number: number },
): LinkWish => ({
  request: {
    ...paidOnce,
    reference: invoiceReference(memo.name, about.n, memo.share?.n),
    amountMinor: about.amountMinor,
    currency: about.currency,
    memo: writeInvoiceMemo(memo),
    requestHash: '',
    noticeUrl: '',
    expiresAt: parts.clock.now() + memo.hours * hourMs,
  },
  number: about.number,
  tokenHashOf: (id) => hashOfToken(tokenOf(id, memo.turn)),
  noticesOf: (link) => lettersOf(parts, shop, link, memo.number ?? about.number, tokenOf),
});

/**
 * Puts an invoice on record, with a link for each share where it is split, and the mails that it owes: all of it or nothing.
 * Undefined where its merchantInvoiceId is taken.
 */
export const make = async (call: Call, shop: Shop, asked: AskedInvoice): Promise<Invoice | undefined> => {
  const { parts } = call;
  const { shares, amountsMinor, currency } = asked;
  const isBill = shares.length > 0;
  const tokenOf = await tokenMaker(parts);
  const memo = memoFor(call, asked);
  const [own, ...more] = await parts.links.newNumbers(isBill ? shares.length + 1 : 1);
  const numbers = isBill ? more : [own!];
  const [first, ...others] = (isBill ? memosOfShares(memo, shares, own!) : [memo]).map((one, i) =>
    wishFor(parts, shop, tokenOf, one, { amountMinor: amountsMinor[i]!, currency, n: 1, number: numbers[i]! }),
  );
  const named = { ...first!, alsoNamed: isBill ? [billReference(own!)] : [] };
  const views = await parts.links.createTogether(shop, [named, ...others]);
  return views && { views, isBill };
};

/**
 * Another address, and as many hours again, for an invoice or share that is open or whose time is over: the latter is offered by a new
 * link. Undefined where it is neither any more, or somebody else was quicker.
 */
export const offerAgain = async (
  parts: Parts,
  shop: Shop,
  view: LinkView,
  redirectUrl: string,
): Promise<LinkView | undefined> => {
  const tokenOf = await tokenMaker(parts);
  const { link, state } = view;
  if (state === 'expired') {
    const memo = { ...invoiceMemoOf(link), redirectUrl, turn: 1, number: systemNumberOf(view) };
    const [number] = await parts.links.newNumbers(1);
    const { amountMinor, currency } = link;
    const about = { amountMinor, currency, n: offersUntil(link.reference) + 1, number: number! };
    return (await parts.links.createTogether(shop, [wishFor(parts, shop, tokenOf, memo, about)]))?.[0];
  }
  return parts.links.renew(shop, link.reference, (now) => {
    const before = invoiceMemoOf(now);
    const memo = { ...before, redirectUrl, turn: before.turn + 1 };
    const text = writeInvoiceMemo(memo);
    const expiresAt = parts.clock.now() + memo.hours * hourMs;
    const notices = lettersOf(parts, shop, { ...now, memo: text, expiresAt }, systemNumberOf(view), tokenOf);
    return { tokenHash: hashOfToken(tokenOf(now.id, memo.turn)), memo: text, expiresAt, notices };
  });
};

/** Takes an invoice or share back, with the reason that is told of it then. False where it was paid or has ended. */
export const takeBack = async (parts: Parts, shop: Shop, { link }: LinkView, reason: string): Promise<boolean> => {
  const tokenOf = await tokenMaker(parts);
  // The reason is told only of one that is cancelled, so it can be written before that is known.
  if (reason !== '')
    await parts.links.renew(shop, link.reference, (now) => {
      const memo = invoiceMemoOf(now);
      return {
        tokenHash: hashOfToken(tokenOf(now.id, memo.turn)),
        memo: writeInvoiceMemo({ ...memo, cancelReason: reason }),
        expiresAt: now.expiresAt,
        notices: [],
      };
    });
  return parts.links.cancel(shop, link.reference);
};
