import type { Id, View } from '../core/model.ts';
import type { Refusal } from '../core/reasons.ts';
import { carry } from './carry.ts';
import type { OpenGateway } from './create.ts';
import type { Shop } from './ports.ts';

/** What an acquirer says of money that it took back. */
export interface DisputeRequest {
  /** Minor units of the payment's currency. */
  readonly amountMinor: bigint;
  /** The acquirer's name for it: the same one is written down once. */
  readonly reference: string;
}

export type DisputeResult =
  | { readonly kind: 'done'; readonly view: View }
  /** Nothing was written; `duplicate_reference` where it stands already. */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Writes a chargeback down, by the one way for money. Its merchant is told by the API's own notice. */
export const recordDispute = async (
  { parts, queue, gateway }: Pick<OpenGateway, 'parts' | 'queue' | 'gateway'>,
  shop: Shop,
  paymentId: Id,
  { amountMinor, reference }: DisputeRequest,
): Promise<DisputeResult> => {
  const view = await gateway.find(shop, paymentId);
  if (!view) throw new Error(`payment ${paymentId} is not of this shop`);
  const { acquirer } = view.attempts.findLast(({ operation }) => operation === 1) ?? { acquirer: '' };
  const command = {
    type: 'dispute',
    id: parts.surroundings.newId(shop.merchantId),
    amountMinor,
    reference,
    noticeUrl: view.operations[0]!.noticeUrl,
    claims: [{ scope: `dispute:${acquirer}`, value: reference }],
  } as const;
  const carried = await queue.run(paymentId, () => carry(parts, shop, paymentId, command));
  return carried.kind === 'refused'
    ? { kind: 'refused', refusal: carried.refusal }
    : { kind: 'done', view: carried.view };
};
