import { minorFromText } from '../../core/money.ts';
import { type Fault, faults } from './codes.ts';
import { type Members, nestingOf } from './json.ts';
import { type Check, checks } from './schema.ts';
import type { Settings } from './settings.ts';
import { type PaymentType, paymentTypeOf } from './types.ts';

/** The commands of E5 and what they are to the gateway (section 18.2). */
export const terminalCommands = {
  SALE: 'sale',
  REFUND: 'payout',
  VOID: 'void',
  REVERSAL: 'reversal',
} as const;

export type TerminalCommandName = keyof typeof terminalCommands;

export const isTerminalCommand = (text: string): text is TerminalCommandName => Object.hasOwn(terminalCommands, text);

/** The commands of E6: whether they close the batch whatever its totals (section 19.2). */
export const settlementCommands = { SETTLEMENT: { closesAnyway: false }, SETTLEAFTERUPLOAD: { closesAnyway: true } };

export type SettlementCommandName = keyof typeof settlementCommands;

export const isSettlementCommand = (text: string): text is SettlementCommandName =>
  Object.hasOwn(settlementCommands, text);

/** The types of cards that terminals take (section 9). */
const terminalTypes: readonly string[] = ['VM', 'UNIONPAY', 'AMEX', 'DINERS'];

/** The type, if terminals of this shop take it; its fault is 501. */
export const terminalTypeOf = (name: string, { types }: Settings): PaymentType | undefined => {
  const type = paymentTypeOf(name);
  return type && terminalTypes.includes(type.name) && types.includes(type.name) ? type : undefined;
};

/** A total of section 19.1 in minor units, read as an amount is; zero is one. Undefined where it is none. */
export const totalMinorOf = (source: string): bigint | undefined => {
  const totalMinor = minorFromText(source, 'HKD', 0.001);
  return totalMinor !== undefined && totalMinor >= 0n && totalMinor <= 999_999_999_999n ? totalMinor : undefined;
};

const matches =
  (pattern: RegExp): Check =>
  ({ value }) =>
    typeof value === 'string' && pattern.test(value);

const emvBytesMax = 8_192;

/** Tag by tag as an object, the same as JSON in a text, or a list (section 18.1). */
const emvTags: Check = ({ value, source }) =>
  (typeof value === 'string' || (typeof value === 'object' && value !== null)) &&
  Buffer.byteLength(source) <= emvBytesMax &&
  nestingOf(source) <= emvBytesMax / 2;

const total: Check = ({ value, source }) => typeof value === 'number' && totalMinorOf(source) !== undefined;
const count = checks.whole(0, 999_999);

interface Field {
  readonly name: string;
  readonly isValid: Check;
  readonly isRequired: boolean;
}

const required = (name: string, isValid: Check): Field => ({ name, isValid, isRequired: true });
const optional = (name: string, isValid: Check): Field => ({ name, isValid, isRequired: false });

/** Who speaks, and of which batch, in E5 and E6 alike. */
const places = {
  merchantId: required('merchantId', matches(/^[\x21-\x7e]{1,64}$/)),
  terminalId: required('terminalId', matches(/^[A-Za-z0-9]{1,8}$/)),
  batchId: required('batchId', matches(/^\d{6}$/)),
  traceNo: required('traceNo', matches(/^\d{6}$/)),
};

const ids = [optional('clientId', checks.isText), optional('merchantRef', checks.isText)];
const type = required('type', checks.isText);
const metadata = optional('metadata', checks.metadata);

/** The fields of E5 in the order in which they are checked (section 18.1); `cmd` comes before all of them. */
export const terminalFields: readonly Field[] = [
  ...ids,
  type,
  places.merchantId,
  places.terminalId,
  optional('card', checks.text(64)),
  required('amt', checks.amount),
  // Truncated; a whole number is cut before anything is stored.
  required('pan', matches(/^\d{6}[\d*xX]{0,9}\d{4}$/)),
  required('expDate', matches(/^(?:0[1-9]|1[0-2])\d\d$/)),
  places.batchId,
  required('entryMode', matches(/^[\x21-\x7e]{1,3}$/)),
  optional('track2', matches(/^[\x21-\x7e]{1,64}$/)),
  places.traceNo,
  optional('emvTags', emvTags),
  optional('pinBlock', matches(/^[\x21-\x7e]{1,64}$/)),
  metadata,
  required('currency', checks.currency),
  optional('orderId', checks.isText),
];

/** The fields of E6 (section 19.1). */
export const settlementFields: readonly Field[] = [
  ...ids,
  type,
  places.merchantId,
  places.terminalId,
  places.batchId,
  places.traceNo,
  ...['sale', 'voided', 'refund', 'voidedRefund'].flatMap((kind) => [
    required(`${kind}Total`, total),
    required(`${kind}Count`, count),
  ]),
  metadata,
];

/** The first thing wrong with the fields; undefined when nothing is. */
export const fieldsFault = (fields: readonly Field[], members: Members, settings: Settings): Fault | undefined => {
  for (const { name, isValid, isRequired } of fields) {
    const member = members.get(name);
    if (!member) {
      if (isRequired) return faults.missingField(name);
    } else if (!isValid(member, settings)) return faults.invalidField(name);
  }
  return undefined;
};
