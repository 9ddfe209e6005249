import type { View } from '../../core/model.ts';
import type { ApiParts, CheckoutSite, PageAddress, PageContent } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { merchantOf } from '../../kit/ids.ts';
import { receiptOf, statusOf } from './codes.ts';
import { memoOf } from './memo.ts';
import { paymentNamed } from './payments.ts';
import { nameOf } from './settings.ts';
import { tokenNamed } from './user-tokens.ts';
import { idFrom } from './values.ts';

type Parts = Pick<ApiParts, 'gateway' | 'sandbox'>;

/** Where the browser goes at the end: the merchant's address byte for byte (section 8.5). */
const exit = (_shop: Shop, view: View): string | null => {
  const { successUrl = null, failureUrl = null } = view.checkout ?? {};
  return statusOf(view) === 'FAILED' ? failureUrl : successUrl;
};

const describe =
  ({ sandbox }: Parts) =>
  (shop: Shop, view: View, { query }: PageAddress): PageContent => {
    const { name, description } = memoOf(view);
    return {
      merchantName: nameOf(shop),
      title: description ?? name ?? nameOf(shop),
      description: null,
      // A shop's own numbers are none of the payer's business (section 8.1).
      reference: null,
      locale: query.lang ?? null,
      receiptUrl: receiptOf(view)?.url ?? null,
      codeText: null,
      againUrl: null,
      test: sandbox,
    };
  };

/** An id that is a ticket says whose it is. */
const merchantIn = (wire: string): number => {
  const id = idFrom(wire);
  return id === undefined ? -1 : merchantOf(id);
};

const common = (parts: Parts) => ({
  api: 'globalpay',
  describe: describe(parts),
  exit,
  patienceMs: 10_000,
  cancels: false,
  language: 'ru',
});

/** The page of a payment token (section 8), and the way to the bank for a Gate payment (section 14.5.2). */
export const sites = (parts: Parts): readonly CheckoutSite[] => [
  {
    ...common(parts),
    path: '/checkout/pay/:token',
    locate: async ({ params: { token = '' } }) => {
      const merchantId = merchantIn(token);
      return merchantId < 0 ? undefined : tokenNamed(parts, merchantId, token);
    },
  },
  {
    ...common(parts),
    path: '/checkout/acs/:payment',
    locate: async ({ params: { payment = '' } }) => {
      const merchantId = merchantIn(payment);
      const found = merchantId < 0 ? undefined : await paymentNamed(parts, merchantId, payment);
      // The merchant brings the card; there is no form for it here.
      return found && memoOf(found.view).made !== 'token' && statusOf(found.view) !== 'INIT' ? found : undefined;
    },
  },
];
