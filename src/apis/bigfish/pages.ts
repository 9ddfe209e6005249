import type { StoredCard, View } from '../../core/model.ts';
import type { ApiParts, CheckoutSite, PageAddress, PageContent } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { shopOf, transactionNamed } from './call.ts';
import { statusOf } from './codes.ts';
import { isFault } from './fields.ts';
import { memoOf } from './memo.ts';
import { referenceOf } from './registrations.ts';
import { nameOf } from './settings.ts';
import { nameOfId, withTransaction } from './values.ts';

type Parts = Pick<ApiParts, 'gateway' | 'clock' | 'sandbox'>;

/** Where the browser goes at the end: back to the shop, with the id alone (section 6.2). */
export const exit = (_shop: Shop, view: View): string | null => {
  const { responseUrl, cancelUrl, endsHere } = memoOf(view);
  const isGivenUp = view.payment.state === 'cancelled' && cancelUrl !== undefined;
  if (!isGivenUp && (endsHere || responseUrl === '')) return null;
  return withTransaction(isGivenUp ? cancelUrl : responseUrl, nameOfId(view.payment.id));
};

/** Payers read Hungarian, English or German. */
const locales: Readonly<Record<string, string>> = { HU: 'hu', EN: 'en', DE: 'de' };

/** The page of the payment link or PayWall that a transaction was tried at. */
const offerPath = (name: string | undefined): string | null =>
  name === undefined ? null : `/${name.startsWith('pl_') ? 'PaymentLink' : 'PayWall'}/${name}`;

const describe =
  ({ sandbox }: Parts) =>
  (shop: Shop, view: View, { query }: PageAddress): PageContent => {
    const { orderReference } = view.payment;
    const isOpen = statusOf(view, false) === 'OPEN';
    return {
      merchantName: nameOf(shop),
      title: orderReference ?? nameOf(shop),
      description: null,
      reference: orderReference,
      locale: query.lang ?? locales[memoOf(view).language] ?? 'hu',
      codeText: null,
      receiptUrl: null,
      againUrl: offerPath(memoOf(view).offer),
      backUrl: isOpen ? exit(shop, view) : null,
      tellsOfKeeping: memoOf(view).registration !== undefined,
      test: sandbox,
    };
  };

/** The registered card that a transaction is to be paid with; undefined where its buyer types one. */
export const storedCardOf = async (
  parts: Pick<ApiParts, 'gateway' | 'clock'>,
  shop: Shop,
  view: View,
): Promise<StoredCard | undefined> => {
  const { reference, provider } = memoOf(view);
  if (!reference || view.operations[0]!.state !== 'waiting') return undefined;
  const registered = await referenceOf(parts, shop, reference, { types: ['CIT', 'OLD'], provider });
  return isFault(registered) ? undefined : registered.card;
};

const siteAt = (parts: Parts, path: string): CheckoutSite => ({
  api: 'bigfish',
  path,
  async locate({ query }) {
    const found = await transactionNamed(parts, query.TransactionId ?? '');
    // Charges without a buyer, and payouts, have no page.
    if (!found || memoOf(found.view).kind !== 'INIT') return undefined;
    return { shop: shopOf(found), view: found.view };
  },
  describe: describe(parts),
  exit,
  storedCard: (shop, view) => storedCardOf(parts, shop, view),
  patienceMs: 8_000,
  cancels: true,
  language: 'hu',
});

/** The Start page (section 6.1), also by the name that an older wallet flow ends with (section 5.24). */
export const sites = (parts: Parts): readonly CheckoutSite[] => [siteAt(parts, '/Start'), siteAt(parts, '/Finalize')];
