import type { BankAccountFace, Scheme } from './bank-accounts.ts';
import type { Brand } from './cards.ts';
import type { Reason } from './reasons.ts';
import type { AttemptState, OperationKind, OperationState, PaymentState } from './states.ts';
import type { Wallet } from './wallets.ts';

/** UUID version 8, lower case; says whose it is (see src/kit/ids.ts). Core treats it as opaque. */
export type Id = string;

/** Milliseconds since 1970 UTC on the business clock. */
export type Instant = number;

/** Where the money of a payment is. All in minor units of the payment's currency, never negative. */
export interface Totals {
  readonly authorizedMinor: bigint;
  readonly capturedMinor: bigint;
  readonly refundedMinor: bigint;
  /** What payers' banks took back of `captured`. */
  readonly disputedMinor: bigint;
  /** What captures and releases under way have reserved: of `authorized`, and of what may be captured beyond it. */
  readonly authorizedHeldMinor: bigint;
  /** Part of `captured` that refunds under way, and those who undo it, have reserved. */
  readonly capturedHeldMinor: bigint;
  /** What went to a payer without a sale before it. */
  readonly paidOutMinor: bigint;
  readonly payoutHeldMinor: bigint;
}

/** The money of one order, between one payer and one merchant, in one currency. */
export interface Payment extends Totals {
  readonly merchantId: number;
  readonly id: Id;
  readonly shopId: Id;
  readonly state: PaymentState;
  /** Number of commits so far; the guard of the next one. */
  readonly version: number;
  readonly currency: string;
  readonly amountMinor: bigint;
  /** Which way its money goes: `in` from a payer, or `out` to one. */
  readonly direction: 'in' | 'out';
  /** The merchant's order, for which several may be tried; null on an API that knows no such thing. */
  readonly orderReference: string | null;
  /** The payment that it repeats, or pays out to the card of. */
  readonly originPaymentId: Id | null;
  /** Whether more may come in than was asked for: its payers push their money. */
  readonly takesMore: boolean;
  /** How much more than what is authorized may be captured, in whole percent of what still is; 0 but for an authorization. */
  readonly overcapturePercent: number;
  /** Whether the merchant's reference may be used again once nothing has come of it (see claims.ts). */
  readonly freesReference: boolean;
  /** Notices cut so far; the next one takes the next number. */
  readonly noticeCount: number;
  readonly createdAt: Instant;
}

/** One thing asked of a payment, or one fact that befell it. */
export interface Operation {
  /** 1, 2, … within the payment. Operation 1 is what the payment was made for. */
  readonly ordinal: number;
  readonly id: Id;
  readonly kind: OperationKind;
  readonly state: OperationState;
  readonly amountMinor: bigint;
  /**
   * Ordinal of the operation this one is about: a refund's sale, a reversal's target, what a stray came too late for; of a
   * release of what the last capture leaves, that capture.
   */
  readonly target: number | null;
  /** Ordinal of the later reversal or void that undid this one. */
  readonly undoneBy: number | null;
  /** Why it was refused, declined or ended; null while open and when approved. */
  readonly reason: Reason | null;
  /** The merchant's own reference. */
  readonly reference: string | null;
  readonly requestHash: string | null;
  /** Where the merchant wants to be told of this operation. */
  readonly noticeUrl: string | null;
  /** Token of the stored card or account that paid, or that this operation made. */
  readonly cardToken: string | null;
  /** What one API must echo and no rule needs: JSON text, first member `v`. */
  readonly memo: string | null;
  /** The gate that it passed and that is closed over it later: the batch of a terminal. */
  readonly gateId: Id | null;
  readonly requestedAt: Instant;
  readonly finishedAt: Instant | null;
}

/** What may be shown and kept of a card. */
export interface CardFace {
  readonly brand: Brand;
  readonly first6: string;
  readonly last4: string;
  /** `YYYY-MM`. */
  readonly expiry: string;
}

/** The payer's browser posts `fields` to `url` and comes back by POST (3-D Secure). */
export interface Redirect {
  readonly kind: 'redirect';
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Name of the form field whose text the other side hands back unread: ours to fill when the form is shown. */
  readonly echoField: string;
}

/** The payer types the one-time code that was texted to the phone of the card. */
export interface Otp {
  readonly kind: 'otp';
  /** Masked, as the acquirer gave it. */
  readonly phone: string;
  /** How many digits the code has. */
  readonly digitCount: number;
}

/** An OTP as it stands: how often it was tried and texted. */
export interface OtpStanding extends Otp {
  /** When the last text was asked for. */
  readonly textedAt: Instant;
  /** Wrong codes since the last text. */
  readonly wrongCount: number;
  /** Texts after the first. */
  readonly resendCount: number;
}

/** The payer pays in an app. What is done there *is* the payment, so no timer ends it: only the acquirer's word does. */
export interface Qr {
  readonly kind: 'qr';
  /** What the code on the page says. */
  readonly text: string;
  /** Opens the app on the payer's own phone; null where the acquirer names no address. */
  readonly appUrl: string | null;
}

/** A code as it stands: whether the acquirer is being asked to take no more money under it, and why. */
export interface QrStanding extends Qr {
  readonly closing: 'expired' | 'cancelled' | null;
}

/** What the payer must do before the acquirer decides. */
export type Challenge = Redirect | OtpStanding | QrStanding;

/** One conversation with an acquirer about an operation. */
export interface Attempt {
  readonly operation: number;
  readonly ordinal: number;
  readonly routeId: Id;
  readonly acquirer: string;
  /** Our account (merchant number) at the acquirer. */
  readonly account: string;
  readonly state: AttemptState;
  /**
   * Our reference towards the acquirer, unique for ever. Only the attempt of a stray has that of another: of the attempt
   * whose approval came too late.
   */
  readonly sentReference: string;
  readonly acquirerReference: string | null;
  /** ISO 8601 text as the acquirer gave it. */
  readonly acquirerTime: string | null;
  readonly responseCode: string | null;
  readonly responseText: string | null;
  readonly approvalCode: string | null;
  readonly networkReference: string | null;
  readonly card: CardFace | null;
  /** What the payer pays with, if not with a card. */
  readonly wallet: Wallet | null;
  /** The payer's bank account that is debited, if that is what pays. */
  readonly bankAccount: BankAccountFace | null;
  /** The wallet's name for the payer, as the acquirer gave it. */
  readonly payer: string | null;
  /** Where the vault keeps the number, if this attempt needs it later. */
  readonly vaultRef: string | null;
  /** Kept while the payer's answer is on its way; gone once the attempt has ended. */
  readonly challenge: Challenge | null;
  /** Why its outcome is not known: the host was silent, or answered with an error. */
  readonly doubt: 'silence' | 'host_error' | null;
  /** The latest time at which the last message that may move money has left. */
  readonly sentAt: Instant;
  /** Inquiries (or repeated reversals) made since `sentAt`. */
  readonly inquiries: number;
  /** How many of them said, after the acquirer's lag, that it has never heard of it. */
  readonly notFound: number;
  /** When a worker must look after it; null when nobody need. */
  readonly dueAt: Instant | null;
}

/** A reference taken, so that nothing else can take it. Names the command that took it. */
export interface Claim {
  readonly scope: string;
  readonly value: string;
  /** Unique in the whole installation, not for its merchant alone. */
  readonly everywhere?: boolean;
}

/** The money row of a move between two ledger accounts: one row with both sides. */
export interface Posting {
  readonly debit: string;
  readonly credit: string;
  readonly amountMinor: bigint;
}

/** Who did what, written in the commit that did it. */
export interface Event {
  readonly name: string;
  readonly actor: 'merchant' | 'payer' | 'acquirer' | 'office' | 'timer' | 'operator';
  readonly operation: number | null;
  readonly detail: string | null;
}

/** One hosted page visit in which a payer completes a payment. */
export interface Checkout {
  readonly successUrl: string | null;
  readonly failureUrl: string | null;
  readonly expiresAt: Instant;
  /** The brands the page takes. */
  readonly brands: readonly Brand[];
  /** The wallet that the payer pays with; null where it is a card. */
  readonly wallet: Wallet | null;
  /** How the bank account is debited that is to pay; absent where none is. */
  readonly debit?: Scheme;
  /** Whether an approved card is to be stored for later charges. */
  readonly keepsCard: boolean;
  /** Whether that is for the payer to say, with each card anew. The operation names the card as soon as one says so. */
  readonly asksToKeep?: boolean;
  /** Whose card it is, in the words of the merchant; null where the API knows no such thing. */
  readonly customer: string | null;
  /** What the merchant told of its payer and the order, for strong authentication: JSON text. Forgotten some time after the end. */
  readonly payerInfo: string | null;
  /** Whether the acquirer is asked for a challenge wherever the card's issuer knows one. */
  readonly demandsChallenge: boolean;
  /** Whether the acquirer is to decline a card whose issuer knows no challenge, or asks for none. */
  readonly requiresChallenge?: true;
  /** How long a redirect stays open, ms from the card's submission; null: until the checkout's end and a grace. */
  readonly redirectMs: number | null;
  /** How many cards the payer may submit; null: no limit. */
  readonly submitCountMax: number | null;
  /** Whether a card that was declined leaves the payment open for another, while one may be submitted. */
  readonly retriesDeclined?: true;
}

/**
 * Work that falls due. `expire` ends what waits for a payer, `lapse` an authorization; `fiscal` takes receipts to the
 * tax office.
 */
export type TaskKind = 'expire' | 'lapse' | 'fiscal';

export interface Task {
  readonly kind: TaskKind;
  readonly dueAt: Instant;
}

/** A contradiction that a person must settle. */
export interface Case {
  readonly kind: 'late_approval' | 'mismatch' | 'reversal_stuck' | 'unresolved';
  readonly operation: number;
  readonly evidence: string;
}

/** A card kept for later charges, named by a token of its owner. */
export interface StoredCard {
  readonly token: string;
  /** The shop at which alone it can be charged; null: at any of the merchant's. */
  readonly shopId: Id | null;
  readonly vaultRef: string;
  readonly face: CardFace;
  /** The card network's name for the payment that stored it: what its merchant charges alone must name it. */
  readonly networkReference: string | null;
  /** See Checkout. */
  readonly customer: string | null;
}

/** A bank account kept for later debits, named like a stored card, at all shops of its merchant. */
export interface StoredAccount extends Pick<StoredCard, 'token' | 'vaultRef' | 'customer'> {
  readonly face: BankAccountFace;
}

export const isAccount = (stored: StoredCard | StoredAccount): stored is StoredAccount => 'scheme' in stored.face;

/** A line of goods on a fiscal receipt. What a country's tax office asks for besides is in `extra`, echoed as it came. */
export interface ReceiptLine {
  readonly title: string;
  /** Price of one unit, VAT included. */
  readonly priceMinor: bigint;
  /** Decimal text above zero, such as `1` or `0.375`. */
  readonly count: string;
  /** Whole per cent. */
  readonly vatPercent: number;
  /** Codes of goods, units and packages, by the name that the tax office gives them. */
  readonly codes: Readonly<Record<string, string>>;
}

/**
 * What the tax office is owed for one approved operation, and what it answered. `wanted` until money has moved;
 * `pending` until the office has been asked; `failed` while it is asked again.
 */
export interface Receipt {
  readonly operation: number;
  readonly state: 'wanted' | 'pending' | 'failed' | 'registered';
  /** Empty for the receipt of a refund: it names the one it is about. */
  readonly lines: readonly ReceiptLine[];
  readonly tries: number;
  /** The office's own words; null until it has registered the receipt. */
  readonly number: string | null;
  readonly terminal: string | null;
  readonly sign: string | null;
  readonly url: string | null;
  readonly message: string | null;
  readonly registeredAt: Instant | null;
}

/** A message owed to a merchant. */
export interface Notice {
  /** 1, 2, … within the payment. */
  readonly seq: number;
  readonly operation: number;
  readonly url: string;
  readonly body: string;
  readonly dueAt: Instant;
}

/** All that is known of one payment when a decision is made. Ordered by ordinal. */
export interface View {
  readonly payment: Payment;
  readonly operations: readonly Operation[];
  readonly attempts: readonly Attempt[];
  readonly checkout: Checkout | null;
  /** By operation; empty where no tax office is owed anything. */
  readonly receipts: readonly Receipt[];
  /** An acquirer's statement says that it paid the merchant for some of it. No rule asks for this; it is to be shown. */
  readonly isSettled?: true;
}
