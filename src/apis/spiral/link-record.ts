import type { View } from '../../core/model.ts';
import type { Link, Shop } from '../../gateway/ports.ts';
import { wireId } from '../../kit/ids.ts';
import type { Status } from './codes.ts';
import type { WireObject } from './json.ts';
import { amountText } from './write.ts';

/**
 * What E3 and E4 answer and W2 tells of a link (section 15.2). `approved`: its approved attempt, null where there is none.
 * `url`: address of its page.
 */
export const linkRecordOf = (
  shop: Pick<Shop, 'wireName'>,
  { reference, amountMinor, currency }: Pick<Link, 'reference' | 'amountMinor' | 'currency'>,
  status: Status,
  url: string,
  approved: View | null,
): WireObject => {
  const operation = approved?.operations[0];
  return {
    clientId: shop.wireName,
    merchantRef: reference,
    // It is there even before: strict clients want it.
    approvedTxnId: operation ? wireId(operation.id) : '',
    status,
    amt: amountText(amountMinor, currency),
    paymentLinkUrl: url,
    ...(approved && { orderId: wireId(approved.payment.id), approvedMerchantRef: operation!.reference! }),
  };
};
