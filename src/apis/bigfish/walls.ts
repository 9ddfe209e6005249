import { randomUUID } from 'node:crypto';
import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { type Fault, faults } from './codes.ts';
import { isFault, reading } from './fields.ts';
import { masked } from './masking.ts';
import { providersOf } from './offer-choices.ts';
import { hashOfName, type Offer, type OfferMemo, offerName, offerStatus, writeOfferMemo } from './offers.ts';
import { settingsOf } from './settings.ts';
import { amountText, timeText } from './values.ts';
import { commonDataOf, said } from './write.ts';

/** PayWallPaymentInit (section 5.20). */
export const initWall = async (parts: ApiParts, shop: Shop, body: Record<string, unknown>): Promise<object | Fault> => {
  const now = parts.clock.now();
  const asked = reading(body, (fields) => {
    fields.need('ResponseUrl', 'Amount');
    const redirectUrl = fields.url('ResponseUrl');
    const noticeUrl = fields.url('NotificationUrl') ?? '';
    const cancelUrl = fields.url('CancelUrl');
    const currencyText = fields.text('Currency').toUpperCase() || 'HUF';
    const amountMinor = fields.amount('Amount', fields.isCurrency(currencyText) ? currencyText : 'HUF')!;
    if (amountMinor === 0n) fields.wrong('Amount');
    const orderId = fields.text('OrderId');
    const userId = fields.text('UserId');
    const currency = fields.currency('Currency', 'HUF');
    const language = fields.language();
    const autoCommit = fields.flag('AutoCommit', true);
    const settings = fields.object('Settings');
    const storeSettings = fields.object('StoreSettings');
    const extra = fields.object('Extra');
    const info = fields.about();
    const memo: OfferMemo = {
      v: 1,
      kind: 'wall',
      provider: '',
      orderId,
      userId,
      language,
      autoCommit,
      redirectUrl,
      cancelUrl,
      termsUrl: null,
      privacyPolicyUrl: null,
      ...(settings && { settings }),
      ...(storeSettings && { storeSettings }),
      ...(extra && { extra }),
    };
    return { noticeUrl, amountMinor, currency, memo, info };
  });
  if (isFault(asked)) return asked;
  const { memo, currency, amountMinor, noticeUrl, info } = asked;
  const view = await parts.links.create(
    shop,
    {
      reference: randomUUID(),
      amountMinor,
      payerChooses: false,
      amountMaxMinor: null,
      takesMany: false,
      currency,
      memo: writeOfferMemo(memo),
      payerInfo: info ? JSON.stringify(masked(info)) : null,
      requestHash: '',
      noticeUrl,
      expiresAt: now + settingsOf(shop).lifeMinutes * 60_000,
    },
    (id) => hashOfName(offerName('wall', id)),
  );
  if (!view) throw new Error('a reference that was made by chance is taken');
  const name = offerName('wall', view.link.id);
  return {
    PaywallPaymentName: name,
    PaywallPaymentUrl: `${parts.publicUrl}/PayWall/${name}`,
    ...said('SUCCESSFUL', memo.language),
  };
};

/** PayWallPaymentUpdate: another amount, as long as nobody has begun to pay. */
export const updateWall = async (
  parts: ApiParts,
  { shop, view, name, memo }: Offer,
  body: Record<string, unknown>,
): Promise<object | Fault> => {
  const asked = reading(body, (fields) => {
    fields.need('Amount');
    const amountMinor = fields.amount('Amount', view.link.currency)!;
    return amountMinor === 0n ? fields.wrong('Amount') : { amountMinor };
  });
  if (isFault(asked)) return asked;
  const isAmended = await parts.links.amend(shop, view.link.reference, asked.amountMinor);
  return isAmended ? { PaywallPaymentName: name, ...said('SUCCESSFUL', memo.language) } : faults.wrongStatus(name);
};

/** PayWallPaymentDetails. */
export const wallDetails = async (
  parts: ApiParts,
  offer: Offer,
  body: Record<string, unknown>,
): Promise<object | Fault> => {
  const asked = reading(body, (fields) => ({ transactions: fields.flag('GetTransactions', true) }));
  if (isFault(asked)) return asked;
  const { shop, view, memo, name } = offer;
  const { link } = view;
  const attempts = asked.transactions ? await parts.links.attempts(shop, view) : [];
  return {
    CommonData: {
      PaywallPaymentName: name,
      StoreName: shop.wireName,
      Amount: amountText(link.amountMinor, link.currency),
      Currency: link.currency,
      OrderId: memo.orderId,
      UserId: memo.userId,
      Language: memo.language,
      AutoCommit: String(memo.autoCommit),
      Status: offerStatus(view, providersOf(offer).length > 0),
      Created: timeText(link.createdAt),
    },
    Transactions: attempts.map((one) => commonDataOf(shop, one)),
    ...said('SUCCESSFUL'),
  };
};
