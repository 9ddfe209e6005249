import { isCurrency } from '../../core/money.ts';
import { type Fields, fieldsOf, isObject, tiyinFrom } from './fields.ts';
import type { FieldEcho } from './memo.ts';
import { type Item, readItems } from './read-items.ts';

/** What was read, or all that is wrong with it in one text (section 11). */
export type Read<T> = { readonly value: T } | { readonly faults: string };

/** A payment as one of the calls that make one asks for it. Amount in tiyin, which are the minor units of UZS. */
export interface Asked {
  readonly externalId: string;
  readonly account: string | null;
  readonly description: string | null;
  readonly serviceId: string;
  readonly amountMinor: bigint;
  /** ISO 4217, upper case. */
  readonly currency: string;
  readonly items: readonly Item[];
  readonly fields: readonly FieldEcho[];
  readonly successUrl: string | null;
  readonly failUrl: string | null;
}

export interface TokenAsked extends Asked {
  readonly name: string;
  /** Seconds, clamped. */
  readonly lifespan: number;
}

const fieldCountMax = 100;
const lifespan = { default: 900, min: 300, max: 86_400 };

const barredSchemes = ['javascript:', 'data:', 'vbscript:', 'file:', 'blob:'];

/** Any app may be returned to, but nothing that a browser would run (section 6.1). */
const readUrl = (fields: Fields, name: string): string | null => {
  const text = fields.text([name], { max: 2_048 });
  if (text === null) return null;
  const works = !/[\s\p{Cc}]/u.test(text) && URL.canParse(text) && !barredSchemes.includes(new URL(text).protocol);
  if (!works) fields.fault(name, 'must be an absolute URL');
  return works ? text : null;
};

/** `requestFields` or `paymentFields`: a list of name and value, or an object; the last of a name counts (section 6.1.2). */
const readPairs = (fields: Fields, name: string, raw: unknown): readonly FieldEcho[] => {
  const pairs = isObject(raw) ? Object.entries(raw).map(([key, value]) => ({ name: key, value })) : raw;
  if (!Array.isArray(pairs) || pairs.length > fieldCountMax) {
    fields.fault(name, `must be a list of at most ${fieldCountMax} names and values`);
    return [];
  }
  const read: FieldEcho[] = [];
  for (const [index, pair] of pairs.entries()) {
    const own = isObject(pair) ? pair : {};
    const isClean = (text: unknown, max: number): text is string =>
      typeof text === 'string' && text.length <= max && !text.includes('\0') && text.isWellFormed();
    const value = own.value;
    if (!isClean(own.name, 255) || own.name === '' || !(isClean(value, 1_024) || Number.isFinite(value))) {
      fields.fault(`${name}[${index}]`, 'must have a name and a value');
    } else read.push({ name: own.name, value: value as string | number });
  }
  return read;
};

/** ISO 4217 in either case, or the number of the Uzbek som. */
const currencyFrom = (value: unknown): string | undefined => {
  if (String(value) === '860') return 'UZS';
  const code = typeof value === 'string' ? value.toUpperCase() : '';
  return isCurrency(code) ? code : undefined;
};

const money = (fields: Fields, where: string, amount: unknown, currency: unknown) => {
  const amountMinor = amount === undefined ? undefined : tiyinFrom(amount);
  if (amount === undefined) fields.fault(`${where}amount`, 'must not be empty');
  else if (amountMinor === undefined) fields.fault(`${where}amount`, 'must be a whole number of tiyin');
  const code = currency === undefined ? undefined : currencyFrom(currency);
  if (currency === undefined) fields.fault(`${where}currency`, 'must not be empty');
  else if (code === undefined) fields.fault(`${where}currency`, 'must be a currency code');
  return { amountMinor: amountMinor ?? 0n, currency: code ?? '' };
};

/** Amount and currency among the pairs of a request. */
const moneyIn = (fields: Fields, name: string, raw: unknown) => {
  const pairs = readPairs(fields, name, raw);
  const last = (wanted: string) => pairs.findLast((pair) => pair.name === wanted)?.value;
  return { fields: pairs, ...money(fields, `${name}.`, last('amount'), last('currency')) };
};

const serviceIdIn = (fields: Fields, names: readonly string[]): string =>
  String(fields.whole(names, { required: true }) ?? '');

const done = <T>({ faults }: Fields, value: T): Read<T> =>
  faults.length > 0 ? { faults: faults.join('; ') } : { value };

const clamp = (seconds: number): number => Math.min(Math.max(seconds, lifespan.min), lifespan.max);

/** Body of `POST /v1/user-service-tokens` (section 6.1). */
export const readToken = (body: Record<string, unknown>): Read<TokenAsked> => {
  const fields = fieldsOf(body);
  const name = fields.text(['name'], { max: 255, required: true }) ?? '';
  const description = fields.text(['description'], { max: 1_024 });
  const externalId = fields.text(['externalId'], { max: 255, required: true }) ?? '';
  const account = fields.text(['account'], { max: 255 });
  const seconds = clamp(fields.whole(['tokenLifespan'], { signed: true }) ?? lifespan.default);
  const serviceId = serviceIdIn(fields, ['externalServiceId', 'serviceId', 'service_id']);
  const items = readItems(fields);
  const topLevel = { amount: fields.take('amount'), currency: fields.take('currency') };
  const given =
    fields.take('requestFields') ?? Object.fromEntries(Object.entries(topLevel).filter(([, v]) => v !== undefined));
  const paid = moneyIn(fields, 'requestFields', given);
  const urls = { successUrl: readUrl(fields, 'successRedirectUrl'), failUrl: readUrl(fields, 'failRedirectUrl') };
  return done(fields, {
    name,
    description,
    externalId,
    account,
    lifespan: seconds,
    serviceId,
    items,
    ...paid,
    ...urls,
  });
};

/** Body of `POST /payments/v1/payment/init` (section 14.4.2). */
export const readInit = (body: Record<string, unknown>): Read<Asked> => {
  const fields = fieldsOf(body);
  const externalId = fields.text(['externalId'], { max: 255, required: true }) ?? '';
  const serviceId = serviceIdIn(fields, ['serviceId', 'externalServiceId', 'service_id']);
  const paid = moneyIn(fields, 'paymentFields', fields.take('paymentFields', 'requestFields') ?? []);
  const items = readItems(fields);
  return done(fields, {
    externalId,
    serviceId,
    ...paid,
    items,
    account: null,
    description: null,
    successUrl: null,
    failUrl: null,
  });
};

/** Body of `POST /payments/v2/payment/init` (section 14.5.1). */
export const readInitV2 = (body: Record<string, unknown>): Read<Asked> => {
  const fields = fieldsOf(body);
  const externalId = fields.text(['externalId'], { max: 255, required: true }) ?? '';
  const serviceId = serviceIdIn(fields, ['serviceId', 'externalServiceId', 'service_id']);
  const paid = money(fields, '', fields.take('amount'), fields.take('currency') ?? 'UZS');
  const account = fields.text(['account'], { max: 255 });
  const description = fields.text(['description'], { max: 1_024 });
  const items = readItems(fields);
  const successUrl = readUrl(fields, 'merchantVMRedirectSuccessUrl');
  const failUrl = readUrl(fields, 'merchantVMRedirectFailUrl');
  return done(fields, { externalId, serviceId, ...paid, fields: [], account, description, items, successUrl, failUrl });
};

export interface PerformAsked {
  readonly id: string;
  readonly externalId: string;
  readonly cardToken: string;
  readonly code: string | null;
}

/** Body of `perform` in both versions (sections 14.4.3, 14.5.2). The code is three digits where there is one. */
export const readPerform = (body: Record<string, unknown>): Read<PerformAsked> => {
  const fields = fieldsOf(body);
  const id = fields.text(['id'], { max: 64, required: true }) ?? '';
  const externalId = fields.text(['externalId'], { max: 255, required: true }) ?? '';
  const cardToken = fields.text(['cardToken'], { max: 64, required: true }) ?? '';
  const code = fields.text(['cardSecurityCode'], { max: 4 });
  if (code !== null && !/^\d{3}$/.test(code)) fields.fault('cardSecurityCode', 'must be three digits');
  return done(fields, { id, externalId, cardToken, code });
};

export interface RevertAsked {
  readonly id: string;
  readonly externalId: string | null;
  /** Null: all that is left. */
  readonly amountMinor: bigint | null;
}

/** Body of `POST /payments/v2/payment/revert` (section 14.5.3). */
export const readRevertV2 = (body: Record<string, unknown>): Read<RevertAsked> => {
  const fields = fieldsOf(body);
  const id = fields.text(['id', 'paymentId'], { max: 64, required: true }) ?? '';
  const externalId = fields.text(['externalId'], { max: 255 });
  const raw = fields.take('amount');
  const amountMinor = raw === undefined ? null : (tiyinFrom(raw) ?? 0n);
  if (amountMinor === 0n) fields.fault('amount', 'must be a whole number of tiyin');
  return done(fields, { id, externalId, amountMinor });
};
