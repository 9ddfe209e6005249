import type { View } from '../../core/model.ts';
import type { CheckoutSite, PageAddress } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { type Status, statusOf } from './codes.ts';
import { memoOf } from './memo.ts';
import type { SpiralParts } from './parts.ts';
import { findSession, sessionIdOf } from './session.ts';
import { settingsOf } from './settings.ts';
import { fpsTextOf } from './write.ts';

const deepLink = (end: string) => `spiral://checkout/pay/${end}`;

/** Where the mobile SDK recognises the end of a payment, by string equality (section 13). */
const deepLinks: Readonly<Partial<Record<Status, string>>> = {
  Approved: deepLink('success'),
  OverPaid: deepLink('success'),
  PartialPaid: deepLink('fail'),
  Declined: deepLink('fail'),
  Timeout: deepLink('timeout'),
  Cancelled: deepLink('cancelled'),
};

/** Sessions for an app, and any opened in the SDK's web view (section 12). */
const endsInApp = (view: View, { query }: PageAddress): boolean =>
  query.view === 'app' || memoOf(view.operations[0]!).channel?.toUpperCase() === 'APP';

/** The URL with the result added before its fragment. Only http and https have a query of that kind. */
const withResult = (url: string, parameters: Readonly<Record<string, string>>): string => {
  if (!/^https?:/i.test(url)) return url;
  const hash = url.indexOf('#');
  const [base, fragment] = hash < 0 ? [url, ''] : [url.slice(0, hash), url.slice(hash)];
  return `${base}${base.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}${fragment}`;
};

/** Where a browser goes at the end; the merchant's URL byte for byte, unless a switch adds the result to it. */
const exit = (shop: Shop, view: View, address: PageAddress): string | null => {
  const operation = view.operations[0]!;
  const status = statusOf(view, operation);
  const link = deepLinks[status];
  if (!link) return null;
  if (endsInApp(view, address)) return link;
  const { successUrl = null, failureUrl = null } = view.checkout ?? {};
  const url = status === 'Approved' || status === 'OverPaid' ? successUrl : failureUrl;
  if (url === null || !settingsOf(shop).appendResultParams) return url;
  return withResult(url, {
    sessionId: sessionIdOf(shop, operation)!,
    merchantRef: operation.reference!,
    status,
  });
};

/** What the payer still has to send; all of it once nothing is left, where no code is shown any more. */
const leftOf = ({ payment: { amountMinor, capturedMinor } }: View): bigint =>
  capturedMinor < amountMinor ? amountMinor - capturedMinor : amountMinor;

/** The page of the link whose attempt a payment is, in the same language. */
const againUrl = (path: string, locale: string | undefined): string =>
  locale === undefined ? path : `${path}?${new URLSearchParams({ locale })}`;

/** E11, the hosted page (section 12). The checkout renders it; this says whose it is and where it leads. */
export const site = (parts: Pick<SpiralParts, 'directory' | 'gateway' | 'sandbox' | 'addresses'>): CheckoutSite => ({
  api: 'spiral',
  path: '/pay/:session',

  async locate({ params }) {
    const session = await findSession(parts, params.session ?? '');
    return session && { shop: session.shop, view: session.view };
  },

  describe(shop, view, { query }) {
    const operation = view.operations[0]!;
    const { goodsName = '', goodsDesc = null, link } = memoOf(operation);
    return {
      merchantName: shop.merchantName,
      title: goodsName,
      description: goodsDesc,
      reference: operation.reference,
      locale: query.locale ?? null,
      receiptUrl: null,
      codeText: fpsTextOf(shop, view, leftOf(view)) ?? null,
      againUrl: link ? againUrl(parts.addresses.pathOf(link.id), query.locale) : null,
      test: parts.sandbox,
    };
  },

  exit,
  patienceMs: 8_000,
  cancels: true,
  language: 'en',
});
