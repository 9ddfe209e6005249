import type { BankAccountFace, Scheme } from '../../core/bank-accounts.ts';
import { type BankAccount, bankAccountOf } from '../../gateway/ports/accounts.ts';
import type { Fields } from './fields.ts';
import type { Answer } from './write.ts';

/** Modes in which an account is debited, without its holder's doing (section 5.4). */
const modes: Readonly<Record<string, Scheme>> = { SEPA: 'sepa', ACH: 'ach', CHK: 'check' };

export const schemeOf = ({ mode }: { readonly mode: string }): Scheme | undefined =>
  Object.hasOwn(modes, mode) ? modes[mode] : undefined;

export const modeOf = (scheme: Scheme): string => Object.keys(modes).find((mode) => modes[mode] === scheme)!;

const holder = ['customer.givenName', 'customer.surname'] as const;

/** What a payment or registration with an account must say (sections 6.4 and 6.10). */
export const neededOfAccount = (scheme: Scheme): readonly string[] => [
  ...(scheme === 'sepa' ? ['bic', 'iban'] : ['accountNumber', 'routingNumber']).map((name) => `bankAccount.${name}`),
  ...holder,
];

/** What else an acquirer is told of an account, under the same names. */
const told: Readonly<Record<string, string>> = {
  'bankAccount.mandateId': 'mandateId',
  'bankAccount.accountType': 'accountType',
  'bankAccount.checkNumber': 'checkNumber',
  'bankAccount.bankName': 'bankName',
  'customer.givenName': 'givenName',
  'customer.surname': 'surname',
  transactionDueDate: 'transactionDueDate',
  mandate: 'mandate',
};

/** The account of a request whose fields have been checked. */
export const bankAccountIn = (fields: Fields, scheme: Scheme): BankAccount => {
  const said = (name: string) => fields.get(`bankAccount.${name}`)!.toUpperCase();
  const more = Object.entries(told).flatMap(([field, name]) => {
    const value = fields.get(field);
    return value === undefined ? [] : [[name, value]];
  });
  return bankAccountOf(scheme, {
    number: said(scheme === 'sepa' ? 'iban' : 'accountNumber'),
    bank: said(scheme === 'sepa' ? 'bic' : 'routingNumber'),
    use: fields.get('bankAccount.accountType')?.toUpperCase() ?? null,
    told: Object.fromEntries(more),
  });
};

const masked = ({ last4 }: BankAccountFace): string => `******************${last4}`;

/** An account as the answer to its payment tells it (section 5.2). */
export const toldAccount = (face: BankAccountFace, holderName: string): Answer =>
  face.scheme === 'sepa'
    ? { holder: holderName, iban: masked(face), bic: face.bank, country: face.country ?? '' }
    : { holder: holderName, accountNumber: masked(face), routingNumber: face.bank, accountType: face.use ?? '' };

/** The same in the list of what is stored (section 6.11). */
export const listedAccount = (face: BankAccountFace): Answer => {
  const isIban = face.scheme === 'sepa';
  return {
    iban: isIban ? masked(face) : '',
    bic: isIban ? face.bank : '',
    accountNumber: isIban ? '' : masked(face),
    accountType: face.use ?? '',
    routingNumber: isIban ? '' : face.bank,
  };
};
