import type { Follow, Open } from '../core/commands.ts';
import type { CardFace, Claim, Id, Operation, View } from '../core/model.ts';
import type { Refusal } from '../core/reasons.ts';
import type { CardDetails, Shop } from './ports.ts';

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

type WithoutIds<T> = Omit<T, 'type' | 'id' | 'paymentId' | 'merchantId' | 'shopId' | 'dueAt'>;

export type OpenRequest = WithoutIds<Open>;

export interface ChargeRequest extends Omit<WithoutIds<Open>, 'checkout'> {
  /** Token of a stored card of this shop's merchant, or a card in memory (a wallet payload that was opened). */
  readonly card: { readonly token: string } | { readonly details: CardDetails; readonly face: CardFace };
  /** Brands that this charge takes. */
  readonly brands: readonly CardFace['brand'][];
  /** How long the caller waits for the acquirer before `open` is answered, ms. */
  readonly patienceMs: number;
}

export interface FollowRequest extends WithoutIds<Follow> {
  readonly patienceMs: number;
}

/** The one door for every room that asks something of payments. */
export interface Gateway {
  open(shop: Shop, request: OpenRequest): Promise<Result>;
  charge(shop: Shop, request: ChargeRequest): Promise<Result>;
  follow(shop: Shop, paymentId: Id, request: FollowRequest): Promise<Result>;

  /** Reads apply what fell due meanwhile, so that an expiry shows at once. Foreign payments are not found. */
  find(shop: Shop, paymentId: Id): Promise<View | undefined>;
  findByClaim(shop: Shop, claim: Claim): Promise<{ view: View; command: Id } | undefined>;

  /** For the hosted page. `returnUrl`: where the issuer sends the payer's browser back to. */
  submit(
    shop: Shop,
    paymentId: Id,
    card: CardDetails,
    page: { returnUrl: string; patienceMs: number },
  ): Promise<PageResult>;
  /** `answer`: what the browser brought back from the challenge; `oneTimeKey` opens the sealed security code. */
  resume(
    shop: Shop,
    paymentId: Id,
    challenge: { sentReference: string; answer: Readonly<Record<string, string>>; oneTimeKey: string | null },
    page: { patienceMs: number },
  ): Promise<PageResult>;
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
