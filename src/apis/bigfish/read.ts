import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { type Fault, faults } from './codes.ts';
import type { Fields } from './fields.ts';
import type { Memo, Registration } from './memo.ts';
import { isProvider, pockets } from './providers.ts';
import { providerOf, settingsOf } from './settings.ts';

/** What Init asks for. */
export interface Asked {
  readonly providerName: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly orderId: string;
  readonly userId: string;
  readonly language: string;
  readonly autoCommit: boolean;
  readonly responseUrl: string;
  readonly notificationUrl: string | null;
  readonly registration: Registration | null;
  /** The registering transaction of one that follows it. */
  readonly reference: string | null;
  readonly info: Record<string, unknown> | undefined;
  readonly extra: Record<string, unknown> | undefined;
  readonly pocket: Memo['pocket'] | undefined;
  readonly paymentMethods: readonly string[] | null;
  /** ms from now; null: the store's own time. */
  readonly lifeMs: number | null;
  readonly module: string;
}

const dayMs = 86_400_000;
const lifeMsMax = 60 * dayMs;

/** An object below an object; empty where there is none. */
const below = (object: unknown, key: string): Record<string, unknown> => {
  const value = (object as Record<string, unknown> | undefined)?.[key];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
};

/** Terms of charges without the buyer (sections 3.5, 7.1). */
const readTerms = (fields: Fields, info: Record<string, unknown> | undefined): Omit<Registration, 'type'> => {
  const { ExpireDate, Frequency = '0', AmountIndicator = '02' } = below(below(info, 'Order'), 'RecurringPayment');
  if (ExpireDate === undefined || ExpireDate === '' || ExpireDate === null) fields.fail(faults.missing('ExpireDate'));
  const expireDate = String(ExpireDate);
  const frequency = String(Frequency || '0');
  const indicator = String(AmountIndicator || '02');
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(expireDate) && !Number.isNaN(Date.parse(expireDate));
  if (!isDay || !/^\d{1,4}$/.test(frequency) || !['01', '02'].includes(indicator)) fields.wrong('Info');
  return { expireDate, frequency: Number(frequency), isFixed: indicator === '01' };
};

/** What a registration is to be good for (section 3.5); null where none is asked for. */
const readType = (fields: Fields, hasReference: boolean): Registration['type'] | null => {
  const asks = fields.flag('PaymentRegistration', false);
  const type = fields.oneOf('PaymentRegistrationType', ['CIT', 'MIT']);
  const isOneClick = fields.flag('OneClickPayment', false);
  // What follows a registration is never one itself (section 9.3).
  if (hasReference) return null;
  if (asks) return type ?? 'OLD';
  // The way of older clients: one click, and no word of a registration. It needs to be somebody's.
  return isOneClick && fields.has('UserId') && !fields.has('PaymentRegistration') ? 'OLD' : null;
};

/** How long the transaction may take, by its `Extra` (section 7.2). */
const readLife = (fields: Fields, extra: Record<string, unknown> | undefined, now: number): number | null => {
  const { TransactionExpirationTimeFormat: format, TransactionExpirationTimeValue: value } = extra ?? {};
  if (format === undefined && value === undefined) return null;
  const isMinutes = format === 'Minutes' && /^\d{1,5}$/.test(String(value));
  const at = format === 'Date' ? fields.timeIn(String(value)) : undefined;
  const lifeMs = isMinutes ? Number(value) * 60_000 : at === undefined ? 0 : at - now;
  return lifeMs > 0 && lifeMs <= lifeMsMax ? lifeMs : fields.wrong('Extra');
};

/** The pocket of a SZÉP card, by whichever field names one (section 8.2). */
export const readPocket = (fields: Fields, extra: Record<string, unknown> | undefined): Memo['pocket'] | undefined => {
  for (const key of ['MkbSzepCafeteriaId', 'OtpCardPocketId', 'SzepPocket']) {
    const value = fields.text(key, 8);
    if (value !== '') return { key, value };
  }
  const value = extra?.KhbCardPocketId;
  return value === undefined ? undefined : { key: 'KhbCardPocketId', value: String(value) };
};

/** Init (section 5.1), as far as its fields tell: steps 9 and 10 of section 4.2. `now`: ms. */
export const readInit = (fields: Fields, shop: Shop, now: number): Asked => {
  const registers = fields.says('PaymentRegistration') || (fields.says('OneClickPayment') && fields.has('UserId'));
  const follows = fields.has('ReferenceTransactionId') || fields.has('OneClickReferenceId');
  const { requiresNotificationUrl } = settingsOf(shop);
  fields.need('ProviderName', 'ResponseUrl');
  if (requiresNotificationUrl) fields.need('NotificationUrl');
  if (!registers || follows) fields.need('Amount');
  if (registers || follows) fields.need('UserId');
  const providerName = fields.text('ProviderName');
  const responseUrl = fields.url('ResponseUrl')!;
  const notificationUrl = fields.url('NotificationUrl');
  const currencyText = fields.text('Currency').toUpperCase() || 'HUF';
  const amountMinor = fields.amount('Amount', fields.isCurrency(currencyText) ? currencyText : 'HUF') ?? 0n;
  if (amountMinor === 0n && (!registers || follows)) fields.wrong('Amount');
  const currency = fields.currency('Currency', 'HUF');
  const orderId = fields.text('OrderId');
  const userId = fields.text('UserId');
  const language = fields.language();
  const autoCommit = fields.flag('AutoCommit', true);
  const type = readType(fields, follows);
  const named = fields.text('ReferenceTransactionId', 64);
  const reference = named || fields.text('OneClickReferenceId', 64) || null;
  const info = fields.about();
  const registration = type === null ? null : { type, ...(type === 'MIT' && readTerms(fields, info)) };
  const extra = fields.object('Extra');
  fields.flag('GatewayPaymentPage', false);
  const pocket = readPocket(fields, extra);
  fields.text('MppPhoneNumber');
  const paymentMethods = fields.list('PaymentMethods');
  const lifeMs = readLife(fields, extra, now);
  const module = `${fields.text('ModuleName')} ${fields.text('ModuleVersion')}`.trim();
  const order = { orderId, userId, language, autoCommit, responseUrl, notificationUrl };
  const data = { info, extra, pocket, paymentMethods, lifeMs, module };
  return { providerName, amountMinor, currency, ...order, registration, reference, ...data };
};

/** What the store's provider has against it: steps 11 to 15 of section 4.2, with the checks of section 5.1. */
export const providerFault = (
  shop: Shop,
  asked: Pick<Asked, 'providerName' | 'currency' | 'autoCommit' | 'amountMinor'> &
    Partial<Pick<Asked, 'registration' | 'reference' | 'pocket' | 'info'>>,
): Fault | undefined => {
  const { providerName, currency, autoCommit, amountMinor } = asked;
  const { registration = null, reference = null, pocket, info } = asked;
  if (!isProvider(providerName)) return faults.unknownProvider(providerName);
  const provider = providerOf(shop, providerName);
  if (!provider) return faults.inactiveProvider(providerName);
  // The cards with pockets are those of the benefit scheme, whichever provider takes them (section 8.2).
  const isSzep = provider.szep || (providerName === 'OTP' && pocket?.key === 'OtpCardPocketId');
  if (!provider.currencies.includes(currency) || (isSzep && currency !== 'HUF')) return faults.wrong('Currency');
  if (!autoCommit && (isSzep || !provider.twoStep)) return faults.wrong('AutoCommit');
  if (registration && !provider.registration) return faults.wrong('PaymentRegistration');
  const pocketFault = isSzep ? faultOfPocket(providerName, pocket) : undefined;
  if (pocketFault) return pocketFault;
  const email = below(below(info, 'Customer'), 'General').Email;
  if (providerName === 'RawOTPSZEP' && !email) return faults.missing('Info');
  // What proves a card alone promises nothing about later amounts.
  const { frequency = 0, isFixed = false } = registration ?? {};
  if (amountMinor === 0n && (frequency > 0 || isFixed)) return faults.wrong('Info');
  const wantsRecurring = registration?.type === 'MIT' && !provider.recurring;
  const isOff = (registration || reference) && !settingsOf(shop).registrations;
  return wantsRecurring || isOff ? faults.unauthorized : undefined;
};

/** Section 8.2. */
const faultOfPocket = (providerName: string, pocket: Memo['pocket']): Fault | undefined => {
  if (providerName === 'MKBSZEP' && pocket?.key !== 'MkbSzepCafeteriaId') return faults.missing('MkbSzepCafeteriaId');
  if (providerName.startsWith('Raw') && pocket?.key !== 'SzepPocket') return faults.missing('SzepPocket');
  if (!pocket) return undefined;
  const known = pocket.key === 'SzepPocket' ? Object.values(pockets).flat() : pockets[pocket.key];
  return known?.includes(pocket.value) ? undefined : faults.wrong(pocket.key);
};

/** When a transaction that begins now runs out, ms. */
export const endOf = (shop: Shop, { lifeMs }: Pick<Asked, 'lifeMs'>, { clock }: Pick<ApiParts, 'clock'>): number =>
  clock.now() + (lifeMs ?? settingsOf(shop).lifeMinutes * 60_000);
