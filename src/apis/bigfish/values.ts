import type { CardFace } from '../../core/model.ts';
import { minorFromText, textFromMinor } from '../../core/money.ts';
import { isId, wireId } from '../../kit/ids.ts';

/** An id as 32 hex digits (section 3.1). */
export const nameOfId = (id: string): string => wireId(id).replaceAll('-', '');

/** Our id behind 32 hex digits; undefined for a text that never was one. */
export const idFrom = (text: string): string | undefined => {
  const parts = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(text);
  const id = parts && wireId(parts.slice(1).join('-'));
  return id && isId(id) ? id : undefined;
};

/** Major units without trailing zeros (section 2.5). */
export const amountText = (amountMinor: bigint, currency: string): string => {
  const text = textFromMinor(amountMinor, currency);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
};

/** Minor units of an amount as clients write it; undefined where it is none (section 2.5). */
export const amountFrom = (value: unknown, currency: string): bigint | undefined => {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^\d{1,10}(\.\d{1,2})?$/.test(text)) return undefined;
  return minorFromText(text.replace(/\.0+$/, ''), currency);
};

const zone = 'Europe/Budapest';
const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });

/** `YYYY-MM-DD HH:MM:SS` in Budapest (section 2.5). */
export const timeText = (at: number): string => clock.format(at).replace(',', '');

const timeShape = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/** ms of a local time without a zone; undefined where there is no such time. An hour that the clocks repeat is its first. */
export const timeFrom = (text: string): number | undefined => {
  const parts = timeShape.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour = 0, minute = 0, second = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  const asUtc = Date.UTC(year!, month! - 1, day!, hour, minute, second);
  const wanted = `${text.slice(0, 10)} ${[hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':')}`;
  return [2, 1].map((hours) => asUtc - hours * 3_600_000).find((at) => timeText(at) === wanted);
};

/** The last day on which a card is good. */
export const expiryDate = ({ expiry }: CardFace): string => {
  const [year, month] = expiry.split('-').map(Number) as [number, number];
  return `${expiry}-${new Date(Date.UTC(year, month, 0)).getUTCDate()}`;
};

/** First six, six stars, last four. */
export const maskOf = ({ first6, last4 }: CardFace): string => `${first6}******${last4}`;

/** A URL with the transaction's id in its query, the rest untouched (section 6.2). */
export const withTransaction = (url: string, id: string): string => {
  const hash = url.indexOf('#');
  const [base, fragment] = hash < 0 ? [url, ''] : [url.slice(0, hash), url.slice(hash)];
  const [path, query] = base.split(/\?(.*)/s) as [string, string?];
  const others = (query ?? '').split('&').filter((pair) => pair !== '' && !/^TransactionId(=|$)/.test(pair));
  return `${path}?${[...others, `TransactionId=${id}`].join('&')}${fragment}`;
};
