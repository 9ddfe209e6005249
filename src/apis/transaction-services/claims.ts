import { randomInt } from 'node:crypto';
import type { Claim, View } from '../../core/model.ts';
import type { ApiParts } from '../../gateway/api.ts';
import { referenceScope, type Shop } from '../../gateway/ports.ts';
import { settingsOf } from './settings.ts';

/** A new paymentId: 18 random digits, unlike any other of the installation (section 5.2). */
export const newNumber = (): string =>
  `${randomInt(1, 10)}${String(randomInt(10 ** 8)).padStart(8, '0')}${String(randomInt(10 ** 9)).padStart(9, '0')}`;

const numberClaim = (number: string): Claim => ({ scope: 'transaction-services', value: number, everywhere: true });

const orderClaim = ({ id }: Pick<Shop, 'id'>, orderId: string): Claim => ({
  scope: referenceScope(id),
  value: orderId,
});

/** What a new payment takes: its number, and its order's id unless the member allows duplicates (section 12.2). */
export const claimsOf = (shop: Shop, number: string, orderId: string): readonly Claim[] => [
  ...(settingsOf(shop).uniqueOrderId ? [orderClaim(shop, orderId)] : []),
  numberClaim(number),
];

/** A member's payment by its paymentId; one of another member is as unknown as one that never was (section 10.3). */
export const paymentOf = async (
  { gateway }: Pick<ApiParts, 'gateway'>,
  shop: Shop,
  number: string,
): Promise<View | undefined> => (await gateway.findByClaim(shop, numberClaim(number)))?.view;

/** The newest of a member's payments of an order (section 6.8). */
export const newestOf = async (
  { gateway }: Pick<ApiParts, 'gateway'>,
  shop: Shop,
  orderId: string,
): Promise<View | undefined> => {
  const newest = (await gateway.related({ shopId: shop.id, orderReference: orderId }, 1)).at(-1);
  return newest && gateway.find(shop, newest.payment.id);
};

/** The payment that keeps an order's id from being used again, if there is one. */
export const holderOf = async (
  { gateway }: Pick<ApiParts, 'gateway'>,
  shop: Shop,
  orderId: string,
): Promise<View | undefined> =>
  settingsOf(shop).uniqueOrderId ? (await gateway.findByClaim(shop, orderClaim(shop, orderId)))?.view : undefined;
