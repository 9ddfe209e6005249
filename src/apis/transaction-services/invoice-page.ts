import type { ApiParts, LinkContent, LinkSite, PageAddress } from '../../gateway/api.ts';
import type { LinkView } from '../../gateway/links.ts';
import type { Shop } from '../../gateway/ports.ts';
import { schemeOf } from './bank-account.ts';
import { api } from './call.ts';
import { Fields } from './fields.ts';
import { openingFor, type Way, waysFor } from './hosted.ts';
import { productLine, shareLines } from './invoice-letter.ts';
import { hashOfToken, type InvoiceMemo, invoiceMemoOf, paths, systemNumberOf } from './invoice-memo.ts';
import { pageOf } from './redirect.ts';
import { nameOf } from './settings.ts';
import { brandOfName, type Terminal, throughTerminal } from './terminals.ts';

type Parts = Pick<ApiParts, 'gateway' | 'links' | 'directory' | 'clock' | 'publicUrl' | 'sandbox' | 'drawer'>;

interface Found {
  readonly shop: Shop;
  readonly view: LinkView;
  readonly memo: InvoiceMemo;
}

/** A payment of the invoice as a request for the hosted page would name it. */
const fieldsOf = (memo: InvoiceMemo, currency: string): Fields =>
  new Fields(
    new Map(
      Object.entries({
        amount: memo.amount,
        currency,
        merchantTransactionId: memo.orderId,
        orderDescriptor: memo.description,
        merchantRedirectUrl: memo.redirectUrl,
        notificationUrl: memo.notificationUrl,
        paymentMode: memo.mode,
        paymentBrand: memo.brand,
        'authentication.terminalId': memo.terminalId,
        'customer.email': memo.email,
        'customer.givenName': memo.firstName,
        'customer.surname': memo.lastName,
        'customer.phone': memo.phone,
        'customer.telnocc': memo.telnocc,
      }).filter(([, value]) => value !== ''),
    ),
  );

const states = { open: 'open', approved: 'paid', expired: 'expired', cancelled: 'cancelled' } as const;

/** Section 7.6: the page of an invoice or a pay link. `token`: the query's name of the part that proves it. */
const siteOf = (parts: Parts, kind: InvoiceMemo['kind'], path: string, token: string): LinkSite => {
  const { links, directory } = parts;

  const found = async ({ query }: PageAddress): Promise<Found | undefined> => {
    const shown = query[token] ?? '';
    const known = /^[A-Za-z0-9]{32}$/.test(shown) ? await links.findByToken(hashOfToken(shown)) : undefined;
    if (!known || known.shop.api !== api) return undefined;
    const memo = invoiceMemoOf(known.view.link);
    const isNamed =
      kind === 'invoice' ? query.inv === String(systemNumberOf(known.view)) : query.orderId === memo.orderId;
    // A member that was switched off has no pages any more.
    const shop = memo.kind === kind && isNamed ? await directory.shop(api, known.shop.wireName) : undefined;
    return shop && { shop, view: known.view, memo };
  };

  const waysOf = ({ shop, view: { link }, memo }: Found): readonly Way[] =>
    waysFor(parts, shop, fieldsOf(memo, link.currency), link.currency, link.amountMinor);

  const currentOf = ({ attempt, turn }: LinkView): string | null =>
    attempt && turn !== 'free' ? pageOf({ publicUrl: '' }, attempt) : null;

  const contentOf = (one: Found): LinkContent => {
    const { shop, view, memo } = one;
    const { link, attempt, turn, takesAnother, state } = view;
    const current = currentOf(view);
    return {
      merchantName: nameOf(shop),
      title: memo.description === '' ? memo.name : memo.description,
      description: null,
      lines: [
        ...memo.products.map(productLine),
        ...shareLines(memo, link.currency),
        ...Object.entries(memo.printed).filter(([name]) => /^(paymentterms|duedate|latefee|gst)$/.test(name)),
      ],
      reference: memo.name,
      amountMinor: link.amountMinor,
      currency: link.currency,
      locale: null,
      test: parts.sandbox,
      state: state === 'open' && !takesAnother && current === null ? 'used_up' : states[state],
      expiresAt: link.expiresAt,
      timeZone: 'UTC',
      choices: takesAnother && turn !== 'busy' ? waysOf(one).map(choiceOf) : [],
      current,
      attempt: current === null ? attempt : null,
    };
  };

  return {
    path,
    async locate(address) {
      const one = await found(address);
      return one && contentOf(one);
    },
    async start(address, choice) {
      const one = await found(address);
      const way = one && waysOf(one).find(({ name }) => name === choice);
      if (!one || !way) return { to: null };
      const { shop, view, memo } = one;
      const { link } = view;
      const about = {
        amount: memo.amount,
        amountMinor: link.amountMinor,
        currency: link.currency,
        type: 'DB',
      } as const;
      const asked = { shop, fields: fieldsOf(memo, link.currency), orderId: memo.orderId };
      const through = throughTerminal(shop, way.terminals[0]);
      const started = await links.start(through, link.reference, () => openingFor(parts, asked, way, about));
      if (started.kind === 'begun' || started.kind === 'busy')
        return { to: pageOf({ publicUrl: '' }, started.attempt) };
      return started.kind === 'refused' && started.refusal.reason === 'busy' ? 'busy' : { to: null };
    },
    language: 'en',
  };
};

const choiceOf = ({ name, terminals }: Way) => ({
  name,
  brands: [...new Set(terminals.flatMap(({ wallet, brand }) => (wallet ? [] : (brandOfName(brand) ?? []))))],
  wallet: terminals[0].wallet,
  ...debitOf(terminals[0]),
});

const debitOf = (terminal: Terminal) => {
  const scheme = schemeOf(terminal);
  return scheme ? { debit: scheme } : {};
};

export const linkSites = (parts: Parts): readonly LinkSite[] => [
  siteOf(parts, 'invoice', paths.invoice, 'ct'),
  siteOf(parts, 'paylink', paths.payLink, 'authToken'),
];
