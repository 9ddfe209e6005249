import type { Claim, View } from '../../core/model.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { wireId } from '../../kit/ids.ts';
import { memoOf } from './memo.ts';

/** The first whole number from 1 that is free, where those below are taken: by doubling, then by halves. */
export const firstFree = async (isTaken: (n: number) => Promise<boolean>): Promise<number> => {
  let high = 1;
  while (await isTaken(high)) high *= 2;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await isTaken(middle)) low = middle;
    else high = middle;
  }
  return high;
};

const claimOf = ({ id }: Pick<Shop, 'id'>, token: string, n: number): Claim => ({
  scope: `series:${id}`,
  value: `${token}/${n}`,
});

/** What the next INITIAL payment with a registration takes, so that its repeats find it (section 6.12). */
export const seriesClaim = async (
  { gateway }: Pick<ApiParts, 'gateway'>,
  shop: Shop,
  token: string,
): Promise<Claim> => {
  const n = await firstFree(async (at) => (await gateway.findByClaim(shop, claimOf(shop, token, at))) !== undefined);
  return claimOf(shop, token, n);
};

/** Whether a payment began a series and has succeeded; what was given back of it later does not matter (section 6.9). */
export const isInitial = (view: View): boolean =>
  memoOf(view).more?.recurring === 'INITIAL' &&
  view.payment.direction === 'in' &&
  view.operations[0]!.state === 'approved';

/** The newest successful INITIAL payment that was made with a registration; undefined where there is none. */
export const initialWith = async (
  { gateway }: Pick<ApiParts, 'gateway'>,
  shop: Shop,
  token: string,
): Promise<View | undefined> => {
  for (let n = 1, newest: View | undefined; ; n++) {
    const held = await gateway.findByClaim(shop, claimOf(shop, token, n));
    if (!held) return newest ?? registeredBy(gateway, shop, token);
    if (isInitial(held.view)) newest = held.view;
  }
};

/** A registration that was stored while an INITIAL payment was made has the name of that payment's operation. */
const registeredBy = async (gateway: ApiParts['gateway'], shop: Shop, token: string): Promise<View | undefined> => {
  const found = await gateway.findOf(shop.merchantId, { operationId: wireId(token) });
  return found?.shop.id === shop.id && isInitial(found.view) ? found.view : undefined;
};
