/** What the gateway needs of the store for cards that are kept and forgotten without a payment. */
import type { Id, Instant, StoredCard } from '../../core/model.ts';

/** Where a card can be charged, and whose it is in the words of its merchant. */
export interface CardPlace {
  /** See StoredCard. */
  readonly shopId: Id | null;
  readonly customer: string | null;
}

/** `owner`: number of a merchant, or of a partner whose merchants charge it. */
export interface Cards {
  /** The card of that place whose number the vault keeps there. */
  like(owner: number, vaultRef: string, place: CardPlace): Promise<StoredCard | undefined>;
  /** Under its token, unless the same number is kept at that place: that one gets the present expiry. Answers what stands. */
  keep(owner: number, card: StoredCard, now: Instant): Promise<StoredCard>;
  /** Cards that can be charged at a shop, of one customer or (null) of all, in the order in which they were stored. */
  list(owner: number, shopId: Id | null, customer: string | null): Promise<StoredCard[]>;
  wasForgotten(owner: number, token: string): Promise<boolean>;
}

/** Who may own cards that merchants charge. An API says which merchants are under which partner. */
export interface Partners {
  /** The number of the partner of that name, made if there is none. */
  ensure(name: string, now: Instant): Promise<number>;
}
