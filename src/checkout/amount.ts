import { exponentOf, textFromMinor } from '../core/money.ts';

/** What payers call a currency at home, where nobody there reads its code. */
const namesAtHome: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  UZS: { uz: 'soʻm', ru: 'сум' },
};

/**
 * An amount as a payer of the language reads it, split into currency and figure: the code, not the sign, because `$`
 * is many currencies. `whole` is both in the order of the language.
 */
export const amountIn = (lang: string, amountMinor: bigint, currency: string) => {
  const places = exponentOf(currency);
  const format = new Intl.NumberFormat(lang, {
    style: 'currency',
    currency,
    currencyDisplay: 'code',
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
  const name = namesAtHome[currency]?.[lang];
  // Decimal text goes in as it is: Intl reads it exactly, where a Number would round above 2^53.
  const parts = format
    .formatToParts(textFromMinor(amountMinor, currency) as Intl.StringNumericLiteral)
    .map((part) => (part.type === 'currency' && name ? { ...part, value: name } : part));
  const join = (wanted: typeof parts) => wanted.map((part) => part.value).join('');
  return {
    currency: join(parts.filter((part) => part.type === 'currency')),
    figure: join(parts.filter((part) => part.type !== 'currency' && part.type !== 'literal')),
    whole: join(parts),
  };
};
