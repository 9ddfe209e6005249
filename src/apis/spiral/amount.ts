import { textFromMinor } from '../../core/money.ts';

/** An amount in major units without trailing zeros (section 2.4): `100.5`, `1`. */
export const amountDigits = (amountMinor: bigint, currency: string): string => {
  const text = textFromMinor(amountMinor, currency);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
};
