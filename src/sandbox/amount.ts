/** Decimal places by currency, as the acquirer reads them; two unless listed. Kept here on purpose: a second reading. */
const wholeUnits = ['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF'];
wholeUnits.push('UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF');
const thousandths = ['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'];
const tenThousandths = ['CLF', 'UYW'];

const decimalsOf = (currency: string): number => {
  if (wholeUnits.includes(currency)) return 0;
  if (thousandths.includes(currency)) return 3;
  return tenThousandths.includes(currency) ? 4 : 2;
};

/**
 * An amount in major units as the book writes it: `268.5` HKD → `268.50`. Undefined where the text is no amount or
 * finer than the currency.
 */
export const readAmount = (text: string, currency: string): string | undefined => {
  const decimals = decimalsOf(currency);
  const parts = /^0*(\d+)(?:\.(\d+))?$/.exec(text);
  const fraction = parts?.[2] ?? '';
  if (!parts || fraction.length > decimals) return undefined;
  return decimals === 0 ? parts[1]! : `${parts[1]}.${fraction.padEnd(decimals, '0')}`;
};
