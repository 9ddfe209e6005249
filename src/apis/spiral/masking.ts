import { maskNumbers } from '../../core/cards.ts';

const stringsAndRest = /"(?:[^"\\]|\\.)*"|[^"]+/g;

const maskString = (token: string): string => {
  const text = JSON.parse(token) as string;
  const masked = maskNumbers(text);
  return masked === text ? token : JSON.stringify(masked);
};

/** A number that is a card number becomes a string, since a masked one is no JSON number. */
const maskBareNumbers = (tokens: string): string =>
  tokens.replace(/-?\d[\d.eE+-]*/g, (number) => {
    const masked = maskNumbers(number);
    return masked === number ? number : JSON.stringify(masked);
  });

/**
 * JSON text with every card number in it cut to first six and last four, and otherwise byte for byte as it was. Merchants
 * type numbers into free fields, and what is stored must not hold one.
 */
export const maskJson = (source: string): string =>
  source.replace(stringsAndRest, (token) => (token.startsWith('"') ? maskString(token) : maskBareNumbers(token)));
