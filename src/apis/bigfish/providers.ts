import type { Brand } from '../../core/cards.ts';
import type { Wallet } from '../../core/wallets.ts';

/** What a provider can do (section 8.1). */
export interface Provider {
  readonly display: string;
  readonly currencies: readonly string[];
  /** Whether cards can be registered, and charged later without the buyer. */
  readonly registration: boolean;
  readonly recurring: boolean;
  readonly refund: 'none' | 'full' | 'partial';
  readonly twoStep: boolean;
  readonly partialCapture: boolean;
  /** Whether what gives a registering payment back on its own day ends the registration (section 3.5). */
  readonly voidEndsRegistration: boolean;
  /** SZÉP cards: charged at once, and from a pocket that the shop names. */
  readonly szep: boolean;
  /** How buyers pay: cards of these brands, or a wallet. */
  readonly brands: readonly Brand[];
  readonly wallet: Wallet | null;
  /** Acquirer whose routes alone are taken; null: any of the store's. */
  readonly acquirer: string | null;
}

const cards: readonly Brand[] = ['visa', 'mastercard', 'amex', 'diners', 'jcb', 'unionpay'];

type Marks = string;

/**
 * A row of the table: display name, currencies, and marks: `R` registers, `M` recurring, `F`/`P` refunds in full or in part,
 * `2` two-step, `C` partial capture, `V` a void ends the registration, `S` SZÉP, `O` SZÉP cards beside others.
 */
const row = (display: string, currencies: string, marks: Marks): Provider => ({
  display,
  currencies: currencies.split(' '),
  registration: marks.includes('R'),
  recurring: marks.includes('M'),
  refund: marks.includes('P') ? 'partial' : marks.includes('F') ? 'full' : 'none',
  twoStep: marks.includes('2'),
  partialCapture: marks.includes('C'),
  voidEndsRegistration: marks.includes('V'),
  szep: marks.includes('S'),
  brands: [...cards, 'maestro', ...(/[SO]/.test(marks) ? (['szep'] as const) : [])],
  wallet: null,
  acquirer: null,
});

const many = 'HUF EUR USD GBP CHF CZK PLN RON';

/** Every provider that a store can be assigned, with what it can do unless the store's settings say otherwise. */
export const providerTable: Readonly<Record<string, Provider>> = {
  Barion2: row('Barion', 'HUF EUR USD', 'RMP2C'),
  Borgun: row('Borgun', many, ''),
  Borgun2: row('Borgun', many, 'RMP2'),
  BBAruhitel: row('BB Áruhitel', 'HUF', ''),
  CIB: row('CIB Bank', 'HUF EUR', 'RMF'),
  GP: row('Global Payments', 'HUF EUR CZK', 'RMP2C'),
  Granit: row('Gránit Bank', 'HUF', 'RP'),
  KHB: row('K&H Bank', 'HUF EUR USD', 'RMP2CV'),
  KHBSZEP: row('K&H SZÉP kártya', 'HUF', 'S'),
  MKBSZEP: row('MBH SZÉP kártya', 'HUF', 'FS'),
  OTP: row('OTP Bank', 'HUF EUR USD', 'RMP2O'),
  OTPSimple: row('SimplePay', 'HUF EUR USD', 'RMP2C'),
  OTPSimpleWire: row('SimplePay átutalás', 'HUF EUR USD', 'P'),
  OTPSimpleRtp: row('SimplePay qvik', 'HUF', 'RF'),
  OTPEP: row('OTP Egészségpénztár', 'HUF', 'S'),
  OTPAruhitel: row('OTP Áruhitel', 'HUF', ''),
  PayPal: row('PayPal', many, 'RMP'),
  PayPalRest: row('PayPal', many, 'RMP2C'),
  PSC: row('paysafecard', 'HUF EUR USD', 'P'),
  Paysafecash: row('Paysafecash', 'HUF EUR', 'P'),
  PayU2: row('PayU', 'HUF EUR USD CZK PLN RON', 'P2'),
  PayURest: row('PayU', many, 'RMP2'),
  RaiffeisenPay: row('Raiffeisen Bank', 'HUF', 'RP2'),
  RaiffeisenUPC: row('Raiffeisen Bank', 'HUF', 'RP2'),
  RawKHBSZEP: row('K&H SZÉP kártya', 'HUF', 'RS'),
  RawMBHSZEP: row('MBH SZÉP kártya', 'HUF', 'RS'),
  RawOTPSZEP: row('OTP SZÉP kártya', 'HUF', 'RS'),
  Saferpay: row('Saferpay', 'HUF EUR USD CHF', 'RMP2C'),
  Stripe: row('Stripe', many, 'P2C'),
  QPAY: row('QPAY', 'EUR', 'P'),
  VivaWallet: row('Viva Wallet', 'EUR', 'RMP2C'),
  GoPay: row('GoPay', many, 'P'),
  FHB: row('FHB Bank', 'HUF EUR', 'F2'),
  IPG: row('IPG', 'HUF EUR', 'P2'),
  UniCredit: row('UniCredit Bank', 'HUF EUR', 'P2C'),
  Virpay: row('Virpay', 'HUF EUR', 'RMF2'),
  Wirecard: row('Wirecard', 'HUF EUR', 'RMP2'),
  Sofort: row('Sofort', 'HUF EUR', ''),
};

/** Names that older clients know; nobody can be assigned them any more (section 8.1). */
const retired = ['ABAQOOS', 'Barion', 'Escalion', 'OTP2', 'OTPMultipont', 'OTPay', 'OTPayMP', 'SMS'];

export const isProvider = (name: string): boolean => Object.hasOwn(providerTable, name) || retired.includes(name);

/** Pockets of SZÉP cards by the provider and the field that names one (section 8.2). */
export const pockets: Readonly<Record<string, readonly string[]>> = {
  MkbSzepCafeteriaId: ['1111', '2222', '3333'],
  OtpCardPocketId: ['01', '02', '03', '04', '05', '06', '07', '08', '09'],
  KhbCardPocketId: ['1', '2', '3'],
};
