import type { Brand } from '../../core/cards.ts';
import type { CardFace } from '../../core/model.ts';
import { wireId } from '../../kit/ids.ts';

/** ISO 8601 in UTC with milliseconds (section 3.3). */
export const timeOf = (at: number): string => new Date(at).toISOString();

export const timeOrNull = (at: number | null): string | null => (at === null ? null : timeOf(at));

/** Tiyin as a JSON integer; amounts are held to 15 digits, which a double keeps. */
export const tiyinOf = (amountMinor: bigint): number => Number(amountMinor);

export type ProcessingType = 'UZCARD' | 'HUMO' | 'VM';

/** Which processing centre a brand belongs to (section 8.2); the brands that this API takes. */
const processing: Readonly<Partial<Record<Brand, ProcessingType>>> = {
  uzcard: 'UZCARD',
  humo: 'HUMO',
  visa: 'VM',
  mastercard: 'VM',
};

export const processingTypeOf = (brand: Brand): ProcessingType => processing[brand] ?? 'VM';

/** Brands of a service, with the international ones or without. */
export const brandsOf = (international: boolean): readonly Brand[] =>
  (Object.keys(processing) as Brand[]).filter((brand) => international || processing[brand] !== 'VM');

export const isInternational = (brand: Brand): boolean => processingTypeOf(brand) === 'VM';

/** First six, six stars, last four (section 3.3). */
export const maskOf = ({ first6, last4 }: CardFace): string => `${first6}******${last4}`;

/** `YYMM` (section 3.3). */
export const expiryOf = ({ expiry }: CardFace): string => expiry.slice(2, 4) + expiry.slice(5);

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Our id behind one that came over the wire; undefined for a text that never was one. */
export const idFrom = (text: string): string | undefined => (uuid.test(text) ? wireId(text.toLowerCase()) : undefined);

/** A number of its own for the nth part of a payment, where typed clients expect one. Fits a double. */
export const numberFor = (id: string, index: number): number => Number.parseInt(id.slice(-12), 16) * 16 + (index % 16);
