import { en } from './en.ts';
import type { Words } from './words.ts';
import { zhHans } from './zh-hans.ts';
import { zhHant } from './zh-hant.ts';

/** Every language of the pages. */
export const languages: readonly Words[] = [en, zhHant, zhHans];

const spokenIn = (tag: string): Words | undefined => {
  const text = tag.trim().toLowerCase().replaceAll('_', '-');
  if (/^zh-(hant|hk|tw|mo)\b/.test(text)) return zhHant;
  if (/^zh\b/.test(text)) return zhHans;
  return /^en\b/.test(text) ? en : undefined;
};

/**
 * The words for a merchant's `locale` such as `zh_HK`; one that we do not speak gives English. Without a locale the
 * browser's `Accept-Language` decides.
 */
export const wordsFor = (locale: string | null, acceptLanguage: string | undefined): Words => {
  if (locale !== null) return spokenIn(locale) ?? en;
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
  return en;
};
