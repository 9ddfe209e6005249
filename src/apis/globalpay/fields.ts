/** Reads the fields of a JSON object and collects all that is wrong with them (section 3.2: all fields together). */
export interface Fields {
  readonly faults: readonly string[];
  /** The first of these keys that is there and not null. */
  take(...names: readonly string[]): unknown;
  /** Text of 1 to `max` characters; numbers become text. Null when absent (an error if `required`). */
  text(names: readonly string[], rule: { readonly max: number; readonly required?: boolean }): string | null;
  /** A whole number, as a number or its digits. Null when absent or faulty. */
  whole(names: readonly string[], rule?: { readonly required?: boolean; readonly signed?: boolean }): number | null;
  /** `name` is empty where `says` names the field itself. */
  fault(name: string, says: string): void;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

/** Numbers are given for ids; a double prints its digits below 2⁵³. */
const asText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
};

// A zero byte has no place in a text of the database.
const isClean = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

export const fieldsOf = (body: Readonly<Record<string, unknown>>, prefix = ''): Fields => {
  const faults: string[] = [];
  const fault = (name: string, says: string) => {
    faults.push(name === '' ? says : `${prefix}${name}: ${says}`);
  };
  const take = (...names: readonly string[]) =>
    names.map((name) => (Object.hasOwn(body, name) ? body[name] : undefined)).find(isPresent);

  return {
    faults,
    take,
    fault,
    text(names, { max, required = false }) {
      const [name = ''] = names;
      const value = take(...names);
      const absent = !isPresent(value) || value === '';
      if (absent) {
        if (required) fault(name, 'must not be empty');
        return null;
      }
      const text = asText(value);
      if (text === undefined || !isClean(text)) fault(name, 'must be a text');
      else if (text.length > max) fault(name, `must have at most ${max} characters`);
      else return text;
      return null;
    },
    whole(names, { required = false, signed = false } = {}) {
      const [name = ''] = names;
      const value = take(...names);
      if (!isPresent(value) || value === '') {
        if (required) fault(name, 'must not be empty');
        return null;
      }
      const text = asText(value);
      const number = text !== undefined && (signed ? /^-?\d{1,15}$/ : /^\d{1,15}$/).test(text) ? Number(text) : null;
      if (number === null) fault(name, 'must be a whole number');
      return number;
    },
  };
};

/** Whole tiyin above zero from a number or decimal text, where a fraction of zero counts as none (section 3.3). */
export const tiyinFrom = (value: unknown): bigint | undefined => {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  const whole = typeof text === 'string' ? /^(\d{1,15})(?:\.0+)?$/.exec(text)?.[1] : undefined;
  const amount = whole === undefined ? 0n : BigInt(whole);
  return amount > 0n ? amount : undefined;
};
