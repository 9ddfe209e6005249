import type { CardFace } from './model.ts';

/** Card brands by the leading digits of the number, first match wins. Lengths and code length as the brands publish. */
const brandRanges = [
  { brand: 'uzcard', prefixes: ['8600', '5614'], lengths: [16], codeLength: 0 },
  { brand: 'humo', prefixes: ['9860'], lengths: [16], codeLength: 0 },
  // Beside its own range, the test numbers of a Swiss processor, which are in nobody's.
  { brand: 'visa', prefixes: ['4', '9010'], lengths: [13, 16, 19], codeLength: 3 },
  { brand: 'mastercard', prefixes: ['51-55', '2221-2720', '9030'], lengths: [16], codeLength: 3 },
  { brand: 'amex', prefixes: ['34', '37'], lengths: [15], codeLength: 4 },
  { brand: 'diners', prefixes: ['36', '38', '39', '300-305'], lengths: [14, 15, 16, 17, 18, 19], codeLength: 3 },
  { brand: 'jcb', prefixes: ['3528-3589'], lengths: [16, 17, 18, 19], codeLength: 3 },
  // Hungarian benefit cards. Some of their numbers have eight digits, which only a test may know.
  { brand: 'szep', prefixes: ['6101', '6471', '0510'], lengths: [16], codeLength: 3 },
  { brand: 'unionpay', prefixes: ['62', '81'], lengths: [16, 17, 18, 19], codeLength: 3 },
  // Numbers of twelve digits, which the brand also has, are not told from a phone's or an order's.
  {
    brand: 'maestro',
    prefixes: ['50', '56-58', '63', '67', '1111'],
    lengths: [13, 14, 15, 16, 17, 18, 19],
    codeLength: 3,
  },
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

/** ISO/IEC 7812 check digit over a text of ASCII digits; false for any other text. */
export const passesLuhn = (digits: string): boolean => {
  if (!/^[0-9]+$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = digit * 2;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

/** Whether the text is a whole card number in ASCII digits: known range, a length of that brand, right check digit. */
export const isCardNumber = (digits: string): boolean => {
  if (!passesLuhn(digits)) return false;
  const lengths: readonly number[] | undefined = rangeOf(digits)?.lengths;
  return lengths?.includes(digits.length) === true;
};

/** First six, last four: the one form in which a number is kept and shown. `expiry` is `YYYY-MM`. */
export const faceOf = (digits: string, expiry: string): CardFace => {
  const brand = brandOf(digits);
  if (!brand) throw new Error('a card face needs a number of a known brand');
  return { brand, first6: digits.slice(0, 6), last4: digits.slice(-4), expiry };
};

/** Whether the month `YYYY-MM` has wholly passed in UTC at `now` (ms). */
export const isPast = (expiry: string, now: number): boolean => expiry < new Date(now).toISOString().slice(0, 7);

/** ASCII digits, and the full-width ones of Chinese and Japanese keyboards. */
const digit = '[0-9\\uff10-\\uff19]';
/** What people put between the digits of a number: spaces, dashes, a minus, each also full-width; two at most. */
const gap = '[ \\u00a0\\u3000\\-\\u2010-\\u2015\\u2212\\uff0d]{0,2}';
const digitRun = new RegExp(`${digit}(?:${gap}${digit}){12,}`, 'g');
const digitGroup = new RegExp(`${digit}+`, 'g');

const toAscii = (digits: string): string =>
  digits.replace(/[\uff10-\uff19]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xff10 + 48));

/** The card number that `groups` of digits begin with, and how many of them it takes; the longest, if there is one. */
const leadingNumber = (groups: readonly string[]): { number: string; taken: number } | undefined => {
  let found: { number: string; taken: number } | undefined;
  let number = '';
  for (const [index, group] of groups.entries()) {
    number += group;
    if (number.length > 19) break;
    if (isCardNumber(number)) found = { number, taken: index + 1 };
  }
  return found;
};

/**
 * Free text with every card number in it cut to first six and last four. A number may stand beside other digits, as in
 * `1 x 4440 0000 0990 0010 01/39`; one inside a longer row of digits is none.
 */
export const maskNumbers = (text: string): string =>
  text.replace(digitRun, (run) => {
    const groups = [...run.matchAll(digitGroup)];
    const numbers = groups.map(([group]) => toAscii(group));
    let masked = '';
    let copied = 0;
    for (let index = 0; index < groups.length; index++) {
      const leading = leadingNumber(numbers.slice(index, index + 19));
      if (!leading) continue;
      const last = groups[index + leading.taken - 1]!;
      masked += `${run.slice(copied, groups[index]!.index)}${leading.number.slice(0, 6)}xxxxxx${leading.number.slice(-4)}`;
      copied = last.index + last[0].length;
      index += leading.taken - 1;
    }
    return masked + run.slice(copied);
  });
