/** What is kept sealed, and what lives in memory alone. */
import type { Instant } from '../../core/model.ts';
import type { Secret } from '../../kit/secret.ts';
import type { BankAccount } from './accounts.ts';

/** A card as the payer typed it. Lives in memory only. */
export interface CardDetails {
  readonly number: Secret;
  /** `YYYY-MM`. */
  readonly expiry: string;
  readonly code: Secret | null;
  readonly holder: Secret | null;
  /** Base64; by which a phone's wallet proves that this payment is its own. For one order, and never stored. */
  readonly cryptogram?: Secret;
}

/**
 * What a terminal read from a card that was held to it, and where it stands. Lives in memory only and goes to the acquirer
 * alone: nothing of it but the numbers is ever written, whatever becomes of the order.
 */
export interface CardPresent {
  /** The terminal's number at the acquirer, the number of its batch and that of the message. */
  readonly terminal: string;
  readonly batch: string;
  readonly trace: string;
  /** How the card was read, in the acquirer's words. */
  readonly entryMode: string;
  readonly track2: Secret | null;
  readonly pinBlock: Secret | null;
  /** JSON text: what the chip told, by tag. */
  readonly emvTags: Secret | null;
}

/** Whom money is sent to where it is no card. Lives in memory only and goes to the acquirer alone. */
export interface Payee {
  readonly payee: 'account' | 'wallet';
  /** JSON text: what the merchant told of account or wallet and its holder, by name. */
  readonly told: Secret;
}

/**
 * What a merchant tells of somebody who pays without a card: for the page on which he will pay the number of a voucher, or his name at a
 * wallet; or the bank account that is debited. Lives in memory only and goes to the acquirer alone.
 */
export interface Payer {
  readonly payer: 'site' | 'account';
  /** JSON text: an object of texts. */
  readonly told: Secret;
}

export interface Vault {
  /**
   * Seals a number for an owner (merchant id) and answers its reference: the same one for the same number and owner.
   * It is forgotten after `until` (business ms) unless kept.
   */
  seal(owner: number, number: Secret, until: Instant): Promise<string>;
  /** The same of a bank account, with all that is told of it: one that is there keeps what was told first. */
  sealAccount(owner: number, account: Pick<BankAccount, 'number' | 'told'>, until: Instant): Promise<string>;
  /** A name for a number by which uses of it are counted: it cannot be turned back, nor made without the vault's key. */
  markOf(owner: number, number: Secret): Promise<string>;
  /** Keeps a sealed number for later charges. Repeating it does nothing. False when it is gone. */
  keep(owner: number, ref: string): Promise<boolean>;
  /**
   * The opposite of `keep`: a kept number is forgotten after `until` (business ms) unless it is kept again. Whatever may
   * still wait for the number must have ended by then. A number that is not kept stays as it is.
   */
  release(owner: number, ref: string, until: Instant): Promise<void>;
  /** The number, or what was told of an account, for the stated purpose; undefined when it is gone. Throws when the row was tampered with. */
  reveal(owner: number, ref: string, purpose: 'charge' | 'challenge' | 'inquiry'): Promise<Secret | undefined>;
  /**
   * Seals a security code for the time of a challenge, under a one-time key that is returned and kept nowhere here.
   * `slot` names it: the attempt's sent reference.
   */
  sealCode(owner: number, slot: string, code: Secret, until: Instant): Promise<Secret>;
  /** Opens and forgets it; undefined when it is gone or the key is not its own. */
  openCode(owner: number, slot: string, oneTimeKey: Secret): Promise<Secret | undefined>;
  /** Forgets what is past its end. Answers how many rows went. */
  purge(now: Instant): Promise<number>;
}

/** Keys and secrets of the installation itself, kept in the vault's second drawer. */
export interface SecretDrawer {
  /** The secret of that name; made by `make` and kept if there is none. Two processes get the same one. */
  ensure(name: string, make: () => Promise<Secret> | Secret): Promise<Secret>;
  /** May be some seconds old. */
  find(name: string): Promise<Secret | undefined>;
  /** Puts a secret in, in the place of one of that name. */
  put(name: string, secret: Secret): Promise<void>;
}
