/** Most characters of what merchants tell of buyers and orders, by the last part of its path (section 7.1). */
const lengths: Readonly<Record<string, number>> = {
  FirstName: 45,
  LastName: 45,
  Email: 254,
  DeliveryEmail: 254,
  HomePhone: 18,
  MobilePhone: 18,
  WorkPhone: 18,
  Phone: 18,
  PostalCode: 16,
  City: 50,
  Line1: 50,
  Line2: 50,
  Line3: 50,
  Country: 50,
  CountryCode2: 2,
  UserAgent: 2_048,
};

const cutText = (text: string, max: number): string => Array.from(text).slice(0, max).join('');

/** `Info` with texts that are too long cut: it is advice, and no reason to refuse a payment. */
export const cutLong = <T>(value: T): T => {
  const cut = (part: unknown, key: string): unknown => {
    const max = Object.hasOwn(lengths, key) ? lengths[key] : undefined;
    if (typeof part === 'string') return max !== undefined && part.length > max ? cutText(part, max) : part;
    if (Array.isArray(part)) return part.map((one) => cut(one, ''));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, own]) => [name, cut(own, name)]));
  };
  return cut(value, '') as T;
};
