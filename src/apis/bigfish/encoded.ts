/** The objects that travel as base64 with its own alphabet: `Info`, `Extra`, `Settings`, `StoreSettings` (section 2.6). */

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const decoded = (text: string): string | undefined => {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/').replaceAll('.', '=').replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]+$/.test(plain)) return undefined;
  try {
    return utf8.decode(Buffer.from(plain, 'base64'));
  } catch {
    return undefined;
  }
};

/** The object, from this encoding, ordinary base64, JSON text, or as it is; undefined where it is none of them. */
export const objectFrom = (value: unknown): Record<string, unknown> | undefined => {
  if (isObject(value)) return value;
  if (typeof value !== 'string') return undefined;
  const direct = parsed(value);
  if (direct) return direct;
  const text = decoded(value);
  return text === undefined ? undefined : parsed(text);
};
