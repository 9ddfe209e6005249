import type { View } from '../../core/model.ts';
import type { Shop } from '../../gateway/ports.ts';
import { inquiryAnswer } from './answers.ts';
import { actsFor, checksumFault, memberOf } from './authenticate.ts';
import { type Call, type Fault, fault, type Handler, isFault } from './call.ts';
import { newestOf, paymentOf } from './claims.ts';
import { faultsIn, isOrderId } from './rules.ts';
import type { Answer } from './write.ts';

const asInquiry = (came: Answer | Fault): Answer | Fault =>
  isFault(came) ? { ...came, with: { paymentType: 'IN' } } : came;

const told = (shop: Shop, view: View | undefined): Answer | Fault =>
  view ? inquiryAnswer(shop, view) : fault('20044');

const isNumber = (id: string | undefined): id is string => id !== undefined && /^\d{1,20}$/.test(id);

/** The payment by its own number, or by the shop's id of the order (section 6.8). */
const inquire = async (call: Call, id: string | undefined, byOrder: boolean): Promise<Answer | Fault> => {
  const { parts, fields } = call;
  const orderId = fields.get('merchantTransactionId') ?? (byOrder ? id : undefined);
  if (byOrder ? !isOrderId(orderId) : !isNumber(id)) return fault('30036');
  const shop = await memberOf(call);
  if (isFault(shop)) return shop;
  const about = { id, order: orderId, amount: fields.get('amount') };
  const signed = await checksumFault(call, shop, byOrder ? ['C3m', 'C3x'] : ['C3', 'C3x'], about);
  if (signed && !signed.codes.includes('20023')) return signed;
  const wrong = faultsIn(fields);
  if (wrong.length > 0) return fault(...wrong);
  return told(shop, byOrder ? await newestOf(parts, shop, orderId!) : await paymentOf(parts, shop, id!));
};

/** `payments/{id}` and `getStatus/{id}` with IN. */
export const inquiryOf: Handler = async (call) =>
  asInquiry(await inquire(call, call.id, call.fields.get('idType')?.toUpperCase() === 'MID'));

/** `inquiry`: the id is in the body. */
export const inquiry: Handler = async (call) => {
  const { fields } = call;
  const type = fields.get('paymentType')?.toUpperCase();
  if (type !== undefined && type !== 'IN') return asInquiry(fault('30044'));
  const id = fields.get('paymentId');
  const idType = fields.get('idType')?.toUpperCase();
  const byOrder =
    idType === 'MID' || (idType === undefined && id === undefined && fields.get('merchantTransactionId') !== undefined);
  return asInquiry(await inquire(call, id, byOrder));
};

/** `GET payments/{id}`: the token names the member; what the query says besides is checked where it is there. */
export const inquiryByGet: Handler = async (call) => {
  const { parts, fields, bearer, id } = call;
  if (!isNumber(id)) return asInquiry(fault('30036'));
  const named = fields.get('authentication.memberId') ?? bearer?.memberId;
  if (named === undefined || !/^\d{1,10}$/.test(named)) return asInquiry(fault('30001'));
  const shop = await actsFor(call, named);
  if (isFault(shop)) return asInquiry(shop);
  if (fields.get('authentication.checksum') !== undefined) {
    const signed = await checksumFault(
      { ...call, fields: fields.with('authentication.memberId', named) },
      shop,
      ['C3'],
      { id },
    );
    if (signed && !signed.codes.includes('20023')) return asInquiry(signed);
  }
  return asInquiry(told(shop, await paymentOf(parts, shop, id)));
};
