/** Decimal places of the ISO 4217 currencies that do not have two. */
const exponents: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
};

/** Decimal places of a currency's minor unit, by ISO 4217. */
export const exponentOf = (currency: string): number => exponents[currency] ?? 2;

/**
 * Minor units from decimal text such as `100.5` or `1e2`; undefined where the text is no number or finer than the
 * currency. `slack` (in units of the minor unit) lets a client's float sum such as 0.30000000000000004 through.
 */
export const minorFromText = (text: string, currency: string, slack = 0): bigint | undefined => {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (!parts) return undefined;
  const [, sign, whole, fraction = '', power = '0'] = parts as unknown as [string, string, string, string?, string?];
  const shift = exponentOf(currency) + Number(power) - fraction.length;
  const digits = whole + fraction;
  let minor: bigint;
  if (shift >= 0) {
    minor = BigInt(digits) * 10n ** BigInt(shift);
  } else {
    const cut = digits.padStart(1 - shift, '0');
    const rest = Number(`0.${cut.slice(shift)}`);
    const up = rest > 0.5;
    if ((up ? 1 - rest : rest) > slack) return undefined;
    minor = BigInt(cut.slice(0, shift)) + (up ? 1n : 0n);
  }
  return sign ? -minor : minor;
};

/** Decimal text with all decimals of the currency: 26850n HKD → `268.50`. */
export const textFromMinor = (amountMinor: bigint, currency: string): string => {
  const places = exponentOf(currency);
  const sign = amountMinor < 0n ? '-' : '';
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(places + 1, '0');
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
};
