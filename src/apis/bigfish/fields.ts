import { isCurrency } from '../../core/money.ts';
import { type Fault, faults } from './codes.ts';
import { objectFrom } from './encoded.ts';
import { cutLong } from './lengths.ts';
import { amountFrom, timeFrom } from './values.ts';

/** Thrown by the readers below and caught by `reading`: the first thing that is wrong with a request. */
class Wrong extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.code);
    this.fault = fault;
  }
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

/** A zero byte has no place in a text of the database. */
const isClean = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

const textLengthMax = 65_536;

/** Whether an object has at most so many objects in one another. */
const isShallow = (value: unknown, depthMax = 64): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depthMax > 0 && Object.values(value).every((part) => isShallow(part, depthMax - 1)));

/**
 * Reads the keys of a request's JSON as leniently as the clients write them (section 2.5). What is missing is looked for before
 * anything is wrong (steps 9 and 10 of section 4.2), so callers name what they require first.
 */
export class Fields {
  readonly #body: Readonly<Record<string, unknown>>;

  constructor(body: Readonly<Record<string, unknown>>) {
    this.#body = body;
  }

  raw(key: string): unknown {
    return Object.hasOwn(this.#body, key) ? this.#body[key] : undefined;
  }

  has(key: string): boolean {
    return !isAbsent(this.raw(key));
  }

  /** These must be there. */
  need(...keys: readonly string[]): void {
    const missing = keys.find((key) => !this.has(key));
    if (missing !== undefined) throw new Wrong(faults.missing(missing));
  }

  fail(fault: Fault): never {
    throw new Wrong(fault);
  }

  wrong(key: string): never {
    throw new Wrong(faults.wrong(key));
  }

  /** Text of at most `max` characters; a number becomes text. Empty when absent. */
  text(key: string, max = 255): string {
    const value = this.raw(key);
    if (isAbsent(value)) return '';
    const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
    if (typeof text !== 'string' || text.length > max || !isClean(text)) return this.wrong(key);
    return text;
  }

  /** Whether it reads as true. What reads as neither is found wrong in its turn. */
  says(key: string): boolean {
    const value = this.raw(key);
    return typeof value !== 'object' && ['true', '1'].includes(String(value).toLowerCase());
  }

  /** An empty text means false (SDK-A's way to write it), which differs from an absent key only where the default is true. */
  flag(key: string, otherwise: boolean): boolean {
    const value = this.raw(key);
    if (value === undefined || value === null) return otherwise;
    // A list would become a text as well, and one within thousands of others breaks whoever tries.
    const text = typeof value === 'object' ? '?' : String(value).toLowerCase();
    if (text === 'true' || text === '1') return true;
    return text === 'false' || text === '0' || text === '' ? false : this.wrong(key);
  }

  url(key: string): string | null {
    const text = this.text(key);
    if (text === '') return null;
    const isWeb = /^https?:\/\//i.test(text) && !/[\s\p{Cc}]/u.test(text) && URL.canParse(text);
    return isWeb ? text : this.wrong(key);
  }

  currency(key: string, otherwise: string): string {
    const text = this.text(key, 3).toUpperCase() || otherwise;
    return isCurrency(text) ? text : this.wrong(key);
  }

  /** Minor units; null when absent. */
  amount(key: string, currency: string): bigint | null {
    const value = this.raw(key);
    if (isAbsent(value)) return null;
    return amountFrom(value, currency) ?? this.wrong(key);
  }

  /** Upper case; what is none that we speak is Hungarian. */
  language(): string {
    const value = this.raw('Language');
    const text = typeof value === 'string' ? value.toUpperCase() : '';
    return ['HU', 'EN', 'DE'].includes(text) ? text : 'HU';
  }

  /** One of the objects of section 2.6; undefined when absent. */
  object(key: string): Record<string, unknown> | undefined {
    const value = this.raw(key);
    if (isAbsent(value)) return undefined;
    const object = objectFrom(value);
    if (!object || !isShallow(object)) return this.wrong(key);
    const text = JSON.stringify(object);
    return isClean(text) && text.length <= textLengthMax ? object : this.wrong(key);
  }

  /** What is told of buyer and order (section 7.1). */
  about(): Record<string, unknown> | undefined {
    const told = this.object('Info');
    return told && cutLong(told);
  }

  isCurrency(code: string): boolean {
    return isCurrency(code);
  }

  /** ms of a local time in another field; undefined where there is no such time. */
  timeIn(text: string): number | undefined {
    return timeFrom(text);
  }

  /** ms; null when absent. */
  time(key: string): number | null {
    const text = this.text(key, 32);
    return text === '' ? null : (timeFrom(text) ?? this.wrong(key));
  }

  oneOf<T extends string>(key: string, allowed: readonly T[]): T | null {
    const text = this.text(key);
    if (text === '') return null;
    return allowed.includes(text as T) ? (text as T) : this.wrong(key);
  }

  /** A list of texts; null when absent. */
  list(key: string): readonly string[] | null {
    const value = this.raw(key);
    if (isAbsent(value)) return null;
    const isList =
      Array.isArray(value) &&
      value.length <= 100 &&
      value.every((one) => typeof one === 'string' && one.length <= 255 && isClean(one));
    return isList ? (value as string[]) : this.wrong(key);
  }
}

/** What `read` makes of it, or the fault that it came upon. */
export const reading = <T>(body: Readonly<Record<string, unknown>>, read: (fields: Fields) => T): T | Fault => {
  try {
    return read(new Fields(body));
  } catch (error) {
    if (error instanceof Wrong) return error.fault;
    throw error;
  }
};

export const isFault = (value: unknown): value is Fault =>
  typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
