import type { View } from '../../core/model.ts';
import type { LinkChoice, LinkContent, LinkSite, PageAddress } from '../../gateway/api.ts';
import type { LinkView } from '../../gateway/links.ts';
import type { Link, Shop } from '../../gateway/ports.ts';
import { fpsCurrencies } from './fps.ts';
import { hashOfToken } from './link-address.ts';
import { linkMemoOf } from './link-memo.ts';
import { attemptRequest } from './link-read.ts';
import type { SpiralParts } from './parts.ts';
import { takenType } from './read.ts';
import { sessionIdOf } from './session.ts';
import { settingsOf } from './settings.ts';

type Parts = Pick<SpiralParts, 'directory' | 'gateway' | 'links' | 'clock' | 'sandbox'>;

/** The types that a payer can choose from, in the shop's order: enabled, and with a way for this currency and amount. */
export const choicesOf = (gateway: Parts['gateway'], shop: Shop, link: Link): LinkChoice[] => {
  const { currency, amountMinor } = link;
  const settings = settingsOf(shop);
  const hasWay = (means: Parameters<typeof gateway.takes>[1]) => gateway.takes(shop, means, currency, amountMinor);
  const choices = settings.types
    .map((name) => takenType(name, settings))
    .filter((type) => type !== undefined)
    .map(({ name, brands, wallet }) => ({ name, brands: brands.filter(hasWay), wallet }))
    .filter(({ brands, wallet }) => (wallet ? hasWay(wallet) : brands.length > 0))
    .filter(({ wallet }) => wallet !== 'fps' || Object.hasOwn(fpsCurrencies, currency));
  // Either Alipay wallet pays by this one, and a payer could not tell the two apart by their names.
  const takesEither = choices.some(({ wallet }) => wallet === 'alipay');
  return choices.filter(({ wallet }) => !(takesEither && wallet === 'alipaycn'));
};

/** E12, the pages of payment links (section 15.4). */
export const linkSite = (parts: Parts): LinkSite => {
  const { directory, gateway, links, clock } = parts;

  const found = async ({ params }: PageAddress): Promise<{ shop: Shop; view: LinkView } | undefined> => {
    const hash = hashOfToken(params.token ?? '');
    const held = hash === undefined ? undefined : await links.findByToken(hash);
    // A shop that was disabled has no pages any more.
    const shop = held && (await directory.shop('spiral', held.shop.wireName));
    return shop && { shop, view: held.view };
  };

  const pageOf = (shop: Shop, attempt: View, { query }: PageAddress): string => {
    const page = `/pay/${encodeURIComponent(sessionIdOf(shop, attempt.operations[0]!)!)}`;
    return query.locale === undefined ? page : `${page}?${new URLSearchParams({ locale: query.locale })}`;
  };

  const contentOf = (shop: Shop, view: LinkView, address: PageAddress): LinkContent => {
    const { link, state, turn, takesAnother, attempt } = view;
    const { reference, amountMinor, currency, expiresAt } = link;
    const { goodsName, goodsDesc = null } = linkMemoOf(link);
    const isOpen = attempt !== null && turn !== 'free';
    return {
      merchantName: shop.merchantName,
      title: goodsName,
      description: goodsDesc,
      reference,
      amountMinor,
      currency,
      locale: address.query.locale ?? null,
      test: parts.sandbox,
      state: state === 'open' && !takesAnother && !isOpen ? 'used_up' : state,
      expiresAt,
      timeZone: 'Asia/Hong_Kong',
      choices: takesAnother && turn !== 'busy' ? choicesOf(gateway, shop, link) : [],
      current: isOpen ? pageOf(shop, attempt, address) : null,
      attempt: isOpen ? null : attempt,
    };
  };

  return {
    path: '/link/:token',

    async locate(address) {
      const held = await found(address);
      return held && contentOf(held.shop, held.view, address);
    },

    async start(address, choice) {
      const held = await found(address);
      if (!held) return { to: null };
      const { shop, view } = held;
      if (!choicesOf(gateway, shop, view.link).some(({ name }) => name === choice)) return { to: null };
      const started = await links.start(shop, view.link.reference, (link, n) =>
        attemptRequest(shop, link, n, choice, clock.now()),
      );
      if (started.kind === 'begun' || started.kind === 'busy') return { to: pageOf(shop, started.attempt, address) };
      return started.kind === 'refused' && started.refusal.reason === 'busy' ? 'busy' : { to: null };
    },

    language: 'en',
  };
};
