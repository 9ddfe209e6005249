import type { CardFace } from './model.ts';

/** Card brands by the leading digits of the number, first match wins. Lengths and code length as the brands publish. */
const brandRanges = [
  { brand: 'uzcard', prefixes: ['8600', '5614'], lengths: [16], codeLength: 0 },
  { brand: 'humo', prefixes: ['9860'], lengths: [16], codeLength: 0 },
  { brand: 'visa', prefixes: ['4'], lengths: [13, 16, 19], codeLength: 3 },
  { brand: 'mastercard', prefixes: ['51-55', '2221-2720'], lengths: [16], codeLength: 3 },
  { brand: 'amex', prefixes: ['34', '37'], lengths: [15], codeLength: 4 },
  { brand: 'diners', prefixes: ['36', '38', '39', '300-305'], lengths: [14, 15, 16, 17, 18, 19], codeLength: 3 },
  { brand: 'jcb', prefixes: ['3528-3589'], lengths: [16, 17, 18, 19], codeLength: 3 },
  { brand: 'unionpay', prefixes: ['62', '81'], lengths: [16, 17, 18, 19], codeLength: 3 },
] as const;

export type Brand = (typeof brandRanges)[number]['brand'];

export const brands: readonly Brand[] = brandRanges.map((range) => range.brand);

const startsWithin = (digits: string, prefix: string): boolean => {
  const [low, high = low] = prefix.split('-') as [string, string?];
  const head = digits.slice(0, low.length);
  return head.length === low.length && head >= low && head <= high;
};

const rangeOf = (digits: string) =>
  brandRanges.find(({ prefixes }) => prefixes.some((prefix) => startsWithin(digits, prefix)));

/** The brand whose range the digits (a whole number or its start) fall in. */
export const brandOf = (digits: string): Brand | undefined => rangeOf(digits)?.brand;

/** How many digits the security code of a brand has; 0 where the brand asks for none. */
export const codeLengthOf = (brand: Brand): number => brandRanges.find((range) => range.brand === brand)!.codeLength;

/** ISO/IEC 7812 check digit over a text of digits. */
export const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = digit * 2;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return digits.length > 0 && sum % 10 === 0;
};

/** Whether the digits are a whole card number: known range, a length of that brand, right check digit. */
export const isCardNumber = (digits: string): boolean => {
  const lengths: readonly number[] | undefined = rangeOf(digits)?.lengths;
  return lengths?.includes(digits.length) === true && passesLuhn(digits);
};

/** First six, last four: the one form in which a number is kept and shown. `expiry` is `YYYY-MM`. */
export const faceOf = (digits: string, expiry: string): CardFace => {
  const brand = brandOf(digits);
  if (!brand) throw new Error('a card face needs a number of a known brand');
  return { brand, first6: digits.slice(0, 6), last4: digits.slice(-4), expiry };
};

/** Whether the month `YYYY-MM` has wholly passed in UTC at `now` (ms). */
export const isPast = (expiry: string, now: number): boolean => expiry < new Date(now).toISOString().slice(0, 7);

/** 13 to 19 digits, single spaces or dashes between them allowed. */
const numberLike = /(?<![\d])\d(?:[ -]?\d){12,18}(?![\d])/g;

/** Free text with every card number in it cut to first six and last four. */
export const maskNumbers = (text: string): string =>
  text.replace(numberLike, (found) => {
    const digits = found.replace(/[ -]/g, '');
    return isCardNumber(digits) ? `${digits.slice(0, 6)}xxxxxx${digits.slice(-4)}` : found;
  });
