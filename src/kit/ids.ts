import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(6 * 512);
let used = pool.length;

/** 48 random bits as 12 hex digits. */
const random48 = (): string => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 6;
  return pool.toString('hex', used - 6, used);
};

const below = (value: number, limit: number): boolean => Number.isInteger(value) && value >= 0 && value < limit;

/**
 * A UUID version 8: 48 bits of time (whole ms), 26 bits of merchant number, 48 random bits. It sorts by time, and an id
 * that arrives alone says whose it is. Throws on a number that has no room in it.
 */
export const newId = (merchantId: number, now: number): string => {
  if (!below(merchantId, 2 ** 26)) throw new RangeError(`no id for merchant ${merchantId}: 26 bits`);
  if (!below(now, 2 ** 48)) throw new RangeError(`no id at ${now}: whole milliseconds, 48 bits`);
  const time = now.toString(16).padStart(12, '0');
  const high = (merchantId >>> 14).toString(16).padStart(3, '0');
  const low = (0x8000 | (merchantId & 0x3fff)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-8${high}-${low}-${random48()}`;
};

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const isId = (text: string): boolean => shape.test(text);

/** The merchant number inside an id, in either form: swapping leaves the middle where it is. */
export const merchantOf = (id: string): number =>
  (Number.parseInt(id.slice(15, 18), 16) << 14) | (Number.parseInt(id.slice(19, 23), 16) & 0x3fff);

/**
 * The id as merchants see it: first and last 12 hex digits swapped, because a time-ordered start would give ids of the
 * same minute the same first 8 digits. Its own inverse.
 */
export const wireId = (id: string): string =>
  `${id.slice(24, 32)}-${id.slice(32)}-${id.slice(14, 23)}-${id.slice(0, 8)}${id.slice(9, 13)}`;
