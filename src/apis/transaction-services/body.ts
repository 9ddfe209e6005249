import type { FastifyInstance } from 'fastify';
import { cleaned, Fields, ownName, type Split } from './fields.ts';

/** Largest body, bytes (section 2.1). */
export const bodyBytesMax = 256 * 1_024;

/** Bodies come as bytes, whatever their type says. */
export const takeBytes = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) =>
    done(null, body),
  );
};

type BodyType = 'form' | 'json' | 'multipart';

/** How a body is to be read; undefined for a type that is none of ours. A missing one is a form (section 2.1). */
export const bodyTypeOf = (contentType: string): BodyType | undefined => {
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  if (type === '' || type === 'application/x-www-form-urlencoded') return 'form';
  if (type === 'application/json') return 'json';
  return type === 'multipart/form-data' ? 'multipart' : undefined;
};

/** `%` that begins no escape stays what it is: some clients encode nothing (J13). */
const unescaped = (text: string): string => {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
};

const ofPairs = (pairs: Iterable<readonly [string, string]>): Fields => {
  const values = new Map<string, string>();
  const custom: string[] = [];
  for (const [name, text] of pairs) {
    const key = ownName(name);
    const value = cleaned(text);
    if (value === '') continue;
    if (key === 'customParameters') custom.push(value);
    else if (!values.has(key)) values.set(key, value);
  }
  return new Fields(values, custom);
};

/** A form: each pair is split at its first `=`, empty pairs are passed over (J13). The first of two values counts (J8). */
export const fieldsOfForm = (text: string): Fields =>
  ofPairs(
    text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.indexOf('=');
        return at < 0 ? [unescaped(pair), ''] : [unescaped(pair.slice(0, at)), unescaped(pair.slice(at + 1))];
      }),
  );

/** Amounts that clients send as numbers become texts with two decimals before anything else (J7). */
const amountNames: ReadonlySet<string> = new Set(['amount', 'tmpl_amount']);

const textIn = (key: string, value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') return undefined;
  const text = String(value);
  if (!amountNames.has(key) || !/^\d+(\.\d{1,2})?$/.test(text)) return text;
  const [whole, fraction = ''] = text.split('.') as [string, string?];
  return `${whole}.${fraction.padEnd(2, '0')}`;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textsIn = (value: unknown): Split =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([key, one]) => {
          const text = textIn(key, one);
          return text === undefined ? [] : [[key, cleaned(text)]];
        }),
      )
    : {};

/** JSON: one level of nesting, or names with dots, which count less (J1, J6, J8). Undefined unless it is an object. */
const fieldsOfJson = (json: unknown): Fields | undefined => {
  if (!isObject(json)) return undefined;
  const nested = new Map<string, string>();
  const dotted = new Map<string, string>();
  const put = (into: Map<string, string>, key: string, value: unknown) => {
    const name = ownName(key);
    const text = textIn(name, value);
    const kept = text === undefined ? '' : cleaned(text);
    if (kept !== '' && !into.has(name)) into.set(name, kept);
  };
  for (const [key, value] of Object.entries(json)) {
    if (isObject(value)) for (const [inner, one] of Object.entries(value)) put(nested, `${key}.${inner}`, one);
    else put(dotted, key, value);
  }
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  const { customParameters: custom } = json;
  const texts = (Array.isArray(custom) ? custom : [custom]).flatMap((one) => textIn('', one) ?? []).map(cleaned);
  return new Fields(
    new Map([...dotted, ...nested]),
    texts.filter((text) => text !== ''),
    list(json.marketplace).map(textsIn),
    { product: list(json.product).map(textsIn), customerDetail: list(json.customerDetail).map(textsIn) },
  );
};

/** What a body says: fields, or that it is no JSON at all, or nothing that has any (code 30035). */
export const readBody = async (bytes: Buffer, contentType: string): Promise<Fields | 'no_json' | 'empty'> => {
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  switch (bodyTypeOf(contentType)) {
    case 'json': {
      let json: unknown;
      try {
        json = JSON.parse(text);
      } catch {
        return text.trim() === '' ? 'empty' : 'no_json';
      }
      const fields = fieldsOfJson(json);
      return fields && !fields.isEmpty ? fields : 'empty';
    }
    case 'multipart':
      try {
        const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
        const fields = ofPairs(
          [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
        );
        return fields.isEmpty ? 'empty' : fields;
      } catch {
        return 'empty';
      }
    default: {
      const fields = fieldsOfForm(text);
      return fields.isEmpty ? 'empty' : fields;
    }
  }
};
