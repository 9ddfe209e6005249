import type { Charge, Follow, Open, Withdraw } from '../core/commands.ts';
import type { CardFace, Claim, Id, Operation, StoredAccount, StoredCard, View } from '../core/model.ts';
import type { Refusal } from '../core/reasons.ts';
import { isOperationFinal } from '../core/states.ts';
import type { Means } from '../core/wallets.ts';
import type { Secret } from '../kit/secret.ts';
import type { Debited, DebitPage } from './debits.ts';
import type { Wish } from './limits.ts';
import type { CardDetails, CardFacts, GateMove, Page, Payee, Payer, Related, Shop, Stretch } from './ports.ts';

/** What became of a command. `operation` is the one it made or moved, as it stands in `view`. */
export type Result =
  /** It reached a resting state: final, or waiting for the payer. A recorded refusal is an operation `refused`. */
  | { readonly kind: 'done'; readonly view: View; readonly operation: Operation }
  /** It is under way and its end will be told: the acquirer was silent, has it, or the caller's patience ended. */
  | { readonly kind: 'open'; readonly view: View; readonly operation: Operation }
  /** Nothing was written. For `duplicate_reference` the payment and command that hold the claim are `holder`. */
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      readonly holder?: { readonly view: View; readonly command: Id };
    };

/** The result of a command whose operation is `id`, once nothing more is to be done about it here. */
export const endOf = (view: View, id: Id): Result => {
  const operation = view.operations.find((o) => o.id === id)!;
  const rests = isOperationFinal(operation.state) || operation.state === 'waiting' || operation.state === 'challenged';
  return { kind: rests ? 'done' : 'open', view, operation };
};

type WithoutIds<T> = Omit<T, 'type' | 'id' | 'paymentId' | 'merchantId' | 'shopId' | 'dueAt'>;

export interface OpenRequest extends Omit<WithoutIds<Open>, 'cardToken' | 'offer'> {
  /** The card is stored under the operation's own id in its wire form, however often it is stored already. */
  readonly namesCard?: boolean;
  /** The name under which the card is to be stored in any case: that which it has already. */
  readonly cardName?: string;
  /** How long the caller waits for the code of a checkout by wallet, ms; 0 where nothing is said. */
  readonly patienceMs?: number;
  /** What the payment must pass; refused as `busy` when another has passed it since it was read, or it is closed. */
  readonly gate?: GateMove;
  /** What the merchant tells of a payer at a site. It is lost where the order does not leave at once. */
  readonly payer?: Payer;
  /** Where a site sends the payer's browser back to. */
  readonly returnTo?: (paymentId: Id) => string;
}

export interface ChargeRequest extends Omit<WithoutIds<Charge>, 'card' | 'cardToken' | 'vaultRef' | 'way' | 'kind'> {
  /** A payout goes to the card. */
  readonly kind: 'sale' | 'authorize' | 'payout';
  /**
   * Token of a stored card of this shop's merchant, or of its `owner` (a partner that the merchant is under), or a card in memory (a wallet payload that was opened); of a payout also the
   * payment that was made with what is paid out to, by which its acquirer knows it, a stored bank account, or somebody who is paid otherwise.
   */
  readonly card:
    | { readonly token: string; readonly owner?: number }
    | { readonly details: CardDetails; readonly face: CardFace }
    | { readonly paid: View }
    | { readonly payee: Payee }
    | { readonly account: StoredAccount; readonly owner: number };
  /** Brands that this charge takes. */
  readonly brands: readonly CardFace['brand'][];
  /** How long the caller waits for the acquirer before `open` is answered, ms. */
  readonly patienceMs: number;
  /** What the payment must pass, read when its turn has come; refused as `busy` when another one passed it meanwhile. */
  readonly pass?: Pass;
}

/** A gate that those of one process go to one after the other, since only one of those who read it together can pass it. */
export interface Pass {
  /** Whoever has the same name queues here. */
  readonly name: string;
  /** A refusal ends it unwritten. */
  read(): Promise<GateMove | Refusal>;
}

export interface FollowRequest extends Omit<WithoutIds<Follow>, 'restId' | 'overcapturePercentMax'> {
  /** Of a capture: it is the last one, and what it leaves of the authorization is released. */
  readonly isLast?: boolean;
  readonly patienceMs: number;
}

/** The one door for every room that asks something of payments. */
export interface Gateway {
  /** Refusal, besides claims: `no_route` where the shop has no way to an acquirer for the checkout's wallet. */
  open(shop: Shop, request: OpenRequest): Promise<Result>;
  /** Whether the shop has a way to an acquirer for a brand, wallet or debit. */
  takes(shop: Shop, means: Means, currency: string, amountMinor: bigint): boolean;
  charge(shop: Shop, request: ChargeRequest): Promise<Result>;
  follow(shop: Shop, paymentId: Id, request: FollowRequest): Promise<Result>;

  /** Reads apply what fell due meanwhile, so that an expiry shows at once. Foreign payments are not found. */
  find(shop: Shop, paymentId: Id): Promise<View | undefined>;
  findByClaim(shop: Shop, claim: Claim): Promise<{ view: View; command: Id } | undefined>;

  /**
   * A page of what a shop was asked for, by the second and then the reference. Read it with final states only: such an
   * operation has its place and its state for good, so whoever goes on from the last place of a page meets every one
   * that was final when its page was read, and none twice, however much is paid meanwhile. One that comes to its end
   * later, behind the reader's back, is there for the next walk over the same seconds. Nothing falls due by this read:
   * it could not change what is final.
   */
  list(shop: Shop, stretch: Stretch): Promise<Page>;

  /**
   * For APIs whose callers name a payment, or its operation, without naming the shop: what a merchant's own are.
   */
  findOf(
    merchantId: number,
    by: { readonly paymentId: Id } | { readonly operationId: Id },
  ): Promise<{ readonly shop: Shop; readonly view: View } | undefined>;
  /** A payment of a merchant in which this card waits for its payer's answer, if there is one. */
  findChallenged(merchantId: number, number: Secret): Promise<{ readonly shop: Shop; readonly view: View } | undefined>;
  /** A merchant's stored cards by their tokens, in that order; unknown ones are left out. */
  storedCards(merchantId: number, tokens: readonly string[]): Promise<StoredCard[]>;
  /** A customer's stored cards (see Checkout), in the order in which they were stored. */
  cardsOf(merchantId: number, customer: string): Promise<StoredCard[]>;
  /** The newest of the payments that belong together, the oldest of these first. Nothing falls due by this read. */
  related(by: Related, limit: number): Promise<View[]>;
  /**
   * What the issuer's side tells of a card of a shop, typed or stored. Undefined where it tells nothing, or no usable
   * answer came within 3 s.
   */
  describeCard(
    shop: Shop,
    card: StoredCard | { readonly details: CardDetails; readonly face: CardFace },
    currency: string,
  ): Promise<CardFacts | undefined>;
  /** Forgets a stored card. False when there is none of that name. */
  forgetCard(merchantId: number, token: string): Promise<boolean>;

  /**
   * What the shop's own rules have against a wish to pay: `limit_exceeded`, with the rule. It reserves nothing; the rules are asked again,
   * in earnest, when a try is about to leave (`submit`, `perform`, `offer`, `charge`, `open` by wallet).
   */
  judge(shop: Shop, wish: Wish): Promise<Refusal | undefined>;

  /**
   * Pays an open checkout, as it was just found, with a stored card in the payer's place. `code`: the security code, where the merchant was
   * given it; `owner`: as of `charge`; `returnUrl`: where a browser comes back to from a challenge, null where none can be sent;
   * `initiator`: a code came from somebody who is there, and without one the merchant charges alone, unless it is said; `claims`: what
   * this try alone may have. Refusals as of `submit`, and `invalid_token`, `card_expired`, `brand_not_accepted`, `duplicate_reference`.
   */
  perform(
    shop: Shop,
    view: View,
    card: { readonly stored: StoredCard; readonly code: Secret | null; readonly owner?: number },
    page: { returnUrl: string | null; patienceMs: number; initiator?: 'payer' | 'merchant'; claims?: readonly Claim[] },
  ): Promise<PageResult>;
  /**
   * Debits a bank account for an open checkout of a sale, as it was just found, in the payer's place. Refusals as of `submit`, and
   * `invalid_token`.
   */
  debit(shop: Shop, view: View, account: Debited, page: DebitPage): Promise<PageResult>;
  /** A merchant takes back an offer to pay, or its API's rules refuse it. Refusals: `in_progress`, `invalid_state`. */
  withdraw(shop: Shop, paymentId: Id, reason?: NonNullable<Withdraw['reason']>): Promise<PageResult>;

  /**
   * Has the acquirer make the code of a checkout by wallet, if the order for it did not leave before. Refusals: `invalid_state`,
   * `in_progress`, `expired`, `no_route`. `returnUrl`: where a site sends the payer's browser back to.
   */
  offer(shop: Shop, paymentId: Id, page: { patienceMs: number; returnUrl?: string | null }): Promise<PageResult>;
  /**
   * An acquirer sent word about one of our references by itself. It proves nothing: the acquirer is asked. Answers whether there
   * was anything to ask about.
   */
  notice(acquirer: string, sentReference: string): Promise<boolean>;

  /**
   * A card for an open checkout. `returnUrl`: where the issuer sends the payer's browser back to, null where none can be sent;
   * `carriesKey`: false where nobody can bring a one-time key to that browser; `keeps`: whether the payer wants the card stored, where
   * payers are asked.
   */
  submit(
    shop: Shop,
    paymentId: Id,
    card: CardDetails,
    page: { returnUrl: string | null; patienceMs: number; carriesKey?: boolean; keeps?: boolean },
  ): Promise<PageResult>;
  /**
   * `answer`: what the browser brought back from the challenge, or `{ code }`; refusal `code_expired`. `oneTimeKey` opens the sealed security code.
   */
  resume(
    shop: Shop,
    paymentId: Id,
    challenge: { sentReference: string; answer: Readonly<Record<string, string>>; oneTimeKey: string | null },
    page: { patienceMs: number },
  ): Promise<PageResult>;
  /** Texts a new code. Refusals: `invalid_state`, `expired`, `resend_limit`, `resend_too_soon`. */
  resend(shop: Shop, paymentId: Id): Promise<PageResult>;
  /** Back from a code to the card form. Refusal: `invalid_state`. */
  again(shop: Shop, paymentId: Id): Promise<PageResult>;
  cancel(shop: Shop, paymentId: Id): Promise<PageResult>;
}

/**
 * `oneTimeKey` is set when a challenge began and a code was sealed for it: it must travel with the challenge.
 * `refusal`: nothing was tried (`invalid_state` when the page no longer waits for a card, `no_route`, `busy`).
 */
export interface PageResult {
  readonly view: View;
  readonly oneTimeKey: string | null;
  readonly refusal: Refusal | null;
}
