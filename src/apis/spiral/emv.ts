import type { Member } from './json.ts';
import { maskJson } from './masking.ts';

/** Tags that hold a card's number or track (EMV book 3): they go to the acquirer, and to nobody else. */
const sensitive = ['56', '57', '5A', '9F1F', '9F20', '9F6B'];

const isSensitive = (tag: string): boolean => sensitive.includes(tag.toUpperCase());

/** The same without the tags that hold a number, wherever they stand. */
const cleaned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(cleaned);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([tag]) => !isSensitive(tag));
  return Object.fromEntries(entries.map(([tag, inner]) => [tag, cleaned(inner)]));
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** `emvTags` as an answer repeats it (section 18.3): byte for byte, unless a tag, or any text, holds a card number. */
export const echoedTags = ({ value, source }: Member): string => {
  const isText = typeof value === 'string';
  const tags = isText ? parsed(value) : value;
  const clean = cleaned(tags);
  const same = JSON.stringify(clean) === JSON.stringify(tags);
  const text = same ? source : JSON.stringify(isText ? JSON.stringify(clean) : clean);
  return maskJson(text);
};
