import type { Brand } from '../core/cards.ts';

/** The brands as they write themselves. */
export const brandNames: Readonly<Record<Brand, string>> = {
  uzcard: 'Uzcard',
  humo: 'Humo',
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  maestro: 'Maestro',
  szep: 'SZÉP',
};

const marked: ReadonlySet<Brand> = new Set(['visa', 'mastercard', 'amex', 'diners', 'jcb', 'unionpay']);

/** Whether there is a drawing `<brand>.svg` among the assets; the others are shown by name. */
export const hasMark = (brand: Brand): boolean => marked.has(brand);
