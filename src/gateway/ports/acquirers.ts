/** What every folder under src/acquirers is. */
import type { BankAccountFace, Scheme } from '../../core/bank-accounts.ts';
import type { Brand } from '../../core/cards.ts';
import type { CardFace, Challenge, Otp, Qr, Redirect } from '../../core/model.ts';
import type { Reason } from '../../core/reasons.ts';
import type { OperationKind } from '../../core/states.ts';
import type { App, Wallet } from '../../core/wallets.ts';
import type { CardDetails, CardPresent, Payee, Payer } from './vault.ts';

/** What an acquirer is asked to do. Amounts in minor units of `currency`. */
export interface Order {
  readonly kind: OperationKind;
  readonly action: 'perform' | 'resume' | 'resend' | 'inquire' | 'close' | 'undo';
  readonly operation: number;
  readonly attempt: number;
  readonly acquirer: string;
  readonly account: string;
  /** Ours, unique for ever. An inquiry asks about this one; an undo has its own and names `original`. */
  readonly sentReference: string;
  /** The acquirer's name for this conversation, once it gave one. */
  readonly acquirerReference: string | null;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly card: CardFace | null;
  /** What the payer is to pay with, if not with a card. */
  readonly wallet: Wallet | null;
  /** The bank account that is debited, if that is what pays. */
  readonly bankAccount: BankAccountFace | null;
  /** The attempt that a capture, refund, release, void or undo is about; of a payout without a number, that by which its card paid. */
  readonly original: { readonly sentReference: string; readonly acquirerReference: string | null } | null;
  /** Of a stored card: the network's name for the payment that stored it; null where it has none. */
  readonly firstNetworkReference: string | null;
  /** Who is there: a payer at the page, or the merchant alone (a charge by token). */
  readonly initiator: 'payer' | 'merchant';
  /** Where the payer's browser posts to after a challenge, and goes to by GET from a site; null when no browser is there. */
  readonly returnUrl: string | null;
  /** Ask for a challenge wherever the card's issuer knows one. */
  readonly demandsChallenge: boolean;
  /** Decline what would be approved without one. */
  readonly requiresChallenge?: true;
  readonly description: string | null;
  /** See Checkout: for the issuer, who may then want no challenge. */
  readonly payerInfo: string | null;
}

/** Money that a payer pushed. */
export interface Transfer {
  /** The acquirer's name for it, unique for ever. */
  readonly reference: string;
  /** Minor units of the order's currency. */
  readonly amountMinor: bigint;
  /** ISO 8601 with offset. */
  readonly acquirerTime: string | null;
  /** The bank's or wallet's name for the payer, if it tells one. */
  readonly payer: string | null;
}

interface Answer {
  readonly acquirerReference: string | null;
  /** ISO 8601 with offset. */
  readonly acquirerTime: string | null;
  readonly responseCode: string | null;
  readonly responseText: string | null;
}

/**
 * What came of an order. `declined` needs the acquirer's word. `not_sent`: proven that no byte left. `unknown`: bytes
 * left and no usable answer came. `not_found` (inquiries only): the acquirer has never heard of it. `wrong_code` (resumes
 * only): the code was not the one that was texted, nothing moved, and another may be tried. `received` (pushed money only):
 * what has come under a reference, which may be nothing.
 */
export type Outcome =
  | ({
      readonly kind: 'approved';
      readonly approvalCode: string | null;
      readonly networkReference: string | null;
      /** False when the acquirer says that the card must not be kept for later charges; absent: nothing was said. */
      readonly storable?: boolean;
      /** The wallet's name for the payer, if it has one. */
      readonly payer?: string;
    } & Answer)
  | ({ readonly kind: 'declined'; readonly reason: Reason } & Answer)
  | ({ readonly kind: 'challenge'; readonly challenge: Redirect | Otp | Qr } & Answer)
  | ({
      readonly kind: 'received';
      /** All that came under this reference so far, in the order in which it came. */
      readonly transfers: readonly Transfer[];
      /** The acquirer takes no more under it. What a bank sends all the same may still come. */
      readonly isClosed: boolean;
      /** What the payer scans; null once it is closed. */
      readonly challenge: Qr | null;
    } & Answer)
  | ({ readonly kind: 'wrong_code' } & Answer)
  | ({ readonly kind: 'accepted' } & Answer)
  | { readonly kind: 'not_sent'; readonly note: string }
  | { readonly kind: 'unknown'; readonly doubt: 'silence' | 'host_error'; readonly note: string }
  | { readonly kind: 'not_found' };

/** A card that an acquirer is asked about; no money moves. */
export interface CardQuestion {
  /** Our account at the acquirer. */
  readonly account: string;
  readonly currency: string;
  readonly card: CardDetails;
  readonly face: CardFace;
}

/** What the issuer's side tells of a card; null for what it does not tell. */
export interface CardFacts {
  readonly holder: string | null;
  readonly bank: string | null;
  /** Masked; where codes are texted to. */
  readonly phone: string | null;
  /** Minor units of the currency that was asked for. */
  readonly balanceMinor: bigint | null;
  /** Whether it may be kept for later charges. */
  readonly storable: boolean | null;
}

/** Facts about an acquirer, on which rules depend instead of on its name. */
export interface Capabilities {
  readonly partialCapture: boolean;
  /** How much more than what is authorized it captures, in whole percent of what still is; absent: nothing more. */
  readonly overcapturePercent?: number;
  /**
   * A capture, release, refund or undo sent again under the same reference has one effect. Where it has not, what a last capture
   * leaves is not released, and lapses.
   */
  readonly knowsReference: boolean;
  /** How long an order may be invisible to inquiries, ms. */
  readonly lagMs: number;
  /** Whether `resume` needs number and code again. */
  readonly resumeNeedsCard: boolean;
  readonly brands: readonly Brand[];
  readonly wallets: readonly App[];
  /** Names of pages of others on which payers pay; `any`: it knows them by whatever name. Absent: none. */
  readonly sites?: readonly string[] | 'any';
  /** Whether it takes what a terminal read of a card that was held to it. */
  readonly cardPresent: boolean;
  /** Whether it sends money to a card without a sale before it, and to what it took money from before. */
  readonly payouts: boolean;
  /** Where else it sends money to; absent: nowhere. */
  readonly payees?: readonly Payee['payee'][];
  /** How it debits bank accounts; absent: not at all. */
  readonly debits?: readonly Scheme[];
  /** What a payer with a card of that brand may have to do first. */
  readonly challenges: Readonly<Partial<Record<Brand, Challenge['kind']>>>;
}

/** One folder under src/acquirers. Never throws for what the outside world does: that is an outcome. */
export interface Acquirer {
  readonly name: string;
  readonly capabilities: Capabilities;
  /**
   * `card` for a sale, authorization, verify or payout (that names no `original`), else null. What a terminal read comes in its place where a card was held to
   * one, a payee in that of a card that is paid out to. A payer comes with an order that debits a bank account, and may with one by a site. `deadlineAt` in real ms: no byte leaves after it.
   */
  perform(order: Order, card: CardDetails | CardPresent | Payee | Payer | null, deadlineAt: number): Promise<Outcome>;
  /** After a challenge. `answer`: the fields that the payer's browser brought back; they prove nothing by themselves. */
  resume(
    order: Order,
    card: CardDetails | null,
    answer: Readonly<Record<string, string>>,
    deadlineAt: number,
  ): Promise<Outcome>;
  /** Texts a new code for an open OTP. That it did or did not is no evidence: the payer asks again. */
  resend(order: Order, deadlineAt: number): Promise<void>;
  /**
   * Never `not_sent`: that a question did not leave says nothing about the order; it is `unknown`. Never `challenge` but for a
   * wallet whose code is still open; of pushed money always what was `received` so far.
   */
  inquire(order: Order, deadlineAt: number): Promise<Outcome>;
  /**
   * Has no more money taken under the reference of a payment by wallet. `declined` acknowledges that nothing came;
   * `approved`, or `received` that is closed, tell what had come before. Never `not_sent`, as for `inquire`.
   */
  close(order: Order, deadlineAt: number): Promise<Outcome>;
  /**
   * Reads what the acquirer sent by itself and answers which of our references it is about; undefined for what is none of its
   * messages. Absent where it sends nothing. What it says counts for nothing: it is asked.
   */
  readonly readNotice?: (text: string) => string | undefined;
  /** Undefined where the acquirer tells nothing, or nothing usable came in time. */
  describe(question: CardQuestion, deadlineAt: number): Promise<CardFacts | undefined>;
  /** Takes `original` back, whatever became of it. Approved also when there is nothing to take back. */
  undo(order: Order, deadlineAt: number): Promise<Outcome>;
}
