import { isOperationFinal } from '../../core/states.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import type { Found } from './call.ts';
import { type Fault, faults } from './codes.ts';
import { isFault, reading } from './fields.ts';
import { providerOf, settingsOf } from './settings.ts';
import { commonDataOf, logOf, newResponseId, providerDataOf, resultOf, said, standingOf } from './write.ts';

/** Older transactions of the same order that are told at most. */
const relatedCountMax = 100;

/** Section 5.3. Whoever has asked after the end has had the answer (section 3.7). */
export const result = async (parts: ApiParts, { view }: Found): Promise<object> => {
  const { id, merchantId } = view.payment;
  if (isOperationFinal(view.operations[0]!.state)) await parts.noteAsked(merchantId, id);
  return resultOf(view);
};

/** What the merchant told of the buyer, as it came; nothing once it was forgotten (section 7.1). */
export const infoOf = ({ view }: Pick<Found, 'view'>): object => JSON.parse(view.checkout?.payerInfo ?? '{}');

/** Section 5.7. */
export const details = async (
  { gateway }: ApiParts,
  { shop, view }: Found,
  body: Record<string, unknown>,
): Promise<object | Fault> => {
  const asked = reading(body, (fields) => ({
    related: fields.flag('GetRelatedTransactions', true),
    info: fields.flag('GetInfoData', false),
    attributes: fields.flag('GetPaymentAttributes', false),
  }));
  if (isFault(asked)) return asked;
  const { id, orderReference } = view.payment;
  const isRelated = asked.related && orderReference !== null;
  const others = isRelated ? await gateway.related({ shopId: shop.id, orderReference }, relatedCountMax) : [];
  const ResponseId = newResponseId();
  const common = commonDataOf(shop, view);
  return {
    CommonData: { ...common, ResponseId },
    ProviderSpecificData: providerDataOf(view),
    RelatedTransactions: others.filter(({ payment }) => payment.id < id).map((one) => commonDataOf(shop, one)),
    InfoData: asked.info ? infoOf({ view }) : {},
    ...(asked.attributes && { PaymentAttributes: {} }),
    ProviderName: common.ProviderName,
    ...standingOf(view),
    ResponseId,
  };
};

/** Section 5.8. */
export const log = async ({ history }: ApiParts, { view }: Found): Promise<object> => {
  const dossier = await history(view.payment.merchantId, view.payment.id);
  return { Data: dossier ? logOf(dossier) : [], ...said('SUCCESSFUL') };
};

/** Section 5.9: those that the store can use now. */
export const providers = async (_parts: ApiParts, shop: Shop): Promise<object> => {
  const names = Object.keys(settingsOf(shop).providers);
  const assigned = names.flatMap((name) => {
    const provider = providerOf(shop, name);
    return provider ? [{ name, ...provider }] : [];
  });
  return {
    Data: assigned.map(({ name, display, currencies, twoStep, registration }) => ({
      ProviderName: name,
      DisplayName: display,
      Currencies: currencies,
      AutoCommit: twoStep ? ['true', 'false'] : ['true'],
      PaymentRegistration: registration && settingsOf(shop).registrations,
    })),
    ...said('SUCCESSFUL'),
  };
};

/** Section 5.23: there is no invoicing service behind this gateway. */
export const invoice = async (): Promise<Fault> => faults.noInvoices;
