import { brandOf, faceOf } from '../../core/cards.ts';
import type { ChargeRequest } from '../../gateway/gateway.ts';
import { Secret } from '../../kit/secret.ts';
import type { Transaction } from './read.ts';
import { paymentTypeOf } from './types.ts';

const number = '4440000009900010';

/** Tokens that every client of a sandbox has, for refusals without an approved payment before (section 20). */
const expiries: Readonly<Record<string, string>> = {
  TKSIM00000000001: '2039-01',
  TKSIM00000000005: '2039-05',
  TKSIM00000000051: '2039-06',
  TKSIM00000000054: '2027-04',
  TKSIM00000000502: '2037-01',
  TKSIM00000000504: '2028-08',
};

const expiryOf = ({ cardToken, cardTokenSrc }: Transaction): string | undefined => {
  if (cardTokenSrc !== 'SPIRAL') return '2039-01';
  return Object.hasOwn(expiries, cardToken!) ? expiries[cardToken!] : undefined;
};

/**
 * The test card that a token of a direct charge stands for, or undefined when it stands for none: a fixed token, or
 * whatever Apple Pay or Google Pay sent that is not opened. Sandbox mode only.
 */
export const testCardOf = (transaction: Transaction): ChargeRequest['card'] | undefined => {
  const expiry = expiryOf(transaction);
  if (!expiry || !paymentTypeOf(transaction.type!)!.brands.includes(brandOf(number)!)) return undefined;
  return {
    details: { number: new Secret(number), expiry, code: null, holder: null },
    face: faceOf(number, expiry),
  };
};
