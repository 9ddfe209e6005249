import type { View } from '../../core/model.ts';
import type { ApiParts, CheckoutSite, PageContent } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { merchantOf } from '../../kit/ids.ts';
import { api } from './call.ts';
import { isHosted, memoOf } from './memo.ts';
import { backOf, idFrom, paths } from './redirect.ts';
import { nameOf, settingsOf } from './settings.ts';
import { terminalsOf, throughTerminal } from './terminals.ts';

/** A payment of this API by its name in an address, at its member with the routes of its terminal. */
export const paymentAt = async (
  { gateway }: Pick<ApiParts, 'gateway'>,
  name: string,
): Promise<{ readonly shop: Shop; readonly view: View } | undefined> => {
  const paymentId = idFrom(name);
  const found = paymentId && (await gateway.findOf(merchantOf(paymentId), { paymentId }));
  if (!found || found.shop.api !== api) return undefined;
  const { terminalId } = memoOf(found.view);
  const terminal = terminalsOf(settingsOf(found.shop).terminals).find(({ id }) => id === terminalId);
  return { shop: terminal ? throughTerminal(found.shop, terminal) : found.shop, view: found.view };
};

const describe =
  (sandbox: boolean) =>
  (shop: Shop, view: View): PageContent => ({
    merchantName: nameOf(shop),
    title: memoOf(view).orderDescription,
    description: null,
    reference: view.operations[0]!.reference,
    locale: memoOf(view).more?.locale ?? null,
    codeText: null,
    receiptUrl: null,
    againUrl: null,
    test: sandbox,
  });

/** The page that sends a shopper on to the issuer, or shows a wallet's code, and takes the answer (sections 7.2 and 7.3). */
export const redirectSite = (parts: Pick<ApiParts, 'gateway' | 'publicUrl' | 'sandbox'>): CheckoutSite => ({
  api,
  path: `${paths.page}/:payment`,
  async locate({ params }) {
    const found = await paymentAt(parts, params.payment ?? '');
    // A payment that was begun by a call has no card form: its card has come, or never will.
    if (!found) return undefined;
    const { operations, checkout } = found.view;
    const isForm = operations[0]!.state === 'waiting' && !checkout?.wallet;
    return isForm && memoOf(found.view).byRest && !isHosted(found.view) ? undefined : found;
  },
  describe: describe(parts.sandbox),
  exit: (_shop, view) => (memoOf(view).redirectUrl === '' ? null : backOf(parts, view)),
  patienceMs: 8_000,
  cancels: true,
  language: 'en',
});
