/** A line as a message brings it. `price` of one unit in major units, VAT included; `count` above zero. */
export interface Line {
  readonly title: string;
  readonly price: string;
  readonly count: string;
  readonly vatPercent: number;
  readonly codes: Readonly<Record<string, string>>;
}

/** Decimal text as a whole number of parts, `decimals` of them to the unit. */
const scaled = (text: string, decimals: number): bigint => {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(decimals, '0').slice(0, decimals));
};

const roundedHalfUp = (dividend: bigint, divisor: bigint): bigint => (2n * dividend + divisor) / (2n * divisor);

const countDecimals = 6;
const countUnit = 10n ** BigInt(countDecimals);

/** An amount in major units as hundredths. */
export const hundredthsOf = (amount: string): bigint => scaled(amount, 2);

/** Hundredths of the currency that a line comes to. */
export const totalOf = ({ price, count }: Line): bigint =>
  roundedHalfUp(scaled(price, 2) * scaled(count, countDecimals), countUnit);

/** The VAT inside a line's total, in hundredths, rounded half up: 125000.00 at 12 % has 13392.86. */
export const vatOf = (line: Line): bigint => {
  const percent = BigInt(line.vatPercent);
  const paid = scaled(line.price, 2) * scaled(line.count, countDecimals);
  return roundedHalfUp(paid * percent, (100n + percent) * countUnit);
};

/** Hundredths as text, with narrow groups of thousands for people. */
export const shown = (hundredths: bigint): string => {
  const digits = hundredths.toString().padStart(3, '0');
  return `${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, '\u202f')}.${digits.slice(-2)}`;
};
