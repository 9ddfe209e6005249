import { exponentOf, minorFromText, textFromMinor } from '../../core/money.ts';

/** Ten digits, a dot and two digits; in every currency, also those without a minor unit (section 11). */
const shape = /^\d{1,10}\.\d{2}$/;

/** Whether a text is an amount above zero as callers must write it. */
export const isAmount = (text: string | undefined): text is string =>
  text !== undefined && shape.test(text) && /[1-9]/.test(text);

/** Minor units of an amount; undefined where the currency has no decimals and the text has some (code 20018). */
export const minorOf = (text: string, currency: string): bigint | undefined => minorFromText(text, currency);

/** Always two decimals (section 11). */
export const textOf = (amountMinor: bigint, currency: string): string => {
  const places = exponentOf(currency);
  if (places === 2) return textFromMinor(amountMinor, currency);
  const scaled = places < 2 ? amountMinor * 10n ** BigInt(2 - places) : amountMinor / 10n ** BigInt(places - 2);
  return textFromMinor(scaled, 'EUR');
};
