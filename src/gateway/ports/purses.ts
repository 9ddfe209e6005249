/** What the gateway needs of the store for payouts, which draw on what a shop has taken. */
import type { Id, Instant } from '../../core/model.ts';
import type { Shop } from '../ports.ts';

/** What a shop has in a currency, and the gate that its payouts pass. Minor units; below zero where more went back than came. */
export interface Purse {
  readonly id: Id;
  /** As of a gate: each payout moves it on. */
  readonly version: number;
  /** What the ledger says: taken, less what was given back or paid out. */
  readonly totalMinor: bigint;
  /** What refunds and payouts under way have reserved of it. */
  readonly heldMinor: bigint;
}

export interface Purses {
  /** The purse as it stands, opened if there is none. `id` becomes that of a new one. */
  read(shop: Pick<Shop, 'id' | 'merchantId'>, currency: string, id: Id, now: Instant): Promise<Purse>;
}
