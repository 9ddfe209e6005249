import type { Scheme } from '../core/bank-accounts.ts';
import { type BankAccount, bankAccountOf } from '../gateway/ports/accounts.ts';

/** What can be wrong with the form, each at its field. */
export const accountFaults = {
  account_holder_missing: 'holder',
  iban_missing: 'iban',
  iban_wrong: 'iban',
  routing_missing: 'routing',
  routing_wrong: 'routing',
  account_missing: 'account',
  account_wrong: 'account',
  check_wrong: 'check',
} as const;

export type AccountFault = keyof typeof accountFaults;
export type AccountField = (typeof accountFaults)[AccountFault];

/** Uses of an account, of which the payer names one. */
export const uses = ['checking', 'savings', 'company'] as const;
export type Use = (typeof uses)[number];

/** What may stand in the form again when it comes back: no number of an account. */
export interface AccountKept {
  readonly holder: string;
  readonly use: Use;
}

export const emptyAccount: AccountKept = { holder: '', use: 'checking' };

export type AccountForm =
  | { readonly kind: 'account'; readonly account: BankAccount; readonly kept: AccountKept }
  | { readonly kind: 'faulty'; readonly faults: readonly AccountFault[]; readonly kept: AccountKept };

/** One field as text, with full-width figures and letters as plain ones. Longer than any honest entry is no entry. */
const fieldOf = (body: unknown, name: AccountField | 'use'): string => {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' && value.length <= 200 ? value.normalize('NFKC').trim() : '';
};

/** ISO 13616: country and check digits to the end, letters as 10 to 35, is one above a multiple of 97. */
const hasCheckDigits = (iban: string): boolean => {
  let rest = 0;
  for (const sign of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
};

/** A routing number of nine digits, weighed 3, 7, 1, is a multiple of ten. */
const isRouting = (text: string): boolean =>
  /^\d{9}$/.test(text) && [...text].reduce((sum, digit, at) => sum + Number(digit) * [3, 7, 1][at % 3]!, 0) % 10 === 0;

const isName = (text: string): boolean =>
  text.length >= 2 && text.length <= 70 && /^[\p{L}\p{M}\p{N} .,'’&()/+·-]*$/u.test(text);

const ofSepa = (body: unknown, isTest: boolean): { fault: AccountFault | null; number: string; bank: string } => {
  const iban = fieldOf(body, 'iban').replace(/[\s-]/g, '').toUpperCase();
  // Some published test numbers have wrong check digits.
  const isRight = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban) && (isTest || hasCheckDigits(iban));
  return { fault: iban === '' ? 'iban_missing' : isRight ? null : 'iban_wrong', number: iban, bank: '' };
};

/**
 * Reads the posted form of a bank account: the account, or all that is wrong with it in the order of the fields. `isTest`: IBANs with wrong
 * check digits will do.
 */
export const readAccountForm = (body: unknown, scheme: Scheme, isTest: boolean): AccountForm => {
  const holder = fieldOf(body, 'holder').replace(/\s+/g, ' ');
  const use = uses.find((one) => one === fieldOf(body, 'use')) ?? 'checking';
  const found: (AccountFault | null)[] = [isName(holder) ? null : 'account_holder_missing'];
  const about = { holder };
  // Somebody's number in the wrong field is not to come back.
  const kept = { holder: isName(holder) && !/\d{6}/.test(holder) ? holder : '', use };
  const end = (make: () => BankAccount): AccountForm => {
    const faults = found.filter((fault) => fault !== null);
    return faults.length > 0 ? { kind: 'faulty', faults, kept } : { kind: 'account', account: make(), kept };
  };
  if (scheme === 'sepa') {
    const { fault, number, bank } = ofSepa(body, isTest);
    found.push(fault);
    return end(() => bankAccountOf(scheme, { number, bank, use: null, told: about }));
  }
  const routing = fieldOf(body, 'routing').replace(/[\s-]/g, '');
  const number = fieldOf(body, 'account').replace(/[\s-]/g, '');
  const check = fieldOf(body, 'check');
  found.push(routing === '' ? 'routing_missing' : isRouting(routing) ? null : 'routing_wrong');
  found.push(number === '' ? 'account_missing' : /^\d{4,17}$/.test(number) ? null : 'account_wrong');
  if (scheme === 'check') found.push(/^\d{0,20}$/.test(check) ? null : 'check_wrong');
  const told = scheme === 'check' && check !== '' ? { ...about, checkNumber: check } : about;
  return end(() => bankAccountOf(scheme, { number, bank: routing, use, told: { ...told } }));
};
