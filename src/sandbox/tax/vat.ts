import { readAmount } from '../amount.ts';

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

const decimalsOf = (currency: string): number => readAmount('0', currency)!.slice(2).length;

/** An amount in major units as minor ones. */
export const minorOf = (amount: string, currency: string): bigint => scaled(amount, decimalsOf(currency));

/** Minor units times 10^6 of price times count, before anything is rounded. */
const exactOf = ({ price, count }: Line, currency: string): bigint =>
  minorOf(price, currency) * scaled(count, countDecimals);

/** Minor units that a line comes to, rounded half up. */
export const totalOf = (line: Line, currency: string): bigint => roundedHalfUp(exactOf(line, currency), countUnit);

/** The VAT inside a line's total, in minor units, rounded half up: 125000.00 UZS at 12 % has 13392.86. */
export const vatOf = (line: Line, currency: string): bigint => {
  const percent = BigInt(line.vatPercent);
  return roundedHalfUp(exactOf(line, currency) * percent, (100n + percent) * countUnit);
};

/** Minor units as text, with narrow groups of thousands for people. */
export const shown = (minor: bigint, currency: string): string => {
  const decimals = decimalsOf(currency);
  const digits = minor.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
};
