import type { Secret } from '../../../kit/secret.ts';

/** A card that a phone's wallet sent, as an acquirer needs it. Lives in memory only. */
export interface WalletCard {
  readonly number: Secret;
  /** `YYYY-MM`. */
  readonly expiry: string;
  /** Base64; null where the wallet sent the number that stands on the card itself. */
  readonly cryptogram: Secret | null;
}

/** What a payload says once it is opened. */
export interface OpenedPayload {
  readonly card: WalletCard;
  /** The sealed part, which nobody can change and have it open still: by it a payload is known again. */
  readonly sealed: Buffer;
}

type JsonObject = Readonly<Record<string, unknown>>;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A JSON object from its text; undefined where the text is none. */
export const objectFrom = (text: string): JsonObject | undefined => {
  const value = parsed(text);
  return isObject(value) ? value : undefined;
};

/** Bytes from standard base64 with its padding; undefined where the text is none. */
export const bytesFrom = (text: string | undefined): Buffer | undefined =>
  text && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;

/** The object that a payload holds: JSON text, or that in base64 (section 5.5). */
export const payloadFrom = (text: string): JsonObject | undefined =>
  objectFrom(text) ?? objectFrom(bytesFrom(text)?.toString() ?? '');

export const memberOf = (object: JsonObject | undefined, name: string): unknown =>
  object && Object.hasOwn(object, name) ? object[name] : undefined;

export const textOf = (object: JsonObject | undefined, name: string): string | undefined => {
  const value = memberOf(object, name);
  return typeof value === 'string' ? value : undefined;
};

export const objectOf = (object: JsonObject | undefined, name: string): JsonObject | undefined => {
  const value = memberOf(object, name);
  return isObject(value) ? value : undefined;
};
