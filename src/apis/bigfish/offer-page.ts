import type { ApiParts, Consent, LinkChoice, LinkContent, LinkSite, PageAddress } from '../../gateway/api.ts';
import { throughProvider } from './call.ts';
import { Fields } from './fields.ts';
import { asksOf, infoTyped } from './info-form.ts';
import { providersOf } from './offer-choices.ts';
import { type Offer, type OfferMemo, offerNamed } from './offers.ts';
import { openingOf } from './opening.ts';
import type { Asked } from './read.ts';
import { nameOf } from './settings.ts';
import { amountFrom, nameOfId } from './values.ts';

type Parts = Pick<ApiParts, 'gateway' | 'links' | 'directory' | 'clock' | 'sandbox'>;

/** Section 6.4: what the payer of a link chooses from. Of a SZÉP card the merchant must have named a pocket. */
const choicesOf = (gateway: Parts['gateway'], offer: Offer): LinkChoice[] => {
  const { shop, view } = offer;
  const { currency, amountMinor } = view.link;
  return providersOf(offer).flatMap(({ name, provider }) => {
    const through = throughProvider(shop, provider);
    const hasWay = (means: Parameters<typeof gateway.takes>[1]) => gateway.takes(through, means, currency, amountMinor);
    const brands = provider.wallet ? [] : provider.brands.filter(hasWay);
    const canPay = provider.wallet ? hasWay(provider.wallet) : brands.length > 0;
    const needsPocket = provider.szep && !offer.memo.pocket && name !== 'OTPEP' && name !== 'KHBSZEP';
    return canPay && !needsPocket ? [{ name, label: provider.display, brands, wallet: provider.wallet }] : [];
  });
};

/** Whoever comes to an offer that was paid learns that it is over (section 6.4). */
const stateOf = ({ state, takesAnother }: Offer['view'], isBeingPaid: boolean): LinkContent['state'] => {
  if (state === 'approved') return 'paid';
  return state === 'open' && !takesAnother && !isBeingPaid ? 'used_up' : state;
};

const textIn = (settings: OfferMemo['storeSettings'], key: string): string | null => {
  const value = settings?.[key];
  return typeof value === 'string' && value !== '' && value.length <= 255 ? value : null;
};

const addressIn = (settings: OfferMemo['storeSettings'], key: string): string | null => {
  const text = textIn(settings, key);
  return text !== null && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : null;
};

/** As whom a PayWall shows its seller (section 5.20). */
const sellerOf = ({ shop, memo: { storeSettings } }: Offer): string =>
  textIn(storeSettings, 'BrandName') ?? textIn(storeSettings, 'CompanyName') ?? nameOf(shop);

const urlsOf = ({ termsUrl, privacyPolicyUrl, storeSettings }: OfferMemo) => ({
  termsUrl: termsUrl ?? addressIn(storeSettings, 'GeneralTermsAndConditionsUrl'),
  privacyPolicyUrl: privacyPolicyUrl ?? addressIn(storeSettings, 'PrivacyPolicyUrl'),
});

/** What buyers must accept: what a PayWall asks for, and has an address (section 5.20). */
const mustAcceptOf = (memo: OfferMemo): readonly Consent[] => {
  const { termsUrl, privacyPolicyUrl } = urlsOf(memo);
  const settings = new Fields(memo.storeSettings ?? {});
  const asked: (Consent | false)[] = [
    termsUrl !== null && settings.says('GeneralTermsAndConditionsUrlCheckboxEnabled') && 'terms',
    privacyPolicyUrl !== null && settings.says('PrivacyPolicyUrlCheckboxEnabled') && 'privacy',
  ];
  return asked.filter((one) => one !== false);
};

const locales: Readonly<Record<string, string>> = { HU: 'hu', EN: 'en', DE: 'de' };

const startPath = (paymentId: string): string => `/Start?TransactionId=${nameOfId(paymentId)}`;

/** The pages of payment links and PayWalls (sections 6.4, 6.5). */
const siteOf = (parts: Parts, kind: OfferMemo['kind'], path: string): LinkSite => {
  const { gateway, links, directory, clock } = parts;

  const found = async ({ params }: PageAddress): Promise<Offer | undefined> => {
    const offer = await offerNamed(parts, kind, params.name ?? '');
    // A store that was switched off has no pages any more.
    const shop = offer && (await directory.shop(offer.shop.api, offer.shop.wireName));
    return shop && { ...offer, shop };
  };

  const contentOf = (offer: Offer, { query }: PageAddress): LinkContent => {
    const { view, memo, name } = offer;
    const { link, attempt, turn, takesAnother } = view;
    const isOpen = attempt !== null && turn !== 'free' && !link.takesMany;
    return {
      merchantName: sellerOf(offer),
      title: memo.orderId || sellerOf(offer),
      description: null,
      reference: memo.orderId || name,
      amountMinor: link.amountMinor,
      ...(link.payerChooses && { chosenUpTo: link.amountMaxMinor }),
      currency: link.currency,
      locale: query.lang ?? locales[memo.language] ?? 'hu',
      test: parts.sandbox,
      state: stateOf(view, isOpen),
      expiresAt: link.expiresAt,
      timeZone: 'Europe/Budapest',
      choices: takesAnother && (turn !== 'busy' || link.takesMany) ? choicesOf(gateway, offer) : [],
      current: isOpen ? startPath(attempt.payment.id) : null,
      attempt: isOpen || link.takesMany ? null : attempt,
      asks: asksOf(memo.infoForm),
      ...urlsOf(memo),
      mustAccept: mustAcceptOf(memo),
      acceptsByPaying: new Fields(memo.storeSettings ?? {}).says('ImplicitlyAcceptNoticeEnabled'),
      contact: ['Phone', 'Email'].map((key) => textIn(memo.storeSettings, key)).filter((way) => way !== null),
    };
  };

  /** A transaction of the offer is one as Init makes it (section 6.4). */
  const askedOf = (
    { view: { link }, memo }: Offer,
    providerName: string,
    amountMinor: bigint,
    info: Asked['info'],
  ): Asked => ({
    providerName,
    amountMinor,
    currency: link.currency,
    orderId: memo.orderId,
    userId: memo.userId,
    language: memo.language,
    autoCommit: memo.autoCommit,
    responseUrl: memo.redirectUrl ?? '',
    notificationUrl: link.noticeUrl === '' ? null : link.noticeUrl,
    registration: null,
    reference: null,
    info,
    extra: memo.extra && { ...memo.extra },
    pocket: memo.pocket,
    paymentMethods: null,
    lifeMs: null,
    module: '',
  });

  return {
    path,

    async locate(address) {
      const offer = await found(address);
      return offer && contentOf(offer, address);
    },

    async start(address, choice, { amount, payer, accepted }) {
      const offer = await found(address);
      if (!offer || !choicesOf(gateway, offer).some(({ name }) => name === choice)) return { to: null };
      const { shop, view, memo, name } = offer;
      const { link } = view;
      const typed = amount?.replace(/[\s\u00a0]/g, '').replace(',', '.') ?? '';
      const amountMinor = link.payerChooses ? amountFrom(typed, link.currency) : link.amountMinor;
      const { amountMaxMinor } = link;
      if (amountMinor === undefined || amountMinor < link.amountMinor) return 'wrong_amount';
      if (amountMaxMinor !== null && amountMinor > amountMaxMinor) return 'wrong_amount';
      const own = link.payerInfo === null ? undefined : JSON.parse(link.payerInfo);
      const info = infoTyped(memo.infoForm, { amount, payer }, own);
      if (info === 'wrong') return 'wrong_payer';
      if (!mustAcceptOf(memo).every((one) => accepted.includes(one))) return 'not_accepted';
      const through = throughProvider(shop, providersOf(offer).find((one) => one.name === choice)!.provider);
      const started = await links.start(through, link.reference, (now) => {
        // What was amended meanwhile counts.
        const wanted = link.payerChooses ? amountMinor : now.amountMinor;
        return openingOf({ clock }, shop, askedOf(offer, choice, wanted, info && { ...info }), {
          offer: name,
          ...(memo.email && { mail: { to: memo.email, onlySuccess: memo.onlySuccess === true } }),
          ...endsOf(offer),
        });
      });
      if (started.kind === 'begun' || started.kind === 'busy') return { to: startPath(started.attempt.payment.id) };
      return started.kind === 'refused' && started.refusal.reason === 'busy' ? 'busy' : { to: null };
    },

    language: 'hu',
  };
};

/** Where the buyer is told how it ended: here, or at the merchant's. */
const endsOf = ({ memo }: Offer) => ({
  endsHere: memo.redirectUrl === null || (memo.kind === 'wall' && memo.settings?.HostedSuccessPage === true),
  ...(memo.cancelUrl && { cancelUrl: memo.cancelUrl }),
});

export const linkSites = (parts: Parts): readonly LinkSite[] => [
  siteOf(parts, 'link', '/PaymentLink/:name'),
  siteOf(parts, 'wall', '/PayWall/:name'),
];
