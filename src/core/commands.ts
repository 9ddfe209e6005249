import type { Attempt, CardFace, Checkout, Claim, Id, Instant, TaskKind } from './model.ts';
import type { Reason, Refusal } from './reasons.ts';

/** What every new operation brings along. `id` becomes the operation's. */
interface Asked {
  readonly id: Id;
  readonly reference: string | null;
  readonly requestHash: string | null;
  readonly noticeUrl: string | null;
  readonly memo: string | null;
  readonly claims: readonly Claim[];
}

interface NewPayment extends Asked {
  readonly paymentId: Id;
  readonly merchantId: number;
  readonly shopId: Id;
  readonly kind: 'sale' | 'authorize';
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** The way an attempt will go: a route that routing chose. */
export interface Way {
  readonly routeId: Id;
  readonly acquirer: string;
  readonly account: string;
}

/** A merchant opens a checkout in which a payer will pay. */
export interface Open extends NewPayment {
  readonly type: 'open';
  readonly checkout: Checkout;
}

/**
 * A merchant charges a card at once. With `refusal` in place of a way the charge is written down as refused and its
 * reference stays taken.
 */
export interface Charge extends NewPayment {
  readonly type: 'charge';
  readonly card: CardFace | null;
  readonly cardToken: string | null;
  readonly vaultRef: string | null;
  readonly way: Way | Refusal;
  /** When a worker looks after the attempt if its sender has not: after the sender's deadline, with a margin. */
  readonly dueAt: Instant;
}

/** A payer submits the card form of a checkout. */
export interface Submit {
  readonly type: 'submit';
  readonly id: Id;
  readonly card: CardFace;
  readonly vaultRef: string | null;
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

/** A payer gives up before the acquirer has anything to decide. */
export interface Cancel {
  readonly type: 'cancel';
  readonly id: Id;
}

/** A merchant captures or refunds, in part or whole. A refusal is written down if `recordsRefusal`. */
export interface Follow extends Asked {
  readonly type: 'follow';
  readonly kind: 'capture' | 'refund';
  readonly amountMinor: bigint;
  readonly recordsRefusal: boolean;
  /** A rule of the API that already refuses it, before core's own. */
  readonly refusal: Refusal | null;
  readonly dueAt: Instant;
}

/**
 * What the acquirer's answer was, as far as rules need it; the texts and codes are kept as they came. Kinds: see Outcome
 * in gateway/ports.ts. `not_sent` is about the order itself, so whoever inquires should not bring it.
 */
export interface Evidence {
  readonly kind: 'approved' | 'declined' | 'challenge' | 'accepted' | 'not_sent' | 'unknown' | 'not_found';
  readonly reason?: Reason;
  readonly doubt?: 'silence' | 'host_error';
  readonly challenge?: Attempt['challenge'];
  /** Where the number was sealed for the time of a challenge. */
  readonly vaultRef?: string | null;
  readonly acquirerReference?: string | null;
  readonly acquirerTime?: string | null;
  readonly responseCode?: string | null;
  readonly responseText?: string | null;
  readonly approvalCode?: string | null;
  readonly networkReference?: string | null;
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
  /** How long the acquirer may not know of an order yet, ms: before that, "not found" counts for nothing. */
  readonly lagMs: number;
  /** Token and vault reference under which an approved card is to be stored; `known`: it is stored already. */
  readonly keep: { readonly token: string; readonly vaultRef: string; readonly known: boolean } | null;
}

/** A task fell due, or a read finds that it has. */
export interface Due {
  readonly type: 'due';
  readonly id: Id;
  readonly task: TaskKind;
}

export type Command = Open | Charge | Submit | Resume | Cancel | Follow | Conclude | Due;
