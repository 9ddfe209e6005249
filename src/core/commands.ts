import type { BankAccountFace } from './bank-accounts.ts';
import type { CardFace, Checkout, Claim, Id, Instant, Otp, Qr, ReceiptLine, Redirect, TaskKind } from './model.ts';
import type { Reason, Refusal } from './reasons.ts';

/** What every new operation brings along. `id` becomes the operation's. */
interface Asked {
  readonly id: Id;
  readonly reference: string | null;
  readonly requestHash: string | null;
  readonly noticeUrl: string | null;
  readonly memo: string | null;
  /** See Operation. */
  readonly gateId?: Id;
  readonly claims: readonly Claim[];
}

interface NewPayment extends Asked {
  readonly paymentId: Id;
  readonly merchantId: number;
  readonly shopId: Id;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** See Payment. */
  readonly orderReference?: string | null;
  readonly originPaymentId?: Id | null;
  readonly freesReference?: boolean;
  /** See Payment; counts for nothing where none is authorized. */
  readonly overcapturePercent?: number;
}

/** What a payment can be made for. A `verify` has the amount 0: it proves a card, which is stored. */
interface NewOffer extends NewPayment {
  /** A `collect` is for a wallet whose payers push their money. */
  readonly kind: 'sale' | 'authorize' | 'verify' | 'collect';
}

/** The way an attempt will go: a route that routing chose. */
export interface Way {
  readonly routeId: Id;
  readonly acquirer: string;
  readonly account: string;
}

/** A merchant opens a checkout in which a payer will pay. */
export interface Open extends NewOffer {
  readonly type: 'open';
  readonly checkout: Checkout;
  /** Name under which the card is to be stored; null where the gateway names it. */
  readonly cardToken: string | null;
  /** What the tax office is owed once the money has moved; null where it is owed nothing. */
  readonly receipt: readonly ReceiptLine[] | null;
  /** The way to the acquirer that makes the code of the checkout's wallet; null where a payer submits a card first. */
  readonly offer: Offer | null;
}

/** Where a payment by wallet goes before its payer has done anything. */
export interface Offer {
  readonly way: Way;
  /** As of a charge. */
  readonly dueAt: Instant;
}

/**
 * A merchant charges a card at once, or pays out to one. With `refusal` in place of a way it is written down as refused and its
 * reference stays taken; so is what undoes a payment that nobody knows.
 */
export interface Charge extends NewPayment {
  readonly type: 'charge';
  readonly kind: 'sale' | 'authorize' | 'payout' | 'void' | 'reversal';
  readonly card: CardFace | null;
  readonly cardToken: string | null;
  readonly vaultRef: string | null;
  readonly way: Way | Refusal;
  /** When a worker looks after the attempt if its sender has not: after the sender's deadline, with a margin. */
  readonly dueAt: Instant;
}

/**
 * A payer submits the card form of a checkout, or a merchant a card or bank account in the payer's place; without either, the
 * checkout's wallet is tried once more.
 */
export interface Submit {
  readonly type: 'submit';
  readonly id: Id;
  readonly card: CardFace | null;
  /** In the place of a card; absent where none is debited. */
  readonly bankAccount?: BankAccountFace;
  /** Token of the stored card. Of a card that was typed null, or the name that it is to have, where its payer was asked. */
  readonly cardToken: string | null;
  readonly vaultRef: string | null;
  /** What this try alone may have; absent where nothing is in its way. */
  readonly claims?: readonly Claim[];
  readonly way: Way;
  readonly dueAt: Instant;
}

/** A payer comes back from a challenge. `sentReference` names the attempt that asked for it. */
export interface Resume {
  readonly type: 'resume';
  readonly id: Id;
  readonly sentReference: string;
  readonly dueAt: Instant;
}

/** A payer wants another text with a one-time code. */
export interface Resend {
  readonly type: 'resend';
  readonly id: Id;
}

/** A payer goes back from a one-time code to the card form. */
export interface Again {
  readonly type: 'again';
  readonly id: Id;
}

/** A merchant takes back an offer to pay that nobody has taken up; or a rule of its API refuses what was to pay it. */
export interface Withdraw {
  readonly type: 'withdraw';
  readonly id: Id;
  /** `withdrawn`, the usual, is not told to the merchant; the others are, as if they had come about by themselves. */
  readonly reason?: 'withdrawn' | 'cancelled' | 'expired' | 'limit_exceeded';
}

/** A payer gives up before the acquirer has anything to decide. */
export interface Cancel {
  readonly type: 'cancel';
  readonly id: Id;
}

/**
 * A merchant captures, releases what is not captured yet, or refunds; in part or whole. A refusal is written down if
 * `recordsRefusal`.
 */
export interface Follow extends Asked {
  readonly type: 'follow';
  readonly kind: 'capture' | 'release' | 'refund';
  /** Of a capture that is the last one: becomes the id of the release of what it leaves. */
  readonly restId?: Id;
  /** Whether it must be the only one of its kind: another that was approved, or may yet be, makes it `invalid_state`. */
  readonly isOnly?: boolean;
  /** Of a capture: how much more than authorized its acquirer takes, in percent; absent: nothing more. */
  readonly overcapturePercentMax?: number;
  readonly amountMinor: bigint;
  readonly recordsRefusal: boolean;
  /** A rule of the API that already refuses it, before core's own. */
  readonly refusal: Refusal | null;
  readonly dueAt: Instant;
}

/** A merchant undoes operation 1 of a payment as a whole. */
export interface Undo extends Asked {
  readonly type: 'undo';
  /** It tells a merchant's reversal from one that was ordered after long silence. */
  readonly reference: string;
  readonly kind: 'void' | 'reversal';
  readonly amountMinor: bigint;
  /** A rule of the caller that already refuses it; of a reversal only where there is something to take back. */
  readonly refusal: Refusal | null;
  readonly dueAt: Instant;
}

/** An operator writes down what an acquirer took back of a payment. */
export interface Dispute {
  readonly type: 'dispute';
  readonly id: Id;
  readonly amountMinor: bigint;
  /** The acquirer's name for it. */
  readonly reference: string;
  readonly noticeUrl: string | null;
  readonly claims: readonly Claim[];
}

/**
 * A merchant takes back a sale that never arrived: it is written down as cancelled, so that one which comes late finds its
 * claims taken.
 */
export interface Forestall extends NewPayment {
  readonly type: 'forestall';
  /** Becomes the id of the sale; `id` is that of the reversal. */
  readonly id2: Id;
}

/**
 * What the acquirer's answer was, as far as rules need it; the texts and codes are kept as they came. Kinds: see Outcome
 * in gateway/ports.ts. `not_sent` is about the order itself, so whoever inquires should not bring it.
 */
export interface Evidence {
  readonly kind:
    | 'approved'
    | 'declined'
    | 'challenge'
    | 'wrong_code'
    | 'received'
    | 'accepted'
    | 'not_sent'
    | 'unknown'
    | 'not_found';
  readonly reason?: Reason;
  readonly doubt?: 'silence' | 'host_error';
  readonly challenge?: Redirect | Otp | Qr | null;
  /** All that payers pushed so far, in order; each with the id of the operation that it becomes if it is new. */
  readonly transfers?: readonly Transfer[];
  /** The acquirer takes no more. */
  readonly isClosed?: boolean;
  /** Where the number was sealed for the time of a challenge, or of a doubt after which the card may be kept. */
  readonly vaultRef?: string | null;
  readonly acquirerReference?: string | null;
  readonly acquirerTime?: string | null;
  readonly responseCode?: string | null;
  readonly responseText?: string | null;
  readonly approvalCode?: string | null;
  readonly networkReference?: string | null;
  readonly payer?: string | null;
}

/** Money that a payer pushed. */
export interface Transfer {
  readonly id: Id;
  /** The acquirer's name for it, unique for ever. */
  readonly reference: string;
  readonly amountMinor: bigint;
  readonly acquirerTime: string | null;
  readonly payer: string | null;
}

/** A card that was made ready to be stored. */
export interface Keep {
  readonly token: string;
  readonly vaultRef: string;
  /** See StoredCard. */
  readonly shopId: Id | null;
  /** Stored already under this token, or named so by its payment: nothing else can give it another. */
  readonly known: boolean;
}

/** Evidence about an attempt, whoever brings it: its sender, a worker's inquiry, a late answer. */
export interface Conclude {
  readonly type: 'conclude';
  /** Becomes the id of the operation that the evidence makes necessary: a reversal, or a stray, which `id2` takes back. */
  readonly id: Id;
  readonly id2: Id;
  readonly operation: number;
  readonly attempt: number;
  readonly evidence: Evidence;
  /** True when the caller of the operation has already been answered. */
  readonly late: boolean;
  /** Inquiries about the attempt that had been counted when this one was made; null while nothing of it was concluded. */
  readonly asked: number | null;
  /** How long the order may still leave, ms: 0 from its sender, its acquirer's time from somebody else who looks after it. */
  readonly mayLeaveMs: number;
  /** How long the acquirer may not know of an order yet, ms: before that, "not found" counts for nothing. */
  readonly lagMs: number;
  /** How an approved card is to be stored; null where it is not. */
  readonly keep: Keep | null;
}

/** A task fell due, or a read finds that it has. */
export interface Due {
  readonly type: 'due';
  readonly id: Id;
  readonly task: Exclude<TaskKind, 'fiscal'>;
}

/** What the tax office answered. `registered` carries all its words, `failed` why not. */
export type OfficeAnswer =
  | {
      readonly kind: 'registered';
      readonly number: string;
      readonly terminal: string;
      readonly sign: string;
      readonly url: string;
      readonly message: string | null;
      readonly registeredAt: Instant;
    }
  | { readonly kind: 'failed'; readonly message: string };

/** The tax office was asked to register the receipt of an operation. */
export interface Fiscalize {
  readonly type: 'fiscalize';
  readonly id: Id;
  readonly operation: number;
  readonly answer: OfficeAnswer;
}

export type Command =
  | Open
  | Charge
  | Submit
  | Resume
  | Resend
  | Again
  | Withdraw
  | Cancel
  | Follow
  | Undo
  | Dispute
  | Forestall
  | Conclude
  | Fiscalize
  | Due;
