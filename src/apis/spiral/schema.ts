import { minorFromText } from '../../core/money.ts';
import { type Member, type Members, nestingOf } from './json.ts';
import type { Settings } from './settings.ts';
import { paymentTypeOf } from './types.ts';

/** What the commands of E1 are to the gateway, and which column of section 5.3 rules their fields. */
export const commands = {
  SALESESSION: { column: 'session', kind: 'sale', txnType: 'SALE' },
  AUTHSESSION: { column: 'session', kind: 'authorize', txnType: 'AUTH' },
  SALE: { column: 'direct', kind: 'sale', txnType: 'SALE' },
  AUTH: { column: 'direct', kind: 'authorize', txnType: 'AUTH' },
  CAPTURE: { column: 'follow', kind: 'capture', txnType: 'CAPTURE' },
  REFUND: { column: 'follow', kind: 'refund', txnType: 'REFUND' },
} as const;

export type CommandName = keyof typeof commands;
type Column = (typeof commands)[CommandName]['column'];

export const isCommand = (text: unknown): text is CommandName =>
  typeof text === 'string' && Object.hasOwn(commands, text);

/**
 * An amount of section 2.4 in minor units, undefined where it is none. The nearest cent counts, if it is no more than
 * 0.00001 away: clients add up floats. Every currency that is taken has two decimals.
 */
export const amountMinorOf = (source: string): bigint | undefined => {
  const amountMinor = minorFromText(source, 'HKD', 0.001);
  return amountMinor !== undefined && amountMinor > 0n && amountMinor <= 999_999_999_999n ? amountMinor : undefined;
};

export type Check = (member: Member, settings: Settings) => boolean;

const isText: Check = ({ value }) => typeof value === 'string';

/** Lengths count characters, not bytes or UTF-16 units. */
const text =
  (lengthMax: number): Check =>
  ({ value }) =>
    typeof value === 'string' && [...value].length <= lengthMax;

const oneOf =
  (...allowed: string[]): Check =>
  ({ value }) =>
    typeof value === 'string' && allowed.includes(value);

const urlLengthMax = 2_048;
const scriptSchemes = /^(?:javascript|data|vbscript|file|blob):/i;

/** Any scheme that a browser may be sent to: apps pass `about:blank` or a scheme of their own (section 5.2). */
const pageUrl: Check = ({ value }) =>
  typeof value === 'string' &&
  value.length <= urlLengthMax &&
  value.isWellFormed() &&
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  /^[a-z][a-z0-9+.-]*:[^\s\u0000-\u001f\u007f]*$/i.test(value) &&
  !scriptSchemes.test(value);

const webhookUrl: Check = (member, settings) =>
  pageUrl(member, settings) && /^https?:\/\//i.test(member.value as string) && URL.canParse(member.value as string);

const metadataBytesMax = 4_096;

/** A level takes two bytes at least. It is counted first because `JSON.stringify` runs out of stack at some 5000 levels. */
const metadata: Check = ({ value, source }) =>
  (typeof value === 'string' || (typeof value === 'object' && !Array.isArray(value))) &&
  nestingOf(source) <= metadataBytesMax / 2 &&
  Buffer.byteLength(JSON.stringify(value)) <= metadataBytesMax;

const amount: Check = ({ value, source }) => typeof value === 'number' && amountMinorOf(source) !== undefined;

const currency: Check = ({ value }, settings) => typeof value === 'string' && settings.currencies.includes(value);

/** A whole number, spelled as one. */
const whole =
  (low: number, high: number): Check =>
  ({ value, source }) =>
    typeof value === 'number' && /^\d+$/.test(source) && value >= low && value <= high;

/** What fields of other endpoints are checked by as well. */
export const checks = { isText, text, webhookUrl, metadata, amount, currency, whole };

type Need = 'required' | 'optional' | 'ignored';

interface Field {
  readonly name: string;
  readonly isValid: Check;
  readonly need: (column: Column, members: Members) => Need;
}

const optional = (): Need => 'optional';

/** Whether a field is needed, by column. */
const needed =
  (session: Need, direct: Need, follow: Need) =>
  (column: Column): Need =>
    ({ session, direct, follow })[column];

/** Card data comes as a token and its source, both or neither; card types cannot do without (section 5.5). */
const cardPart =
  (other: string) =>
  (column: Column, members: Members): Need => {
    if (column !== 'direct') return 'ignored';
    const type = members.get('type')?.value;
    const isCard = typeof type === 'string' && paymentTypeOf(type)?.wallet === null;
    return isCard || members.has(other) ? 'required' : 'optional';
  };

/** Only of bills by FPS; ignored unread elsewhere, where the documentation's own sample has it (section 5.2). */
const durationNeed = (column: Column, members: Members): Need => {
  const type = members.get('type')?.value;
  const isFps = typeof type === 'string' && paymentTypeOf(type)?.wallet === 'fps';
  return isFps && column !== 'follow' ? 'optional' : 'ignored';
};

/** The fields of E1 in the order in which they are checked (sections 5.2, 5.3). `cmd` comes before all of them. */
export const fields: readonly Field[] = [
  { name: 'clientId', isValid: isText, need: optional },
  { name: 'merchantRef', isValid: isText, need: optional },
  { name: 'type', isValid: isText, need: needed('required', 'required', 'optional') },
  {
    name: 'amt',
    isValid: amount,
    need: needed('required', 'required', 'required'),
  },
  { name: 'goodsName', isValid: text(128), need: needed('required', 'required', 'optional') },
  { name: 'goodsDesc', isValid: text(512), need: optional },
  {
    name: 'channel',
    isValid: ({ value }) => typeof value === 'string' && /^(?:web|app)$/i.test(value),
    need: optional,
  },
  { name: 'cardToken', isValid: text(4_096), need: cardPart('cardTokenSrc') },
  { name: 'cardTokenSrc', isValid: oneOf('SPIRAL', 'APPLE_PAY', 'GOOGLE_PAY'), need: cardPart('cardToken') },
  { name: 'successUrl', isValid: pageUrl, need: needed('optional', 'ignored', 'ignored') },
  { name: 'failureUrl', isValid: pageUrl, need: needed('required', 'optional', 'ignored') },
  { name: 'webhookUrl', isValid: webhookUrl, need: needed('required', 'optional', 'optional') },
  { name: 'metadata', isValid: metadata, need: optional },
  {
    name: 'duration',
    isValid: whole(1, 365),
    need: durationNeed,
  },
  {
    name: 'currency',
    isValid: currency,
    need: optional,
  },
  { name: 'orderId', isValid: isText, need: needed('ignored', 'ignored', 'required') },
];
