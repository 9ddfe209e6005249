import { randomUUID } from 'node:crypto';
import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { type Fault, faults } from './codes.ts';
import { type Fields, isFault, reading } from './fields.ts';
import { infoForms, readEmail } from './info-form.ts';
import { masked } from './masking.ts';
import { hashOfName, type Offer, offerName, offerStatus, writeOfferMemo } from './offers.ts';
import { providerFault, readPocket } from './read.ts';
import { providerOf, settingsOf } from './settings.ts';
import { amountText, timeText } from './values.ts';
import { commonDataOf, said } from './write.ts';

const dayMs = 86_400_000;

/** Section 5.17, steps 9 and 10 of section 4.2. */
const readLink = (fields: Fields, now: number) => {
  fields.need('ProviderName');
  if (!fields.has('Amount') && !fields.has('MinimumAmount')) fields.need('Amount');
  fields.need('NotificationEmail');
  const providerName = fields.text('ProviderName');
  const currencyText = fields.text('Currency').toUpperCase() || 'HUF';
  const guess = fields.isCurrency(currencyText) ? currencyText : 'HUF';
  const fixed = fields.amount('Amount', guess);
  const minimum = fields.amount('MinimumAmount', guess);
  const maximum = fields.amount('MaximumAmount', guess);
  if (fixed === 0n || (fixed !== null && minimum !== null)) fields.wrong('Amount');
  if (minimum === 0n) fields.wrong('MinimumAmount');
  if (maximum !== null && (fixed !== null || maximum < minimum!)) fields.wrong('MaximumAmount');
  const currency = fields.currency('Currency', 'HUF');
  const orderId = fields.text('OrderId');
  const userId = fields.text('UserId');
  const language = fields.language();
  const autoCommit = fields.flag('AutoCommit', true);
  const expiresAt = fields.time('ExpirationTime') ?? now + 30 * dayMs;
  if (expiresAt <= now) fields.wrong('ExpirationTime');
  const takesMany = fields.flag('MultipleTransactions', false);
  const notificationUrl = fields.url('NotificationUrl');
  const email = readEmail(fields, 'NotificationEmail');
  const onlySuccess = fields.flag('EmailNotificationOnlySuccess', false);
  const infoForm = fields.oneOf('InfoForm', infoForms);
  const privacyPolicyUrl = fields.url('PrivacyPolicyUrl');
  const termsUrl = fields.url('GeneralTermsAndConditionsUrl');
  const redirectUrl = fields.url('RedirectUrl');
  const extra = fields.object('Extra');
  const pocket = readPocket(fields, extra);
  const info = fields.about();
  const amount = { amountMinor: (fixed ?? minimum)!, payerChooses: fixed === null, amountMaxMinor: maximum };
  const words = { orderId, userId: takesMany ? '' : userId, language, autoCommit, email, onlySuccess, infoForm };
  const urls = { notificationUrl, privacyPolicyUrl, termsUrl, redirectUrl };
  return {
    providerName,
    currency,
    expiresAt,
    takesMany,
    extra,
    pocket,
    info: takesMany ? undefined : info,
    amount,
    words,
    urls,
  };
};

/** What PaymentLinkCreate and PaymentLinkDetails tell of a link (section 5.17). */
const linkDataOf = ({ shop, view, memo, name }: Offer, publicUrl: string) => {
  const { link } = view;
  const { amountMinor, amountMaxMinor, payerChooses, currency, createdAt, expiresAt, takesMany } = link;
  const text = (minor: bigint) => amountText(minor, currency);
  return {
    PaymentLinkName: name,
    PaymentLinkUrl: `${publicUrl}/PaymentLink/${name}`,
    ProviderName: memo.provider,
    Amount: payerChooses ? '' : text(amountMinor),
    ...(payerChooses && { MinimumAmount: text(amountMinor) }),
    ...(amountMaxMinor !== null && { MaximumAmount: text(amountMaxMinor) }),
    Currency: currency,
    Language: memo.language,
    OrderId: memo.orderId,
    UserId: memo.userId,
    AutoCommit: String(memo.autoCommit),
    ExpirationTime: timeText(expiresAt),
    NotificationEmail: memo.email ?? '',
    MultipleTransactions: takesMany,
    Status: offerStatus(view, providerOf(shop, memo.provider) !== undefined),
    Created: timeText(createdAt),
    LastModified: timeText(view.changedAt),
  };
};

/** Section 5.17. */
export const createLink = async (
  parts: ApiParts,
  shop: Shop,
  body: Record<string, unknown>,
): Promise<object | Fault> => {
  const asked = reading(body, (fields) => readLink(fields, parts.clock.now()));
  if (isFault(asked)) return asked;
  const { providerName, currency, words, urls, amount, extra, pocket, info } = asked;
  const { autoCommit, language } = words;
  const { amountMinor } = amount;
  const fault = providerFault(shop, { providerName, currency, autoCommit, amountMinor, pocket, info });
  if (fault) return fault;
  const { infoForm, ...said1 } = words;
  const { notificationUrl, ...pages } = urls;
  const memo = writeOfferMemo({
    v: 1,
    kind: 'link',
    provider: providerName,
    ...said1,
    ...pages,
    ...(infoForm !== null && { infoForm }),
    ...(extra && { extra }),
    ...(pocket && { pocket }),
  });
  const request = {
    reference: randomUUID(),
    ...amount,
    takesMany: asked.takesMany,
    currency,
    memo,
    payerInfo: info ? JSON.stringify(masked(info)) : null,
    requestHash: '',
    noticeUrl: notificationUrl ?? '',
    expiresAt: asked.expiresAt,
  };
  const view = await parts.links.create(shop, request, (id) => hashOfName(offerName('link', id)));
  if (!view) throw new Error('a reference that was made by chance is taken');
  const offer = { shop, view, memo: JSON.parse(memo), name: offerName('link', view.link.id) };
  return { ...linkDataOf(offer, parts.publicUrl), ...said('SUCCESSFUL', language) };
};

/** The merchant's Extra with the addresses that the link shows, as JSON text (section 5.18). */
const extraOf = ({ memo: { extra, privacyPolicyUrl, redirectUrl, termsUrl } }: Offer): string =>
  JSON.stringify({
    ...extra,
    ...(privacyPolicyUrl !== null && { privacyPolicyUrl }),
    ...(redirectUrl !== null && { redirectUrl }),
    ...(termsUrl !== null && { generalTermsAndConditionsUrl: termsUrl }),
  });

/** Section 5.18. */
export const linkDetails = async (
  parts: ApiParts,
  offer: Offer,
  body: Record<string, unknown>,
): Promise<object | Fault> => {
  const asked = reading(body, (fields) => ({ info: fields.flag('GetInfoData', false) }));
  if (isFault(asked)) return asked;
  const { shop, view } = offer;
  const { noticeUrl, payerInfo } = view.link;
  const common = {
    StoreName: shop.wireName,
    ...linkDataOf(offer, parts.publicUrl),
    NotificationUrl: noticeUrl,
    Extra: extraOf(offer),
  };
  const attempts = await parts.links.attempts(shop, view);
  return {
    CommonData: settingsOf(shop).legacyEncodedCommonData ? JSON.stringify(common) : common,
    RelatedTransactions: attempts.map((one) => commonDataOf(shop, one)),
    InfoData: asked.info ? JSON.parse(payerInfo ?? '{}') : {},
    ...said('SUCCESSFUL'),
  };
};

/** Section 5.19. */
export const cancelLink = async (parts: ApiParts, { shop, view, name }: Offer): Promise<object | Fault> => {
  const isCancelled = await parts.links.cancel(shop, view.link.reference);
  return isCancelled ? { PaymentLinkName: name, Status: 'CANCELED', ...said('SUCCESSFUL') } : faults.wrongStatus(name);
};
