import type { Currency } from './amount.ts';

/** What the shop sells. */
export interface Good {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
  /** In Hong Kong cents. */
  readonly priceMinor: bigint;
  /** Its kind, in the tax office's catalogue of goods: 17 digits. */
  readonly mxikCode: string;
  /** File name in assets. */
  readonly picture: string;
}

export interface Line {
  readonly good: Good;
  readonly quantity: number;
}

export const quantityMax = 9;

export const goods: readonly Good[] = [
  {
    id: 'teapot',
    name: 'Celadon teapot',
    detail: 'Holds 450 ml',
    priceMinor: 268_50n,
    mxikCode: '06911001001000000',
    picture: 'teapot.svg',
  },
  {
    id: 'tea',
    name: 'Jasmine tea',
    detail: 'Spring harvest, 100 g',
    priceMinor: 88_00n,
    mxikCode: '00902001001000000',
    picture: 'tea.svg',
  },
  {
    id: 'lantern',
    name: 'Paper lantern',
    detail: 'Folds flat',
    priceMinor: 120_00n,
    mxikCode: '09405001001000000',
    picture: 'lantern.svg',
  },
  {
    id: 'mooncakes',
    name: 'Mooncakes',
    detail: 'Lotus seed, box of four',
    priceMinor: 158_00n,
    mxikCode: '01905001001000000',
    picture: 'mooncakes.svg',
  },
];

/** Minor units of a currency for one Hong Kong cent: the shop has one price list. */
export const rates: Readonly<Record<Currency, bigint>> = { HKD: 1n, UZS: 1_600n, HUF: 45n, CZK: 3n };

export const priceIn = ({ priceMinor }: Good, currency: Currency): bigint => priceMinor * rates[currency];

export const totalOf = (lines: readonly Line[], currency: Currency): bigint =>
  lines.reduce((sum, { good, quantity }) => sum + priceIn(good, currency) * BigInt(quantity), 0n);

/** The order's goods in one line, such as `Celadon teapot, 2 × Jasmine tea`. */
export const summaryOf = (lines: readonly Line[]): string =>
  lines.map(({ good, quantity }) => (quantity > 1 ? `${quantity} × ${good.name}` : good.name)).join(', ');
