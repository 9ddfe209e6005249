import type { Scheme } from '../../core/bank-accounts.ts';
import type { PayerField } from '../../gateway/api.ts';
import type { AccountFault, Use } from '../account-form.ts';
import type { Fault } from '../card-form.ts';
import type { Outcome } from '../scene.ts';

/** A heading and what it means for the payer. */
export interface Notice {
  readonly title: string;
  readonly text: string;
}

/** What the page of the one-time code says. Counts are whole and above zero. */
export interface OtpWords {
  readonly title: string;
  readonly sent: (phone: string) => string;
  readonly sentAgain: (phone: string) => string;
  readonly keepSecret: string;
  readonly label: string;
  readonly digits: (count: number) => string;
  readonly confirm: (amount: string) => string;
  readonly confirming: string;
  readonly timeLeft: string;
  readonly minuteLeft: string;
  readonly malformed: (digitCount: number) => string;
  readonly wrong: (triesLeft: number) => string;
  /** It did not reach whoever checks it. */
  readonly notSent: string;
  readonly resend: string;
  /** `clock`: minutes and seconds until then, such as `0:42`. */
  readonly resendIn: (clock: string) => string;
  readonly tooSoon: (seconds: number) => string;
  readonly noMore: string;
  readonly anotherCard: string;
}

/** What is said of payments by wallet. `wallet` is its name, amounts as they are read in the language. */
export interface WalletWords {
  readonly scan: (wallet: string) => string;
  /** The same where a bank's app pays too. */
  readonly scanByBank: (wallet: string) => string;
  readonly how: string;
  /** For payers who do not see the code. */
  readonly picture: (wallet: string, amount: string) => string;
  readonly open: (wallet: string) => string;
  readonly openBank: string;
  readonly text: string;
  readonly copy: string;
  readonly copied: string;
  readonly waiting: string;
  /** Some of it has come. */
  readonly received: (received: string, amount: string, missing: string) => string;
  /** More has come than was asked for. */
  readonly receivedMore: (received: string, amount: string) => string;
  /** In place of what is said of a bank that is waited for. */
  readonly checking: (wallet: string) => string;
  /** The payer pays on a page of somebody else; `name` as of a wallet. */
  readonly site: {
    readonly title: (name: string) => string;
    readonly text: string;
    readonly go: (name: string) => string;
  };
  /** The acquirer could not be asked for a code. */
  readonly failed: Notice;
  readonly tryAgain: string;
}

/** What is said of payments from a bank account. */
export interface AccountWords {
  readonly names: Readonly<Record<Scheme, string>>;
  readonly errorSummary: string;
  readonly holder: string;
  readonly ibanHint: string;
  readonly routing: string;
  readonly routingHint: string;
  readonly number: string;
  readonly use: string;
  readonly uses: Readonly<Record<Use, string>>;
  readonly check: string;
  /** What who pays by SEPA direct debit agrees to, and may do afterwards. */
  readonly mandate: (merchant: string) => string;
  /** What who pays otherwise agrees to. */
  readonly consent: (merchant: string, amount: string) => string;
  readonly privacy: (merchant: string) => string;
  readonly notUsable: string;
  readonly faults: Readonly<Record<AccountFault, string>>;
}

/** What the page of a payment link says. */
export interface LinkWords {
  readonly choose: string;
  /** Where a payment by another way is open already, which a choice takes the place of. */
  readonly chooseAgain: string;
  /** `date`: with time and time zone. */
  readonly until: (date: string) => string;
  /** Of a link whose payers say how much they pay. */
  readonly amount: string;
  readonly amountBetween: (minimum: string, maximum: string | null) => string;
  readonly amountWrong: string;
  readonly terms: string;
  readonly privacyPolicy: string;
  /** Before the name of what a payer accepts, at its box. */
  readonly accept: string;
  /** Before the names of what who pays accepts. */
  readonly acceptByPaying: string;
  readonly notAccepted: string;
  /** What the merchant wants to know, by the names of the fields. */
  readonly payer: Readonly<Record<PayerField, string>>;
  readonly payerWrong: string;
  /** It was paid before. */
  readonly paid: Notice;
  /** Its merchant took it back. */
  readonly taken: Notice;
  /** What became of the payment before this one. */
  readonly declined: string;
  readonly cancelled: string;
  readonly expired: string;
  readonly partPaid: string;
  readonly open: Notice;
  readonly goOn: string;
  /** From a payment that failed back to this page. */
  readonly again: string;
  readonly over: Notice;
  readonly usedUp: Notice;
  /** There is no way to pay this. */
  readonly none: Notice;
}

/** All that the pages say. A language is a file of this shape; one that lacks a word does not build. */
export interface Words {
  /** BCP 47: the `lang` of the page and the way figures are written. */
  readonly lang: string;
  readonly securePayment: string;
  readonly testMode: string;
  readonly payTo: (merchant: string) => string;
  readonly order: string;
  readonly reference: string;
  readonly cardDetails: string;
  readonly acceptedCards: string;
  readonly number: string;
  readonly expiry: string;
  readonly expiryHint: string;
  readonly code: string;
  readonly codeHint3: string;
  readonly codeHint4: string;
  readonly codeHintEither: string;
  /** Said of a security code that some of the accepted cards lack. */
  readonly codeHintSome: (hint: string) => string;
  readonly holder: string;
  readonly optional: string;
  readonly pay: (amount: string) => string;
  readonly paying: string;
  readonly cancel: string;
  readonly timeLeft: string;
  readonly minutes: (count: number) => string;
  readonly twoMinutesLeft: string;
  readonly error: string;
  readonly errorSummary: string;
  readonly faults: Readonly<Record<Exclude<Fault, 'number_brand'>, string>> & {
    readonly number_brand: (brands: string) => string;
  };
  /** Nothing was tried, or nothing left the house: the payer may try again. */
  readonly notSent: string;
  readonly busy: string;
  readonly cardNotUsable: string;
  /** An earlier card was never confirmed: its time ran out, or the payer put it aside. */
  readonly notConfirmed: string;
  readonly challenge: Notice & { readonly go: string };
  readonly otp: OtpWords;
  readonly account: AccountWords;
  readonly wallet: WalletWords;
  readonly link: LinkWords;
  readonly checking: Notice & { readonly keepOpen: string };
  readonly outcomes: Readonly<Record<Outcome, Notice>>;
  readonly paidWith: (brand: string, last4: string) => string;
  /** A box that the payer may tick. */
  readonly keepCard: (merchant: string) => string;
  /** The same where the merchant has agreed on it with the payer. */
  readonly cardIsKept: (merchant: string) => string;
  readonly leaving: (merchant: string) => string;
  readonly leave: (merchant: string) => string;
  readonly mayClose: string;
  readonly fiscalReceipt: string;
  readonly notFound: Notice;
  readonly tooMany: Notice;
  readonly unreadable: Notice;
  readonly failed: Notice;
  readonly backToPage: string;
  readonly privacy: (merchant: string) => string;
}
