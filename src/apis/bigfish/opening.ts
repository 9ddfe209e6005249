import { maskNumbers } from '../../core/cards.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { OpenRequest } from '../../gateway/gateway.ts';
import type { Shop } from '../../gateway/ports.ts';
import { customerOf } from './customers.ts';
import { Fields } from './fields.ts';
import { masked } from './masking.ts';
import { type Memo, writeMemo } from './memo.ts';
import { type Asked, endOf } from './read.ts';
import { providerOf } from './settings.ts';

/**
 * Whether it is for the buyer to say if the card is registered (section 6.1): the older way of one click, unless the merchant has
 * agreed on it with the buyer. What only registers has nothing else to ask.
 */
const asksBuyer = ({ registration, extra, amountMinor }: Asked): boolean =>
  registration?.type === 'OLD' && amountMinor > 0n && !new Fields(extra ?? {}).says('oneClickForcedRegistration');

/** How the gateway is asked to open a transaction with the buyer present. `offer`: the link or PayWall that it is tried at. */
export const openingOf = (
  parts: Pick<ApiParts, 'clock'>,
  shop: Shop,
  asked: Asked,
  more: Pick<Memo, 'offer' | 'mail' | 'endsHere' | 'cancelUrl'> = {},
  originPaymentId: string | null = null,
): OpenRequest => {
  const provider = providerOf(shop, asked.providerName)!;
  const asksToKeep = asksBuyer(asked);
  const { amountMinor, currency, orderId, userId, registration, reference, info, extra, pocket, paymentMethods } =
    asked;
  const memo: Memo = {
    v: 1,
    kind: 'INIT',
    provider: asked.providerName,
    userId,
    language: asked.language,
    autoCommit: asked.autoCommit,
    responseUrl: asked.responseUrl,
    ...(registration && { registration }),
    ...(reference && { reference }),
    ...(extra && { extra }),
    ...(pocket && { pocket }),
    ...(paymentMethods && { paymentMethods }),
    ...(asked.module !== '' && { module: asked.module }),
    ...more,
  };
  return {
    kind: amountMinor === 0n ? 'verify' : asked.autoCommit ? 'sale' : 'authorize',
    amountMinor,
    currency,
    reference: null,
    requestHash: null,
    noticeUrl: asked.notificationUrl,
    memo: writeMemo(memo),
    claims: [],
    orderReference: orderId === '' ? null : maskNumbers(orderId),
    originPaymentId,
    namesCard: registration !== null && !asksToKeep,
    receipt: null,
    checkout: {
      successUrl: null,
      failureUrl: null,
      expiresAt: endOf(shop, asked, parts),
      brands: provider.brands,
      wallet: amountMinor === 0n ? null : provider.wallet,
      keepsCard: registration !== null,
      asksToKeep,
      customer: registration ? customerOf(shop, userId) : null,
      payerInfo: info ? JSON.stringify(masked(info)) : null,
      demandsChallenge: false,
      redirectMs: null,
      submitCountMax: null,
    },
    patienceMs: 8_000,
  };
};
