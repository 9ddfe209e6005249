import type { Offer } from './offers.ts';
import type { Provider } from './providers.ts';
import { providerOf, settingsOf } from './settings.ts';

/** Names in a setting of a PayWall; undefined where it is none. */
const listIn = (
  settings: Readonly<Record<string, unknown>> | undefined,
  key: string,
): readonly string[] | undefined => {
  const value = settings?.[key];
  return Array.isArray(value) ? value.map(String) : undefined;
};

/**
 * The providers with which an offer can be paid now: the link's own, or of a PayWall those that its settings leave, in their order
 * (section 6.5).
 */
export const providersOf = ({
  shop,
  view,
  memo,
}: Offer): readonly { readonly name: string; readonly provider: Provider }[] => {
  const enabled = listIn(memo.settings, 'EnabledPaymentProviders');
  const disabled = listIn(memo.settings, 'DisabledPaymentProviders') ?? [];
  const order = listIn(memo.settings, 'PaymentProviderOrder') ?? [];
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const all = memo.kind === 'link' ? [memo.provider] : Object.keys(settingsOf(shop).providers);
  const named = all
    .filter((name) => (enabled?.includes(name) ?? true) && !disabled.includes(name))
    .flatMap((name) => {
      const provider = providerOf(shop, name);
      return provider ? [{ name, provider }] : [];
    });
  return named
    .filter(({ provider }) => provider.currencies.includes(view.link.currency) && (memo.autoCommit || provider.twoStep))
    .sort((a, b) => place(a.name) - place(b.name));
};
