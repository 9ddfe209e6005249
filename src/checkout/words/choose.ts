import { de } from './de.ts';
import { en } from './en.ts';
import { hu } from './hu.ts';
import { ru } from './ru.ts';
import { uz } from './uz.ts';
import type { Words } from './words.ts';
import { zhHans } from './zh-hans.ts';
import { zhHant } from './zh-hant.ts';

/** Every language of the pages. */
export const languages: readonly Words[] = [en, zhHant, zhHans, uz, ru, hu, de];

/** Languages by the tags that name them, first match wins. */
const spoken: readonly (readonly [RegExp, Words])[] = [
  [/^zh-(hant|hk|tw|mo)\b/, zhHant],
  [/^zh\b/, zhHans],
  [/^en\b/, en],
  [/^uz\b/, uz],
  [/^ru\b/, ru],
  [/^hu\b/, hu],
  [/^de\b/, de],
];

const spokenIn = (tag: string): Words | undefined => {
  const text = tag.trim().toLowerCase().replaceAll('_', '-');
  return spoken.find(([shape]) => shape.test(text))?.[1];
};

/**
 * The words for a merchant's `locale` such as `zh_HK`; one that we do not speak gives the site's own `language`. Without
 * a locale the browser's `Accept-Language` decides, and where that names none that we speak, again the site.
 */
export const wordsFor = (locale: string | null, acceptLanguage: string | undefined, language: string): Words => {
  const fallback = spokenIn(language) ?? en;
  if (locale !== null) return spokenIn(locale) ?? fallback;
  const wishes = (acceptLanguage ?? '')
    .slice(0, 200)
    .split(',')
    .map((part) => {
      const [tag, ...rest] = part.split(';');
      const weight = /^\s*q=([\d.]+)/.exec(rest.join(';'))?.[1] ?? '1';
      return { tag: tag!, weight: Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { tag } of wishes) {
    const words = spokenIn(tag);
    if (words) return words;
  }
  return fallback;
};
