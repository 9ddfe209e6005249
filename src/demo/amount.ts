/** Hong Kong dollars in cents, som in tiyin, forint in fillér and koruna in haléř. Text in, text out: no float touches an amount. */

export type Currency = 'HKD' | 'UZS' | 'HUF' | 'CZK';

/** How a currency is written before an amount. */
export const signs: Readonly<Record<Currency, string>> = { HKD: 'HK$', UZS: 'UZS', HUF: 'HUF', CZK: 'CZK' };

/** `268.5`, `1,200` or `40` as cents; undefined for anything else, for zero, and from 10 digits on. */
export const minorOf = (text: string): bigint | undefined => {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim().replaceAll(',', ''));
  if (!match) return undefined;
  const amountMinor = BigInt(match[1]!) * 100n + BigInt((match[2] ?? '').padEnd(2, '0'));
  return amountMinor > 0n ? amountMinor : undefined;
};

/** Cents as `268.50`. */
export const decimalOf = (amountMinor: bigint): string =>
  `${amountMinor / 100n}.${(amountMinor % 100n).toString().padStart(2, '0')}`;

/** Cents as people read them: `HK$ 1,268.50`. */
export const priceOf = (amountMinor: bigint, currency: Currency): string =>
  `${signs[currency]}\u00a0${decimalOf(amountMinor).replace(/\B(?=(\d{3})+\.)/g, ',')}`;
