import { maskNumbers } from '../../core/cards.ts';

/** A JSON value with every card number in it cut to first six and last four, in names as well: somebody typed it where none belongs. */
export const masked = <T>(value: T): T => {
  const mask = (part: unknown): unknown => {
    if (typeof part === 'string') return maskNumbers(part);
    if (typeof part === 'number') {
      const text = String(part);
      const cut = maskNumbers(text);
      return cut === text ? part : cut;
    }
    if (Array.isArray(part)) return part.map(mask);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, own]) => [maskNumbers(key), mask(own)]));
  };
  return mask(value) as T;
};
