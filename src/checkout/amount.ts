import { exponentOf, textFromMinor } from '../core/money.ts';

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
  // Decimal text goes in as it is: Intl reads it exactly, where a Number would round above 2^53.
  const parts = format.formatToParts(textFromMinor(amountMinor, currency) as Intl.StringNumericLiteral);
  const join = (wanted: typeof parts) => wanted.map((part) => part.value).join('');
  return {
    currency: join(parts.filter((part) => part.type === 'currency')),
    figure: join(parts.filter((part) => part.type !== 'currency' && part.type !== 'literal')),
    whole: join(parts),
  };
};
