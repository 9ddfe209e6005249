import type { ReceiptLine } from '../../core/model.ts';
import { type Fields, fieldsOf, isObject } from './fields.ts';
import type { ItemEcho } from './memo.ts';
import type { DefaultItem } from './settings.ts';

/** A product line: how it is echoed, and what the tax office is told (section 6.1.1). */
export interface Item {
  readonly echo: ItemEcho;
  readonly line: ReceiptLine;
}

const itemCountMax = 500;

/** Both spellings are in use among the country's gateways. */
const spellings = {
  vatPercent: ['vatPercent', 'vat_percent'],
  packageCode: ['packageCode', 'package_code'],
} as const;

/** Fields of the tax law that are passed through (section 6.1.1). */
const passedThrough = ['tin', 'pinfl', 'barcode'] as const;

/** Decimal text above zero with at most 6 decimals; undefined for anything else. */
const countFrom = (value: unknown): string | undefined => {
  if (value === undefined) return '1';
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  const parts = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(text);
  return parts && Number(text) > 0 ? text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') : undefined;
};

const labelsFrom = (fields: Fields): readonly string[] | undefined => {
  const labels = fields.take('labels');
  if (labels === undefined) return undefined;
  const clean =
    Array.isArray(labels) && labels.length <= 100 && labels.every((l) => typeof l === 'string' && l.length <= 255);
  if (!clean) fields.fault('labels', 'must be a list of texts');
  return clean ? (labels as string[]) : undefined;
};

const readItem = (raw: unknown, prefix: string): { item?: Item; faults: readonly string[] } => {
  if (!isObject(raw)) return { faults: [`${prefix.slice(0, -1)}: must be an object`] };
  const fields = fieldsOf(raw, prefix);
  const title = fields.text(['title'], { max: 255, required: true });
  const price = fields.whole(['price'], { required: true });
  const count = countFrom(fields.take('count'));
  if (count === undefined) fields.fault('count', 'must be a number above zero');
  const code = fields.text(['code'], { max: 32 });
  const units = fields.whole(['units']);
  const vatPercent = fields.whole(spellings.vatPercent) ?? 0;
  if (vatPercent > 100) fields.fault('vatPercent', 'must be a per cent');
  const packageCode = fields.text(spellings.packageCode, { max: 32 });
  const discount = fields.whole(['discount']);
  const labels = labelsFrom(fields);
  const passed = Object.fromEntries(
    passedThrough
      .map((name) => [name, fields.text([name], { max: 64 })] as const)
      .filter(([, value]) => value !== null),
  );
  if (fields.faults.length > 0) return { faults: fields.faults };
  const codes = {
    ...(code !== null && { code }),
    ...(units !== null && { units: String(units) }),
    ...(packageCode !== null && { packageCode }),
    ...(passed as Record<string, string>),
    ...(labels && { labels: labels.join(' ') }),
  };
  const echo: ItemEcho = {
    title: title!,
    price: price!,
    count: Number(count),
    ...(code !== null && { code }),
    ...(units !== null && { units }),
    vatPercent,
    ...(packageCode !== null && { packageCode }),
    ...(discount !== null && { discount }),
    ...(labels && { labels }),
    ...passed,
  };
  return {
    item: { echo, line: { title: title!, priceMinor: BigInt(price!), count: count!, vatPercent, codes } },
    faults: [],
  };
};

/** `items` of a token or a Gate payment; absent, null and empty are the same. Faults go to `into`. */
export const readItems = (into: Fields): readonly Item[] => {
  const raw = into.take('items') ?? [];
  if (!Array.isArray(raw) || raw.length > itemCountMax) {
    into.fault('items', `must be a list of at most ${itemCountMax} lines`);
    return [];
  }
  const read = raw.map((item, index) => readItem(item, `items[${index}].`));
  for (const { faults } of read) for (const text of faults) into.fault('', text);
  return read.flatMap(({ item }) => item ?? []);
};

const micro = 1_000_000n;

/** What the lines come to, in tiyin, rounded half up. */
export const sumOf = (items: readonly Item[]): bigint => {
  const micros = items.reduce((sum, { line }) => {
    const [whole = '0', fraction = ''] = line.count.split('.');
    return sum + line.priceMinor * BigInt(whole + fraction.padEnd(6, '0'));
  }, 0n);
  return (micros + micro / 2n) / micro;
};

/** The receipt's lines: the merchant's own, or the service's default line over the whole amount. */
export const linesOf = (items: readonly Item[], amountMinor: bigint, item: DefaultItem): readonly ReceiptLine[] => {
  if (items.length > 0) return items.map(({ line }) => line);
  const { title, code, units, vatPercent, packageCode } = item;
  return [
    { title, priceMinor: amountMinor, count: '1', vatPercent, codes: { code, units: String(units), packageCode } },
  ];
};
