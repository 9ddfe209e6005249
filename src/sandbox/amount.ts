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

const digitsOf = (amount: string): bigint => BigInt(amount.replace('.', ''));

/** So many of the smallest unit, written with as many decimals as `like`. */
const written = (count: bigint, like: string): string => {
  const decimals = like.split('.')[1]?.length ?? 0;
  const digits = String(count).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
};

/** What has come of a whole and what is left of it, nothing being `null`. All as the book writes the currency. */
export const progressOf = (whole: string, parts: readonly string[]): { come: string; left: string | null } => {
  const come = parts.reduce((sum, part) => sum + digitsOf(part), 0n);
  const left = digitsOf(whole) - come;
  return { come: written(come, whole), left: left > 0n ? written(left, whole) : null };
};
