import type { CardFace, StoredCard } from '../core/model.ts';
import { chooseRoute } from '../core/routing.ts';
import type { GatewayParts } from './parts.ts';
import type { CardDetails, CardFacts, Shop } from './ports.ts';

/** How long an acquirer gets to tell of a card, ms of real time: a merchant's call waits for it. */
const patienceMs = 3_000;

type Card = StoredCard | { readonly details: CardDetails; readonly face: CardFace };

const detailsOf = async ({ vault }: GatewayParts, shop: Shop, card: Card): Promise<CardDetails | undefined> => {
  if ('details' in card) return card.details;
  const number = await vault.reveal(shop.merchantId, card.vaultRef, 'inquiry');
  return number && { number, expiry: card.face.expiry, code: null, holder: null };
};

/** Asks the acquirer of the shop's first way for this brand and currency, whatever amounts it takes. */
export const describeCard = async (
  parts: GatewayParts,
  shop: Shop,
  card: Card,
  currency: string,
): Promise<CardFacts | undefined> => {
  const { surroundings, acquirers } = parts;
  const { face } = card;
  const routes = shop.routes.map((route) => ({ ...route, minMinor: null, maxMinor: null }));
  const way = chooseRoute(routes, { brand: face.brand, currency, amountMinor: 0n });
  const acquirer = way && acquirers.get(way.acquirer);
  const details = acquirer && (await detailsOf(parts, shop, card));
  if (!details) return undefined;
  try {
    const question = { account: way.account, currency, card: details, face };
    return await acquirer.describe(question, surroundings.realClock.now() + patienceMs);
  } catch (error) {
    surroundings.log.error({ merchantId: shop.merchantId, error: (error as Error).name }, 'an acquirer told no card');
    return undefined;
  }
};
