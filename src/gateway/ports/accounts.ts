/** What the gateway needs of the store for bank accounts that are kept and forgotten. */
import type { BankAccountFace } from '../../core/bank-accounts.ts';
import type { Id, Instant, StoredAccount } from '../../core/model.ts';
import type { Secret } from '../../kit/secret.ts';

/** A payer's bank account as the merchant told it. Lives in memory only. */
export interface BankAccount {
  /** What tells it from any other: an IBAN, or a bank's number and one of its accounts. */
  readonly number: Secret;
  /** JSON text, an object of texts: all that the acquirer is told of it and its holder. */
  readonly told: Secret;
  readonly face: BankAccountFace;
}

/** `owner`: number of a merchant, or of a partner whose merchants debit it. */
export interface Accounts {
  find(owner: number, token: string): Promise<StoredAccount | undefined>;
  /** Under its token, unless that place has the same account already. Answers what stands. */
  keep(owner: number, account: StoredAccount, now: Instant): Promise<StoredAccount>;
  /** Accounts that can be debited at a shop (null: at any), of one customer or (null) of all, as they were stored. */
  list(owner: number, shopId: Id | null, customer: string | null): Promise<StoredAccount[]>;
  /** False when there is none of that name. That there was one stays known, as of cards. */
  forget(owner: number, token: string): Promise<boolean>;
}
