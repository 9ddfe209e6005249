/** What the shop sells. */
export interface Good {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
  readonly priceMinor: bigint;
  /** File name in assets. */
  readonly picture: string;
}

export interface Line {
  readonly good: Good;
  readonly quantity: number;
}

export const quantityMax = 9;

export const goods: readonly Good[] = [
  { id: 'teapot', name: 'Celadon teapot', detail: 'Holds 450 ml', priceMinor: 268_50n, picture: 'teapot.svg' },
  { id: 'tea', name: 'Jasmine tea', detail: 'Spring harvest, 100 g', priceMinor: 88_00n, picture: 'tea.svg' },
  { id: 'lantern', name: 'Paper lantern', detail: 'Folds flat', priceMinor: 120_00n, picture: 'lantern.svg' },
  {
    id: 'mooncakes',
    name: 'Mooncakes',
    detail: 'Lotus seed, box of four',
    priceMinor: 158_00n,
    picture: 'mooncakes.svg',
  },
];

export const totalOf = (lines: readonly Line[]): bigint =>
  lines.reduce((sum, { good, quantity }) => sum + good.priceMinor * BigInt(quantity), 0n);

/** The order's goods in one line, such as `Celadon teapot, 2 × Jasmine tea`. */
export const summaryOf = (lines: readonly Line[]): string =>
  lines.map(({ good, quantity }) => (quantity > 1 ? `${quantity} × ${good.name}` : good.name)).join(', ');
