import { isPast } from '../core/cards.ts';
import type { CardFace, StoredAccount, StoredCard, View } from '../core/model.ts';
import type { Refusal } from '../core/reasons.ts';
import { Secret } from '../kit/secret.ts';
import type { ChargeRequest } from './gateway.ts';
import type { GatewayParts } from './parts.ts';
import type { CardDetails, Payee, Shop } from './ports.ts';

/** A card that is about to be charged, opened; or why it cannot be. */
export type Opened =
  | {
      readonly details: CardDetails;
      readonly face: CardFace;
      readonly vaultRef: string | null;
      readonly networkReference: string | null;
    }
  | Refusal;

type Brands = readonly CardFace['brand'][];

/** Opens cards that the vault keeps, for the moment in which an order leaves. */
export const createOpenedCards = ({ vault, payments, surroundings }: GatewayParts) => {
  const { clock } = surroundings;

  /** Refusals: `invalid_token`, `card_expired`, `brand_not_accepted`. */
  const openStored = async (
    shop: Shop,
    { face, vaultRef, shopId, networkReference }: StoredCard,
    brands: Brands,
    code: Secret | null,
    owner = shop.merchantId,
  ): Promise<Opened> => {
    // One that was kept at another shop is as unknown here as one of another merchant.
    if (shopId !== null && shopId !== shop.id) return { reason: 'invalid_token' };
    if (isPast(face.expiry, clock.now())) return { reason: 'card_expired' };
    if (!brands.includes(face.brand)) return { reason: 'brand_not_accepted' };
    const number = await vault.reveal(owner, vaultRef, 'charge');
    if (!number) return { reason: 'invalid_token' };
    return { details: { number, expiry: face.expiry, code, holder: null }, face, vaultRef, networkReference };
  };

  /** The card of a charge, stored or in memory. */
  const openCard = async (
    shop: Shop,
    card: Extract<ChargeRequest['card'], { token: string } | { details: CardDetails }>,
    brands: Brands,
  ): Promise<Opened> => {
    if ('details' in card) return { details: card.details, face: card.face, vaultRef: null, networkReference: null };
    const { token, owner = shop.merchantId } = card;
    const stored = await payments.storedCard(owner, { token });
    return stored ? openStored(shop, stored, brands, null, owner) : { reason: 'invalid_token' };
  };

  /** A stored account as somebody who is paid; undefined when it is gone. */
  const payeeOf = async ({ vaultRef }: StoredAccount, owner: number): Promise<Payee | undefined> => {
    const told = await vault.reveal(owner, vaultRef, 'charge');
    return told && { payee: 'account', told };
  };

  /** The card that was sealed while its payer was at a challenge; null when it is gone. */
  const unsealed = async (
    { merchantId }: Shop,
    view: View,
    sentReference: string,
    oneTimeKey: string | null,
  ): Promise<CardDetails | null> => {
    const attempt = view.attempts.find((a) => a.sentReference === sentReference)!;
    const number = attempt.vaultRef ? await vault.reveal(merchantId, attempt.vaultRef, 'challenge') : undefined;
    if (!number) return null;
    const code = oneTimeKey ? await vault.openCode(merchantId, sentReference, new Secret(oneTimeKey)) : undefined;
    return { number, expiry: attempt.card!.expiry, code: code ?? null, holder: null };
  };

  return { openStored, openCard, payeeOf, unsealed };
};
