import { createHash } from 'node:crypto';
import { brandOf, faceOf, isCardNumber } from '../../../core/cards.ts';
import type { Claim } from '../../../core/model.ts';
import type { ApiParts } from '../../../gateway/api.ts';
import type { ChargeRequest } from '../../../gateway/gateway.ts';
import type { Shop } from '../../../gateway/ports.ts';
import type { Transaction } from '../read.ts';
import { type Settings, settingsOf } from '../settings.ts';
import { paymentTypeOf } from '../types.ts';
import { openApplePay, readApplePay } from './apple-pay.ts';
import { openGooglePay, readGooglePay } from './google-pay.ts';
import { privateKeysFrom, secretName, type WalletSource, walletSources } from './keys.ts';
import type { OpenedPayload } from './payload.ts';

/** A card in memory, and the claim that lets its payload be good once. */
export interface WalletMeans {
  readonly card: ChargeRequest['card'];
  readonly claim: Claim;
}

type Opening = (now: number, pem: string) => OpenedPayload | undefined;

/** How the shop would open the text; undefined where it is set up for no such wallet, or the text is no such payload. */
const openings: Readonly<Record<WalletSource, (text: string, settings: Settings) => Opening | undefined>> = {
  APPLE_PAY: (text, { applePayMerchant: merchant }) => {
    if (merchant === null) return undefined;
    const payload = readApplePay(text);
    return payload && ((_now, pem) => openApplePay(payload, privateKeysFrom(pem), merchant));
  },
  GOOGLE_PAY: (text, { googlePayRecipient: recipient, googlePayRoots: roots }) => {
    if (recipient === null) return undefined;
    const payload = readGooglePay(text);
    return payload && ((now, pem) => openGooglePay(payload, { recipient, roots, keys: privateKeysFrom(pem) }, now));
  },
};

const isWalletSource = (source: string | null): source is WalletSource =>
  source !== null && Object.hasOwn(walletSources, source);

const claimOf = (shop: Shop, sealed: Buffer): Claim => ({
  scope: `wallet-token:${shop.id}`,
  value: createHash('sha256').update(sealed).digest('hex'),
});

/**
 * What the payload of a phone's wallet stands for (section 5.5). `unread`: it is none, or the shop has no key for it;
 * `refused`: it is one that may not be charged.
 */
export const openWalletToken = async (
  { drawer, realClock }: Pick<ApiParts, 'drawer' | 'realClock'>,
  shop: Shop,
  { cardToken, cardTokenSrc, type }: Transaction,
): Promise<WalletMeans | 'unread' | 'refused'> => {
  if (cardToken === null || !isWalletSource(cardTokenSrc)) return 'unread';
  const opening = openings[cardTokenSrc](cardToken, settingsOf(shop));
  const secret = opening && (await drawer.find(secretName(cardTokenSrc, shop.wireName)));
  if (!secret) return 'unread';
  const opened = opening!(realClock.now(), secret.reveal());
  if (!opened) return 'refused';
  const { number, expiry, cryptogram } = opened.card;
  const digits = number.reveal();
  const brand = brandOf(digits);
  if (!isCardNumber(digits) || !brand || !paymentTypeOf(type!)!.brands.includes(brand)) return 'refused';
  const details = { number, expiry, code: null, holder: null, ...(cryptogram && { cryptogram }) };
  return { card: { details, face: faceOf(digits, expiry) }, claim: claimOf(shop, opened.sealed) };
};
