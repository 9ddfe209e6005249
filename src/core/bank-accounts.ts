/** How a bank account is debited: by SEPA direct debit, through the ACH network, or by a check that is drawn on it. */
export const schemes = ['sepa', 'ach', 'check'] as const;
export type Scheme = (typeof schemes)[number];

export const isScheme = (text: unknown): text is Scheme => schemes.includes(text as Scheme);

/** What may be shown and kept of a payer's bank account. */
export interface BankAccountFace {
  readonly scheme: Scheme;
  /** The last four signs of its number. */
  readonly last4: string;
  /** The bank: its BIC, or its routing number. */
  readonly bank: string;
  /** Two letters; null where the number does not tell. */
  readonly country: string | null;
  /** What its holder uses it for, in the merchant's words; null where the merchant does not say. */
  readonly use: string | null;
}
