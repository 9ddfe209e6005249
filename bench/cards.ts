import { passesLuhn } from '../src/core/cards.ts';

/** No test card begins so, and the sandbox approves what it does not list. */
const prefix = '4929';

/** The number of the payer of that ordinal, a Visa with a right check digit. */
export const cardOf = (ordinal: number): string => {
  const body = prefix + String(ordinal).padStart(11, '0');
  return Array.from({ length: 10 }, (_, digit) => body + digit).find(passesLuhn)!;
};
