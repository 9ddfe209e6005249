/** What the gateway needs of the store for bank accounts that are kept and forgotten. */
import type { BankAccountFace, Scheme } from '../../core/bank-accounts.ts';
import { maskNumbers } from '../../core/cards.ts';
import type { Instant, StoredAccount } from '../../core/model.ts';
import { Secret } from '../../kit/secret.ts';

/** A payer's bank account as the merchant told it. Lives in memory only. */
export interface BankAccount {
  /** What tells it from any other: an IBAN, or a bank's number and one of its accounts. */
  readonly number: Secret;
  /** JSON text, an object of texts: all that the acquirer is told of it and its holder. */
  readonly told: Secret;
  readonly face: BankAccountFace;
}

/**
 * An account by its number (an IBAN, or that of a bank with `bank` its routing number), in capitals. `bank`: the BIC of an IBAN, or
 * empty; `told`: what else the acquirer is to be told, by name.
 */
export const bankAccountOf = (
  scheme: Scheme,
  about: {
    readonly number: string;
    readonly bank: string;
    readonly use: string | null;
    readonly told: Readonly<Record<string, string>>;
  },
): BankAccount => {
  const { number, bank, use, told } = about;
  const isIban = scheme === 'sepa';
  const named = isIban
    ? { iban: number, ...(bank !== '' && { bic: bank }) }
    : { accountNumber: number, routingNumber: bank };
  return {
    number: new Secret(isIban ? number : `${scheme} ${bank}/${number}`),
    told: new Secret(JSON.stringify({ ...named, ...told })),
    // What is kept in clear is no card number that somebody put into the wrong field.
    face: {
      scheme,
      last4: number.slice(-4),
      bank: maskNumbers(bank),
      country: isIban ? number.slice(0, 2) : null,
      use,
    },
  };
};

/** `owner`: number of a merchant, or of a partner whose merchants debit it. */
export interface Accounts {
  find(owner: number, token: string): Promise<StoredAccount | undefined>;
  /** Under its token, unless that customer has the same account already. Answers what stands. */
  keep(owner: number, account: StoredAccount, now: Instant): Promise<StoredAccount>;
  /** Accounts of one customer or (null) of all, as they were stored. */
  list(owner: number, customer: string | null): Promise<StoredAccount[]>;
  /** False when there is none of that name. That there was one stays known, as of cards. */
  forget(owner: number, token: string): Promise<boolean>;
}
