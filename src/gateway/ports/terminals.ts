/** What the gateway needs of the store for terminals, their batches and the settlement of those. */
import type { BatchCount, BatchTotals } from '../../core/batch.ts';
import type { Claim, Id, Instant, View } from '../../core/model.ts';
import type { Reason } from '../../core/reasons.ts';

/** A device that reads cards. Its acquirer knows it by `number` at `account`, the shop's merchant number there. */
export interface Terminal {
  readonly merchantId: number;
  readonly id: Id;
  readonly shopId: Id;
  readonly account: string;
  readonly number: string;
  readonly state: 'active' | 'disabled';
}

/** What a terminal did until it settles; also the gate that all of it passes. */
export interface Batch {
  readonly merchantId: number;
  readonly id: Id;
  readonly terminalId: Id;
  /** The cards that it is for, as the API names them. */
  readonly method: string;
  readonly number: string;
  readonly openedAt: Instant;
  /** As of a gate. */
  readonly version: number;
  readonly state: 'open' | 'closed';
}

/** The claim of a trace number within its batch: used up by the sale, refund or reversal that came first. */
export const traceClaim = (batchId: Id, trace: string): Claim => ({ scope: `trace:${batchId}`, value: trace });

/**
 * `closed`: this one closed the batch. `repeated`: it had been closed before. `differs`: left open, because the totals are not
 * the same or not known yet. `refused`: no such terminal.
 */
export type SettlementResult = 'closed' | 'repeated' | 'differs' | 'refused';

/** Each time a terminal said what it had done in a batch. */
export interface Settlement {
  readonly merchantId: number;
  readonly id: Id;
  readonly shopId: Id;
  /** Null where the terminal is not known. */
  readonly batchId: Id | null;
  readonly reference: string;
  readonly requestHash: string;
  /** What one API must echo: JSON text, first member `v`. */
  readonly memo: string;
  readonly result: SettlementResult;
  readonly reason: Reason | null;
  /** What the terminal said. */
  readonly claimed: BatchTotals;
  /** What we had; null where the two were not compared. */
  readonly counted: { readonly totals: BatchTotals; readonly openCount: number } | null;
  readonly settledAt: Instant;
}

export interface Terminals {
  /** The active terminal of that number at an account of the shop. */
  find(shopId: Id, account: string, number: string): Promise<Terminal | undefined>;
  /** The batch of that number, opened if there is none. `id` becomes that of a new one. */
  batch(terminal: Terminal, batch: { method: string; number: string }, id: Id, now: Instant): Promise<Batch>;
  /** The payments whose first operation passed the batch's gate, as they stand. */
  paymentsOf(batch: Batch): Promise<View[]>;
  /**
   * Writes a settlement and takes its reference (scope and value as of a payment's). One that closes its batch does so at the
   * version that was read and posts what was cleared, all at once. `stale`: the batch moved on, nothing was written.
   */
  settle(
    settlement: Settlement,
    batch: Batch | null,
    postings: BatchCount['postings'],
  ): Promise<'written' | 'taken' | 'stale'>;
  findSettlement(
    shop: { readonly id: Id; readonly merchantId: number },
    reference: string,
  ): Promise<Settlement | undefined>;

  /** Makes a terminal, or makes it active again. False when there is an active one of that number already. */
  add(terminal: Omit<Terminal, 'state'>, now: Instant): Promise<boolean>;
  /** False when there is no active terminal of that number. */
  disable(shopId: Id, account: string, number: string): Promise<boolean>;
  list(shopId: Id): Promise<Terminal[]>;
  /** A shop's batches, the newest first. */
  batches(shopId: Id, limit: number): Promise<(Batch & { readonly terminal: Terminal })[]>;
  /** The settlements of a batch in the order in which they came. */
  settlementsOf(batchId: Id): Promise<Settlement[]>;
}
